use std::error::Error;
use std::time::Duration;

use super::backoff::spread;
use super::deadlines::Due;
use super::dialect::Dialect;
use super::heartbeat::{Beat, OVERSLEPT, Pulse};
use super::io::{Delivery, NotSent, Outcome, Output, State};
use super::timers::Timer;
use super::topics::{TopicId, Wire};
use super::{Control, Session, Waiter};
use crate::{
    Failure, Instant, MAX_RETRY_AFTER, Observation, RetryAfter, Secret, StopReason, Verdict,
};

/// Protocol errors of the peer, without a healthy connection between them, after which the session stops.
const MAX_STRIKES: u32 = 3;

/// The shortest wait when something in front of the server blocks us.
const BLOCKED: Duration = Duration::from_secs(15 * 60);

#[derive(Clone, Debug)]
pub(super) enum Phase {
    Idle,
    Connecting,
    Greeting,
    Online,
    Waiting { until: Instant, failure: Failure },
    Stopped { reason: StopReason, failure: Failure },
    Closing { farewell: bool },
    Closed,
}

impl Phase {
    pub(super) fn state(&self, epoch: u64) -> State {
        match self {
            Self::Idle => State::Idle,
            Self::Connecting => State::Connecting { epoch },
            Self::Greeting => State::Greeting { epoch },
            Self::Online => State::Online { epoch },
            Self::Waiting { until, failure } => {
                State::Waiting { until: *until, failure: failure.clone() }
            }
            Self::Stopped { reason, failure } => {
                State::Stopped { reason: *reason, failure: failure.clone() }
            }
            Self::Closing { .. } => State::Closing,
            Self::Closed => State::Closed,
        }
    }

    /// A transport is open or being opened.
    pub(super) fn has_attempt(&self) -> bool {
        matches!(self, Self::Connecting) || self.is_open()
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Greeting | Self::Online | Self::Closing { .. })
    }
}

impl<D: Dialect> Session<D> {
    pub(super) fn start(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Idle) {
            self.connect(now);
        }
    }

    pub(super) fn retry(&mut self, now: Instant) {
        match self.phase {
            Phase::Stopped { .. } => {
                self.retries = 0;
                self.strikes = 0;
                self.refreshed_at = None;
                self.refused = None;
                self.connect(now);
            }
            Phase::Idle | Phase::Waiting { .. } => self.connect(now),
            _ => {}
        }
    }

    pub(super) fn renewed(&mut self, now: Instant) {
        self.refreshed_at = None;
        self.renewed = true;
        if matches!(self.phase, Phase::Stopped { .. }) {
            self.retry(now);
        }
    }

    pub(super) fn opened(&mut self, credential: Option<Secret>, now: Instant) {
        if !matches!(self.phase, Phase::Connecting) {
            self.stats.stale_inputs += 1;
            return;
        }
        self.writable = true;
        self.refused = None;
        self.credential = credential;
        if self.openings.len() >= self.config.max_openings.max(1) {
            self.openings.pop_front();
        }
        self.openings.push_back(now);
        self.heartbeat = self.config.heartbeat;
        let greeting = self.with_dialect(now, D::greet);
        self.control.extend(greeting.frames.into_iter().map(Control::Greeting));
        self.timers.set(Timer::Attempt, now + self.config.greeting_timeout);
        self.enter(Phase::Greeting);
        if !greeting.awaits_acceptance {
            self.accepted(now);
        }
    }

    pub(super) fn accepted(&mut self, now: Instant) {
        if !matches!(self.phase, Phase::Greeting) {
            return;
        }
        self.stats.accepted += 1;
        self.last_failure = None;
        self.timers.clear(Timer::Attempt);
        self.timers.set(Timer::Healthy, now + self.config.backoff.healthy_after);
        self.pulse = Some(Pulse::start(self.heartbeat, false, &mut self.timers, now));
        if self.heartbeat.at_once {
            self.beat(now, |pulse, timers| pulse.probe(timers, now));
        }
        self.expect_message(now);
        self.topics.mark_all();
        self.enter(Phase::Online);
        self.own_commands = self.with_dialect(now, D::accepted).into();
        for (topic, event) in std::mem::take(&mut self.early) {
            self.event(&topic, event);
        }
    }

    /// A message came, or the connection began: from now on the next one is due.
    pub(super) fn expect_message(&mut self, now: Instant) {
        if let Some(timeout) = self.config.message_timeout {
            self.timers.set(Timer::Message, now + timeout);
        }
    }

    /// The transport or the attempt is gone, or is given up.
    pub(super) fn lose(&mut self, failure: Failure, now: Instant) {
        let closing = matches!(self.phase, Phase::Closing { .. });
        let was_open = self.disconnect();
        if closing {
            self.enter(Phase::Closed);
            return;
        }
        self.stats.failures += 1;
        let failure = match &self.refused {
            // There is no other credential: the refusal is what the user has to know.
            Some(refused) if is_no_other_credential(&failure) => refused.clone(),
            _ => failure,
        };
        self.last_failure = Some(failure.clone());
        let wait = match failure.verdict() {
            // Not of the credential that there is now.
            Verdict::Stop(StopReason::Unauthorized | StopReason::Forbidden) if self.renewed => {
                if was_open {
                    self.tell_gaps(&failure);
                }
                return self.attempt(now);
            }
            Verdict::Stop(reason) => return self.stop(reason, failure),
            Verdict::Refresh if self.is_refreshed(now) => {
                return self.stop(StopReason::Unauthorized, failure);
            }
            Verdict::Refresh => {
                self.refreshed_at = Some(now);
                if was_open {
                    self.tell_gaps(&failure);
                }
                self.refused = Some(failure);
                // Once, at once: no bound on attempts may turn a refusal into a wait.
                return self.attempt(now);
            }
            Verdict::Strike => {
                self.strikes += 1;
                if self.strikes >= MAX_STRIKES {
                    return self.stop(StopReason::NotTheProtocol, failure);
                }
                self.backoff()
            }
            Verdict::Retry => self.backoff(),
            Verdict::RetryAfter(after) => {
                let asked = match after {
                    RetryAfter::Seconds(seconds) => Duration::from_secs(seconds),
                    RetryAfter::At(time) => time.saturating_sub(
                        self.unix_at_start.saturating_add(now.elapsed_since_start()),
                    ),
                };
                let wait = self.backoff().max(asked.min(MAX_RETRY_AFTER));
                spread(wait, &mut self.rng)
            }
            Verdict::RetryAtCap => spread(self.config.backoff.cap, &mut self.rng),
            Verdict::RetrySlowly => spread(BLOCKED, &mut self.rng),
        };
        self.tell_gaps(&failure);
        let until = now + wait;
        self.wait(self.closed_until(now).map_or(until, |closed| closed.max(until)), failure);
    }

    fn wait(&mut self, until: Instant, failure: Failure) {
        self.timers.set(Timer::Backoff, until);
        self.enter(Phase::Waiting { until, failure });
    }

    /// Until when the bounds on attempts, and on connections that opened in vain, allow no other.
    fn closed_until(&self, now: Instant) -> Option<Instant> {
        let spaced = self.attempted_at.map(|at| at + self.config.attempt_spacing);
        let is_full = self.openings.len() >= self.config.max_openings.max(1);
        let oldest = self.openings.front().filter(|_| is_full);
        let opened = oldest.map(|at| *at + self.config.openings_window);
        spaced.max(opened).filter(|until| *until > now)
    }

    pub(super) fn close(&mut self, now: Instant) {
        match self.phase {
            Phase::Closing { .. } | Phase::Closed => return,
            _ => {}
        }
        for call in self.calls.take_queued(&mut self.deadlines) {
            self.outputs.push_back(Output::Settled { call, outcome: Outcome::Closed });
        }
        self.settle_written();
        for subscription in self.topics.withdraw_all() {
            self.outputs.push_back(Output::Ended { subscription });
        }
        let open = matches!(self.phase, Phase::Greeting | Phase::Online);
        let farewell = matches!(self.phase, Phase::Online);
        if !open {
            let connecting = matches!(self.phase, Phase::Connecting);
            self.drop_topics();
            self.timers.clear_all();
            if connecting {
                self.outputs.push_back(Output::Disconnect { epoch: self.epoch });
            }
            return self.enter(Phase::Closed);
        }
        for timer in [Timer::Attempt, Timer::Ping, Timer::Pong, Timer::Message, Timer::Healthy] {
            self.timers.clear(timer);
        }
        self.pulse = None;
        self.control.clear();
        self.timers.set(Timer::Close, now + self.config.close_timeout);
        self.enter(Phase::Closing { farewell });
        if farewell {
            self.timers.set(Timer::Farewell, now + self.config.close_timeout / 2);
        } else {
            self.control.push_back(Control::Close);
        }
    }

    /// The polite words are said, or took too long: now the close frame.
    pub(super) fn end_farewell(&mut self) {
        if matches!(self.phase, Phase::Closing { farewell: true }) {
            self.timers.clear(Timer::Farewell);
            self.phase = Phase::Closing { farewell: false };
            self.control.push_back(Control::Close);
        }
    }

    pub(super) fn elapsed(&mut self, now: Instant) {
        while let Some((due, timer)) = self.timers.take_due(now) {
            match timer {
                Timer::Attempt => self.lose(
                    Failure::new(match self.phase {
                        Phase::Greeting => Observation::GreetingTimeout,
                        _ => Observation::ConnectTimeout,
                    }),
                    now,
                ),
                Timer::Backoff => self.connect(now),
                Timer::Ping => self.beat(now, |pulse, timers| pulse.probe(timers, now)),
                Timer::Pong => self.beat(now, |pulse, timers| pulse.pong_missing(timers, due, now)),
                // Who overslept has not listened.
                Timer::Message if now.since(due) > OVERSLEPT => self.expect_message(now),
                Timer::Message => self.lose(Failure::new(Observation::Silent), now),
                Timer::Healthy => {
                    self.openings.clear();
                    self.retries = 0;
                    self.strikes = 0;
                }
                Timer::Farewell => self.end_farewell(),
                Timer::Close => self.lose(Failure::new(Observation::Silent), now),
            }
        }
        while let Some(due) = self.deadlines.take_due(now) {
            match due {
                Due::Call(call) => self.settle(call, |sent| Outcome::Timeout { sent }),
                Due::Topic(id) => self.topic_due(id),
            }
        }
    }

    fn beat(&mut self, now: Instant, f: impl FnOnce(&mut Pulse, &mut super::Timers) -> Beat) {
        let Some(pulse) = &mut self.pulse else { return };
        match f(pulse, &mut self.timers) {
            Beat::Nothing => {}
            Beat::Probe(frame) => self.control.push_back(Control::Probe(frame)),
            Beat::Dead => self.lose(Failure::new(Observation::Silent), now),
        }
    }

    fn connect(&mut self, now: Instant) {
        if let (Some(until), Some(failure)) = (self.closed_until(now), &self.last_failure) {
            let failure = failure.clone();
            return self.wait(until, failure);
        }
        self.attempt(now);
    }

    fn attempt(&mut self, now: Instant) {
        self.attempted_at = Some(now);
        self.renewed = false;
        self.epoch += 1;
        self.stats.attempts += 1;
        self.timers.clear_all();
        self.timers.set(Timer::Attempt, now + self.config.connect_timeout);
        self.outputs
            .push_back(Output::Connect { epoch: self.epoch, refresh: self.refused.is_some() });
        self.enter(Phase::Connecting);
    }

    fn is_refreshed(&self, now: Instant) -> bool {
        self.refreshed_at.is_some_and(|at| now.since(at) < self.config.refresh_window)
    }

    fn stop(&mut self, reason: StopReason, failure: Failure) {
        for call in self.calls.take_queued(&mut self.deadlines) {
            let outcome = Outcome::NotSent(NotSent::Stopped(reason));
            self.outputs.push_back(Output::Settled { call, outcome });
        }
        for subscription in self.topics.withdraw_all() {
            self.deliver(subscription, Delivery::Stopped(failure.clone()));
            self.outputs.push_back(Output::Ended { subscription });
        }
        self.drop_topics();
        self.enter(Phase::Stopped { reason, failure });
    }

    /// Ends everything that belonged to the transport or the attempt. Whether a transport was open.
    fn disconnect(&mut self) -> bool {
        let was_open = self.phase.is_open();
        self.timers.clear_all();
        self.control.clear();
        self.own_commands.clear();
        self.early.clear();
        self.pulse = None;
        self.credential = None;
        self.writable = false;
        self.outputs.push_back(Output::Disconnect { epoch: self.epoch });
        self.settle_written();
        if matches!(self.phase, Phase::Online) {
            for call in self.calls.take_queued(&mut self.deadlines) {
                let outcome = Outcome::NotSent(NotSent::Lost);
                self.outputs.push_back(Output::Settled { call, outcome });
            }
        }
        self.waiters.clear();
        self.reset_topics();
        if was_open {
            self.dialect.lost();
        }
        was_open
    }

    fn settle_written(&mut self) {
        self.waiters.retain(|_, waiter| !matches!(waiter, Waiter::Call(_)));
        for call in self.calls.take_written(&mut self.deadlines) {
            self.outputs.push_back(Output::Settled { call, outcome: Outcome::Indeterminate });
        }
    }

    /// The peer knows nothing of any topic any more.
    fn reset_topics(&mut self) {
        for id in self.topics.ids() {
            let Some(entry) = self.topics.entry(id) else { continue };
            if !entry.wanted() {
                drop(self.forget(id));
                continue;
            }
            entry.wire = Wire::Absent;
            entry.refusals = 0;
            entry.restarting = false;
            entry.outdate();
            self.clear_due(id);
        }
    }

    /// Tells every subscription that was not told yet: one outage is one gap.
    fn tell_gaps(&mut self, failure: &Failure) {
        for id in self.topics.ids() {
            self.tell_gap(id, failure);
        }
    }

    pub(super) fn tell_gap(&mut self, id: TopicId, failure: &Failure) {
        let told = self.topics.entry(id).map(|entry| entry.begin_gaps()).unwrap_or_default();
        for subscription in told {
            let delivery = Delivery::Gap { epoch: self.epoch, failure: failure.clone() };
            self.deliver(subscription, delivery);
        }
    }

    fn drop_topics(&mut self) {
        for id in self.topics.ids() {
            drop(self.forget(id));
        }
    }

    fn backoff(&mut self) -> Duration {
        let wait = self.config.backoff.delay(self.retries, &mut self.rng);
        self.retries = self.retries.saturating_add(1);
        wait
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.outputs.push_back(Output::State(self.state()));
    }
}

/// Whether the source of credentials has no other one, and nothing to say about it.
fn is_no_other_credential(failure: &Failure) -> bool {
    *failure.observation() == Observation::NoCredential && failure.source().is_none()
}
