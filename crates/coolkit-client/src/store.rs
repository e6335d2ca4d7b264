use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use coolkit_proto::state::DeviceState;
use coolkit_proto::{Device, Event, Reply, Request, Unmatched};

/// Devices whose state is kept. More are delivered as updates but not kept.
const MAX_DEVICES: usize = 1024;

/// What is known of the devices, put together from events and answers.
#[derive(Debug, Default)]
pub(crate) struct Store(Mutex<BTreeMap<Arc<str>, Known>>);

#[derive(Debug, Default)]
struct Known {
    state: Arc<DeviceState>,
    /// The device as the user named it, if the user did: the one that may be asked for its state.
    device: Option<Device>,
}

impl Store {
    /// Notes that the user deals with this device.
    pub(crate) fn follow(&self, device: &Device) {
        self.with(device.id(), |known| known.device = Some(device.clone()));
    }

    /// The devices that the user deals with.
    pub(crate) fn followed(&self) -> Vec<Device> {
        self.lock().values().filter_map(|known| known.device.clone()).collect()
    }

    pub(crate) fn state(&self, id: &str) -> Arc<DeviceState> {
        self.lock().get(id).map(|known| Arc::clone(&known.state)).unwrap_or_default()
    }

    pub(crate) fn states(&self) -> BTreeMap<Arc<str>, Arc<DeviceState>> {
        let known = self.lock();
        known.iter().map(|(id, known)| (Arc::clone(id), Arc::clone(&known.state))).collect()
    }

    pub(crate) fn event(&self, event: &Event) {
        if let Some(id) = event.device_id() {
            self.change(id, |state| state.apply(event));
        }
    }

    pub(crate) fn answer(&self, request: &Request, reply: &Reply) {
        if let Some(id) = request.device_id() {
            self.change(id, |state| state.answer(request, reply));
        }
    }

    pub(crate) fn unmatched(&self, unmatched: &Unmatched) {
        if let Some((id, params)) = unmatched.state() {
            self.change(id, |state| state.report(params));
        }
    }

    pub(crate) fn lost(&self) {
        for known in self.lock().values_mut() {
            Arc::make_mut(&mut known.state).disconnected();
        }
    }

    /// Readers share a state; a change copies only what a reader still holds.
    fn change(&self, id: &str, change: impl FnOnce(&mut DeviceState)) {
        self.with(id, |known| change(Arc::make_mut(&mut known.state)));
    }

    fn with(&self, id: &str, f: impl FnOnce(&mut Known)) {
        let mut devices = self.lock();
        if let Some(known) = devices.get_mut(id) {
            f(known);
        } else if devices.len() < MAX_DEVICES {
            f(devices.entry(id.into()).or_default());
        }
    }

    /// A state is consistent after each change, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
