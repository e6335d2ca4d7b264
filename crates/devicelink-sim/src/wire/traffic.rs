//! What a wire has carried.

use tokio::time::Instant;

/// What a [`Wire`](super::Wire) has carried since it was started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traffic {
    /// Every connection that was accepted, in order.
    pub connections: Vec<Carried>,
}

/// What one connection has carried. Bytes are those of TCP, ciphertext included, and are counted when they are passed
/// on, duplicates twice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Carried {
    /// When it was accepted.
    pub accepted_at: Instant,
    /// Whether it is open.
    pub is_open: bool,
    /// The first byte of the client: 0x16 begins TLS, a capital letter HTTP.
    pub first_byte: Option<u8>,
    /// Bytes to the server.
    pub to_server: u64,
    /// Bytes to the client.
    pub to_client: u64,
}

impl Traffic {
    /// How many connections are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.connections.iter().filter(|carried| carried.is_open).count()
    }

    /// Bytes to the server, over all connections.
    #[must_use]
    pub fn to_server(&self) -> u64 {
        self.connections.iter().map(|carried| carried.to_server).sum()
    }

    /// Bytes to the client, over all connections.
    #[must_use]
    pub fn to_client(&self) -> u64 {
        self.connections.iter().map(|carried| carried.to_client).sum()
    }
}

impl Carried {
    pub(super) fn new() -> Self {
        Self {
            accepted_at: Instant::now(),
            is_open: true,
            first_byte: None,
            to_server: 0,
            to_client: 0,
        }
    }
}
