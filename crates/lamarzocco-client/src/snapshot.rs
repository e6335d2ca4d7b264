use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lamarzocco_proto::{
    Boiler, Frame, MachineConfiguration, Malformed, Message, Name, SettingsMap, Value,
};

/// Names that a snapshot keeps. More are delivered as updates but not kept; the known protocol has fewer than 300, the
/// indexes of a real machine counted.
const MAX_NAMES: usize = 1024;

/// The last known state of the machine, put together from its messages.
///
/// ```
/// # fn example(client: &lamarzocco_client::Client) {
/// use lamarzocco_client::proto::settings::keys;
///
/// let snapshot = client.snapshot();
/// for (boiler, degrees) in snapshot.temperatures() {
///     println!("{boiler}: {degrees} °C");
/// }
/// let steam = snapshot.settings().and_then(|settings| settings.get(keys::STEAM_BOILER_TARGET_TEMPERATURE));
/// if let Some(target) = steam.and_then(|entry| entry.as_f32()) {
///     println!("steam target: {target} °C");
/// }
/// # }
/// ```
///
/// A snapshot does not change; ask the client for a new one. What it holds outlives a lost connection: see
/// [`is_live`](Snapshot::is_live) and [`Reading::is_live`].
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The connection is open.
    live: bool,
    readings: BTreeMap<Name, Reading>,
    settings: Option<Arc<SettingsMap>>,
    settings_incomplete: bool,
    configuration: Option<Arc<MachineConfiguration>>,
}

/// The last message of a name.
#[derive(Clone, Debug)]
pub struct Reading {
    message: Arc<Message>,
    received: Duration,
    live: bool,
}

/// A boiler of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BoilerId {
    /// A coffee boiler.
    Coffee(Boiler),
    /// The steam boiler. No capture shows a machine with more than one.
    Steam,
}

impl Snapshot {
    /// Whether the connection is open: whether what changes now would be noticed.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// The last message of this name.
    #[must_use]
    pub fn reading(&self, name: &Name) -> Option<&Reading> {
        self.readings.get(name)
    }

    /// The last message of each name.
    pub fn readings(&self) -> impl Iterator<Item = (&Name, &Reading)> {
        self.readings.iter()
    }

    /// The temperature of a boiler in °C. 0 is a temperature: that of a machine that is off.
    #[must_use]
    pub fn temperature(&self, boiler: BoilerId) -> Option<f64> {
        let name = match boiler {
            BoilerId::Coffee(boiler) => Name::CoffeeBoilerUpdateTemperature(boiler),
            BoilerId::Steam => Name::SteamBoilerUpdateTemperature,
        };
        self.reading(&name)?.message.value().as_f64()
    }

    /// The temperatures of all boilers that have reported one, in °C.
    pub fn temperatures(&self) -> impl Iterator<Item = (BoilerId, f64)> {
        self.readings.iter().filter_map(|(name, reading)| {
            let boiler = match name {
                Name::CoffeeBoilerUpdateTemperature(boiler) => BoilerId::Coffee(*boiler),
                Name::SteamBoilerUpdateTemperature => BoilerId::Steam,
                _ => return None,
            };
            Some((boiler, reading.message.value().as_f64()?))
        })
    }

    /// The map of all settings. After an incomplete message it is the last complete one with what could be read of the
    /// newer one, and [`settings_incomplete`](Snapshot::settings_incomplete) says so.
    #[must_use]
    pub fn settings(&self) -> Option<&Arc<SettingsMap>> {
        self.settings.as_ref()
    }

    /// Whether the last `Settings` message could only be read in part.
    #[must_use]
    pub fn settings_incomplete(&self) -> bool {
        self.settings_incomplete
    }

    /// The machine's configuration.
    #[must_use]
    pub fn configuration(&self) -> Option<&Arc<MachineConfiguration>> {
        self.configuration.as_ref()
    }

    fn take(&mut self, message: &Arc<Message>, received: Duration, live: bool) {
        match message.value() {
            Value::Settings(settings) => {
                self.settings = Some(Arc::new((**settings).clone()));
                self.settings_incomplete = false;
            }
            Value::MachineConfiguration(configuration) => {
                self.configuration = Some(Arc::new((**configuration).clone()));
            }
            _ => {}
        }
        let reading = Reading { message: Arc::clone(message), received, live };
        if let Some(known) = self.readings.get_mut(message.name()) {
            *known = reading;
        } else if self.readings.len() < MAX_NAMES {
            if !message.name().is_known() {
                tracing::debug!(target: "lamarzocco", name = ?message.name(), "unknown name");
            }
            self.readings.insert(message.name().clone(), reading);
        }
    }
}

impl Reading {
    /// The message.
    #[must_use]
    pub fn message(&self) -> &Arc<Message> {
        &self.message
    }

    /// When it was received, by this computer's clock.
    #[must_use]
    pub fn received(&self) -> SystemTime {
        UNIX_EPOCH + self.received
    }

    /// Whether it came on the connection that is open. One from an earlier connection, or from the REST interface, is
    /// only the last known one.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.live
    }
}

/// As the protocol spells it: `CoffeeBoiler1`, `SteamBoiler`.
impl fmt::Display for BoilerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Coffee(boiler) => f.pad(&boiler.to_string()),
            Self::Steam => f.pad("SteamBoiler"),
        }
    }
}

/// Where the snapshot is kept. Readers share it; a writer copies only what a reader still holds.
#[derive(Debug, Default)]
pub(crate) struct Store {
    snapshot: Mutex<Arc<Snapshot>>,
    parsed_settings: AtomicU64,
}

impl Store {
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.lock())
    }

    /// How many messages of settings were read the long way.
    pub(crate) fn parsed_settings(&self) -> u64 {
        self.parsed_settings.load(Ordering::Relaxed)
    }

    pub(crate) fn connected(&self) {
        self.change(|snapshot| snapshot.live = true);
    }

    pub(crate) fn lost(&self) {
        self.change(|snapshot| {
            snapshot.live = false;
            for reading in snapshot.readings.values_mut() {
                reading.live = false;
            }
        });
    }

    pub(crate) fn message(&self, message: &Arc<Message>, received: Duration) {
        if matches!(message.value(), Value::Settings(settings) if !settings.was_read_in_one_pass())
        {
            self.parsed_settings.fetch_add(1, Ordering::Relaxed);
        }
        self.change(|snapshot| snapshot.take(message, received, true));
    }

    /// Takes what could be read of a malformed message.
    pub(crate) fn malformed(&self, malformed: &Malformed) {
        if malformed.name() == Some(&Name::Settings) {
            self.parsed_settings.fetch_add(1, Ordering::Relaxed);
        }
        let Some(readable) = malformed.settings() else { return };
        self.change(|snapshot| {
            let mut settings = snapshot.settings.as_deref().cloned().unwrap_or_default();
            for entry in readable {
                settings.set(entry.key(), entry.bytes());
            }
            snapshot.settings = Some(Arc::new(settings));
            snapshot.settings_incomplete = true;
        });
    }

    /// Takes the REST list of last measurements: what is known from the socket is newer.
    pub(crate) fn recorded(&self, frame: Frame, received: Duration) {
        self.change(|snapshot| {
            for message in frame.into_iter().flatten() {
                if !snapshot.readings.contains_key(message.name()) {
                    snapshot.take(&Arc::new(message), received, false);
                }
            }
        });
    }

    /// Takes the REST configuration, unless the socket has sent one.
    pub(crate) fn configuration(&self, configuration: MachineConfiguration) {
        self.change(|snapshot| {
            snapshot.configuration.get_or_insert_with(|| Arc::new(configuration));
        });
    }

    fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        change(Arc::make_mut(&mut self.lock()));
    }

    /// A snapshot is consistent after each change, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, Arc<Snapshot>> {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(celsius: u8) -> Frame {
        Frame::decode(&format!(r#"{{"SteamBoilerUpdateTemperature":{celsius}}}"#)).unwrap()
    }

    fn live(celsius: u8) -> Store {
        let store = Store::default();
        store.connected();
        for message in frame(celsius).into_iter().flatten() {
            store.message(&Arc::new(message), Duration::ZERO);
        }
        store
    }

    #[test]
    fn what_was_recorded_does_not_replace_what_came_live() {
        let store = live(120);
        store.recorded(frame(90), Duration::ZERO);
        assert_eq!(store.snapshot().temperature(BoilerId::Steam), Some(120.0));
    }

    #[test]
    fn a_lost_connection_keeps_all_readings_and_none_is_live() {
        let store = live(120);
        store.lost();
        let snapshot = store.snapshot();
        let reading = snapshot.reading(&Name::SteamBoilerUpdateTemperature).unwrap();
        assert!(!snapshot.is_live() && !reading.is_live());
        assert_eq!(snapshot.temperature(BoilerId::Steam), Some(120.0));
    }
}
