//! What all commands that talk to a device share: how long they wait, what they say of the connection, and how they end.

mod limits;
mod link;
mod notice;
mod outcome;
mod progress;
mod watch;

pub(crate) use self::limits::{Limits, Patience, ended};
pub(crate) use self::link::once;
pub(crate) use self::notice::Notice;
pub(crate) use self::outcome::Outcome;
pub(crate) use self::watch::{Seen, watch};
