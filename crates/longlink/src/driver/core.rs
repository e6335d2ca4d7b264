use std::sync::Arc;
use std::task::Waker;

use tokio::sync::oneshot;

use super::LinkDialect;
use super::subscription::Post;
use crate::session::IdMap;
use crate::{
    CallId, Dialect, Frame, Input, Instant, Outcome, Output, Session, State, Stats, SubscriptionId,
};

/// The session, and who waits for what it says.
pub(super) struct Core<D: LinkDialect> {
    pub(super) session: Session<D>,
    pub(super) calls: IdMap<CallId, Waiter<D>>,
    pub(super) posts: IdMap<SubscriptionId, Arc<Post<D>>>,
    /// The task was spawned.
    pub(super) started: bool,
    /// The task is gone.
    pub(super) finished: bool,
    /// What others are to be told once the lock is released: telling runs code that is not ours.
    told: Vec<Told<D>>,
    /// States so far.
    states: u64,
    lagged: u64,
}

/// Something to tell.
pub(super) enum Told<D: LinkDialect> {
    Settled(Waiter<D>, Outcome<D::Reply, D::Error>),
    Wake(Waker),
    /// The number of the state, and the state.
    State(u64, State),
}

/// Tells the caller what became of the call.
pub(super) type Waiter<D> = oneshot::Sender<Outcome<<D as Dialect>::Reply, <D as Dialect>::Error>>;

/// What only the task can do.
pub(super) enum Action {
    Connect { epoch: u64, refresh: bool },
    Disconnect { epoch: u64 },
    Transmit(Frame),
    Wait(Option<Instant>),
}

impl<D: LinkDialect> Core<D> {
    pub(super) fn new(session: Session<D>) -> Self {
        Self {
            session,
            calls: IdMap::default(),
            posts: IdMap::default(),
            started: false,
            finished: false,
            told: Vec::new(),
            states: 0,
            lagged: 0,
        }
    }

    /// Hands out what the session says until it says something for the task.
    pub(super) fn next_action(&mut self, now: Instant) -> Action {
        loop {
            match self.session.poll(now) {
                Output::Connect { epoch, refresh } => return Action::Connect { epoch, refresh },
                Output::Disconnect { epoch } => return Action::Disconnect { epoch },
                Output::Transmit(frame) => return Action::Transmit(frame),
                Output::Wait(until) => return Action::Wait(until),
                output => self.hand_out(output),
            }
        }
    }

    /// Gives the session an input, and hands out what it says to others at once: it need not pile up.
    pub(super) fn handle(&mut self, input: Input, now: Instant) {
        self.session.handle(input, now);
        while let Some(output) = self.session.next_told() {
            self.hand_out(output);
        }
    }

    fn hand_out(&mut self, output: Output<D>) {
        match output {
            Output::Settled { call, outcome } => {
                if let Some(waiter) = self.calls.remove(&call) {
                    self.told.push(Told::Settled(waiter, outcome));
                }
            }
            Output::Deliver { subscription, delivery } => {
                if let Some(post) = self.posts.get(&subscription) {
                    let (dropped, reader) = post.push(delivery);
                    self.lagged += dropped;
                    self.told.extend(reader.map(Told::Wake));
                }
            }
            Output::Ended { subscription } => {
                if let Some(post) = self.posts.remove(&subscription) {
                    self.told.extend(post.end().map(Told::Wake));
                }
            }
            Output::State(state) => {
                self.states += 1;
                self.told.push(Told::State(self.states, state));
            }
            // These are for the task.
            Output::Connect { .. }
            | Output::Disconnect { .. }
            | Output::Transmit(_)
            | Output::Wait(_) => {}
        }
    }

    /// Without a task there is no transport, and what the session says is for handles alone.
    pub(super) fn settle_if_idle(&mut self, now: Instant) {
        if self.started && !self.finished {
            return;
        }
        while !matches!(self.next_action(now), Action::Wait(_)) {}
    }

    /// Gives what there is to tell for an empty vector.
    pub(super) fn take_told(&mut self, empty: &mut Vec<Told<D>>) {
        std::mem::swap(&mut self.told, empty);
    }

    /// The task is gone: nothing will be said any more.
    pub(super) fn finish(&mut self, now: Instant) {
        self.finished = true;
        self.settle_if_idle(now);
        // Only a dialect that panicked leaves anything.
        for (_, waiter) in self.calls.drain() {
            self.told.push(Told::Settled(waiter, Outcome::Closed));
        }
        for (_, post) in self.posts.drain() {
            self.told.extend(post.end().map(Told::Wake));
        }
    }

    pub(super) fn stats(&self) -> Stats {
        Stats { lagged_events: self.lagged, ..self.session.stats() }
    }
}

/// What a person wants to know is logged once, attempts for those who look closer. A failure's text holds no credential.
pub(super) fn log(state: &State, was_online: bool) {
    match state {
        State::Idle | State::Closing => {}
        State::Connecting { epoch } => tracing::debug!(target: "longlink", epoch, "connecting"),
        State::Greeting { epoch } => tracing::debug!(target: "longlink", epoch, "open"),
        State::Online { epoch } => tracing::info!(target: "longlink", epoch, "online"),
        State::Waiting { failure, .. } if was_online => {
            tracing::info!(target: "longlink", %failure, "offline");
        }
        State::Waiting { failure, .. } => {
            tracing::debug!(target: "longlink", %failure, "waiting for the next attempt");
        }
        State::Stopped { failure, .. } => tracing::warn!(target: "longlink", %failure, "stopped"),
        State::Closed => tracing::debug!(target: "longlink", "closed"),
    }
}
