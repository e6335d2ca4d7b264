use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use coolkit_proto::state::DeviceState;
use coolkit_proto::{Device, Event, Reply, Request, Unmatched};

/// Devices whose state is kept. More are delivered as updates but not kept, unless the user names them.
const MAX_DEVICES: usize = 1024;

/// What is known of the devices, put together from events and answers.
#[derive(Debug, Default)]
pub(crate) struct Store(Mutex<Devices>);

#[derive(Debug, Default)]
struct Devices(BTreeMap<Arc<str>, Known>);

#[derive(Debug)]
struct Known {
    /// The key, to share.
    id: Arc<str>,
    state: Arc<DeviceState>,
    /// The device as the user named it, if the user did: the one that may be asked for its state.
    device: Option<Arc<Device>>,
}

impl Store {
    /// Notes that the user deals with this device; gives the device as it is known, its owner included.
    pub(crate) fn follow(&self, device: Device) -> Arc<Device> {
        let mut devices = self.lock();
        let known = devices.follow(device.id());
        Arc::clone(known.device.get_or_insert_with(|| Arc::new(device)))
    }

    /// Notes whose device it is.
    pub(crate) fn own(&self, device: &Arc<Device>) {
        self.lock().follow(device.id()).device = Some(Arc::clone(device));
    }

    /// The devices that the user deals with.
    pub(crate) fn followed(&self) -> Vec<Arc<Device>> {
        self.lock().0.values().filter_map(|known| known.device.clone()).collect()
    }

    pub(crate) fn state(&self, id: &str) -> Arc<DeviceState> {
        self.lock().0.get(id).map(|known| Arc::clone(&known.state)).unwrap_or_default()
    }

    pub(crate) fn states(&self) -> BTreeMap<Arc<str>, Arc<DeviceState>> {
        let devices = self.lock();
        let heard = devices.0.iter().filter(|(_, known)| *known.state != DeviceState::new());
        heard.map(|(id, known)| (Arc::clone(id), Arc::clone(&known.state))).collect()
    }

    /// Takes in an event, and gives the identifier of its device.
    pub(crate) fn event(&self, event: &Event) -> Option<Arc<str>> {
        Some(self.change(event.device_id()?, |state| state.apply(event)))
    }

    /// As [`event`](Self::event), of an answer of this device.
    pub(crate) fn answer(&self, id: &str, request: &Request, reply: &Reply) -> Arc<str> {
        self.change(id, |state| state.answer(request, reply))
    }

    pub(crate) fn unmatched(&self, unmatched: &Unmatched) {
        if let Some((id, params)) = unmatched.state() {
            self.change(id, |state| state.report(params));
        }
    }

    pub(crate) fn lost(&self) {
        for known in self.lock().0.values_mut() {
            Arc::make_mut(&mut known.state).disconnected();
        }
    }

    /// Readers share a state; a change copies only what a reader still holds. Gives the identifier, shared if it is known.
    fn change(&self, id: &str, change: impl FnOnce(&mut DeviceState)) -> Arc<str> {
        match self.lock().hear(id) {
            Some(known) => {
                change(Arc::make_mut(&mut known.state));
                Arc::clone(&known.id)
            }
            None => id.into(),
        }
    }

    /// A state is consistent after each change, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, Devices> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Devices {
    /// A device that something was heard of, if there is room.
    fn hear(&mut self, id: &str) -> Option<&mut Known> {
        if !self.0.contains_key(id) {
            if self.0.len() >= MAX_DEVICES {
                return None;
            }
            return Some(self.add(id));
        }
        self.0.get_mut(id)
    }

    /// A device that the user deals with: it takes the place of one that was only heard of.
    fn follow(&mut self, id: &str) -> &mut Known {
        if self.0.len() >= MAX_DEVICES && !self.0.contains_key(id) {
            let other = self.0.iter().find(|(_, known)| known.device.is_none());
            if let Some(other) = other.map(|(id, _)| Arc::clone(id)) {
                self.0.remove(&other);
            }
        }
        self.add(id)
    }

    /// A device, which is known from now on.
    fn add(&mut self, id: &str) -> &mut Known {
        let id: Arc<str> = id.into();
        let key = Arc::clone(&id);
        self.0.entry(key).or_insert_with(|| Known { id, state: Arc::default(), device: None })
    }
}
