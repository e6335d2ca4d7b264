use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

mod subscribers;

use self::subscribers::Subscribers;
use super::dialect::Dialect;
use super::ids::IdMap;
use super::io::SubscriptionId;
use crate::Instant;

/// A topic's place in the table, in the order in which topics are made and ended; never reused by a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TopicId(u64);

impl TopicId {
    /// The rank in the highest byte: no session counts as far.
    fn new(rank: u8, number: u64) -> Self {
        Self(u64::from(rank) << 56 | number)
    }
}

/// What the user wants to hear of, and what the peer has been told of it on this connection.
#[derive(Debug)]
pub(super) struct Topics<D: Dialect> {
    last_topic: u64,
    last_subscription: u64,
    by_topic: HashMap<Arc<D::Topic>, TopicId>,
    by_subscription: IdMap<SubscriptionId, TopicId>,
    /// Boxed, as a table is half empty.
    entries: IdMap<TopicId, Box<Entry<D>>>,
    /// Topics for which something may have to be written, by rank and in the order in which they were first wanted.
    dirty: BTreeSet<TopicId>,
}

#[derive(Debug)]
pub(super) struct Entry<D: Dialect> {
    pub(super) topic: Arc<D::Topic>,
    pub(super) subscribers: Subscribers,
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
        let begun = |(id, gap)| (!std::mem::replace(gap, true)).then_some(id);
        self.subscribers.gaps_mut().filter_map(begun).collect()
    }

    /// Ends the gap for each subscriber that was told of one.
    pub(super) fn end_gaps(&mut self) -> impl Iterator<Item = SubscriptionId> + '_ {
        self.subscribers.gaps_mut().filter_map(|(id, gap)| std::mem::take(gap).then_some(id))
    }
}

impl<D: Dialect> Topics<D> {
    pub(super) fn new() -> Self {
        Self {
            last_topic: 0,
            last_subscription: 0,
            by_topic: HashMap::new(),
            by_subscription: IdMap::default(),
            entries: IdMap::default(),
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
        let id = match self.by_topic.get(&topic) {
            Some(id) => *id,
            None => self.add(topic, dialect),
        };
        self.by_subscription.insert(subscription, id);
        self.dirty.insert(id);
        let entry = self.entries.get_mut(&id);
        let retained = entry.and_then(|entry| {
            entry.subscribers.push(subscription);
            entry.retained.clone()
        });
        (subscription, retained)
    }

    fn add(&mut self, topic: D::Topic, dialect: &D) -> TopicId {
        self.last_topic += 1;
        let id = TopicId::new(dialect.rank(&topic), self.last_topic);
        let retains = dialect.retains(&topic);
        let topic = Arc::new(topic);
        let entry = Entry {
            topic: Arc::clone(&topic),
            subscribers: Subscribers::default(),
            wire: Wire::Absent,
            due: None,
            refusals: 0,
            restarting: false,
            retains,
            retained: None,
        };
        self.by_topic.insert(topic, id);
        self.entries.insert(id, Box::new(entry));
        id
    }

    /// The topic of a subscription.
    pub(super) fn of(&self, subscription: SubscriptionId) -> Option<TopicId> {
        self.by_subscription.get(&subscription).copied()
    }

    /// Takes a subscription away. `None` if there is no such subscription (any more).
    pub(super) fn unsubscribe(&mut self, subscription: SubscriptionId) -> Option<TopicId> {
        let id = self.by_subscription.remove(&subscription)?;
        self.entries.get_mut(&id)?.subscribers.remove(subscription);
        Some(id)
    }

    pub(super) fn find(&mut self, topic: &D::Topic) -> Option<&mut Entry<D>> {
        let id = *self.by_topic.get(topic)?;
        self.entry(id)
    }

    pub(super) fn entry(&mut self, id: TopicId) -> Option<&mut Entry<D>> {
        self.entries.get_mut(&id).map(|entry| &mut **entry)
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
        for subscription in entry.subscribers.ids() {
            self.by_subscription.remove(&subscription);
        }
        Some(*entry)
    }

    /// Nobody wants anything any more; what the peer knows is to be taken back. Gives the subscriptions, now over.
    pub(super) fn withdraw_all(&mut self) -> Vec<SubscriptionId> {
        for entry in self.entries.values_mut() {
            entry.subscribers = Subscribers::default();
        }
        self.mark_all();
        let mut ended: Vec<_> = self.by_subscription.drain().map(|(id, _)| id).collect();
        ended.sort_unstable();
        ended
    }

    pub(super) fn ids(&self) -> Vec<TopicId> {
        let mut ids: Vec<_> = self.entries.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    pub(super) fn mark_all(&mut self) {
        self.dirty.extend(self.entries.keys());
    }

    pub(super) fn nothing_marked(&self) -> bool {
        self.dirty.is_empty()
    }
}
