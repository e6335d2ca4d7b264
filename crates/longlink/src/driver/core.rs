use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{oneshot, watch};

use super::LinkDialect;
use super::subscription::Post;
use crate::{
    CallId, Dialect, Frame, Instant, Outcome, Output, Session, State, Stats, SubscriptionId,
};

/// The session, and who waits for what it says.
pub(super) struct Core<D: LinkDialect> {
    pub(super) session: Session<D>,
    pub(super) calls: HashMap<CallId, Waiter<D>>,
    pub(super) posts: HashMap<SubscriptionId, Arc<Post<D>>>,
    /// The task was spawned.
    pub(super) started: bool,
    /// The task is gone.
    pub(super) finished: bool,
    state: watch::Sender<State>,
    lagged: u64,
}

/// Tells the caller what became of the call.
type Waiter<D> = oneshot::Sender<Outcome<<D as Dialect>::Reply, <D as Dialect>::Error>>;

/// What only the task can do.
pub(super) enum Action {
    Connect { epoch: u64, refresh: bool },
    Disconnect { epoch: u64 },
    Transmit(Frame),
    Wait(Option<Instant>),
}

impl<D: LinkDialect> Core<D> {
    pub(super) fn new(session: Session<D>) -> (Self, watch::Receiver<State>) {
        let (state, receiver) = watch::channel(session.state());
        let core = Self {
            session,
            calls: HashMap::new(),
            posts: HashMap::new(),
            started: false,
            finished: false,
            state,
            lagged: 0,
        };
        (core, receiver)
    }

    /// Hands out what the session says until it says something for the task.
    pub(super) fn next_action(&mut self, now: Instant) -> Action {
        loop {
            match self.session.poll(now) {
                Output::Connect { epoch, refresh } => return Action::Connect { epoch, refresh },
                Output::Disconnect { epoch } => return Action::Disconnect { epoch },
                Output::Transmit(frame) => return Action::Transmit(frame),
                Output::Wait(until) => return Action::Wait(until),
                Output::Settled { call, outcome } => {
                    if let Some(waiter) = self.calls.remove(&call) {
                        // Nobody listens if the future was dropped in this moment.
                        let _ = waiter.send(outcome);
                    }
                }
                Output::Deliver { subscription, delivery } => {
                    if let Some(post) = self.posts.get(&subscription) {
                        self.lagged += post.push(delivery);
                    }
                }
                Output::Ended { subscription } => {
                    if let Some(post) = self.posts.remove(&subscription) {
                        post.end();
                    }
                }
                Output::State(state) => {
                    log(&state);
                    self.state.send_replace(state);
                }
            }
        }
    }

    /// Without a task there is no transport, and what the session says is for handles alone.
    pub(super) fn settle_if_idle(&mut self, now: Instant) {
        if self.started && !self.finished {
            return;
        }
        while !matches!(self.next_action(now), Action::Wait(_)) {}
    }

    pub(super) fn stats(&self) -> Stats {
        Stats { lagged_events: self.lagged, ..self.session.stats() }
    }
}

/// A change of state is logged once. A failure's text holds no credential.
fn log(state: &State) {
    match state {
        State::Idle | State::Closing => {}
        State::Connecting { epoch } => tracing::debug!(target: "longlink", epoch, "connecting"),
        State::Greeting { epoch } => tracing::debug!(target: "longlink", epoch, "open"),
        State::Online { epoch } => tracing::info!(target: "longlink", epoch, "online"),
        State::Waiting { failure, .. } => {
            tracing::debug!(target: "longlink", %failure, "waiting for the next attempt");
        }
        State::Stopped { failure, .. } => tracing::warn!(target: "longlink", %failure, "stopped"),
        State::Closed => tracing::debug!(target: "longlink", "closed"),
    }
}
