use std::time::Duration;

use super::timers::{Timer, Timers};
use crate::{Frame, Instant};

/// How a dead peer is noticed: a probe, and a deadline for any sign of life after it.
///
/// Any inbound frame is a sign of life, also one that is no answer. A peer that went silent is noticed within
/// `interval + timeout`, whether or not anything is being sent, and whether or not the probe could be written.
///
/// After the computer slept, what was missed was missed by us: one probe is sent, and its timeout starts anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heartbeat {
    /// The time between probes, at least 10 ms.
    pub interval: Duration,
    /// How long after a probe the peer may stay silent, at least 10 ms.
    pub timeout: Duration,
    /// What is sent.
    pub probe: Probe,
    /// When it is sent.
    pub schedule: Schedule,
    /// Whether the first probe is sent as soon as the connection is accepted, instead of an interval later.
    pub at_once: bool,
}

/// What a heartbeat sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Probe {
    /// A WebSocket ping.
    Ping,
    /// A text message of the protocol, for example `ping`.
    Text(&'static str),
}

/// When a heartbeat is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Schedule {
    /// When nothing came in for the interval.
    WhenQuiet,
    /// Every interval, also while messages flow: for servers that cut clients which send nothing.
    Always,
}

impl Heartbeat {
    /// A heartbeat with this interval and timeout.
    #[must_use]
    pub const fn new(
        interval: Duration,
        timeout: Duration,
        probe: Probe,
        schedule: Schedule,
    ) -> Self {
        Self { interval, timeout, probe, schedule, at_once: false }
    }

    /// The same with a first probe as soon as the connection is accepted.
    #[must_use]
    pub const fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    fn interval(&self) -> Duration {
        self.interval.max(SHORTEST)
    }

    fn timeout(&self) -> Duration {
        self.timeout.max(SHORTEST)
    }
}

/// A WebSocket ping after 15 s of silence, 5 s for an answer.
impl Default for Heartbeat {
    fn default() -> Self {
        Self::new(Duration::from_secs(15), Duration::from_secs(5), Probe::Ping, Schedule::WhenQuiet)
    }
}

/// Less than this is not measured but spun.
pub(super) const SHORTEST: Duration = Duration::from_millis(10);

/// A timer that fires later than this was not served in time, most likely because the computer slept. What it
/// measured is then not the peer's silence but ours.
pub(super) const OVERSLEPT: Duration = Duration::from_secs(1);

/// The heartbeat of one connection.
#[derive(Debug)]
pub(super) struct Pulse {
    heartbeat: Heartbeat,
    /// A probe waits to be written; another one would not say more.
    queued: bool,
}

/// What a timer of the heartbeat asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Beat {
    Nothing,
    Probe(Frame),
    Dead,
}

impl Pulse {
    pub(super) fn start(
        heartbeat: Heartbeat,
        queued: bool,
        timers: &mut Timers,
        now: Instant,
    ) -> Self {
        timers.set(Timer::Ping, now + heartbeat.interval());
        timers.clear(Timer::Pong);
        Self { heartbeat, queued }
    }

    /// Anything came in.
    pub(super) fn life(&mut self, timers: &mut Timers, now: Instant) {
        timers.clear(Timer::Pong);
        if self.heartbeat.schedule == Schedule::WhenQuiet {
            timers.set(Timer::Ping, now + self.heartbeat.interval());
        }
    }

    /// It is time for a sign of life.
    pub(super) fn probe(&mut self, timers: &mut Timers, now: Instant) -> Beat {
        if self.heartbeat.schedule == Schedule::Always {
            timers.set(Timer::Ping, now + self.heartbeat.interval());
        }
        if !timers.is_set(Timer::Pong) {
            timers.set(Timer::Pong, now + self.heartbeat.timeout());
        }
        if std::mem::replace(&mut self.queued, true) {
            return Beat::Nothing;
        }
        Beat::Probe(match self.heartbeat.probe {
            Probe::Ping => Frame::Ping(bytes::Bytes::new()),
            Probe::Text(text) => Frame::text(text),
        })
    }

    /// The deadline `due` passed without a sign of life.
    pub(super) fn pong_missing(&mut self, timers: &mut Timers, due: Instant, now: Instant) -> Beat {
        if now.since(due) > OVERSLEPT {
            return self.probe(timers, now);
        }
        Beat::Dead
    }

    pub(super) fn is_queued(&self) -> bool {
        self.queued
    }

    pub(super) fn written(&mut self) {
        self.queued = false;
    }
}
