//! What a machine is and does, without a network and without a clock of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lamarzocco_proto::settings::SettingKey;
use lamarzocco_proto::settings::keys::{self, Dose};
use lamarzocco_proto::wire::{DoseIndex, MachineMode, PreinfusionStyle};
use lamarzocco_proto::{Group, MachineConfiguration, Message, SettingsMap};
use serde_json::json;

use super::boilers::Boilers;
use super::brewing::{BrewError, Plan};
use super::{clock, follow, rest};

/// How fast water flows in a draw, in pulses per second: captured are 140 after 3.7 s and 551 after 15.6 s.
const FLOW: f64 = 37.5;

pub(super) struct State {
    settings: SettingsMap,
    configuration: MachineConfiguration,
    boilers: Boilers,
    /// The last message of each name, as the REST list has it.
    latest: BTreeMap<String, Message>,
    brewing: BTreeSet<Group>,
    elapsed: Duration,
    random: fastrand::Rng,
}

impl State {
    pub(super) fn new(
        configuration: &MachineConfiguration,
        settings: SettingsMap,
        mode: &MachineMode,
        seed: u64,
    ) -> Self {
        let configuration =
            follow::follow(configuration, &settings).with("machineMode", &json!(mode.as_str()));
        let mut random = fastrand::Rng::with_seed(seed);
        let mut boilers = Boilers::new(&configuration, &mut random);
        boilers.aim(&settings);
        let mut state = Self {
            settings,
            configuration,
            boilers,
            latest: BTreeMap::new(),
            brewing: BTreeSet::new(),
            elapsed: Duration::ZERO,
            random,
        };
        state.boilers.read(state.is_on(), &mut state.random);
        for message in rest::standing().into_iter().chain(state.everything()) {
            state.record(&message);
        }
        state
    }

    pub(super) fn settings(&self) -> &SettingsMap {
        &self.settings
    }

    pub(super) fn configuration(&self) -> &MachineConfiguration {
        &self.configuration
    }

    /// The answer to `/latest-measurement`.
    pub(super) fn latest(&self) -> impl Iterator<Item = &Message> {
        self.latest.values()
    }

    pub(super) fn temperatures(&self) -> Vec<Message> {
        self.boilers.temperatures()
    }

    /// Keeps a message for the REST list.
    pub(super) fn record(&mut self, message: &Message) {
        let recorded = clock::recorded(self.elapsed);
        self.latest
            .insert(message.name().to_string(), message.clone().into_latest_measurement(&recorded));
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, time: Duration) -> Vec<Message> {
        self.elapsed += time;
        let is_on = self.is_on();
        self.boilers.advance(time, is_on);
        self.boilers.read(is_on, &mut self.random);
        self.temperatures()
    }

    /// Turns the machine on or to stand-by.
    pub(super) fn set_mode(&mut self, mode: &MachineMode) -> Vec<Message> {
        self.configuration = self.configuration.with("machineMode", &json!(mode.as_str()));
        self.boilers.read(self.is_on(), &mut self.random);
        let mut messages = vec![Message::machine_configuration(self.configuration.clone())];
        messages.extend(self.temperatures());
        messages
    }

    /// Takes other settings, and says what that changes.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut SettingsMap)) -> Vec<Message> {
        let (before, configuration) = (self.standing(), self.configuration.clone());
        change(&mut self.settings);
        self.configuration = follow::follow(&self.configuration, &self.settings);
        self.boilers.aim(&self.settings);
        let mut messages = self.standing();
        messages.retain(|message| !before.contains(message));
        messages.push(Message::settings(self.settings.clone()));
        if self.configuration != configuration {
            messages.push(Message::machine_configuration(self.configuration.clone()));
        }
        messages
    }

    /// Decides about a draw and marks the group as brewing, until [`end_draw`](Self::end_draw).
    pub(super) fn start_draw(
        &mut self,
        group: Group,
        dose: Dose,
        stop: Option<Duration>,
    ) -> Result<Plan, BrewError> {
        if !self.is_on() {
            return Err(BrewError::StandBy);
        }
        let capability = self.configuration.group_capabilities().and_then(|groups| {
            groups
                .iter()
                .find(|it| it.capabilities().and_then(|build| build.group()) == Some(group))
        });
        let capability = capability.ok_or(BrewError::NoSuchGroup)?;
        let index = DoseIndex::from(format!("Dose{dose:?}").as_str());
        let target = capability.dose(&index).and_then(|dose| dose.stop_target());
        let dose_value = capability.dose(&index).map(|dose| dose.raw().to_value());
        let target = target.ok_or(BrewError::NoSuchDose)?;
        let snapshot = json!({
            "groupConfiguration": {
                "groupNumber": group.to_string(),
                "capabilities": capability.capabilities().map(|build| build.raw().to_value()),
                "dose": dose_value,
                "doseMode": capability.dose_mode().map(|mode| mode.raw().to_value()),
            },
            "waterProperties": { "conductivity": rest::CONDUCTIVITY, "hardness": rest::HARDNESS },
        });
        if !self.brewing.insert(group) {
            return Err(BrewError::Busy);
        }
        Ok(Plan {
            group,
            dose,
            target,
            preinfusion: self.preinfusion(group, dose),
            timeout: self.float(keys::MACHINE_BREWING_TIMEOUT).unwrap_or(120.0),
            flow: FLOW * (0.95 + 0.1 * self.random.f64()),
            stopped_after: stop.map(|stop| stop.as_secs_f64()),
            coffee_mass: self.float(keys::group(group).ground_coffee_mass()).unwrap_or_default(),
            portafilter_mass: self.float(keys::group(group).portafilter_mass()).unwrap_or_default(),
            snapshot,
        })
    }

    pub(super) fn end_draw(&mut self, group: Group) {
        self.brewing.remove(&group);
    }

    /// Counts a draw up, and says what that changes.
    pub(super) fn count_draw(&mut self, group: Group) -> Vec<Message> {
        self.change(|settings| {
            for key in [keys::group(group).doses(), keys::MACHINE_DOSES_TOTAL] {
                if let Some(count) = settings.get(key).and_then(|entry| entry.as_u32()) {
                    settings.set(key, count.wrapping_add(1));
                }
            }
        })
    }

    fn is_on(&self) -> bool {
        self.configuration.machine_mode() == Some(MachineMode::BrewingMode)
    }

    /// What the machine would say about its settings and configuration, in small messages.
    fn standing(&self) -> Vec<Message> {
        let mut messages = rest::of_configuration(&self.configuration);
        messages.extend(self.boilers.standing());
        messages
    }

    fn everything(&self) -> Vec<Message> {
        let mut messages = self.temperatures();
        messages.extend(self.standing());
        messages.push(Message::settings(self.settings.clone()));
        messages.push(Message::machine_configuration(self.configuration.clone()));
        messages
    }

    fn preinfusion(&self, group: Group, dose: Dose) -> (f64, f64) {
        match self.configuration.preinfusion_style(group) {
            None | Some(PreinfusionStyle::None) => (0.0, 0.0),
            Some(_) => {
                let button = keys::group(group).button(dose);
                let time = |key| self.float(key).unwrap_or_default();
                (time(button.preinfusion_wet_time()), time(button.preinfusion_hold_time()))
            }
        }
    }

    fn float(&self, key: SettingKey) -> Option<f64> {
        self.settings.get(key)?.as_f32().map(f64::from)
    }
}
