//! The tokio driver: it moves bytes and wakes the engine; nothing else.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::task::AtomicWaker;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant as Clock;

mod core;
mod states;
mod subscription;
mod task;

pub use states::States;
pub use subscription::Subscription;

use self::core::{Core, Told};
use crate::net::Connector;
use crate::{
    CallId, CallOptions, Config, Dialect, Failure, Input, Instant, NotSent, Outcome, Session,
    State, Stats,
};

/// A [`Dialect`] that a [`Link`] can drive: all of it may move between threads.
pub trait LinkDialect:
    Dialect<Command: Send, Reply: Send, Error: Send, Event: Send, Topic: Send + Sync, Id: Send>
    + Send
    + 'static
{
}

impl<D> LinkDialect for D where
    D: Dialect<Command: Send, Reply: Send, Error: Send, Event: Send, Topic: Send + Sync, Id: Send>
        + Send
        + 'static
{
}

/// A handle to a long-lived link. Cloning is cheap; the link closes when its last handle, subscription and call are gone.
///
/// Making one does no I/O. The first call, subscription or [`start`](Link::start) inside a tokio runtime spawns the one
/// task that drives the link.
///
/// ```
/// # use longlink::{Context, Dialect, Encoded, Frame, Signals};
/// # #[derive(Debug)]
/// # struct Lines;
/// # impl Dialect for Lines {
/// #     type Command = String;
/// #     type Reply = ();
/// #     type Error = ();
/// #     type Event = String;
/// #     type Topic = ();
/// #     type Id = u64;
/// #     fn encode(&mut self, command: String, cx: &mut Context<'_>) -> Encoded<u64> {
/// #         Encoded { id: cx.serial(), frame: Frame::text(command) }
/// #     }
/// #     fn receive(&mut self, frame: Frame, _: &mut Context<'_>, signals: &mut Signals<Self>) {
/// #         if let Frame::Text(line) = frame { signals.event((), line.as_str().to_owned()) }
/// #     }
/// # }
/// use futures::StreamExt;
/// use longlink::net::{Endpoint, Target, WebSocketConnector};
/// use longlink::{Config, Delivery, Link};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let endpoint = Endpoint::new(Target::parse("ws://127.0.0.1:9000/")?);
/// let link = Link::new(Lines, WebSocketConnector::new(endpoint), Config::default());
///
/// let mut lines = link.subscribe((), 1024);
/// while let Some(delivery) = lines.next().await {
///     match delivery {
///         Delivery::Event(line) => println!("{line}"),
///         Delivery::Gap { failure, .. } => println!("-- lost: {failure}"),
///         Delivery::Stopped(failure) => return Err(failure.into()),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Code of others
///
/// Wakers, log subscribers and dropped attempts run outside of the link's lock: they may use the link. The transport's
/// own `poll` methods and the `Drop` of a dialect's commands and events run under it: they must not.
pub struct Link<D: LinkDialect> {
    owner: Arc<Owner<D>>,
}

/// Keeps the link open.
struct Owner<D: LinkDialect>(Arc<Shared<D>>);

/// What handles and the task share.
struct Shared<D: LinkDialect> {
    core: Mutex<Core<D>>,
    /// Wakes the task when a handle changed the session.
    wake: AtomicWaker,
    connector: Arc<dyn Connector>,
    started_at: Clock,
    /// The latest state that was told, and its number.
    state: watch::Sender<(u64, State)>,
    /// The task was spawned: spares those who only want to be sure of it the lock.
    started: AtomicBool,
    /// Turns true when the task is gone with all that it held.
    finished: watch::Sender<bool>,
}

impl<D: LinkDialect> Link<D> {
    /// A link that is not started.
    #[must_use]
    pub fn new(dialect: D, connector: impl Connector + 'static, config: Config) -> Self {
        let session = Session::new(dialect, config, fastrand::u64(..));
        let state = watch::Sender::new((0, session.state()));
        let core = Core::new(session);
        let shared = Shared {
            core: Mutex::new(core),
            wake: AtomicWaker::new(),
            connector: Arc::new(connector),
            started_at: Clock::now(),
            state,
            started: AtomicBool::new(false),
            finished: watch::Sender::new(false),
        };
        Self { owner: Arc::new(Owner(Arc::new(shared))) }
    }

    /// Starts to connect, if that has not begun. Outside of a tokio runtime nothing happens.
    pub fn start(&self) {
        Shared::start(&self.owner.0);
    }

    /// Waits until the link is online.
    ///
    /// Cancel safe. It does not end by itself while the link keeps trying: put a timeout around it.
    ///
    /// # Errors
    /// [`NotOnline`] if the link stopped for good or is closed.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn online(&self) -> Result<(), NotOnline> {
        self.start();
        let shared = &self.owner.0;
        assert!(shared.started.load(Ordering::Acquire), "there is no tokio runtime here");
        let mut state = shared.state.subscribe();
        loop {
            // What is told may be older than what a handle has just asked for, as a retry.
            match shared.lock().session.state() {
                State::Online { .. } => return Ok(()),
                State::Stopped { failure, .. } => return Err(NotOnline::Stopped(failure)),
                State::Closing | State::Closed => return Err(NotOnline::Closed),
                _ => {}
            }
            if state.changed().await.is_err() {
                return Err(NotOnline::Closed);
            }
        }
    }

    /// Makes a call and waits until it is settled, at the latest at its deadline.
    ///
    /// The command is written at most once. What became of it is in the [`Outcome`]: only [`Outcome::NotSent`],
    /// [`Outcome::Closed`] and a timeout that was not `sent` say that the peer cannot have acted on it.
    ///
    /// The call is made when this method is called, not when the future is first polled. Dropping the future gives the call up: a command that was not written yet
    /// will not be; one that was written stays written.
    pub fn call(
        &self,
        command: D::Command,
        options: CallOptions,
    ) -> impl Future<Output = Outcome<D::Reply, D::Error>> + Send + 'static + use<D> {
        let pending = self.make_call(command, options);
        async move {
            match pending {
                // The sender is dropped without a word only when the process ends.
                Ok(mut call) => {
                    // A call that was made outside of a runtime starts the link here.
                    Shared::start(&call.owner.0);
                    (&mut call.outcome).await.unwrap_or(Outcome::Closed)
                }
                Err(not_sent) => Outcome::NotSent(not_sent),
            }
        }
    }

    fn make_call(
        &self,
        command: D::Command,
        options: CallOptions,
    ) -> Result<PendingCall<D>, NotSent> {
        self.start();
        let shared = &self.owner.0;
        let mut core = shared.lock();
        let id = core.session.call(command, options, shared.now())?;
        let (sender, outcome) = oneshot::channel();
        core.calls.insert(id, sender);
        drop(core);
        shared.wake.wake();
        Ok(PendingCall { id, outcome, owner: Arc::clone(&self.owner) })
    }

    /// Subscribes to a topic, for as long as the [`Subscription`] lives. At most `capacity` events wait for a slow
    /// reader; then the oldest are dropped, and the reader is told.
    ///
    /// One more than [`Config::max_subscriptions`] yields [`Delivery::Stopped`](crate::Delivery::Stopped) with
    /// [`Observation::TooManySubscriptions`](crate::Observation::TooManySubscriptions), and is over.
    #[must_use]
    pub fn subscribe(&self, topic: D::Topic, capacity: usize) -> Subscription<D> {
        self.start();
        Subscription::new(&self.owner, topic, capacity)
    }

    /// What the link is doing.
    #[must_use]
    pub fn state(&self) -> State {
        self.owner.0.lock().session.state()
    }

    /// The states from now on. A reader who is slow sees the latest only.
    #[must_use]
    pub fn states(&self) -> States {
        States::new(self.owner.0.state.subscribe())
    }

    /// Why there is no connection: the last failure, until a connection is accepted.
    #[must_use]
    pub fn last_failure(&self) -> Option<Failure> {
        self.owner.0.lock().session.last_failure().cloned()
    }

    /// How long until the next attempt to connect, while the link waits for it.
    #[must_use]
    pub fn next_attempt_in(&self) -> Option<std::time::Duration> {
        match self.state() {
            State::Waiting { until, .. } => Some(until.since(self.now())),
            _ => None,
        }
    }

    /// The link's clock, to compare with the times in [`State`].
    #[must_use]
    pub fn now(&self) -> Instant {
        self.owner.0.now()
    }

    /// The counters.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.owner.0.lock().stats()
    }

    /// Tries at once instead of waiting for the backoff. Leaves a stop, too: after a new credential was given, say.
    pub fn retry(&self) {
        self.start();
        // Who is not started need not retry; the attempt would have no task.
        if self.owner.0.started.load(Ordering::Acquire) {
            self.owner.0.input(Input::Retry);
        }
    }

    /// Tells that the credential was replaced: a refusal of it is not counted with the one before. Leaves a stop.
    pub fn renewed(&self) {
        self.start();
        if self.owner.0.started.load(Ordering::Acquire) {
            self.owner.0.input(Input::Renewed);
        }
    }

    /// Closes the link for good and waits until that is done: within the configured close timeout, no task, no socket
    /// and no unsettled call is left. Other handles see a closed link.
    ///
    /// Cancel safe: once the future was polled, the close goes on without the waiter.
    pub async fn close(&self) {
        let shared = &self.owner.0;
        shared.input(Input::Close);
        if shared.lock().started {
            let mut finished = shared.finished.subscribe();
            // The sender lives as long as `shared`.
            let _ = finished.wait_for(|finished| *finished).await;
        }
    }
}

/// A call whose future is alive. Gives the call up when dropped.
struct PendingCall<D: LinkDialect> {
    id: CallId,
    outcome: oneshot::Receiver<Outcome<D::Reply, D::Error>>,
    owner: Arc<Owner<D>>,
}

impl<D: LinkDialect> Drop for PendingCall<D> {
    fn drop(&mut self) {
        if self.outcome.is_terminated() {
            return;
        }
        let shared = &self.owner.0;
        let mut core = shared.lock();
        if core.calls.remove(&self.id).is_some() {
            core.session.cancel(self.id);
            drop(core);
            shared.wake.wake();
        }
    }
}

impl<D: LinkDialect> Shared<D> {
    fn start(this: &Arc<Self>) {
        if this.started.load(Ordering::Acquire) {
            return;
        }
        let mut core = this.lock();
        if core.started {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        core.started = true;
        core.session.handle(Input::WallClock { unix: unix_time() }, this.now());
        core.session.handle(Input::Start, this.now());
        this.started.store(true, Ordering::Release);
        drop(core);
        drop(runtime.spawn(task::run(Arc::clone(this))));
    }

    /// Gives the session an input from a handle.
    fn input(&self, input: Input) {
        self.with(|core| {
            core.session.handle(input, self.now());
            core.settle_if_idle(self.now());
        });
        self.wake.wake();
    }

    /// Runs `f` under the lock, and tells others what came of it after it.
    fn with<T>(&self, f: impl FnOnce(&mut Core<D>) -> T) -> T {
        self.with_memory(&mut Vec::new(), f)
    }

    /// The same with memory for what is told that is used again.
    fn with_memory<T>(&self, memory: &mut Vec<Told<D>>, f: impl FnOnce(&mut Core<D>) -> T) -> T {
        let mut core = self.lock();
        let result = f(&mut core);
        core.take_told(memory);
        drop(core);
        for told in memory.drain(..) {
            self.tell(told);
        }
        result
    }

    fn tell(&self, told: Told<D>) {
        match told {
            // Nobody listens if the future was dropped in this moment.
            Told::Settled(waiter, outcome) => drop(waiter.send(outcome)),
            Told::Wake(reader) => reader.wake(),
            Told::State(number, state) => {
                core::log(&state, self.state.borrow().1.is_online());
                self.state.send_if_modified(|last| {
                    let newer = number > last.0;
                    if newer {
                        *last = (number, state);
                    }
                    newer
                });
            }
        }
    }

    fn now(&self) -> Instant {
        Instant::from(Clock::now().saturating_duration_since(self.started_at))
    }

    /// Only a dialect that panics can poison the lock. The task ends then, and [`Core::finish`] settles what is left.
    fn lock(&self) -> MutexGuard<'_, Core<D>> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: LinkDialect> Drop for Owner<D> {
    fn drop(&mut self) {
        self.0.input(Input::Close);
    }
}

fn unix_time() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

impl<D: LinkDialect> Clone for Link<D> {
    fn clone(&self) -> Self {
        Self { owner: Arc::clone(&self.owner) }
    }
}

impl<D: LinkDialect> fmt::Debug for Link<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("state", &self.state()).finish_non_exhaustive()
    }
}

/// Why a link will not come online.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotOnline {
    /// It stopped for good.
    #[error("the link stopped: {0}")]
    Stopped(Failure),
    /// It is closed.
    #[error("the link is closed")]
    Closed,
}
