use crate::Delivery;

/// What a subscription may hear next: between a gap and its end there is no event.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stream {
    /// The connection whose end began the gap.
    gap: Option<u64>,
}

impl Stream {
    /// Takes note of a delivery.
    ///
    /// # Panics
    /// If it is out of place.
    pub(super) fn hear<T, E>(&mut self, delivery: &Delivery<T, E>) {
        match delivery {
            Delivery::Event(_) => assert_eq!(self.gap, None, "an event inside of a gap"),
            Delivery::Gap { epoch, .. } => {
                assert_eq!(self.gap.replace(*epoch), None, "a gap inside of a gap");
            }
            Delivery::Resynced { epoch } => {
                let from = self.gap.take().expect("a resync without a gap");
                assert!(*epoch >= from, "a resync by an earlier connection");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Failure, Observation};

    const EVENT: Delivery<(), ()> = Delivery::Event(());

    fn gap() -> Delivery<(), ()> {
        Delivery::Gap { epoch: 2, failure: Failure::new(Observation::Eof) }
    }

    fn hear(deliveries: &[Delivery<(), ()>]) {
        let mut stream = Stream::default();
        deliveries.iter().for_each(|delivery| stream.hear(delivery));
    }

    #[test]
    fn events_outside_of_gaps_are_in_place() {
        hear(&[EVENT, gap(), Delivery::Resynced { epoch: 2 }, EVENT]);
    }

    #[test]
    #[should_panic(expected = "an event inside of a gap")]
    fn an_event_inside_of_a_gap_is_out_of_place() {
        hear(&[EVENT, gap(), EVENT]);
    }

    #[test]
    #[should_panic(expected = "a gap inside of a gap")]
    fn a_gap_inside_of_a_gap_is_out_of_place() {
        hear(&[gap(), gap()]);
    }

    #[test]
    #[should_panic(expected = "by an earlier connection")]
    fn a_resync_by_an_earlier_connection_is_out_of_place() {
        hear(&[gap(), Delivery::Resynced { epoch: 1 }]);
    }
}
