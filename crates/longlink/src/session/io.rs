use std::time::Duration;

use super::dialect::Dialect;
use crate::{Failure, Frame, Instant, Secret, StopReason};

/// What happens to a session from outside.
///
/// Inputs of a transport carry the epoch of the [`Output::Connect`] that they belong to; those of an earlier one are
/// counted and ignored.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Input {
    /// Connect, if that has not begun yet.
    Start,
    /// The transport is open.
    Opened {
        /// Of which attempt.
        epoch: u64,
        /// What it presents to the peer, if the dialect has to know: [`Context::credential`](super::Context::credential).
        credential: Option<Secret>,
    },
    /// The attempt failed, or the open transport ended.
    Lost {
        /// Of which attempt.
        epoch: u64,
        /// Why.
        failure: Failure,
    },
    /// A frame came in.
    Received {
        /// On which connection.
        epoch: u64,
        /// The frame.
        frame: Frame,
    },
    /// The transport takes another frame, or takes none for now. An open transport takes frames.
    Writable {
        /// Which connection.
        epoch: u64,
        /// Whether it takes a frame.
        writable: bool,
    },
    /// The wall clock: the time since the Unix epoch, now. Give it at the start and whenever it may have been set.
    WallClock {
        /// The time since the Unix epoch.
        unix: Duration,
    },
    /// Time passed. Nothing else happened.
    Elapsed,
    /// Try at once instead of waiting for the backoff; leaves a stop, too.
    Retry,
    /// The user has replaced the credential: a refusal of it is not the second one of the last. Leaves a stop.
    Renewed,
    /// Close for good.
    Close,
}

/// What a session wants done.
#[derive(Debug)]
#[non_exhaustive]
pub enum Output<D: Dialect> {
    /// Open a transport. A previous one has been disconnected.
    Connect {
        /// Belongs into the inputs of this transport.
        epoch: u64,
        /// Whether the credential was refused and another one is needed.
        refresh: bool,
    },
    /// Write this frame. It counts as sent from now on.
    Transmit(Frame),
    /// Drop the transport, or the attempt to open one. What it reports from now on does not count.
    Disconnect {
        /// Which one.
        epoch: u64,
    },
    /// A call is settled. Exactly one for each call that is not [cancelled](super::Session::cancel).
    Settled {
        /// The call.
        call: CallId,
        /// What became of it.
        outcome: Outcome<D::Reply, D::Error>,
    },
    /// Something for a subscription, in order.
    Deliver {
        /// The subscription.
        subscription: SubscriptionId,
        /// What it gets.
        delivery: Delivery<D::Event, D::Error>,
    },
    /// The subscription is over; nothing follows.
    Ended {
        /// The subscription.
        subscription: SubscriptionId,
    },
    /// The state changed.
    State(State),
    /// Nothing to do until the time given, or until an input if there is none.
    Wait(Option<Instant>),
}

/// A call. Never reused by a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub(super) u64);

/// A subscription: local, and stable over reconnects. Never reused by a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriptionId(pub(super) u64);

/// What became of a call.
///
/// | outcome | written | the peer may have acted |
/// |---|---|---|
/// | `Ok`, `Remote` | yes | yes |
/// | `Indeterminate`, `Timeout { sent: true }` | yes | yes |
/// | `NotSent`, `Closed`, `Timeout { sent: false }` | no | no |
/// | `Cancelled` | perhaps | perhaps |
///
/// Whether to try again is the caller's to decide: it knows whether doing it twice does harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<R, E> {
    /// The peer answered.
    Ok(R),
    /// The peer answered with an error.
    Remote(E),
    /// Never written: the peer did not act on it.
    NotSent(NotSent),
    /// Written, and the connection was lost before an answer: the peer may have acted on it. It is not sent again.
    Indeterminate,
    /// The deadline passed. If it was `sent`, the peer may have acted on it.
    Timeout {
        /// Whether it was written.
        sent: bool,
    },
    /// Given up by the caller.
    Cancelled,
    /// The link was closed before it was written.
    Closed,
}

/// Why a call was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotSent {
    /// The link is not online, and the call does not want to wait for it.
    Offline,
    /// Too many calls wait already ([`Config::max_calls`](super::Config::max_calls)).
    Full,
    /// Its frame is longer than [`Config::max_call_frame`](super::Config::max_call_frame).
    TooLong,
    /// The connection was lost while the call waited for its turn.
    Lost,
    /// The link stopped for good.
    Stopped(StopReason),
    /// The link is closed.
    Closed,
    /// The dialect gave an id that is in use. This is a bug in the dialect.
    DuplicateId,
}

/// What a subscription gets.
///
/// Between a [`Gap`](Delivery::Gap) and its [`Resynced`](Delivery::Resynced) there is no event. What was known before the
/// gap is the last known, not the current; whether the peer repeats current values is a matter of the protocol.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Delivery<T, E> {
    /// An event.
    Event(T),
    /// The reader was too slow: this many events were dropped here, the oldest first.
    Lagged(u64),
    /// The connection was lost, or could not be made: events may be missing here, and values known so far are only the
    /// last known ones. Told once for each outage, however many attempts fail.
    Gap {
        /// The connection that was lost, or the attempt that failed.
        epoch: u64,
        /// Why.
        failure: Failure,
    },
    /// The subscription is in force again after a gap.
    Resynced {
        /// The connection from now on.
        epoch: u64,
    },
    /// The peer refused the subscription.
    Refused {
        /// In the peer's words.
        error: E,
        /// Whether it will be tried again. If not, the subscription is over.
        retrying: bool,
    },
    /// The link stopped for good; the subscription is over.
    Stopped(Failure),
}

/// How a call is made.
///
/// ```
/// use std::time::Duration;
/// use longlink::CallOptions;
///
/// let options = CallOptions::default().timeout(Duration::from_secs(3)).wait_until_online();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// How long until the call is settled, in every state. By default [`Config::call_timeout`](super::Config::call_timeout).
    pub timeout: Option<Duration>,
    /// What to do when the link is not online.
    pub when_offline: WhenOffline,
}

impl CallOptions {
    /// Wait this long at most, in every state.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Wait for the link when it is not online, within the timeout.
    #[must_use]
    pub fn wait_until_online(mut self) -> Self {
        self.when_offline = WhenOffline::Wait;
        self
    }
}

/// What a call does when the link is not online.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum WhenOffline {
    /// Fails at once.
    #[default]
    Fail,
    /// Waits for the link to be online, within its timeout and over failed attempts. A connection that is lost while the
    /// call waits for its turn on it settles the call as [`NotSent::Lost`]: nothing that was queued on one connection is
    /// sent on another.
    Wait,
}

/// What a link is doing.
///
/// Being offline is a state, not an error: a link in [`Waiting`](State::Waiting) comes back by itself.
/// [`Stopped`](State::Stopped) does not, see [`StopReason`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum State {
    /// Made, not started.
    Idle,
    /// Opening a transport.
    Connecting {
        /// The number of the attempt, from 1.
        epoch: u64,
    },
    /// Open, not accepted by the peer yet.
    Greeting {
        /// The number of the attempt.
        epoch: u64,
    },
    /// Accepted: calls are sent, subscriptions are in force or being restored.
    Online {
        /// The number of the connection.
        epoch: u64,
    },
    /// Waiting for the next attempt.
    Waiting {
        /// When it will be made.
        until: Instant,
        /// Why the last one failed.
        failure: Failure,
    },
    /// Stopped for good: trying again by itself cannot help. [`Input::Retry`] leaves it.
    Stopped {
        /// What kind of stop.
        reason: StopReason,
        /// What was seen.
        failure: Failure,
    },
    /// Closing.
    Closing,
    /// Closed.
    Closed,
}

impl State {
    /// Whether calls are sent now.
    #[must_use]
    pub fn is_online(&self) -> bool {
        matches!(self, Self::Online { .. })
    }
}

/// The bound on subscriptions is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many subscriptions: drop some, or raise `max_subscriptions`")]
pub struct TooManySubscriptions;
