//! What of the settings is visible in the machine configuration as well.

use lamarzocco_proto::settings::keys::{self, Dose};
use lamarzocco_proto::settings::{SettingKey, approx_eq};
use lamarzocco_proto::{Group, MachineConfiguration, SettingsMap};
use serde_json::Value;

use super::boilers::BoilerId;

/// The configuration with what these settings say. Members that agree already stay as they are, to the byte.
pub(super) fn follow(
    configuration: &MachineConfiguration,
    settings: &SettingsMap,
) -> MachineConfiguration {
    let mut follower = Follower { configuration: configuration.clone(), settings };
    follower.member("boilerTargetTemperature", |boilers, settings| {
        for (boiler, value) in members(boilers) {
            follow_float(value, settings, boiler.parse::<BoilerId>().ok().map(BoilerId::target));
        }
    });
    follower.member("groupCapabilities", |groups, settings| {
        groups.as_array_mut().into_iter().flatten().for_each(|group| follow_doses(group, settings));
    });
    follower.member("abrCoffeeMass", |masses, settings| {
        for (group, value) in members(masses) {
            follow_float(
                value,
                settings,
                group.parse().ok().map(|group| keys::group(group).ground_coffee_mass()),
            );
        }
    });
    follower.member("abrPortafilterMass", |masses, settings| {
        for (group, value) in members(masses) {
            follow_float(
                value,
                settings,
                group.parse().ok().map(|group| keys::group(group).portafilter_mass()),
            );
        }
    });
    follower.member("teaDoses", |doses, settings| {
        for (dose, value) in members(doses) {
            // The configuration has whole seconds.
            let time =
                dose_of(dose).and_then(|dose| settings.get(keys::tea_dose_time(dose))?.as_f32());
            if let (Some(target), Some(time)) = (value.get_mut("stopTarget"), time) {
                set_number(target, f64::from(time).trunc());
            }
        }
    });
    follower.member("autoOnOffConfig", |config, settings| {
        for (member, key) in [
            ("onTimeHours", keys::AUTO_ON_HOURS),
            ("onTimeMinutes", keys::AUTO_ON_MINUTES),
            ("offTimeHours", keys::AUTO_OFF_HOURS),
            ("offTimeMinutes", keys::AUTO_OFF_MINUTES),
            ("closedDay", keys::AUTO_ON_OFF_CLOSED_DAY),
        ] {
            let number = settings.get(key).and_then(|entry| entry.as_u32());
            if let (Some(value), Some(number)) = (config.get_mut(member), number) {
                set_number(value, number.into());
            }
        }
    });
    for (member, key) in [
        ("autoOnOffEnabled", keys::AUTO_ON_OFF_ENABLED),
        ("teaDosesEnabled", keys::TEA_DOSING_ENABLED),
        ("cupwarmerEnabled", keys::CUP_WARMER_ENABLED),
    ] {
        follower.member(member, |value, settings| {
            if let Some(flag) = settings.get(key).and_then(|entry| entry.as_bool()) {
                *value = flag.into();
            }
        });
    }
    follower.member("numberOfSettings", |value, settings| *value = settings.len().into());
    follower.configuration
}

struct Follower<'a> {
    configuration: MachineConfiguration,
    settings: &'a SettingsMap,
}

impl Follower<'_> {
    /// Changes a member, if it is there.
    fn member(&mut self, member: &str, change: impl FnOnce(&mut Value, &SettingsMap)) {
        let Some(before) = self.configuration.raw().get(member).map(|value| value.to_value())
        else {
            return;
        };
        let mut after = before.clone();
        change(&mut after, self.settings);
        if before != after {
            self.configuration = self.configuration.with(member, &after);
        }
    }
}

fn follow_doses(group: &mut Value, settings: &SettingsMap) {
    for dose in group.get_mut("doses").and_then(Value::as_array_mut).into_iter().flatten() {
        let number = dose
            .get("groupNumber")
            .and_then(Value::as_str)
            .and_then(|text| text.parse::<Group>().ok());
        let index = dose.get("doseIndex").and_then(Value::as_str).and_then(dose_of);
        let is_pulses = dose.get("doseType").and_then(Value::as_str) == Some("PulsesType");
        if let (Some(group), Some(index), Some(target)) =
            (number, index, dose.get_mut("stopTarget"))
        {
            let dose = keys::group(group).dose(index);
            follow_float(
                target,
                settings,
                Some(if is_pulses { dose.target_volume() } else { dose.target_mass() }),
            );
        }
    }
}

fn members(object: &mut Value) -> impl Iterator<Item = (&str, &mut Value)> {
    object.as_object_mut().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn dose_of(text: &str) -> Option<Dose> {
    Dose::ALL.into_iter().find(|dose| text == format!("Dose{dose:?}"))
}

fn follow_float(value: &mut Value, settings: &SettingsMap, key: Option<SettingKey>) {
    if let Some(number) = key.and_then(|key| settings.get(key)?.as_f32()) {
        set_number(value, f64::from(number));
    }
}

/// Writes a number without the noise of single precision, whole ones without a point.
fn set_number(value: &mut Value, number: f64) {
    if value.as_f64().is_some_and(|before| approx_eq(before, number)) {
        return;
    }
    let rounded = (number * 1000.0).round() / 1000.0;
    *value = if rounded.fract() == 0.0 && rounded.abs() < 1e15 {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and the range is checked")]
        Value::from(rounded as i64)
    } else {
        Value::from(rounded)
    };
}

#[cfg(test)]
mod tests {
    use lamarzocco_proto::Boiler;

    use super::*;
    use crate::lamarzocco::captured;

    #[test]
    fn the_captured_configuration_agrees_with_the_captured_settings_already() {
        let configuration = captured::configuration();
        let followed = follow(&configuration, &captured::settings());
        assert_eq!(followed.to_string(), configuration.to_string());
    }

    #[test]
    fn doses_temperatures_masses_and_times_follow_their_settings() {
        let mut settings = captured::settings();
        settings.set(keys::group(Group::ONE).dose(Dose::C).target_volume(), 560.0_f32);
        settings.set(keys::coffee_boiler(Boiler::ONE).target_temperature(), 92.3_f32);
        settings.set(keys::group(Group::ONE).ground_coffee_mass(), 18.5_f32);
        settings.set(keys::tea_dose_time(Dose::B), 9.75_f32);
        settings.set(keys::AUTO_ON_HOURS, 6_u32);
        settings.set(keys::TEA_DOSING_ENABLED, false);
        let configuration = follow(&captured::configuration(), &settings);
        let json = configuration.raw().to_value();
        assert_eq!(json["groupCapabilities"][0]["doses"][2]["stopTarget"], 560);
        assert_eq!(json["groupCapabilities"][1]["doses"][2]["stopTarget"], 550);
        assert_eq!(json["boilerTargetTemperature"]["CoffeeBoiler1"], 92.3);
        assert_eq!(json["abrCoffeeMass"]["Group1"], 18.5);
        assert_eq!(json["teaDoses"]["DoseB"]["stopTarget"], 9);
        assert_eq!(json["autoOnOffConfig"]["onTimeHours"], 6);
        assert_eq!(json["teaDosesEnabled"], false);
    }
}
