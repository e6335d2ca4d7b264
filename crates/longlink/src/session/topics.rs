use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::dialect::Dialect;
use super::io::SubscriptionId;
use crate::Instant;

/// A topic's place in the table, in the order in which topics are made and ended; never reused by a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TopicId {
    rank: u8,
    number: u64,
}

/// What the user wants to hear of, and what the peer has been told of it on this connection.
#[derive(Debug)]
pub(super) struct Topics<D: Dialect> {
    last_topic: u64,
    last_subscription: u64,
    by_topic: HashMap<D::Topic, TopicId>,
    by_subscription: HashMap<SubscriptionId, TopicId>,
    entries: BTreeMap<TopicId, Entry<D>>,
    /// Topics for which something may have to be written, by rank and in the order in which they were first wanted.
    dirty: BTreeSet<TopicId>,
}

#[derive(Debug)]
pub(super) struct Entry<D: Dialect> {
    pub(super) topic: D::Topic,
    pub(super) subscribers: BTreeMap<SubscriptionId, Subscriber>,
    pub(super) wire: Wire<D::Id>,
    /// The deadline of the request in flight, or the time of the next try.
    pub(super) due: Option<Instant>,
    /// Refusals or missing answers in a row.
    pub(super) refusals: u32,
    /// It is ended to be made again: what still comes belongs to the end.
    pub(super) restarting: bool,
    /// Whether the last event is kept for who comes later.
    retains: bool,
    /// The last event, as long as the subscription that it came on is in force.
    retained: Option<D::Event>,
}

#[derive(Debug, Default)]
pub(super) struct Subscriber {
    /// It was told of a gap, and not yet of its end.
    pub(super) gap: bool,
}

/// What the peer knows of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wire<I> {
    /// Nothing.
    Absent,
    /// A subscription is asked for.
    Subscribing(I),
    /// It is subscribed.
    Active,
    /// The end of the subscription is asked for.
    Unsubscribing(I),
    /// It is not known whether it is subscribed: a request went unanswered. It must be ended before it is made again.
    Unknown,
    /// Refused for the moment; tried again when due.
    Resting,
}

/// What has to be done for a topic.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Subscribe,
    Unsubscribe,
    Forget,
    Nothing,
}

impl<D: Dialect> Entry<D> {
    pub(super) fn wanted(&self) -> bool {
        !self.subscribers.is_empty()
    }

    pub(super) fn step(&self) -> Step {
        match (&self.wire, self.wanted()) {
            (Wire::Absent, true) => Step::Subscribe,
            // Refused for the moment.
            (Wire::Unknown, _) if self.due.is_some() => Step::Nothing,
            (Wire::Active, false) | (Wire::Unknown, _) => Step::Unsubscribe,
            (Wire::Absent | Wire::Resting, false) => Step::Forget,
            (Wire::Subscribing(_) | Wire::Unsubscribing(_), _)
            | (Wire::Active | Wire::Resting, true) => Step::Nothing,
        }
    }

    /// Whether what comes now is of the subscription that is in force or being made.
    pub(super) fn hears(&self) -> bool {
        !self.restarting && !matches!(self.wire, Wire::Unsubscribing(_))
    }

    /// Keeps an event for who comes later, if the topic is of that kind.
    pub(super) fn retain(&mut self, event: &D::Event) {
        if self.retains {
            self.retained = Some(event.clone());
        }
    }

    /// The last event is not the current one any more.
    pub(super) fn outdate(&mut self) {
        self.retained = None;
    }

    /// Begins a gap for each subscriber that is in none.
    pub(super) fn begin_gaps(&mut self) -> Vec<SubscriptionId> {
        self.subscribers
            .iter_mut()
            .filter_map(|(id, subscriber)| {
                (!std::mem::replace(&mut subscriber.gap, true)).then_some(*id)
            })
            .collect()
    }

    /// Ends the gap for each subscriber that was told of one.
    pub(super) fn end_gaps(&mut self) -> impl Iterator<Item = SubscriptionId> + '_ {
        self.subscribers
            .iter_mut()
            .filter_map(|(id, subscriber)| std::mem::take(&mut subscriber.gap).then_some(*id))
    }
}

impl<D: Dialect> Topics<D> {
    pub(super) fn new() -> Self {
        Self {
            last_topic: 0,
            last_subscription: 0,
            by_topic: HashMap::new(),
            by_subscription: HashMap::new(),
            entries: BTreeMap::new(),
            dirty: BTreeSet::new(),
        }
    }

    pub(super) fn subscriptions(&self) -> usize {
        self.by_subscription.len()
    }

    /// Adds a subscription; with the last event, if the topic keeps it.
    pub(super) fn subscribe(
        &mut self,
        topic: D::Topic,
        dialect: &D,
    ) -> (SubscriptionId, Option<D::Event>) {
        self.last_subscription += 1;
        let subscription = SubscriptionId(self.last_subscription);
        let id = *self.by_topic.entry(topic.clone()).or_insert_with(|| {
            self.last_topic += 1;
            let id = TopicId { rank: dialect.rank(&topic), number: self.last_topic };
            let retains = dialect.retains(&topic);
            self.entries.insert(
                id,
                Entry {
                    topic,
                    subscribers: BTreeMap::new(),
                    wire: Wire::Absent,
                    due: None,
                    refusals: 0,
                    restarting: false,
                    retains,
                    retained: None,
                },
            );
            id
        });
        self.by_subscription.insert(subscription, id);
        self.dirty.insert(id);
        let entry = self.entries.get_mut(&id);
        let retained = entry.and_then(|entry| {
            entry.subscribers.insert(subscription, Subscriber::default());
            entry.retained.clone()
        });
        (subscription, retained)
    }

    /// The topic of a subscription.
    pub(super) fn of(&self, subscription: SubscriptionId) -> Option<TopicId> {
        self.by_subscription.get(&subscription).copied()
    }

    /// Takes a subscription away. `None` if there is no such subscription (any more).
    pub(super) fn unsubscribe(&mut self, subscription: SubscriptionId) -> Option<TopicId> {
        let id = self.by_subscription.remove(&subscription)?;
        self.entries.get_mut(&id)?.subscribers.remove(&subscription);
        Some(id)
    }

    pub(super) fn find(&mut self, topic: &D::Topic) -> Option<&mut Entry<D>> {
        let id = self.by_topic.get(topic)?;
        self.entries.get_mut(id)
    }

    pub(super) fn entry(&mut self, id: TopicId) -> Option<&mut Entry<D>> {
        self.entries.get_mut(&id)
    }

    pub(super) fn mark(&mut self, id: TopicId) {
        self.dirty.insert(id);
    }

    /// Takes the next topic that may need something, and what it needs.
    pub(super) fn next_step(&mut self) -> Option<(TopicId, Step)> {
        while let Some(id) = self.dirty.pop_first() {
            let Some(entry) = self.entries.get(&id) else { continue };
            match entry.step() {
                Step::Nothing => {}
                step => return Some((id, step)),
            }
        }
        None
    }

    /// Removes a topic. Its subscriptions are over.
    pub(super) fn remove(&mut self, id: TopicId) -> Option<Entry<D>> {
        let entry = self.entries.remove(&id)?;
        self.by_topic.remove(&entry.topic);
        self.dirty.remove(&id);
        for subscription in entry.subscribers.keys() {
            self.by_subscription.remove(subscription);
        }
        Some(entry)
    }

    /// Nobody wants anything any more; what the peer knows is to be taken back. Gives the subscriptions, now over.
    pub(super) fn withdraw_all(&mut self) -> Vec<SubscriptionId> {
        for entry in self.entries.values_mut() {
            entry.subscribers.clear();
        }
        self.mark_all();
        let mut ended: Vec<_> = self.by_subscription.drain().map(|(id, _)| id).collect();
        ended.sort_unstable();
        ended
    }

    pub(super) fn ids(&self) -> Vec<TopicId> {
        self.entries.keys().copied().collect()
    }

    pub(super) fn mark_all(&mut self) {
        self.dirty.extend(self.entries.keys());
    }

    pub(super) fn nothing_marked(&self) -> bool {
        self.dirty.is_empty()
    }
}
