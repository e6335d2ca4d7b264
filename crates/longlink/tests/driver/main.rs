//! The driver over in-memory transports, on a paused clock.
#![cfg(feature = "tokio")]

mod edge;
mod link;
mod memory;
mod tap;
#[path = "../engine/telegraph.rs"]
mod telegraph;
