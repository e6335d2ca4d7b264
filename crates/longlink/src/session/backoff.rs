use std::time::Duration;

use fastrand::Rng;

/// Exponential backoff with jitter.
///
/// The longest wait before the first retry is `first`, before retry *n* (from 1) `min(cap, base × 2^n)`. With
/// [`Jitter::Full`] the wait is uniform from `floor` (from zero before the first retry) to that; with [`Jitter::Around`]
/// it is that, more or less, and never under `floor`. It starts over only after a connection that stayed healthy for
/// [`healthy_after`](Backoff::healthy_after), never because a connection opened: a server that accepts and drops is
/// still a failing server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backoff {
    /// The longest wait before the first retry.
    pub first: Duration,
    /// The shortest wait before any other retry; with [`Jitter::Around`] before the first one, too.
    pub floor: Duration,
    /// What doubles.
    pub base: Duration,
    /// The longest wait.
    pub cap: Duration,
    /// How much chance there is in the wait.
    pub jitter: Jitter,
    /// How long a connection must be accepted before the count starts over.
    pub healthy_after: Duration,
}

/// How much chance there is in a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Jitter {
    /// Anything up to the longest wait: spreads many clients best.
    Full,
    /// The longest wait, more or less by this many percent: for servers that block who comes back too soon.
    Around(u8),
}

impl Backoff {
    /// For servers on the Internet, where all clients come back at once after an outage: up to 5 s first, then up to
    /// 30 s; healthy after 30 s.
    #[must_use]
    pub const fn cloud() -> Self {
        Self {
            first: Duration::from_secs(5),
            floor: Duration::from_millis(500),
            base: Duration::from_secs(1),
            cap: Duration::from_secs(30),
            jitter: Jitter::Full,
            healthy_after: Duration::from_secs(30),
        }
    }

    /// For a device on the local network: up to 0.25 s first, then up to 10 s; healthy after 5 s.
    #[must_use]
    pub const fn lan() -> Self {
        Self {
            first: Duration::from_millis(250),
            cap: Duration::from_secs(10),
            healthy_after: Duration::from_secs(5),
            ..Self::cloud()
        }
    }

    /// The longest wait before retry number `retry`, counted from 0.
    #[must_use]
    pub fn ceiling(&self, retry: u32) -> Duration {
        if retry == 0 {
            return self.first;
        }
        let doubled = self.base.saturating_mul(2_u32.saturating_pow(retry));
        doubled.min(self.cap).max(self.floor)
    }

    /// The wait before retry number `retry`, counted from 0.
    pub(super) fn delay(&self, retry: u32, rng: &mut Rng) -> Duration {
        let (least, most) = match self.jitter {
            Jitter::Full if retry == 0 => (Duration::ZERO, self.first),
            Jitter::Full => (self.floor, self.ceiling(retry)),
            Jitter::Around(percent) => {
                let middle = self.ceiling(retry);
                let spread = middle.mul_f64(f64::from(percent.min(100)) / 100.0);
                let least = middle.saturating_sub(spread).max(self.floor);
                (least, middle.saturating_add(spread).max(least))
            }
        };
        least.saturating_add(most.saturating_sub(least).mul_f64(rng.f64()))
    }
}

/// `wait` and up to a tenth more.
pub(super) fn spread(wait: Duration, rng: &mut Rng) -> Duration {
    wait.saturating_add(wait.mul_f64(0.1 * rng.f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_lies_between_the_floor_and_the_doubling_ceiling() {
        let mut rng = Rng::with_seed(1);
        for backoff in [Backoff::cloud(), Backoff::lan()] {
            for retry in 0..40 {
                for _ in 0..200 {
                    let wait = backoff.delay(retry, &mut rng);
                    assert!(wait <= backoff.ceiling(retry), "{retry}: {wait:?}");
                    assert!(retry == 0 || wait >= backoff.floor, "{retry}: {wait:?}");
                }
            }
        }
    }

    #[test]
    fn jitter_around_stays_within_its_percents_and_above_the_floor() {
        let mut rng = Rng::with_seed(1);
        let mut backoff = Backoff::cloud();
        backoff.first = Duration::from_secs(5);
        backoff.floor = Duration::from_secs(4);
        backoff.base = Duration::from_secs(5);
        backoff.cap = Duration::from_secs(300);
        backoff.jitter = Jitter::Around(20);
        for (retry, least, most) in [(0, 4.0, 6.0), (1, 8.0, 12.0), (6, 240.0, 360.0)] {
            for _ in 0..500 {
                let wait = backoff.delay(retry, &mut rng).as_secs_f64();
                assert!((least..=most).contains(&wait), "{retry}: {wait}");
            }
        }
    }

    #[test]
    fn the_ceilings_are_those_of_the_contract() {
        let seconds = |backoff: Backoff, retry| backoff.ceiling(retry).as_secs_f64();
        let cloud: Vec<_> = (0..8).map(|n| seconds(Backoff::cloud(), n)).collect();
        assert_eq!(cloud, [5.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]);
        let lan: Vec<_> = (0..6).map(|n| seconds(Backoff::lan(), n)).collect();
        assert_eq!(lan, [0.25, 2.0, 4.0, 8.0, 10.0, 10.0]);
        assert_eq!(seconds(Backoff::cloud(), u32::MAX), 30.0);
    }
}
