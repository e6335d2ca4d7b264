//! A La Marzocco professional espresso machine on the local network.
//!
//! [`Machine`] is the server: WebSocket at `/messages`, REST at `/latest-measurement` and `/config`. It starts as the
//! one professional machine whose frames were published, see [`captured`], and speaks as that one did: one object for
//! each message, every value as text.
//!
//! What is simulated, and how far it can be trusted:
//!
//! - Frames of temperatures, settings and configuration are those of the capture, byte for byte in stand-by.
//! - Names and values of brewing come from the captured REST list; their order and rhythm are plausible, not captured.
//! - Boilers heat at the rate of their watts, with an assumed content of water. Readings are 0 in stand-by, as captured.
//! - That a change of a setting sends all settings again, and that a draw counts up its counters, is assumed.

mod boiler;
mod boilers;
mod brewing;
mod builder;
pub mod captured;
mod clock;
mod follow;
mod inner;
mod machine;
mod rest;
mod state;

pub use self::brewing::{BrewError, Draw};
pub use self::builder::{Builder, Topic};
pub use self::machine::Machine;
