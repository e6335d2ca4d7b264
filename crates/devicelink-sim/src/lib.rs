#![doc = include_str!("../README.md")]

pub mod coolkit;
pub mod fault;
pub mod lamarzocco;
pub mod placeos;
pub mod replay;
mod script;
mod server;
pub mod wire;

pub use self::fault::{Answer, Fault, FaultPlan};
pub use self::script::Script;
pub use self::server::identity::{Identity, IdentityError};
pub use self::server::seen::{Credential, Request, Seen};
pub use self::server::{StartError, Stopped};
