use std::time::Duration;

use super::calls::Queued;
use super::deadlines::Due;
use super::dialect::{Dialect, Encoded, Operation};
use super::heartbeat::SHORTEST;
use super::io::{CallId, Delivery, NotSent, Outcome, Output};
use super::lifecycle::Phase;
use super::topics::{Step, TopicId, Wire};
use super::{Control, Session, Waiter};
use crate::{CloseFrame, Failure, Frame, Instant, Observation};

impl<D: Dialect> Session<D> {
    /// The next frame to write. The reply's waiter is registered before the frame can leave.
    pub(super) fn next_frame(&mut self, now: Instant) -> Option<Frame> {
        if let Some(control) = self.control.pop_front() {
            return Some(match control {
                Control::Greeting(frame) => frame,
                Control::Probe(frame) => {
                    if let Some(pulse) = &mut self.pulse {
                        pulse.written();
                    }
                    self.stats.probes_sent += 1;
                    frame
                }
                Control::Close => Frame::Close(Some(CloseFrame::new(1000, ""))),
            });
        }
        match self.phase {
            Phase::Online => {
                // Neither a long restore nor a busy caller may hold the other up.
                self.topics_turn = !self.topics_turn;
                if self.topics_turn {
                    self.next_operation(now).or_else(|| self.next_call(now))
                } else {
                    self.next_call(now).or_else(|| self.next_operation(now))
                }
            }
            Phase::Closing { farewell: true } => {
                if let Some(frame) = self.next_operation(now) {
                    return Some(frame);
                }
                if self.waiters.is_empty() {
                    self.end_farewell();
                    return self.next_frame(now);
                }
                None
            }
            _ => None,
        }
    }

    fn next_call(&mut self, now: Instant) -> Option<Frame> {
        loop {
            if now < self.next_call_at {
                return None;
            }
            let next = self.calls.peek().or_else(|| self.own_commands.front())?;
            self.next_call_at = self.dialect.not_before(next);
            if now < self.next_call_at {
                return None;
            }
            let frame = match self.calls.next() {
                Some((call, queued)) => self.write_call(call, queued, now),
                None => self.write_own(now),
            };
            if frame.is_some() {
                return frame;
            }
        }
    }

    fn write_call(
        &mut self,
        call: CallId,
        queued: Queued<D::Command>,
        now: Instant,
    ) -> Option<Frame> {
        let deadline = queued.deadline;
        if deadline <= now {
            self.not_written(call, deadline, Outcome::Timeout { sent: false });
            return None;
        }
        match self.write(call, queued.command, deadline, now) {
            Ok(frame) => Some(frame),
            Err(not_sent) => {
                self.not_written(call, deadline, Outcome::NotSent(not_sent));
                None
            }
        }
    }

    /// Writes a command of the dialect's own: a call that nobody waits for.
    fn write_own(&mut self, now: Instant) -> Option<Frame> {
        let command = self.own_commands.pop_front()?;
        let (call, deadline) = (self.calls.add_own(), now + self.config.call_timeout);
        let frame = self.write(call, command, deadline, now).ok()?;
        self.deadlines.add(deadline, Due::Call(call));
        Some(frame)
    }

    /// Registers who waits for the reply, before the frame can leave.
    fn write(
        &mut self,
        call: CallId,
        command: D::Command,
        deadline: Instant,
        now: Instant,
    ) -> Result<Frame, NotSent> {
        let Encoded { id, frame } =
            self.with_dialect(now, |dialect, cx| dialect.encode(command, cx));
        if frame.len() > self.config.max_call_frame {
            self.dialect.settled(&id);
            return Err(NotSent::TooLong);
        }
        if self.waiters.contains_key(&id) {
            return Err(NotSent::DuplicateId);
        }
        self.next_call_at = now + self.config.call_spacing;
        self.waiters.insert(id.clone(), Waiter::Call(call));
        self.calls.written(call, id, deadline);
        Ok(frame)
    }

    fn not_written(
        &mut self,
        call: CallId,
        deadline: Instant,
        outcome: Outcome<D::Reply, D::Error>,
    ) {
        self.deadlines.remove(deadline, Due::Call(call));
        self.outputs.push_back(Output::Settled { call, outcome });
    }

    fn next_operation(&mut self, now: Instant) -> Option<Frame> {
        while let Some((id, step)) = self.topics.next_step() {
            let frame = match step {
                Step::Subscribe => self.subscribe_on_wire(id, now),
                Step::Unsubscribe => self.unsubscribe_on_wire(id, now),
                Step::Forget => {
                    drop(self.forget(id));
                    None
                }
                Step::Nothing => None,
            };
            if frame.is_some() {
                return frame;
            }
        }
        None
    }

    fn subscribe_on_wire(&mut self, id: TopicId, now: Instant) -> Option<Frame> {
        let topic = self.topics.entry(id)?.topic.clone();
        let operation = self.with_dialect(now, |dialect, cx| dialect.subscribe(&topic, cx));
        let epoch = self.epoch;
        let operation = self.unless_duplicate(operation, id, now)?;
        if matches!(&operation, Operation::Request(it) if it.frame.len() > self.config.max_call_frame)
        {
            self.end_topic(id, &Failure::new(Observation::SubscriptionTooLong));
            return None;
        }
        let entry = self.topics.entry(id)?;
        match operation {
            Operation::Request(encoded) => {
                entry.wire = Wire::Subscribing(encoded.id.clone());
                Some(self.request(id, encoded.id, Waiter::Subscribe(id), encoded.frame, now))
            }
            Operation::Local => {
                entry.wire = Wire::Active;
                let resynced: Vec<_> = entry.end_gaps().collect();
                for subscription in resynced {
                    self.deliver(subscription, Delivery::Resynced { epoch });
                }
                None
            }
        }
    }

    fn unsubscribe_on_wire(&mut self, id: TopicId, now: Instant) -> Option<Frame> {
        let topic = self.topics.entry(id)?.topic.clone();
        let operation = self.with_dialect(now, |dialect, cx| dialect.unsubscribe(&topic, cx));
        let operation = self.unless_duplicate(operation, id, now)?;
        // Whoever stays subscribed to a topic that went unanswered misses what happens until it is made again.
        self.tell_gap(id, &Failure::new(Observation::SubscriptionTimeout));
        let entry = self.topics.entry(id)?;
        entry.restarting = entry.wanted();
        entry.outdate();
        match operation {
            Operation::Request(encoded) => {
                entry.wire = Wire::Unsubscribing(encoded.id.clone());
                Some(self.request(id, encoded.id, Waiter::Unsubscribe(id), encoded.frame, now))
            }
            Operation::Local => {
                entry.wire = Wire::Absent;
                entry.restarting = false;
                self.topics.mark(id);
                None
            }
        }
    }

    /// Ends a topic that cannot be, for all who subscribed to it.
    fn end_topic(&mut self, id: TopicId, failure: &Failure) {
        for subscription in self.forget(id) {
            self.deliver(subscription, Delivery::Stopped(failure.clone()));
            self.outputs.push_back(Output::Ended { subscription });
        }
    }

    /// `None` if the dialect gave an id that is in use: nothing is written, and it is tried again later.
    fn unless_duplicate(
        &mut self,
        operation: Operation<D::Id>,
        topic: TopicId,
        now: Instant,
    ) -> Option<Operation<D::Id>> {
        match &operation {
            Operation::Request(encoded) if self.waiters.contains_key(&encoded.id) => {
                let entry = self.topics.entry(topic)?;
                if entry.wire == Wire::Absent {
                    entry.wire = Wire::Resting;
                }
                self.set_due(topic, now + self.subscription_timeout());
                None
            }
            _ => Some(operation),
        }
    }

    fn subscription_timeout(&self) -> Duration {
        self.config.subscription_timeout.max(SHORTEST)
    }

    fn request(
        &mut self,
        topic: TopicId,
        id: D::Id,
        waiter: Waiter,
        frame: Frame,
        now: Instant,
    ) -> Frame {
        self.set_due(topic, now + self.subscription_timeout());
        self.waiters.insert(id, waiter);
        frame
    }
}
