//! What is on its way in one direction.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use fastrand::Rng;
use tokio::time::Instant;

use super::impairments::{Impairments, Limit};
use super::pieces::{Piece, Pieces};

/// How much may be on its way; more is not read.
const CAPACITY: usize = 1 << 20;

/// How long a piece waits for its successor.
const SWAP_PATIENCE: Duration = Duration::from_millis(100);

/// What is on its way in one direction of one connection. Sockets and clocks are its caller's.
pub(super) struct Line {
    impairments: Impairments,
    rng: Rng,
    pieces: Pieces,
    queue: VecDeque<(Instant, Bytes)>,
    /// The bytes in the queue.
    waiting: usize,
    /// What comes after the next piece, and until when it waits for it.
    swapped: Option<(Instant, Piece)>,
    /// What was passed on since the impairments were set.
    passed: u64,
    /// When the bandwidth allows the next bytes.
    free_at: Instant,
}

impl Line {
    pub(super) fn new(impairments: Impairments, pieces: Pieces, rng: Rng, now: Instant) -> Self {
        Self {
            impairments,
            rng,
            pieces,
            queue: VecDeque::new(),
            waiting: 0,
            swapped: None,
            passed: 0,
            free_at: now,
        }
    }

    pub(super) fn impair(&mut self, impairments: Impairments) {
        self.impairments = impairments;
        self.passed = 0;
    }

    /// Why the connection is to end, if it is.
    pub(super) fn limit(&self) -> Option<Limit> {
        self.impairments.limit.filter(|limit| self.passed >= limit.bytes)
    }

    pub(super) fn is_black_hole(&self) -> bool {
        self.impairments.is_black_hole
    }

    /// Whether more should be read.
    pub(super) fn has_room(&self) -> bool {
        !self.is_black_hole() && self.waiting < CAPACITY
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.swapped.is_none()
    }

    /// Takes what was read, as far as it is complete.
    pub(super) fn take(&mut self, buffer: &mut BytesMut, now: Instant) {
        while let Some(piece) = self.pieces.next(buffer) {
            self.enqueue(piece, now);
        }
    }

    /// Takes the rest: no more follows.
    pub(super) fn end(&mut self, buffer: &mut BytesMut, now: Instant) {
        self.pieces = Pieces::Chunks;
        self.take(buffer, now);
        self.release(now);
    }

    /// Until when a piece waits for its successor.
    pub(super) fn swap_deadline(&self) -> Option<Instant> {
        self.swapped.as_ref().map(|(until, _)| *until)
    }

    /// Waits for no successor any more.
    pub(super) fn release(&mut self, now: Instant) {
        if let Some((_, piece)) = self.swapped.take() {
            self.send(piece, now);
        }
    }

    /// What may be passed on next, and when.
    pub(super) fn next(&self) -> Option<(Instant, &[u8])> {
        let (due, bytes) = self.queue.front()?;
        let Impairments { slice, bytes_per_second, limit, .. } = self.impairments;
        let portion = bytes_per_second.map(|bytes| (bytes / 10).max(1) as usize);
        let left =
            limit.map(|limit| usize::try_from(limit.bytes - self.passed).unwrap_or(usize::MAX));
        let most = [slice, portion, left].into_iter().flatten().fold(bytes.len(), usize::min);
        Some(((*due).max(self.free_at), &bytes[..most]))
    }

    /// Whether the receiver should have its turn before the next piece.
    pub(super) fn is_sliced(&self) -> bool {
        self.impairments.slice.is_some()
    }

    /// So many bytes were passed on.
    pub(super) fn passed(&mut self, count: usize, now: Instant) {
        let Some((_, bytes)) = self.queue.front_mut() else { return };
        let _ = bytes.split_to(count);
        if bytes.is_empty() {
            self.queue.pop_front();
        }
        self.waiting -= count;
        self.passed += count as u64;
        if let Some(bytes_per_second) = self.impairments.bytes_per_second {
            let pause = count as f64 / f64::from(bytes_per_second);
            self.free_at = now + Duration::from_secs_f64(pause);
        }
    }

    fn enqueue(&mut self, mut piece: Piece, now: Instant) {
        let Impairments { flips, swaps, .. } = self.impairments;
        if flips > 0.0 {
            piece.bytes = self.flip(&piece.bytes, flips);
        }
        if !piece.is_movable {
            self.release(now);
            self.send(piece, now);
        } else if self.swapped.is_some() {
            self.send(piece, now);
            self.release(now);
        } else if self.happens(swaps) {
            self.swapped = Some((now + SWAP_PATIENCE, piece));
        } else {
            self.send(piece, now);
        }
    }

    fn send(&mut self, piece: Piece, now: Instant) {
        let Impairments { latency, jitter, duplicates, .. } = self.impairments;
        let mut due = now + latency;
        if !jitter.is_zero() {
            due += jitter.mul_f64(self.rng.f64());
        }
        let due = self.queue.back().map_or(due, |(last, _)| due.max(*last));
        if piece.is_movable && self.happens(duplicates) {
            self.push(due, piece.bytes.clone());
        }
        self.push(due, piece.bytes);
    }

    fn push(&mut self, due: Instant, bytes: Bytes) {
        self.waiting += bytes.len();
        self.queue.push_back((due, bytes));
    }

    fn flip(&mut self, bytes: &[u8], probability: f64) -> Bytes {
        let flipped = bytes.iter().map(|byte| {
            if self.rng.f64() < probability { byte ^ (1 << self.rng.u8(..8)) } else { *byte }
        });
        flipped.collect()
    }

    fn happens(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.rng.f64() < probability
    }
}
