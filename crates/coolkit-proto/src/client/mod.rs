//! What an app sends.

mod decode;
mod request;
mod user_online;

pub use self::decode::{ClientFrame, Login};
pub use self::request::{Device, Request};
pub use self::user_online::{LegacyPhone, UserOnline};
