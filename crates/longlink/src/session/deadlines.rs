use std::collections::{BTreeSet, VecDeque};

use super::io::CallId;
use super::topics::TopicId;
use crate::Instant;

/// The deadlines of calls and topics, each of which has at most one.
///
/// As a rule one that is added is later than all others, and is taken away before it is due: that costs next to nothing.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    /// In order; the first one is in force.
    queue: VecDeque<Queued>,
    /// How many in the queue are not in force any more.
    removed: usize,
    /// Those that were added out of order.
    others: BTreeSet<(Instant, Due)>,
}

#[derive(Debug)]
struct Queued {
    at: Instant,
    due: Due,
    in_force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    Call(CallId),
    Topic(TopicId),
}

impl Deadlines {
    pub(super) fn add(&mut self, at: Instant, due: Due) {
        if self.queue.back().is_none_or(|last| (last.at, last.due) < (at, due)) {
            self.queue.push_back(Queued { at, due, in_force: true });
        } else {
            self.others.insert((at, due));
        }
    }

    pub(super) fn remove(&mut self, at: Instant, due: Due) {
        if !self.others.is_empty() && self.others.remove(&(at, due)) {
            return;
        }
        let place = self.queue.binary_search_by_key(&(at, due), |queued| (queued.at, queued.due));
        let queued = place.ok().and_then(|place| self.queue.get_mut(place));
        if let Some(queued) = queued.filter(|queued| queued.in_force) {
            queued.in_force = false;
            self.removed += 1;
            self.tidy();
        }
    }

    pub(super) fn next(&self) -> Option<Instant> {
        let queued = self.queue.front().map(|queued| queued.at);
        queued.into_iter().chain(self.others.first().map(|(at, _)| *at)).min()
    }

    /// Takes the earliest that is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Due> {
        if self.next()? > now {
            return None;
        }
        let queued = self.queue.front().map(|queued| (queued.at, queued.due));
        match self.others.first() {
            Some(other) if queued.is_none_or(|queued| *other < queued) => {
                self.others.pop_first().map(|(_, due)| due)
            }
            _ => {
                let queued = self.queue.pop_front()?;
                self.tidy();
                Some(queued.due)
            }
        }
    }

    /// Has one in force in front, and at least half of the queue.
    fn tidy(&mut self) {
        while self.queue.front().is_some_and(|queued| !queued.in_force) {
            self.queue.pop_front();
            self.removed -= 1;
        }
        if self.removed > self.queue.len() / 2 {
            self.queue.retain(|queued| queued.in_force);
            self.queue.shrink_to(2 * self.queue.len());
            self.removed = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn in_any_order_they_are_as_a_sorted_set_is() {
        let mut rng = fastrand::Rng::with_seed(1);
        let (mut deadlines, mut model) = (Deadlines::default(), BTreeSet::new());
        let mut now = Instant::ZERO;
        for call in 0..10_000 {
            let wait = if rng.u8(..8) == 0 { rng.u64(..100) } else { 100 };
            let added = (now + Duration::from_millis(wait), Due::Call(CallId(call)));
            deadlines.add(added.0, added.1);
            model.insert(added);
            if rng.bool() {
                let removed = *model.iter().nth(rng.usize(..model.len())).expect("one");
                model.remove(&removed);
                deadlines.remove(removed.0, removed.1);
                deadlines.remove(removed.0, removed.1);
            }
            now += Duration::from_millis(rng.u64(..3));
            while let Some(due) = deadlines.take_due(now) {
                assert_eq!(model.pop_first().map(|(_, due)| due), Some(due));
            }
            assert_eq!(deadlines.next(), model.first().map(|(at, _)| *at));
            assert!(deadlines.next().is_none_or(|next| next > now));
            assert!(deadlines.queue.len() <= 2 * model.len() + 1, "what is removed is not kept");
        }
    }
}
