use crate::Instant;

/// The timers of which a session has one each. Calls and subscriptions have their own deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The attempt in progress: connect, then greeting.
    Attempt,
    /// The next attempt.
    Backoff,
    /// The next probe.
    Ping,
    /// The sign of life after a probe.
    Pong,
    /// The next message, for those who expect one.
    Message,
    /// The connection counts as healthy.
    Healthy,
    /// The end of the polite words before a close.
    Farewell,
    /// The end of a close.
    Close,
}

const ALL: [Timer; 8] = [
    Timer::Attempt,
    Timer::Backoff,
    Timer::Ping,
    Timer::Pong,
    Timer::Message,
    Timer::Healthy,
    Timer::Farewell,
    Timer::Close,
];

#[derive(Debug, Default)]
pub(super) struct Timers([Option<Instant>; ALL.len()]);

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, at: Instant) {
        self.0[timer as usize] = Some(at);
    }

    pub(super) fn clear(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub(super) fn clear_all(&mut self) {
        *self = Self::default();
    }

    pub(super) fn is_set(&self, timer: Timer) -> bool {
        self.0[timer as usize].is_some()
    }

    /// The next timer and its time.
    pub(super) fn next(&self) -> Option<(Instant, Timer)> {
        ALL.into_iter()
            .filter_map(|timer| Some((self.0[timer as usize]?, timer)))
            .min_by_key(|(at, _)| *at)
    }

    /// Takes the earliest timer that is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<(Instant, Timer)> {
        let (at, timer) = self.next().filter(|(at, _)| *at <= now)?;
        self.clear(timer);
        Some((at, timer))
    }
}
