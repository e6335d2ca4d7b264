//! Time as an argument.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

/// A point on a monotonic clock: the time since a start that the caller chose.
///
/// The engine never asks for the time; every input carries it. The driver counts from the moment at which the link was
/// made, a simulation counts from zero.
///
/// ```
/// use std::time::Duration;
/// use longlink::Instant;
///
/// let later = Instant::ZERO + Duration::from_secs(3);
/// assert_eq!(later.since(Instant::ZERO), Duration::from_secs(3));
/// assert_eq!(Instant::ZERO.since(later), Duration::ZERO, "never negative");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(Duration);

impl Instant {
    /// The start of the clock.
    pub const ZERO: Self = Self(Duration::ZERO);

    /// A time that never comes: deadlines that saturate end here.
    pub const FAR_FUTURE: Self = Self(Duration::MAX);

    /// The time since the start of the clock.
    #[must_use]
    pub const fn elapsed_since_start(self) -> Duration {
        self.0
    }

    /// The time from `earlier` to this point; zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl From<Duration> for Instant {
    fn from(since_start: Duration) -> Self {
        Self(since_start)
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, after: Duration) -> Self {
        Self(self.0.saturating_add(after))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, after: Duration) {
        *self = *self + after;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, before: Duration) -> Self {
        Self(self.0.saturating_sub(before))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{:?}", self.0)
    }
}
