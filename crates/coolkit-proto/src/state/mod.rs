//! What is known of a device: params in two layers, and whether it is online.
//!
//! All rules are pure: nothing here reads a clock, and the same inputs give the same state.

mod device;
mod merge;
mod presence;

pub use self::device::{DeviceState, Layer, MAX_PARAMS};
pub use self::merge::merge;
pub use self::presence::{Presence, presence_of_event, presence_of_reply};
