//! The synchronous engine.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use fastrand::Rng;

mod backoff;
mod calls;
mod config;
mod deadlines;
mod dialect;
mod heartbeat;
mod ids;
mod io;
mod lifecycle;
mod receive;
mod stats;
mod timers;
mod topics;
mod transmit;

pub use backoff::{Backoff, Jitter};
pub use config::Config;
pub use dialect::{Context, Dialect, Encoded, Greeting, Operation, Refused, Signals};
pub use heartbeat::{Heartbeat, Probe, Schedule};
pub use io::{
    CallId, CallOptions, Delivery, Input, NotSent, Outcome, Output, State, SubscriptionId,
    TooManySubscriptions, WhenOffline,
};
pub use stats::Stats;

use crate::{Failure, Instant, Observation, Secret};
use calls::{Calls, Removed};
use deadlines::{Deadlines, Due};
use heartbeat::Pulse;
pub(crate) use ids::IdMap;
use lifecycle::Phase;
use timers::Timers;
use topics::{Step, TopicId, Topics, Wire};

/// A long-lived connection as a synchronous state machine.
///
/// It does no I/O and knows no clock: [`handle`](Session::handle) tells it what happened and when,
/// [`poll`](Session::poll) asks what to do next until the answer is [`Output::Wait`]. The same session lives through
/// all its connections.
///
/// What it guarantees, in every order of inputs:
///
/// - A call is written at most once and settled exactly once, by its deadline, in every state.
/// - A reply settles only the call of the same connection that it belongs to.
/// - Each topic that is subscribed to is asked for exactly once per connection; loss is visible as a
///   [`Delivery::Gap`], followed by [`Delivery::Resynced`] before the first new event.
/// - A silent peer is noticed within the heartbeat's interval and timeout.
/// - Attempts are spaced by jittered backoff that starts over only after a healthy connection.
/// - Refused credentials, a wrong identity and redirects stop the session and say so.
/// - Every collection is bounded by [`Config`].
pub struct Session<D: Dialect> {
    dialect: D,
    config: Config,
    phase: Phase,
    /// The number of the last attempt.
    epoch: u64,
    /// Attempts since the last healthy connection.
    retries: u32,
    /// Protocol errors of the peer since the last healthy connection.
    strikes: u32,
    /// When the last attempt was made.
    attempted_at: Option<Instant>,
    /// When connections opened that have not turned healthy: at most [`Config::max_openings`].
    openings: VecDeque<Instant>,
    /// When the credential was refreshed last.
    refreshed_at: Option<Instant>,
    /// The credential was replaced since the last attempt began.
    renewed: bool,
    /// The refusal of a credential, until a connection is opened with a refreshed one.
    refused: Option<Failure>,
    /// Why there is no connection.
    last_failure: Option<Failure>,
    /// What is presented to the peer on the connection that is open.
    credential: Option<Secret>,
    timers: Timers,
    deadlines: Deadlines,
    heartbeat: Heartbeat,
    pulse: Option<Pulse>,
    calls: Calls<D>,
    /// Commands of the dialect itself, for this connection.
    own_commands: VecDeque<D::Command>,
    /// Events that came before the acceptance.
    early: Vec<(D::Topic, D::Event)>,
    topics: Topics<D>,
    waiters: IdMap<D::Id, Waiter>,
    /// Frames that go before all others: greeting, probes, close.
    control: VecDeque<Control>,
    writable: bool,
    topics_turn: bool,
    /// No call is written before this.
    next_call_at: Instant,
    outputs: VecDeque<Output<D>>,
    signals: Vec<dialect::Signal<D>>,
    serial: u64,
    rng: Rng,
    /// The wall clock at the start of the monotonic one.
    unix_at_start: Duration,
    stats: Stats,
}

/// Outputs that there is always room for.
const KEPT_OUTPUTS: usize = 1024;

/// Waiters that there is always room for.
const KEPT_WAITERS: usize = 1024;

/// Who waits for a reply.
#[derive(Clone, Copy, Debug)]
enum Waiter {
    Call(CallId),
    Subscribe(TopicId),
    Unsubscribe(TopicId),
}

#[derive(Debug)]
enum Control {
    Greeting(crate::Frame),
    Probe(crate::Frame),
    Close,
}

impl<D: Dialect> Session<D> {
    /// A session that has not started. Equal seeds and inputs give equal outputs.
    #[must_use]
    pub fn new(dialect: D, config: Config, seed: u64) -> Self {
        Self {
            dialect,
            heartbeat: config.heartbeat,
            config,
            phase: Phase::Idle,
            epoch: 0,
            retries: 0,
            strikes: 0,
            attempted_at: None,
            openings: VecDeque::new(),
            refreshed_at: None,
            renewed: false,
            refused: None,
            last_failure: None,
            credential: None,
            timers: Timers::default(),
            deadlines: Deadlines::default(),
            pulse: None,
            calls: Calls::new(),
            own_commands: VecDeque::new(),
            early: Vec::new(),
            topics: Topics::new(),
            waiters: IdMap::default(),
            control: VecDeque::new(),
            writable: false,
            topics_turn: false,
            next_call_at: Instant::ZERO,
            outputs: VecDeque::new(),
            signals: Vec::new(),
            serial: 0,
            rng: Rng::with_seed(seed),
            unix_at_start: Duration::ZERO,
            stats: Stats::default(),
        }
    }

    /// Tells what happened. Then [`poll`](Session::poll) until it waits.
    ///
    /// `now` must not go back.
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Start => self.start(now),
            Input::Opened { epoch, credential } if self.is_current(epoch) => {
                self.opened(credential, now);
            }
            Input::Lost { epoch, failure } if self.is_current(epoch) => self.lose(failure, now),
            Input::Received { epoch, frame } if self.is_current(epoch) => self.receive(frame, now),
            Input::Writable { epoch, writable } if self.is_current(epoch) => {
                self.writable = writable;
            }
            Input::Opened { .. }
            | Input::Lost { .. }
            | Input::Received { .. }
            | Input::Writable { .. } => self.stats.stale_inputs += 1,
            Input::WallClock { unix } => {
                self.unix_at_start = unix.saturating_sub(now.elapsed_since_start());
            }
            Input::Elapsed => self.elapsed(now),
            Input::Retry => self.retry(now),
            Input::Renewed => self.renewed(now),
            Input::Close => self.close(now),
        }
    }

    /// What to do next, as long as that is to tell somebody of something.
    #[cfg(feature = "tokio")]
    pub(crate) fn next_told(&mut self) -> Option<Output<D>> {
        match self.outputs.front()? {
            Output::Connect { .. } | Output::Disconnect { .. } => None,
            _ => self.outputs.pop_front(),
        }
    }

    /// What to do next; [`Output::Wait`] if nothing.
    pub fn poll(&mut self, now: Instant) -> Output<D> {
        if let Some(output) = self.outputs.pop_front() {
            return output;
        }
        // A burst, as the gaps of a hundred thousand subscriptions, is not paid for until the end.
        self.outputs.shrink_to(KEPT_OUTPUTS);
        if self.waiters.is_empty() {
            self.waiters.shrink_to(KEPT_WAITERS);
        }
        if self.writable {
            if let Some(frame) = self.next_frame(now) {
                self.stats.frames_sent += 1;
                return Output::Transmit(frame);
            }
            if let Some(output) = self.outputs.pop_front() {
                return output;
            }
        }
        let timer = self.timers.next().map(|(at, _)| at);
        Output::Wait(timer.into_iter().chain(self.deadlines.next()).chain(self.turn(now)).min())
    }

    /// When a call that only waits for its turn may be written.
    fn turn(&self, now: Instant) -> Option<Instant> {
        let queued = self.calls.is_queued() || !self.own_commands.is_empty();
        let waits = self.writable && matches!(self.phase, Phase::Online) && queued;
        (waits && self.next_call_at > now).then_some(self.next_call_at)
    }

    /// Makes a call. It is settled by an [`Output::Settled`], in every case but an error here and a
    /// [`cancel`](Session::cancel).
    ///
    /// # Errors
    /// [`NotSent`] if the call cannot even wait: nothing was kept.
    pub fn call(
        &mut self,
        command: D::Command,
        options: CallOptions,
        now: Instant,
    ) -> Result<CallId, NotSent> {
        match &self.phase {
            Phase::Stopped { reason, .. } => return Err(NotSent::Stopped(*reason)),
            Phase::Closing { .. } | Phase::Closed => return Err(NotSent::Closed),
            Phase::Online => {}
            _ if options.when_offline == WhenOffline::Fail => return Err(NotSent::Offline),
            _ => {}
        }
        if self.calls.len() >= self.config.max_calls {
            return Err(NotSent::Full);
        }
        let deadline = now + options.timeout.unwrap_or(self.config.call_timeout);
        let call = self.calls.add(command, deadline);
        self.deadlines.add(deadline, Due::Call(call));
        Ok(call)
    }

    /// Gives a call up, and says whether there was one to give up: if not, it is settled already. Nothing is said of it
    /// any more; for whoever made it, its outcome is [`Outcome::Cancelled`]. What was written stays written.
    pub fn cancel(&mut self, call: CallId) -> bool {
        self.take_out(call).is_some()
    }

    /// Subscribes to a topic. The subscription lives through reconnects until it is ended by
    /// [`unsubscribe`](Session::unsubscribe), a final refusal, a stop or a close.
    ///
    /// # Errors
    /// [`TooManySubscriptions`] at the bound of the configuration.
    pub fn subscribe(&mut self, topic: D::Topic) -> Result<SubscriptionId, TooManySubscriptions> {
        if self.topics.subscriptions() >= self.config.max_subscriptions {
            return Err(TooManySubscriptions);
        }
        let (subscription, retained) = self.topics.subscribe(topic, &self.dialect);
        if let Some(event) = retained {
            self.stats.events += 1;
            self.deliver(subscription, Delivery::Event(event));
        }
        match &self.phase {
            Phase::Stopped { failure, .. } => {
                let failure = failure.clone();
                self.deliver(subscription, Delivery::Stopped(failure));
                self.end_subscription(subscription);
            }
            Phase::Closing { .. } | Phase::Closed => self.end_subscription(subscription),
            _ => {}
        }
        Ok(subscription)
    }

    /// Ends a subscription. The last one of a topic ends it on the wire, too. Nothing follows for it, not even
    /// [`Output::Ended`].
    pub fn unsubscribe(&mut self, subscription: SubscriptionId) {
        let Some(id) = self.topics.unsubscribe(subscription) else { return };
        match self.topics.entry(id).map(|entry| entry.step()) {
            Some(Step::Forget) => drop(self.forget(id)),
            _ => self.topics.mark(id),
        }
    }

    /// Ends a topic on the wire and makes it again, for peers that tell the current value at the beginning only. All who
    /// are subscribed to it are told of the gap. Where there is no connection, or the topic is being made or ended, nothing
    /// is done: it begins anew anyway.
    pub fn resync(&mut self, subscription: SubscriptionId) {
        let Some(id) = self.topics.of(subscription) else { return };
        if let Some(entry) = self.topics.entry(id).filter(|entry| entry.wire == Wire::Active) {
            entry.wire = Wire::Unknown;
            entry.restarting = true;
            entry.outdate();
            self.topics.mark(id);
            self.tell_gap(id, &Failure::new(Observation::Resync));
        }
    }

    /// What the session is doing.
    #[must_use]
    pub fn state(&self) -> State {
        self.phase.state(self.epoch)
    }

    /// Why there is no connection: the last failure, until a connection is accepted.
    #[must_use]
    pub fn last_failure(&self) -> Option<&Failure> {
        self.last_failure.as_ref()
    }

    /// The counters.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// The dialect.
    #[must_use]
    pub fn dialect(&self) -> &D {
        &self.dialect
    }

    /// Calls that are not settled.
    #[must_use]
    pub fn pending_calls(&self) -> usize {
        self.calls.len()
    }

    /// Subscriptions that are not over.
    #[must_use]
    pub fn subscriptions(&self) -> usize {
        self.topics.subscriptions()
    }

    fn is_current(&self, epoch: u64) -> bool {
        epoch == self.epoch && self.phase.has_attempt()
    }

    /// Runs `f` with the dialect and what it may use.
    fn with_dialect<T>(
        &mut self,
        now: Instant,
        f: impl FnOnce(&mut D, &mut Context<'_>) -> T,
    ) -> T {
        let mut cx = Context {
            now,
            unix: self.unix_at_start.saturating_add(now.elapsed_since_start()),
            epoch: self.epoch,
            credential: self.credential.as_ref(),
            serial: &mut self.serial,
            rng: &mut self.rng,
        };
        f(&mut self.dialect, &mut cx)
    }

    /// Settles a call, if it is not settled. `outcome` is told whether it was written.
    fn settle(&mut self, call: CallId, outcome: impl FnOnce(bool) -> Outcome<D::Reply, D::Error>) {
        if let Some(written) = self.take_out(call) {
            self.outputs.push_back(Output::Settled { call, outcome: outcome(written) });
        }
    }

    /// Takes a call out of everything; whether it was written.
    fn take_out(&mut self, call: CallId) -> Option<bool> {
        let (deadline, written) = match self.calls.remove(call)? {
            Removed::Queued { deadline } => (deadline, false),
            Removed::Written { id, deadline } => {
                if self.waiters.remove(&id).is_some() {
                    self.dialect.settled(&id);
                }
                (deadline, true)
            }
        };
        self.deadlines.remove(deadline, Due::Call(call));
        Some(written)
    }

    fn deliver(&mut self, subscription: SubscriptionId, delivery: Delivery<D::Event, D::Error>) {
        self.outputs.push_back(Output::Deliver { subscription, delivery });
    }

    /// Tells a subscription that it is over, and forgets it.
    fn end_subscription(&mut self, subscription: SubscriptionId) {
        self.unsubscribe(subscription);
        self.outputs.push_back(Output::Ended { subscription });
    }

    /// Removes a topic and gives those who are subscribed to it.
    fn forget(&mut self, id: TopicId) -> Vec<SubscriptionId> {
        let Some(entry) = self.topics.remove(id) else { return Vec::new() };
        if let Some(due) = entry.due {
            self.deadlines.remove(due, Due::Topic(id));
        }
        self.dialect.forgotten(&entry.topic);
        entry.subscribers.ids().collect()
    }
}

/// Shows the state: commands and events may hold secrets.
impl<D: Dialect> fmt::Debug for Session<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("state", &self.state()).finish_non_exhaustive()
    }
}
