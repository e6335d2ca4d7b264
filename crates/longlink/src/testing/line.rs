use std::time::Duration;

use crate::{Failure, Frame, Instant};

/// The other end of a [`Wire`](super::Wire): a scripted server or device.
pub trait Peer {
    /// A new connection is open. Nothing of the last one passes any more.
    fn opened(&mut self, line: &mut Line<'_>) {
        let _ = line;
    }

    /// A frame has arrived. The peer answers pings itself, or does not.
    fn hears(&mut self, frame: Frame, line: &mut Line<'_>);
}

/// What a [`Peer`] can do with the connection that is open.
#[derive(Debug)]
pub struct Line<'a> {
    pub(super) now: Instant,
    pub(super) epoch: u64,
    pub(super) said: &'a mut Vec<Said>,
}

/// Something that a peer does, after a while.
#[derive(Debug)]
pub(super) enum Said {
    Frame(Duration, Frame),
    HangUp(Failure),
}

impl Line<'_> {
    /// The time.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The number of the connection, as the session counts.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Sends a frame.
    pub fn say(&mut self, frame: Frame) {
        self.say_after(Duration::ZERO, frame);
    }

    /// Sends a frame after a while, unless the connection is gone by then.
    pub fn say_after(&mut self, delay: Duration, frame: Frame) {
        self.said.push(Said::Frame(delay, frame));
    }

    /// Ends the connection behind what was said so far; the other end sees this.
    pub fn hang_up(&mut self, failure: impl Into<Failure>) {
        self.said.push(Said::HangUp(failure.into()));
    }
}
