use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::time::Duration;

use super::stream::Stream;
use crate::{
    CallId, CallOptions, Config, Delivery, Dialect, Failure, Frame, Input, Instant, NotSent,
    Observation, Outcome, Output, Secret, Session, State, SubscriptionId, TooManySubscriptions,
};

type OutcomeOf<D> = Outcome<<D as Dialect>::Reply, <D as Dialect>::Error>;
type DeliveryOf<D> = Delivery<<D as Dialect>::Event, <D as Dialect>::Error>;

/// A session in simulated time, and what came out of it.
///
/// The test is the network and the clock. After each step these promises of [`Session`] are checked, by a panic:
///
/// - Epochs grow; an attempt begins only when the last transport is dropped; frames leave only on one that is open and
///   takes them.
/// - Each call is settled exactly once, and by its deadline.
/// - A subscription hears of each gap once and of its end once, no event between the two, and nothing after its end.
/// - The session asks to be woken in the future, never in the past.
///
/// Make calls and subscriptions by the methods here: those that the world does not know are not expected to be heard of.
#[derive(Debug)]
pub struct World<D: Dialect> {
    /// The session. After an input of your own call [`pump`](World::pump).
    pub session: Session<D>,
    /// The time.
    pub now: Instant,
    /// The last attempt.
    pub epoch: u64,
    /// The transport that is open.
    pub open: Option<u64>,
    /// When the session wants to be woken.
    pub wait: Option<Instant>,
    /// The frames that were written.
    pub sent: Vec<Sent>,
    /// The attempts: when, and whether with another credential.
    pub connects: Vec<(Instant, bool)>,
    /// When transports and attempts were given up, or found lost.
    pub disconnects: Vec<Instant>,
    /// The states that were entered.
    pub states: Vec<State>,
    /// The calls that are settled: when, and how.
    pub settled: BTreeMap<CallId, (Instant, OutcomeOf<D>)>,
    /// What each subscription got.
    pub delivered: BTreeMap<SubscriptionId, Vec<DeliveryOf<D>>>,
    /// The subscriptions that the session ended.
    pub ended: BTreeSet<SubscriptionId>,
    call_timeout: Duration,
    connecting: bool,
    writable: bool,
    /// Frames that the peer has read.
    read: usize,
    unsettled: HashMap<CallId, Instant>,
    deadlines: BTreeSet<(Instant, CallId)>,
    streams: HashMap<SubscriptionId, Stream>,
}

/// A frame that the session wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// When.
    pub at: Instant,
    /// On which connection.
    pub epoch: u64,
    /// The frame.
    pub frame: Frame,
}

impl Sent {
    /// The text of a text frame; of others their kind, such as `<ping>`.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.frame {
            Frame::Text(text) => text,
            Frame::Binary(_) => "<binary>",
            Frame::Ping(_) => "<ping>",
            Frame::Pong(_) => "<pong>",
            Frame::Close(_) => "<close>",
        }
    }
}

impl<D: Dialect> World<D> {
    /// A session that has not started, at time zero.
    #[must_use]
    pub fn new(dialect: D, config: Config, seed: u64) -> Self {
        Self {
            call_timeout: config.call_timeout,
            session: Session::new(dialect, config, seed),
            now: Instant::ZERO,
            epoch: 0,
            open: None,
            wait: None,
            sent: Vec::new(),
            connects: Vec::new(),
            disconnects: Vec::new(),
            states: Vec::new(),
            settled: BTreeMap::new(),
            delivered: BTreeMap::new(),
            ended: BTreeSet::new(),
            connecting: false,
            writable: false,
            read: 0,
            unsettled: HashMap::new(),
            deadlines: BTreeSet::new(),
            streams: HashMap::new(),
        }
    }

    /// Tells the session what happened, and takes what it makes of it.
    ///
    /// # Panics
    /// If the session breaks a promise.
    pub fn input(&mut self, input: Input) {
        let elapsed = matches!(input, Input::Elapsed);
        match &input {
            Input::Opened { epoch, .. } if *epoch == self.epoch && self.connecting => {
                self.connecting = false;
                self.open = Some(self.epoch);
                self.writable = true;
            }
            Input::Writable { epoch, writable } if self.open == Some(*epoch) => {
                self.writable = *writable;
            }
            _ => {}
        }
        self.session.handle(input, self.now);
        self.pump();
        if elapsed {
            assert!(self.wait.is_none_or(|at| at > self.now), "a timer is left behind");
            let overdue = self.deadlines.first().filter(|(at, _)| *at <= self.now);
            assert_eq!(overdue, None, "a call is not settled by its deadline");
        }
    }

    /// Takes what the session has to say.
    ///
    /// # Panics
    /// If the session breaks a promise.
    pub fn pump(&mut self) {
        loop {
            match self.session.poll(self.now) {
                Output::Connect { epoch, refresh } => {
                    assert!(self.open.is_none() && !self.connecting, "a second link");
                    assert!(epoch > self.epoch, "an epoch that was");
                    self.epoch = epoch;
                    self.connecting = true;
                    self.connects.push((self.now, refresh));
                }
                Output::Transmit(frame) => {
                    assert!(self.writable, "a frame for a transport that takes none");
                    let epoch = self.open.expect("frames leave on a transport that is open");
                    self.sent.push(Sent { at: self.now, epoch, frame });
                }
                Output::Disconnect { epoch } => {
                    assert_eq!(epoch, self.epoch, "the end of another transport");
                    self.open = None;
                    self.connecting = false;
                    self.writable = false;
                    self.disconnects.push(self.now);
                }
                Output::Settled { call, outcome } => self.settle(call, outcome),
                Output::Deliver { subscription, delivery } => {
                    let stream = self.streams.get_mut(&subscription);
                    stream.expect("nothing comes after the end").hear(&delivery);
                    self.delivered.entry(subscription).or_default().push(delivery);
                }
                Output::Ended { subscription } => {
                    let stream = self.streams.remove(&subscription);
                    stream.expect("a subscription ends once");
                    self.ended.insert(subscription);
                }
                Output::State(state) => self.states.push(state),
                Output::Wait(wait) => {
                    self.wait = wait;
                    return;
                }
            }
        }
    }

    /// Lets time pass, waking the session when it asked for it.
    pub fn advance(&mut self, by: Duration) {
        let end = self.now + by;
        while let Some(at) = self.wait.filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.input(Input::Elapsed);
        }
        self.now = end;
    }

    /// Lets time pass without the session being served, as when a computer sleeps.
    pub fn sleep(&mut self, by: Duration) {
        self.now += by;
        self.input(Input::Elapsed);
    }

    /// Opens the transport of the attempt in progress.
    pub fn open(&mut self) {
        self.open_with(None);
    }

    /// The same, with what the transport presents to the peer.
    pub fn open_with(&mut self, credential: Option<Secret>) {
        self.input(Input::Opened { epoch: self.epoch, credential });
    }

    /// A frame comes in on the last connection.
    pub fn receive(&mut self, frame: Frame) {
        self.input(Input::Received { epoch: self.epoch, frame });
    }

    /// A text comes in on the last connection.
    pub fn say(&mut self, text: &str) {
        self.receive(Frame::text(text));
    }

    /// The last attempt fails, or its transport ends.
    pub fn lose(&mut self, observation: Observation) {
        self.input(Input::Lost { epoch: self.epoch, failure: Failure::new(observation) });
    }

    /// Lets time pass until the next attempt begins.
    ///
    /// # Panics
    /// If none is planned.
    pub fn wait_for_attempt(&mut self) {
        let epoch = self.epoch;
        while self.epoch == epoch {
            self.now = self.wait.expect("an attempt is planned").max(self.now);
            self.input(Input::Elapsed);
        }
    }

    /// Makes a call with the default options.
    ///
    /// # Panics
    /// If it is not taken.
    pub fn call(&mut self, command: impl Into<D::Command>) -> CallId {
        self.call_with(command, CallOptions::default())
    }

    /// Makes a call.
    ///
    /// # Panics
    /// If it is not taken.
    pub fn call_with(&mut self, command: impl Into<D::Command>, options: CallOptions) -> CallId {
        self.try_call(command, options).expect("the call is taken")
    }

    /// Makes a call, if it is taken.
    ///
    /// # Errors
    /// As [`Session::call`].
    pub fn try_call(
        &mut self,
        command: impl Into<D::Command>,
        options: CallOptions,
    ) -> Result<CallId, NotSent> {
        let call = self.session.call(command.into(), options, self.now)?;
        let deadline = self.now + options.timeout.unwrap_or(self.call_timeout);
        self.unsettled.insert(call, deadline);
        self.deadlines.insert((deadline, call));
        self.pump();
        Ok(call)
    }

    /// Gives a call up; whether there was one to give up. It counts as settled by [`Outcome::Cancelled`].
    pub fn cancel(&mut self, call: CallId) -> bool {
        let cancelled = self.session.cancel(call);
        if cancelled {
            self.settle(call, Outcome::Cancelled);
        }
        self.pump();
        cancelled
    }

    /// Subscribes to a topic.
    ///
    /// # Panics
    /// If there is no room.
    pub fn subscribe(&mut self, topic: impl Into<D::Topic>) -> SubscriptionId {
        self.try_subscribe(topic).expect("there is room")
    }

    /// Subscribes to a topic, if there is room.
    ///
    /// # Errors
    /// As [`Session::subscribe`].
    pub fn try_subscribe(
        &mut self,
        topic: impl Into<D::Topic>,
    ) -> Result<SubscriptionId, TooManySubscriptions> {
        let subscription = self.session.subscribe(topic.into())?;
        self.streams.insert(subscription, Stream::default());
        self.pump();
        Ok(subscription)
    }

    /// Ends a subscription.
    pub fn unsubscribe(&mut self, subscription: SubscriptionId) {
        self.session.unsubscribe(subscription);
        self.streams.remove(&subscription);
        self.pump();
    }

    /// Ends a topic on the wire and makes it again.
    pub fn resync(&mut self, subscription: SubscriptionId) {
        self.session.resync(subscription);
        self.pump();
    }

    /// The outcome of a call.
    ///
    /// # Panics
    /// If it is not settled.
    pub fn outcome(&self, call: CallId) -> &OutcomeOf<D> {
        match self.settled.get(&call) {
            Some((_, outcome)) => outcome,
            None => panic!("{call:?} is not settled"),
        }
    }

    /// Whether a call is settled.
    #[must_use]
    pub fn is_settled(&self, call: CallId) -> bool {
        self.settled.contains_key(&call)
    }

    /// What a subscription got.
    #[must_use]
    pub fn deliveries(&self, subscription: SubscriptionId) -> &[DeliveryOf<D>] {
        self.delivered.get(&subscription).map_or(&[], Vec::as_slice)
    }

    /// The next frame that was written and not read yet: for a peer.
    pub fn read(&mut self) -> Option<Sent> {
        let next = self.sent.get(self.read)?.clone();
        self.read += 1;
        Some(next)
    }

    /// Forgets what was written, settled and delivered so far, for lives that are long. What is checked stays checked.
    pub fn forget(&mut self) {
        self.sent.clear();
        self.read = 0;
        self.connects.clear();
        self.disconnects.clear();
        self.states.clear();
        self.settled.clear();
        self.delivered.clear();
        self.ended.clear();
    }

    /// An attempt is in progress, and its transport is not open yet.
    pub(super) fn is_connecting(&self) -> bool {
        self.connecting
    }

    fn settle(&mut self, call: CallId, outcome: OutcomeOf<D>) {
        // What the dialect asks by itself is not known here.
        if let Some(deadline) = self.unsettled.remove(&call) {
            self.deadlines.remove(&(deadline, call));
        }
        let before = self.settled.insert(call, (self.now, outcome));
        assert!(before.is_none(), "{call:?} is settled twice");
    }
}
