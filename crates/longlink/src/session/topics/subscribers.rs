use std::collections::BTreeMap;

use super::super::io::SubscriptionId;

/// Who is subscribed to a topic, in the order in which they came; of each, whether it was told of a gap, and not yet of
/// its end. There is usually one, which takes no memory of its own.
#[derive(Debug, Default)]
pub(in super::super) struct Subscribers {
    /// Came before the others.
    first: Option<(SubscriptionId, bool)>,
    #[allow(clippy::box_collection, reason = "nearly always absent")]
    others: Option<Box<BTreeMap<SubscriptionId, bool>>>,
}

impl Subscribers {
    pub(in super::super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(in super::super) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.others.as_ref().map_or(0, |others| others.len())
    }

    pub(in super::super) fn ids(&self) -> impl Iterator<Item = SubscriptionId> + '_ {
        let others = self.others.iter().flat_map(|others| others.keys());
        self.first.iter().map(|(id, _)| id).chain(others).copied()
    }

    /// Adds the latest one.
    pub(super) fn push(&mut self, id: SubscriptionId) {
        if self.is_empty() {
            self.first = Some((id, false));
        } else {
            self.others.get_or_insert_default().insert(id, false);
        }
    }

    pub(super) fn remove(&mut self, id: SubscriptionId) {
        if self.first.is_some_and(|(first, _)| first == id) {
            self.first = None;
        } else if let Some(others) = &mut self.others {
            others.remove(&id);
            if others.is_empty() {
                self.others = None;
            }
        }
    }

    pub(super) fn gaps_mut(&mut self) -> impl Iterator<Item = (SubscriptionId, &mut bool)> {
        let others = self.others.iter_mut().flat_map(|others| others.iter_mut());
        let first = self.first.iter_mut().map(|(id, gap)| (*id, gap));
        first.chain(others.map(|(id, gap)| (*id, gap)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_stay_in_the_order_in_which_they_came_whoever_goes() {
        let mut subscribers = Subscribers::default();
        let ids = |subscribers: &Subscribers| subscribers.ids().map(|id| id.0).collect::<Vec<_>>();
        (1..=3).for_each(|id| subscribers.push(SubscriptionId(id)));
        subscribers.remove(SubscriptionId(1));
        subscribers.push(SubscriptionId(4));
        assert_eq!(ids(&subscribers), [2, 3, 4]);
        (2..=4).for_each(|id| subscribers.remove(SubscriptionId(id)));
        assert!(subscribers.is_empty() && subscribers.others.is_none());
        subscribers.push(SubscriptionId(5));
        assert_eq!((ids(&subscribers), subscribers.first.is_some()), (vec![5], true));
    }
}
