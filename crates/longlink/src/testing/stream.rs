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
