use std::time::Duration;

use super::backoff::Backoff;
use super::heartbeat::Heartbeat;

/// The deadlines and bounds of a link. Every wait has a deadline, every collection a bound.
///
/// ```
/// use std::time::Duration;
/// use longlink::{Backoff, Config, Heartbeat, Probe, Schedule};
///
/// let mut config = Config::default();
/// config.backoff = Backoff::lan();
/// config.heartbeat = Heartbeat::new(
///     Duration::from_secs(15),
///     Duration::from_secs(5),
///     Probe::Text("ping"),
///     Schedule::Always,
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Config {
    /// From the start of an attempt to an open WebSocket: name, TCP, TLS and upgrade together. Default 10 s.
    pub connect_timeout: Duration,
    /// From the open WebSocket to the peer's acceptance. Default 10 s.
    pub greeting_timeout: Duration,
    /// For a call that names no timeout of its own. Default 10 s.
    pub call_timeout: Duration,
    /// For the reply to a subscription or its end, at least 10 ms. Default 10 s.
    pub subscription_timeout: Duration,
    /// How often a subscription that the peer refuses for the moment is tried again. Default 5.
    pub subscription_retries: u32,
    /// For a close, the polite words included. Default 2 s.
    pub close_timeout: Duration,
    /// A credential that is refused a second time within this is not refreshed again: the link stops. Longer than a healthy
    /// connection takes, so that two programs which evict each other from one account do not go on for ever. Default
    /// 10 min.
    pub refresh_window: Duration,
    /// The shortest time between two attempts, those that the user asks for included. Only the one retry after a refused
    /// credential does not wait for it. Default zero.
    pub attempt_spacing: Duration,
    /// Connections that open and do not live for [`Backoff::healthy_after`], within
    /// [`openings_window`](Config::openings_window): one more waits until the first of them is that old. For servers
    /// that accept and drop, and for clouds that block who logs in too often. It holds for
    /// [`Input::Retry`](super::Input::Retry), too. Default 25, at least 1.
    pub max_openings: usize,
    /// How long such a connection counts. Default 10 min.
    pub openings_window: Duration,
    /// The shortest time between two calls on the wire, for servers that drop clients which send too fast. Default zero.
    pub call_spacing: Duration,
    /// How a dead peer is noticed.
    pub heartbeat: Heartbeat,
    /// How long an accepted connection may go without a text or binary message, for peers that are known to talk: one
    /// that answers pings and says nothing is then given up, too. Default: for ever.
    pub message_timeout: Option<Duration>,
    /// How long to wait between attempts.
    pub backoff: Backoff,
    /// The longest frame that a call may be, in bytes: at most what the transport buffers, or one call could end the
    /// connection for all. A longer one is [`NotSent::TooLong`](super::NotSent::TooLong). Default 1 MiB.
    pub max_call_frame: usize,
    /// Calls of the user that are not settled yet; one more is refused with [`NotSent::Full`](super::NotSent::Full). What
    /// the dialect asks by itself ([`Dialect::accepted`](super::Dialect::accepted)) comes on top. Default 16 384.
    pub max_calls: usize,
    /// Subscriptions; one more is refused with [`TooManySubscriptions`](super::TooManySubscriptions). Default 131 072.
    pub max_subscriptions: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            greeting_timeout: Duration::from_secs(10),
            call_timeout: Duration::from_secs(10),
            subscription_timeout: Duration::from_secs(10),
            subscription_retries: 5,
            close_timeout: Duration::from_secs(2),
            refresh_window: Duration::from_secs(600),
            attempt_spacing: Duration::ZERO,
            max_openings: 25,
            openings_window: Duration::from_secs(600),
            call_spacing: Duration::ZERO,
            heartbeat: Heartbeat::default(),
            message_timeout: None,
            backoff: Backoff::cloud(),
            max_call_frame: 1024 * 1024,
            max_calls: 16 * 1024,
            max_subscriptions: 128 * 1024,
        }
    }
}
