use super::deadlines::Due;
use super::dialect::{Dialect, Refused, Signal, Signals};
use super::heartbeat::{Heartbeat, Pulse};
use super::io::{CallId, Delivery, Outcome, Output};
use super::lifecycle::Phase;
use super::topics::{TopicId, Wire};
use super::{Session, Waiter};
use crate::{Frame, Instant};

/// Events that are kept until the peer accepts. More are counted as unrouted.
const MAX_EARLY: usize = 1024;

impl<D: Dialect> Session<D> {
    pub(super) fn receive(&mut self, frame: Frame, now: Instant) {
        if !self.phase.is_open() {
            self.stats.stale_inputs += 1;
            return;
        }
        self.stats.frames_received += 1;
        self.stats.bytes_received += frame.len() as u64;
        if let Some(pulse) = &mut self.pulse {
            pulse.life(&mut self.timers, now);
        }
        match frame {
            Frame::Ping(_) | Frame::Pong(_) => {}
            Frame::Close(close) => {
                let failure = self.dialect.closed(close.map(|close| close.code));
                self.lose(failure, now);
            }
            Frame::Text(_) | Frame::Binary(_) => {
                if matches!(self.phase, Phase::Online) {
                    self.expect_message(now);
                }
                self.decode(frame, now);
            }
        }
    }

    fn decode(&mut self, frame: Frame, now: Instant) {
        let epoch = self.epoch;
        let mut signals = Signals(std::mem::take(&mut self.signals));
        self.with_dialect(now, |dialect, cx| dialect.receive(frame, cx, &mut signals));
        for signal in signals.0.drain(..) {
            // A refusal gives the connection up; what the same frame says after it does not count.
            if epoch == self.epoch && self.phase.is_open() {
                self.apply(signal, now);
            }
        }
        self.signals = signals.0;
    }

    fn apply(&mut self, signal: Signal<D>, now: Instant) {
        match signal {
            Signal::Accepted => self.accepted(now),
            Signal::Refused(failure) => self.lose(failure, now),
            Signal::Heartbeat(heartbeat) => self.set_heartbeat(heartbeat, now),
            Signal::Reply(id, result) => self.reply(&id, result, now),
            // A gap ends with the acceptance, not before it.
            Signal::Event(topic, event) if matches!(self.phase, Phase::Greeting) => {
                self.keep_early(topic, event);
            }
            Signal::Event(topic, event) => self.event(&topic, event),
            Signal::Unmatched => self.stats.unmatched_replies += 1,
            Signal::Malformed => self.stats.malformed += 1,
        }
    }

    fn set_heartbeat(&mut self, heartbeat: Heartbeat, now: Instant) {
        self.heartbeat = heartbeat;
        if let Some(pulse) = &self.pulse {
            let queued = pulse.is_queued();
            self.pulse = Some(Pulse::start(heartbeat, queued, &mut self.timers, now));
        }
    }

    fn reply(&mut self, id: &D::Id, result: Result<D::Reply, D::Error>, now: Instant) {
        let Some(waiter) = self.waiters.remove(id) else {
            self.stats.unmatched_replies += 1;
            return;
        };
        self.stats.replies += 1;
        self.dialect.settled(id);
        match waiter {
            Waiter::Call(call) => self.answered(call, result),
            Waiter::Subscribe(topic) => self.subscribed(topic, result.err(), now),
            Waiter::Unsubscribe(topic) => self.unsubscribed(topic, result.err(), now),
        }
        if self.waiters.is_empty() && self.topics.nothing_marked() {
            self.end_farewell();
        }
    }

    fn answered(&mut self, call: CallId, result: Result<D::Reply, D::Error>) {
        self.settle(call, |_| match result {
            Ok(reply) => Outcome::Ok(reply),
            Err(error) => Outcome::Remote(error),
        });
    }

    fn subscribed(&mut self, id: TopicId, error: Option<D::Error>, now: Instant) {
        self.clear_due(id);
        let Some(entry) = self.topics.entry(id) else { return };
        let Some(error) = error else {
            entry.wire = Wire::Active;
            entry.refusals = 0;
            let resynced: Vec<_> = entry.end_gaps().collect();
            for subscription in resynced {
                self.deliver(subscription, Delivery::Resynced { epoch: self.epoch });
            }
            self.topics.mark(id);
            return;
        };
        entry.refusals += 1;
        entry.outdate();
        let retrying = self.dialect.refused_subscription(&entry.topic, &error) == Refused::Retry
            && entry.refusals <= self.config.subscription_retries;
        let subscribers: Vec<_> = entry.subscribers.ids().collect();
        if retrying {
            entry.wire = Wire::Resting;
            let wait = self.config.backoff.delay(entry.refusals, &mut self.rng);
            self.set_due(id, now + wait);
            self.topics.mark(id);
        } else {
            drop(self.forget(id));
        }
        for subscription in subscribers {
            self.deliver(subscription, Delivery::Refused { error: error.clone(), retrying });
            if !retrying {
                self.outputs.push_back(Output::Ended { subscription });
            }
        }
    }

    fn unsubscribed(&mut self, id: TopicId, error: Option<D::Error>, now: Instant) {
        self.clear_due(id);
        let Some(entry) = self.topics.entry(id) else { return };
        if let Some(error) = error {
            entry.refusals += 1;
            if self.dialect.refused_end(&entry.topic, &error) == Refused::Retry
                && entry.refusals <= self.config.subscription_retries
            {
                entry.wire = Wire::Unknown;
                let wait = self.config.backoff.delay(entry.refusals, &mut self.rng);
                return self.set_due(id, now + wait);
            }
        }
        // A refused end is an end: nothing better can be done.
        entry.wire = Wire::Absent;
        entry.refusals = 0;
        entry.restarting = false;
        self.topics.mark(id);
    }

    /// The deadline of a topic passed: its request went unanswered, or it is time for the next try.
    pub(super) fn topic_due(&mut self, id: TopicId) {
        let Some(entry) = self.topics.entry(id) else { return };
        entry.due = None;
        match std::mem::replace(&mut entry.wire, Wire::Absent) {
            Wire::Subscribing(request) => {
                entry.wire = Wire::Unknown;
                self.waiters.remove(&request);
                self.dialect.settled(&request);
            }
            Wire::Unsubscribing(request) => {
                entry.refusals += 1;
                if entry.refusals <= self.config.subscription_retries {
                    // It may still be carried out, after what is asked for next: it is said again.
                    entry.wire = Wire::Unknown;
                } else {
                    entry.refusals = 0;
                    entry.restarting = false;
                }
                self.waiters.remove(&request);
                self.dialect.settled(&request);
            }
            Wire::Resting => {}
            other => entry.wire = other,
        }
        self.topics.mark(id);
    }

    /// Sets the one deadline that a topic has.
    pub(super) fn set_due(&mut self, id: TopicId, due: Instant) {
        self.clear_due(id);
        if let Some(entry) = self.topics.entry(id) {
            entry.due = Some(due);
            self.deadlines.add(due, Due::Topic(id));
        }
    }

    pub(super) fn clear_due(&mut self, id: TopicId) {
        if let Some(due) = self.topics.entry(id).and_then(|entry| entry.due.take()) {
            self.deadlines.remove(due, Due::Topic(id));
        }
    }

    fn keep_early(&mut self, topic: D::Topic, event: D::Event) {
        if self.early.len() < MAX_EARLY {
            self.early.push((topic, event));
        } else {
            self.stats.unrouted_events += 1;
        }
    }

    pub(super) fn event(&mut self, topic: &D::Topic, event: D::Event) {
        // Who waits for the next beginning does not hear the end of the last subscription.
        let Some(entry) = self.topics.find(topic).filter(|entry| entry.hears()) else {
            self.stats.unrouted_events += 1;
            return;
        };
        entry.retain(&event);
        if !entry.wanted() {
            self.stats.unrouted_events += 1;
            return;
        }
        for subscription in entry.end_gaps() {
            let delivery = Delivery::Resynced { epoch: self.epoch };
            self.outputs.push_back(Output::Deliver { subscription, delivery });
        }
        self.stats.events += entry.subscribers.len() as u64;
        let mut subscriptions = entry.subscribers.ids().peekable();
        let mut event = Some(event);
        while let Some(subscription) = subscriptions.next() {
            let last = subscriptions.peek().is_none();
            let Some(event) = (if last { event.take() } else { event.clone() }) else {
                break;
            };
            let delivery = Delivery::Event(event);
            self.outputs.push_back(Output::Deliver { subscription, delivery });
        }
    }
}
