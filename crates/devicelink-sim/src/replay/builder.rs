//! How a replay is set up before it starts.

use super::app::Replay;
use super::connection::Connection;
use super::protocol::Protocol;
use crate::server::{Setup, StartError, server_options};

/// How a [`Replay`] is set up. Made by [`Replay::builder`].
#[derive(Debug, Clone)]
#[must_use = "nothing listens before `start`"]
pub struct Builder {
    pub(super) setup: Setup,
    pub(super) protocol: Protocol,
    pub(super) connections: Vec<Connection>,
    pub(super) pace: Pace,
}

/// How fast recorded time passes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pace {
    /// So many recorded seconds in one of ours.
    Speed(f64),
    AtOnce,
}

server_options!(Builder);

impl Builder {
    pub(super) fn new(protocol: Protocol) -> Self {
        let setup = Setup::default();
        Self { setup, protocol, connections: Vec::new(), pace: Pace::Speed(1.0) }
    }

    /// One more connection; without any, clients hear nothing.
    pub fn connection(mut self, connection: Connection) -> Self {
        self.connections.push(connection);
        self
    }

    /// How many recorded seconds pass in one of ours: 1 unless set.
    ///
    /// # Panics
    ///
    /// If it is not a positive finite number.
    pub fn speed(mut self, speed: f64) -> Self {
        assert!(speed > 0.0 && speed.is_finite(), "a speed is a positive number");
        self.pace = Pace::Speed(speed);
        self
    }

    /// Says everything without waiting for its time; for requests it waits.
    pub fn fast(mut self) -> Self {
        self.pace = Pace::AtOnce;
        self
    }

    /// Starts the server on the runtime of the caller.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened at, or the certificate cannot be made.
    #[expect(clippy::unused_async, reason = "it needs a runtime, and starting one day may wait")]
    pub async fn start(self) -> Result<Replay, StartError> {
        Replay::with(self)
    }
}
