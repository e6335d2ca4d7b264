//! The bounded queue between the engine and one reader.

use std::collections::VecDeque;

use crate::Delivery;

/// A queue of deliveries for one subscription, bounded in events.
///
/// A full queue drops its oldest events, so that a reader who comes back gets the newest; how many were dropped is told
/// in their place by [`Delivery::Lagged`]. What is not an event ([`Delivery::Gap`] and its kind) is never dropped, only
/// joined with its like where no event lies between.
///
/// ```
/// use longlink::{Delivery, Mailbox};
///
/// let mut mailbox: Mailbox<u32, ()> = Mailbox::new(2);
/// for event in 1..=5 {
///     mailbox.push(Delivery::Event(event));
/// }
/// assert!(matches!(mailbox.pop(), Some(Delivery::Lagged(3))));
/// assert!(matches!(mailbox.pop(), Some(Delivery::Event(4))));
/// assert!(matches!(mailbox.pop(), Some(Delivery::Event(5))));
/// assert!(mailbox.pop().is_none());
/// ```
#[derive(Debug)]
pub struct Mailbox<T, E> {
    capacity: usize,
    contents: Contents<T, E>,
}

/// Of ten thousand mailboxes nearly all are empty, or hold one event for a moment: only more take memory of their own.
#[derive(Debug)]
enum Contents<T, E> {
    AtMostOne(Option<T>),
    Queue(Box<Queue<T, E>>),
}

impl<T, E> Mailbox<T, E> {
    /// An empty queue for this many events, at least one.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), contents: Contents::AtMostOne(None) }
    }

    /// Adds a delivery at the end; gives the number of events dropped for it. Never grows beyond the bound.
    pub fn push(&mut self, delivery: Delivery<T, E>) -> u64 {
        match (&mut self.contents, delivery) {
            (Contents::AtMostOne(slot @ None), Delivery::Event(event)) => {
                *slot = Some(event);
                0
            }
            (Contents::AtMostOne(slot), delivery) => {
                let mut queue = Box::new(Queue::new());
                if let Some(event) = slot.take() {
                    queue.push(Delivery::Event(event), self.capacity);
                }
                let dropped = queue.push(delivery, self.capacity);
                self.contents = Contents::Queue(queue);
                dropped
            }
            (Contents::Queue(queue), delivery) => queue.push(delivery, self.capacity),
        }
    }

    /// Takes the next delivery.
    pub fn pop(&mut self) -> Option<Delivery<T, E>> {
        match &mut self.contents {
            Contents::AtMostOne(slot) => slot.take().map(Delivery::Event),
            Contents::Queue(queue) => {
                let next = queue.pop();
                if queue.is_empty() {
                    self.contents = Contents::AtMostOne(None);
                }
                next
            }
        }
    }

    /// Events that wait.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.contents {
            Contents::AtMostOne(slot) => usize::from(slot.is_some()),
            Contents::Queue(queue) => queue.events,
        }
    }

    /// Whether [`pop`](Mailbox::pop) has nothing to give.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.contents {
            Contents::AtMostOne(slot) => slot.is_none(),
            Contents::Queue(queue) => queue.is_empty(),
        }
    }
}

#[derive(Debug)]
struct Queue<T, E> {
    lagged: u64,
    /// Markers that stood before or between dropped events.
    markers: VecDeque<Delivery<T, E>>,
    queue: VecDeque<Delivery<T, E>>,
    events: usize,
}

impl<T, E> Queue<T, E> {
    fn new() -> Self {
        Self { lagged: 0, markers: VecDeque::new(), queue: VecDeque::new(), events: 0 }
    }

    fn push(&mut self, delivery: Delivery<T, E>, capacity: usize) -> u64 {
        if matches!(delivery, Delivery::Event(_)) {
            let full = self.events == capacity;
            if full {
                self.drop_oldest();
            }
            self.events += 1;
            self.queue.push_back(delivery);
            return u64::from(full);
        }
        if self.queue.is_empty() {
            push_marker(&mut self.markers, delivery);
        } else {
            push_marker(&mut self.queue, delivery);
        }
        0
    }

    fn pop(&mut self) -> Option<Delivery<T, E>> {
        if self.lagged > 0 {
            return Some(Delivery::Lagged(std::mem::take(&mut self.lagged)));
        }
        if let Some(marker) = self.markers.pop_front() {
            return Some(marker);
        }
        let next = self.queue.pop_front()?;
        if matches!(next, Delivery::Event(_)) {
            self.events -= 1;
        }
        Some(next)
    }

    fn is_empty(&self) -> bool {
        self.lagged == 0 && self.markers.is_empty() && self.queue.is_empty()
    }

    fn drop_oldest(&mut self) {
        while let Some(oldest) = self.queue.pop_front() {
            if matches!(oldest, Delivery::Event(_)) {
                self.lagged += 1;
                self.events -= 1;
                break;
            }
            push_marker(&mut self.markers, oldest);
        }
    }
}

/// Adds a marker to a run of markers, in which each kind stands once, the last of it.
fn push_marker<T, E>(queue: &mut VecDeque<Delivery<T, E>>, marker: Delivery<T, E>) {
    let run = queue.iter().rev().take_while(|d| !matches!(d, Delivery::Event(_))).count();
    for index in (queue.len() - run..queue.len()).rev() {
        let same = std::mem::discriminant(&queue[index]) == std::mem::discriminant(&marker);
        let outdated =
            matches!((&marker, &queue[index]), (Delivery::Gap { .. }, Delivery::Resynced { .. }));
        if same || outdated {
            queue.remove(index);
        }
    }
    queue.push_back(marker);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Failure, Observation};

    fn gap(epoch: u64) -> Delivery<u32, ()> {
        Delivery::Gap { epoch, failure: Failure::new(Observation::Eof) }
    }

    fn drain(mailbox: &mut Mailbox<u32, ()>) -> Vec<String> {
        std::iter::from_fn(|| mailbox.pop())
            .map(|delivery| match delivery {
                Delivery::Event(n) => n.to_string(),
                Delivery::Lagged(n) => format!("lagged {n}"),
                Delivery::Gap { epoch, .. } => format!("gap {epoch}"),
                Delivery::Resynced { epoch } => format!("resynced {epoch}"),
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn a_full_mailbox_drops_the_oldest_and_says_how_many_in_their_place() {
        let mut mailbox = Mailbox::new(3);
        let dropped: u64 = (1..=10).map(|n| mailbox.push(Delivery::Event(n))).sum();
        assert_eq!(dropped, 7);
        assert_eq!(drain(&mut mailbox), ["lagged 7", "8", "9", "10"]);
        mailbox.push(Delivery::Event(11));
        assert_eq!(drain(&mut mailbox), ["11"], "told once");
    }

    #[test]
    fn who_reads_all_keeps_no_memory() {
        let mut mailbox = Mailbox::new(2);
        for deliveries in [vec![Delivery::Event(1)], vec![gap(1), Delivery::Event(1)]] {
            assert_eq!(deliveries.into_iter().map(|it| mailbox.push(it)).sum::<u64>(), 0);
            drain(&mut mailbox);
            assert!(matches!(mailbox.contents, Contents::AtMostOne(None)));
        }
    }

    #[test]
    fn what_is_read_makes_room() {
        let mut mailbox = Mailbox::new(2);
        for n in 1..=10 {
            assert_eq!(mailbox.push(Delivery::Event(n)), 0);
            assert!(mailbox.len() == 1 && !mailbox.is_empty());
            assert_eq!(drain(&mut mailbox), [n.to_string()]);
            assert!(mailbox.is_empty());
        }
    }

    #[test]
    fn a_gap_between_dropped_events_is_still_told() {
        let mut mailbox = Mailbox::new(2);
        mailbox.push(Delivery::Event(1));
        mailbox.push(gap(1));
        mailbox.push(Delivery::Resynced { epoch: 2 });
        let dropped: u64 = (2..=5).map(|n| mailbox.push(Delivery::Event(n))).sum();
        assert_eq!(dropped, 3);
        assert_eq!(drain(&mut mailbox), ["lagged 3", "gap 1", "resynced 2", "4", "5"]);
    }

    #[test]
    fn gaps_without_events_between_them_are_joined_so_that_a_stalled_reader_costs_nothing() {
        let mut mailbox = Mailbox::new(2);
        mailbox.push(Delivery::Event(1));
        for epoch in 1..=1000 {
            mailbox.push(gap(epoch));
            mailbox.push(Delivery::Resynced { epoch: epoch + 1 });
        }
        let Contents::Queue(queue) = &mailbox.contents else { panic!("several wait") };
        assert!(queue.queue.len() <= 3);
        assert_eq!(drain(&mut mailbox), ["1", "gap 1000", "resynced 1001"]);
    }

    #[test]
    fn an_open_gap_hides_the_resync_before_it() {
        let mut mailbox = Mailbox::new(2);
        mailbox.push(gap(1));
        mailbox.push(Delivery::Resynced { epoch: 2 });
        mailbox.push(gap(2));
        assert_eq!(drain(&mut mailbox), ["gap 2"]);
    }
}
