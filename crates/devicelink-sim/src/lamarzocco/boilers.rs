//! All boilers of a machine, and what it says about them.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use lamarzocco_proto::settings::{SettingKey, keys};
use lamarzocco_proto::{
    Boiler as Number, IndexError, MachineConfiguration, Message, Name, SettingsMap,
};

use super::boiler::Boiler;

/// Litres of water; nobody has published them.
const COFFEE_LITRES: f64 = 1.5;
const STEAM_LITRES: f64 = 8.0;

/// The boilers in the order of the captured frames.
#[derive(Debug)]
pub(super) struct Boilers(BTreeMap<BoilerId, Thermometer>);

#[derive(Debug)]
struct Thermometer {
    boiler: Boiler,
    /// What it said last.
    reading: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BoilerId {
    Steam,
    Coffee(Number),
}

impl Boilers {
    /// The boilers of a configuration, cold; without any in it a steam boiler and a coffee boiler.
    pub(super) fn new(configuration: &MachineConfiguration, random: &mut fastrand::Rng) -> Self {
        let watts =
            configuration.machine_capabilities().and_then(|capabilities| capabilities.first());
        let coffee_watts = watts.and_then(|it| it.coffee_boiler_size_watts()).unwrap_or(1400);
        let steam_watts = watts.and_then(|it| it.steam_boiler_size_watts()).unwrap_or(3000);
        let room = 19.0 + 4.0 * random.f64();
        let new = |id: BoilerId, target| {
            let mut boiler = match id {
                BoilerId::Steam => Boiler::new(room, steam_watts.into(), STEAM_LITRES),
                BoilerId::Coffee(_) => Boiler::new(room, coffee_watts.into(), COFFEE_LITRES),
            };
            boiler.target = target;
            (id, Thermometer { boiler, reading: 0.0 })
        };
        let mut boilers = BTreeMap::new();
        if let Some(targets) = configuration.boiler_target_temperature() {
            boilers.extend(
                targets.iter().filter_map(|(id, target)| Some(new(id.parse().ok()?, target))),
            );
        }
        if boilers.is_empty() {
            boilers.extend([new(BoilerId::Steam, 122.0), new(BoilerId::Coffee(Number::ONE), 93.8)]);
        }
        Self(boilers)
    }

    /// Does as the settings say.
    pub(super) fn aim(&mut self, settings: &SettingsMap) {
        for (id, Thermometer { boiler, .. }) in &mut self.0 {
            if let Some(target) = settings.get(id.target()).and_then(|entry| entry.as_f32()) {
                // Single precision shows in six decimals.
                boiler.target = (f64::from(target) * 1000.0).round() / 1000.0;
            }
            if let Some(is_enabled) = settings.get(id.enabled()).and_then(|entry| entry.as_bool()) {
                boiler.is_enabled = is_enabled;
            }
        }
    }

    pub(super) fn advance(&mut self, time: Duration, is_on: bool) {
        self.0.values_mut().for_each(|it| it.boiler.advance(time, is_on));
    }

    /// Reads the thermometers, which are not quite steady; in stand-by they say 0.
    pub(super) fn read(&mut self, is_on: bool, random: &mut fastrand::Rng) {
        for Thermometer { boiler, reading } in self.0.values_mut() {
            let ripple = 0.2 * (random.f64() - 0.5);
            *reading =
                if is_on { ((boiler.temperature + ripple) * 10.0).round() / 10.0 } else { 0.0 };
        }
    }

    /// The last readings.
    pub(super) fn temperatures(&self) -> Vec<Message> {
        self.0
            .iter()
            .map(|(id, it)| Message::measurement(id.temperature_name(), it.reading))
            .collect()
    }

    /// What the machine says about targets and switches.
    pub(super) fn standing(&self) -> impl Iterator<Item = Message> {
        self.0.iter().flat_map(|(id, Thermometer { boiler, .. })| {
            let set_point = Message::measurement(id.set_point_name(), boiler.target);
            [set_point, Message::flag(id.enabled_name(), boiler.is_enabled)]
        })
    }
}

impl BoilerId {
    /// The setting of its target temperature.
    pub(super) fn target(self) -> SettingKey {
        match self {
            Self::Steam => keys::STEAM_BOILER_TARGET_TEMPERATURE,
            Self::Coffee(number) => keys::coffee_boiler(number).target_temperature(),
        }
    }

    fn enabled(self) -> SettingKey {
        match self {
            Self::Steam => keys::STEAM_BOILER_ENABLED,
            Self::Coffee(number) => keys::coffee_boiler(number).enabled(),
        }
    }

    fn temperature_name(self) -> Name {
        match self {
            Self::Steam => Name::SteamBoilerUpdateTemperature,
            Self::Coffee(number) => Name::CoffeeBoilerUpdateTemperature(number),
        }
    }

    fn set_point_name(self) -> Name {
        match self {
            Self::Steam => Name::SteamBoilerUpdateSetPoint,
            Self::Coffee(number) => Name::CoffeeBoilerUpdateSetPoint(number),
        }
    }

    fn enabled_name(self) -> Name {
        match self {
            Self::Steam => Name::SteamBoilerEnabled,
            Self::Coffee(number) => Name::CoffeeBoilerEnabled(number),
        }
    }
}

/// Reads `SteamBoiler` or `CoffeeBoiler1`, as the configuration has them.
impl FromStr for BoilerId {
    type Err = IndexError;

    fn from_str(text: &str) -> Result<Self, IndexError> {
        if text == "SteamBoiler" { Ok(Self::Steam) } else { text.parse().map(Self::Coffee) }
    }
}
