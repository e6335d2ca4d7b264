//! The keys by which the cloud answers.

use std::borrow::Borrow;
use std::fmt;

/// The sequence of a request: milliseconds of Unix time, a string of 13 digits on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sequence(Box<str>);

/// Hands out sequences, each one only once and each larger than the one before.
///
/// The cloud keys what is pending by sequence alone, over all sockets: two requests with one sequence get one answer.
/// So keep **one** generator in a program, also across reconnects. The clock is an argument, and may step back.
///
/// ```
/// use coolkit_proto::Sequences;
///
/// let mut sequences = Sequences::new();
/// assert_eq!(sequences.next(1_519_293_433_136).as_str(), "1519293433136");
/// assert_eq!(sequences.next(1_519_293_433_136).as_str(), "1519293433137");
/// assert_eq!(sequences.next(0).as_str(), "1519293433138");
/// ```
#[derive(Debug, Default)]
pub struct Sequences {
    last: u64,
}

/// The first and the last number of 13 digits: September 2001 and November 2286.
const FIRST: u64 = 1_000_000_000_000;
const LAST: u64 = 9_999_999_999_999;

impl Sequences {
    /// A generator that follows the clock from its first call on.
    #[must_use]
    pub const fn new() -> Self {
        Self { last: 0 }
    }

    /// The next sequence: `now` in milliseconds of Unix time, or one more than the last, whichever is larger. A clock
    /// outside of the years 2001 to 2286 counts as none, because the cloud expects 13 digits.
    pub fn next(&mut self, now: u64) -> Sequence {
        let now = if (FIRST..=LAST).contains(&now) { now } else { FIRST };
        self.last = now.max(self.last + 1);
        Sequence::from_millis(self.last)
    }
}

impl Sequence {
    /// The sequence of a given time, in milliseconds. Use [`Sequences`] to get unique ones.
    #[must_use]
    pub fn from_millis(millis: u64) -> Self {
        Self(millis.to_string().into())
    }

    /// As it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The milliseconds of Unix time.
    #[must_use]
    pub fn millis(&self) -> u64 {
        self.0.parse().unwrap_or_default()
    }

    /// Whole seconds of Unix time, rounded down.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        self.millis() / 1000
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Sequence {
    fn borrow(&self) -> &str {
        &self.0
    }
}
