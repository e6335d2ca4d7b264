//! What is wrong in one direction.

use std::time::Duration;

use super::connection::End;

/// What goes wrong in one direction of a [`Wire`](super::Wire); nothing, unless something is said.
///
/// Everything can be combined. A chunk is what one read of the socket gave, at most 16 KiB; with
/// [`Builder::by_frames`](super::Builder::by_frames) it is a WebSocket message where chunks are duplicated or swapped.
///
/// | what | to TCP and WebSocket | to TLS |
/// | --- | --- | --- |
/// | latency, bandwidth, slice | the same bytes, later or in other pieces | the same |
/// | black hole | nothing comes, and nothing is lost: a healed hole goes on where it began | the same |
/// | close after, reset after | the stream is cut, also within a frame | cut within a record, without `close_notify` |
/// | duplicate, reorder | a garbled stream; by frames, whole messages | a bad record: TLS ends with an alert |
/// | corrupt | garbled headers and payloads, which WebSocket has no checksum against | a bad record |
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[must_use = "it is for `Wire::impair`"]
pub struct Impairments {
    pub(super) latency: Duration,
    pub(super) jitter: Duration,
    pub(super) bytes_per_second: Option<u32>,
    pub(super) slice: Option<usize>,
    pub(super) limit: Option<Limit>,
    pub(super) is_black_hole: bool,
    pub(super) duplicates: f64,
    pub(super) swaps: f64,
    pub(super) flips: f64,
}

/// After so many bytes a connection ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limit {
    pub(super) bytes: u64,
    pub(super) end: End,
}

impl Impairments {
    /// Nothing is wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every chunk arrives this much later. It does not slow down a stream.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Every chunk arrives up to this much later still. The order is kept.
    pub fn jitter(mut self, jitter: Duration) -> Self {
        self.jitter = jitter;
        self
    }

    /// No more than this many bytes per second pass, in up to ten portions, or one by one.
    ///
    /// # Panics
    ///
    /// If it is 0; that is a [black hole](Self::black_hole).
    pub fn bandwidth(mut self, bytes_per_second: u32) -> Self {
        assert!(bytes_per_second > 0, "a bandwidth is not 0");
        self.bytes_per_second = Some(bytes_per_second);
        self
    }

    /// The stream is cut into pieces of this many bytes, each of which is sent alone: 1 cuts at every byte. A receiver
    /// that is not busy reads each of them alone.
    ///
    /// # Panics
    ///
    /// If it is 0.
    pub fn slice(mut self, bytes: usize) -> Self {
        assert!(bytes > 0, "a slice is not empty");
        self.slice = Some(bytes);
        self
    }

    /// After this many more bytes of a connection it ends with FIN on either side. Takes the place of
    /// [`reset_after`](Self::reset_after).
    pub fn close_after(mut self, bytes: u64) -> Self {
        self.limit = Some(Limit { bytes, end: End::Closed });
        self
    }

    /// After this many more bytes of a connection it ends with RST on either side; with 0 at once, in the case of new
    /// connections before the server is dialled. Takes the place of [`close_after`](Self::close_after).
    pub fn reset_after(mut self, bytes: u64) -> Self {
        self.limit = Some(Limit { bytes, end: End::Reset });
        self
    }

    /// Connections stay open, but nothing is read and nothing passes, not even an end.
    pub fn black_hole(mut self) -> Self {
        self.is_black_hole = true;
        self
    }

    /// A chunk comes twice with this probability.
    ///
    /// # Panics
    ///
    /// If it is not within 0 and 1.
    pub fn duplicate(mut self, probability: f64) -> Self {
        self.duplicates = checked(probability);
        self
    }

    /// A chunk comes after the next one with this probability, or by itself if none follows within 100 ms.
    ///
    /// # Panics
    ///
    /// As [`duplicate`](Self::duplicate).
    pub fn reorder(mut self, probability: f64) -> Self {
        self.swaps = checked(probability);
        self
    }

    /// A byte has one of its bits flipped with this probability.
    ///
    /// # Panics
    ///
    /// As [`duplicate`](Self::duplicate).
    pub fn corrupt(mut self, probability: f64) -> Self {
        self.flips = checked(probability);
        self
    }
}

fn checked(probability: f64) -> f64 {
    assert!((0.0..=1.0).contains(&probability), "a probability is within 0 and 1");
    probability
}
