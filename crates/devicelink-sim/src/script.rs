//! What is done about one request in the place of the server's own answer.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};

use crate::fault::Fault;

/// What a server does about one request, step by step; without a step, nothing. `R` is what it can answer.
///
/// ```
/// use std::time::Duration;
///
/// use devicelink_sim::coolkit::{Reply, Script};
///
/// let twice = Script::new().reply(Reply::own()).reply(Reply::own());
/// let later = Script::new().reply(Reply::code(411)).wait(Duration::from_secs(5)).reply(Reply::code(504));
/// let reversed = Script::new().hold().reply(Reply::own());
/// let anonymous = Script::from(Reply::own().without("sequence"));
/// ```
#[derive(Clone)]
pub struct Script<R> {
    pub(crate) steps: VecDeque<Step<R>>,
}

#[derive(Clone)]
pub(crate) enum Step<R> {
    Reply(R),
    Text(String),
    Fault(Fault),
    Wait(Duration),
    Hold,
}

impl<R> Script<R> {
    /// Nothing: the request has no answer.
    #[must_use]
    pub const fn new() -> Self {
        Self { steps: VecDeque::new() }
    }

    /// Answers.
    #[must_use]
    pub fn reply(self, reply: R) -> Self {
        self.step(Step::Reply(reply))
    }

    /// Sends a text frame on this connection, whatever it holds: an event before the answer, something unknown, no
    /// JSON. The modules `server` of the crates with wire types make frames.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.step(Step::Text(text.into()))
    }

    /// Makes a fault happen on this connection.
    #[must_use]
    pub fn fault(self, fault: impl Into<Fault>) -> Self {
        self.step(Step::Fault(fault.into()))
    }

    /// Waits before the next step. Other requests are answered meanwhile.
    #[must_use]
    pub fn wait(self, time: Duration) -> Self {
        self.step(Step::Wait(time))
    }

    /// Waits before the next step until the next request on this connection has had its turn, so that its answer comes
    /// first.
    #[must_use]
    pub fn hold(self) -> Self {
        self.step(Step::Hold)
    }

    fn step(mut self, step: Step<R>) -> Self {
        self.steps.push_back(step);
        self
    }
}

impl<R> Default for Script<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> From<R> for Script<R> {
    fn from(reply: R) -> Self {
        Self::new().reply(reply)
    }
}

/// Texts may hold anything, and are not printed.
impl<R> fmt::Debug for Script<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("steps", &self.steps.len()).finish_non_exhaustive()
    }
}

/// A request of a client, and what is still to be done about it.
pub(crate) struct Work<Q, R> {
    pub(crate) request: Q,
    pub(crate) steps: VecDeque<Step<R>>,
}

/// The requests of one client whose next step has to wait.
pub(crate) struct Agenda<Q, R> {
    /// For its time.
    timed: FuturesUnordered<BoxFuture<'static, Work<Q, R>>>,
    /// For another request.
    held: Vec<Work<Q, R>>,
}

impl<Q: Send + 'static, R: Send + 'static> Agenda<Q, R> {
    pub(crate) fn new() -> Self {
        Self { timed: FuturesUnordered::new(), held: Vec::new() }
    }

    pub(crate) fn wait(&mut self, work: Work<Q, R>, time: Duration) {
        self.timed.push(Box::pin(tokio::time::sleep(time).map(|()| work)));
    }

    pub(crate) fn hold(&mut self, work: Work<Q, R>) {
        self.held.push(work);
    }

    /// What has waited for another request.
    pub(crate) fn take_held(&mut self) -> Vec<Work<Q, R>> {
        std::mem::take(&mut self.held)
    }

    /// The next one whose time has come; nothing if none waits for its time.
    pub(crate) async fn next(&mut self) -> Option<Work<Q, R>> {
        self.timed.next().await
    }
}
