#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(clippy::disallowed_methods)]

mod bounds;
mod failure;
mod frame;
mod mailbox;
mod secret;
mod session;
#[cfg(feature = "testing")]
pub mod testing;
mod time;

#[cfg(feature = "tokio")]
#[allow(clippy::disallowed_methods, reason = "sockets, clocks and randomness live at this edge")]
mod driver;
#[cfg(feature = "tokio")]
#[allow(clippy::disallowed_methods, reason = "sockets, clocks and randomness live at this edge")]
pub mod net;

pub use bounds::{OutOfBounds, within};
#[cfg(feature = "tokio")]
pub use driver::{Link, LinkDialect, NotOnline, States, Subscription};
pub use failure::{
    Failure, MAX_RETRY_AFTER, Observation, RetryAfter, StopReason, TlsFault, UpgradeFault, Verdict,
};
pub use frame::{CloseFrame, Frame, Text};
pub use mailbox::Mailbox;
pub use secret::Secret;
pub use session::{
    Backoff, CallId, CallOptions, Config, Context, Delivery, Dialect, Encoded, Greeting, Heartbeat,
    Input, Jitter, NotSent, Operation, Outcome, Output, Probe, Refused, Schedule, Session, Signals,
    State, Stats, SubscriptionId, TooManySubscriptions, WhenOffline,
};
pub use time::Instant;
