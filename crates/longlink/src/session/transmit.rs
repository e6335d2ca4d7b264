use super::deadlines::Due;
use super::dialect::{Dialect, Operation};
use super::io::{Delivery, NotSent, Outcome, Output};
use super::lifecycle::Phase;
use super::topics::{Step, TopicId, Wire};
use super::{Control, Session, Waiter};
use crate::{CloseFrame, Frame, Instant};

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
        while let Some((call, queued)) = self.calls.next() {
            let deadline = queued.deadline;
            let encoded = self.with_dialect(now, |dialect, cx| dialect.encode(queued.command, cx));
            if self.waiters.contains_key(&encoded.id) {
                self.deadlines.remove(deadline, Due::Call(call));
                let outcome = Outcome::NotSent(NotSent::DuplicateId);
                self.outputs.push_back(Output::Settled { call, outcome });
                continue;
            }
            self.waiters.insert(encoded.id.clone(), Waiter::Call(call));
            self.calls.written(call, encoded.id, deadline);
            return Some(encoded.frame);
        }
        None
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
        let entry = self.topics.entry(id)?;
        entry.live = true;
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
        let entry = self.topics.entry(id)?;
        match operation {
            Operation::Request(encoded) => {
                entry.wire = Wire::Unsubscribing(encoded.id.clone());
                Some(self.request(id, encoded.id, Waiter::Unsubscribe(id), encoded.frame, now))
            }
            Operation::Local => {
                entry.wire = Wire::Absent;
                self.topics.mark(id);
                None
            }
        }
    }

    fn request(
        &mut self,
        topic: TopicId,
        id: D::Id,
        waiter: Waiter,
        frame: Frame,
        now: Instant,
    ) -> Frame {
        let due = now + self.config.subscription_timeout;
        if let Some(entry) = self.topics.entry(topic) {
            entry.due = Some(due);
        }
        self.deadlines.add(due, Due::Topic(topic));
        self.waiters.insert(id, waiter);
        frame
    }
}
