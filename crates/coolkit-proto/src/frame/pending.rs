//! What is waiting for an answer.

use std::collections::BTreeMap;

use crate::client::Request;
use crate::sequence::Sequence;

/// What the classifier needs to know of the caller's open requests.
///
/// Implement it on the table that you have, or use [`PendingRequests`].
pub trait Pending {
    /// The sequence of the login that is pending.
    fn handshake(&self) -> Option<&str>;

    /// The request with this sequence, if it is pending.
    fn request(&self, sequence: &str) -> Option<Awaited<'_>>;
}

/// A request that is pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Awaited<'a> {
    /// The device that it went to, if it has one.
    pub device_id: Option<&'a str>,
}

/// A table of open requests. Its size is what the caller puts in: end every wait by a deadline, and
/// [`finish`](Self::finish) the request.
#[derive(Debug, Clone, Default)]
pub struct PendingRequests {
    handshake: Option<Sequence>,
    requests: BTreeMap<Sequence, Option<Box<str>>>,
}

impl PendingRequests {
    /// An empty table.
    #[must_use]
    pub const fn new() -> Self {
        Self { handshake: None, requests: BTreeMap::new() }
    }

    /// Notes that a login was sent.
    pub fn begin_handshake(&mut self, sequence: &Sequence) {
        self.handshake = Some(sequence.clone());
    }

    /// Notes that the login was answered.
    pub fn end_handshake(&mut self) {
        self.handshake = None;
    }

    /// Notes that a request was sent.
    pub fn insert(&mut self, request: &Request) {
        self.requests.insert(request.sequence().clone(), request.device_id().map(Into::into));
    }

    /// Takes a request out: the first answer wins. Whether it was pending.
    pub fn finish(&mut self, sequence: &str) -> bool {
        self.requests.remove(sequence).is_some()
    }

    /// How many requests are pending, the login not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether no request is pending, the login not counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }
}

impl Pending for PendingRequests {
    fn handshake(&self) -> Option<&str> {
        self.handshake.as_ref().map(Sequence::as_str)
    }

    fn request(&self, sequence: &str) -> Option<Awaited<'_>> {
        let device_id = self.requests.get(sequence)?;
        Some(Awaited { device_id: device_id.as_deref() })
    }
}
