//! What clients have said.

use std::collections::BTreeMap;

use placeos_proto::{Command, Request};
use tokio::time::Instant;

/// What clients have said to a building since it was started, restarts included. All of it is kept.
///
/// Its requests hold the arguments that clients have sent; `Debug` leaves them out.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Heard {
    /// All requests that the server takes, in their order.
    pub requests: Vec<Said>,
    /// How many `ping`s there were. Those of WebSocket are in [`Seen`](crate::Seen).
    pub pings: u64,
    /// Objects that are no request to a server of this generation.
    pub refused: u64,
    /// Binary messages, and texts that are neither `ping` nor one JSON object.
    pub malformed: u64,
    /// The connections that are open now, by their numbers.
    pub open: BTreeMap<u64, Open>,
}

/// One request of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Said {
    /// When it was read.
    pub at: Instant,
    /// On which connection, counted from 1 as in a [`FaultPlan`](crate::FaultPlan) that was never replaced.
    pub connection: u64,
    /// What was said.
    pub request: Request,
}

/// What lives on an open connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Open {
    /// How many status variables are bound.
    pub bindings: usize,
    /// How many modules are debugged.
    pub debugs: usize,
}

impl Heard {
    /// The requests of one kind.
    pub fn of(&self, command: Command) -> impl Iterator<Item = &Request> {
        let requests = self.requests.iter().map(|said| &said.request);
        requests.filter(move |request| *request.command() == command)
    }

    /// How many status variables are bound now, on all connections together.
    #[must_use]
    pub fn bindings(&self) -> usize {
        self.open.values().map(|open| open.bindings).sum()
    }

    /// How many modules are debugged now, on all connections together.
    #[must_use]
    pub fn debugs(&self) -> usize {
        self.open.values().map(|open| open.debugs).sum()
    }
}
