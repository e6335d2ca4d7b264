#![doc = include_str!("../README.md")]
#![deny(clippy::disallowed_methods)]

mod client;
mod code;
pub mod dispatch;
mod error;
mod frame;
mod json;
mod open_enum;
pub mod params;
mod secret;
mod sequence;
pub mod server;
pub mod state;

pub use self::client::{ClientFrame, Device, LegacyPhone, Login, Request, UserOnline};
pub use self::code::{ApiVersion, ErrorClass, ErrorField, FrameCode, HttpCode};
pub use self::error::{Malformed, Reason};
pub use self::frame::{
    Action, Awaited, Event, EventKind, Frame, Handshake, HandshakeOutcome, Heartbeat,
    HeartbeatLimits, Incoming, Notify, Origin, Pending, PendingRequests, Reply, Unmatched, Update,
    UserAgent, Verdict, classify, classify_bytes, redact,
};
pub use self::json::{Json, JsonRef, Object, ObjectRef, Secrets};
pub use self::params::{Params, ParamsRef};
pub use self::secret::Secret;
pub use self::sequence::{Sequence, Sequences};
pub use wirejson::{Error as JsonError, ErrorKind as JsonErrorKind, Number};
