#![doc = include_str!("../README.md")]
#![deny(clippy::disallowed_methods)]

mod code;
mod command;
pub mod endpoint;
mod error;
mod generation;
mod id;
mod json;
mod key;
mod level;
mod request;
mod response;
mod secret;
pub mod server;
mod value;

pub use self::code::{ErrorClass, ErrorCode, RemoteError};
pub use self::command::Command;
pub use self::error::{Malformed, Reason};
pub use self::generation::{ErrorCodeMember, Generation, ValueEncoding, Wire};
pub use self::id::Id;
pub use self::key::{BindingKey, ModuleId};
pub use self::level::Level;
pub use self::request::{Args, Request};
pub use self::response::{Incoming, Kind, LogLine, Meta, Response, classify, classify_bytes};
pub use self::secret::Secret;
pub use self::value::{Value, ValueError};

/// The heartbeat that a client sends, exactly these four bytes as a text message; anything close to it is ignored.
pub const PING: &str = "ping";

/// The answer to [`PING`]. Servers since 2023 also send it unasked, every 80 seconds: it is a sign of life and never
/// "the answer to the nth ping", so do not count.
pub const PONG: &str = "pong";
