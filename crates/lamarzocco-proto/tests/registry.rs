//! The table of settings against the data that it was made from.

mod common;

use std::fmt::Write;

use common::REGISTRY;
use lamarzocco_proto::settings::keys::{self, Dose};
use lamarzocco_proto::settings::{
    Confidence, Setting, SettingType, by_hash, by_label, by_name, registry, setting_hash,
};
use lamarzocco_proto::{Boiler, Group, SettingKey};
use serde_json::Value;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/settings/table.rs");

fn rows() -> Vec<Value> {
    serde_json::from_str(REGISTRY).unwrap()
}

/// The rows of the table, as they have to stand in its file.
fn written_rows() -> String {
    let mut out = String::new();
    let text =
        |value: &Value| value.as_str().map_or("None".to_owned(), |text| format!("Some({text:?})"));
    for row in rows() {
        let number = |member: &str| row[member].as_u64().unwrap_or(0);
        let dose = row["dose"].as_str().map_or(0, |dose| dose.as_bytes()[0] - b'A' + 1);
        let setting_type = match row["type"].as_str().unwrap() {
            "f32" => "F32",
            "u32" => "U32",
            "bool" => "Bool",
            "string" => "Text",
            _ => "Unknown",
        };
        let confidence = match row["confidence"].as_str().unwrap() {
            "certain" => "Certain",
            "probable" => "Probable",
            "value-only" => "ValueOnly",
            _ => "Unknown",
        };
        writeln!(
            out,
            "    row({}, {}, {}, {}, [{}, {}, {dose}, {}], T::{setting_type}, {}, {confidence}, {}, {:?}),",
            row["hash"],
            text(&row["label"]),
            text(&row["name"]),
            text(&row["member"]),
            number("group"),
            number("boiler"),
            number("index"),
            text(&row["unit"]),
            row["redact"].as_bool().unwrap_or(false),
            row["evidence"].as_str().unwrap(),
        )
        .unwrap();
    }
    out
}

/// The text of the table between its brackets.
fn split(table: &str) -> (usize, usize) {
    let start = table.find("&[Setting] = &[\n").unwrap() + "&[Setting] = &[\n".len();
    (start, start + table[start..].find("\n];").unwrap() + 1)
}

#[test]
fn the_table_is_what_the_data_says() {
    let mut table = std::fs::read_to_string(TABLE).unwrap();
    let (start, end) = split(&table);
    if std::env::var_os("REGENERATE").is_some() {
        table.replace_range(start..end, &written_rows());
        std::fs::write(TABLE, table).unwrap();
        return;
    }
    assert!(
        table[start..end] == written_rows(),
        "run this test with REGENERATE=1 in its environment to write the table from the data"
    );
}

#[test]
fn every_name_hashes_to_its_entry() {
    let named: Vec<&Setting> =
        registry().iter().filter(|setting| setting.name().is_some()).collect();
    assert_eq!(named.len(), 202);
    for setting in named {
        let name = setting.name().unwrap();
        assert_eq!(setting_hash(name), setting.hash(), "{name}");
        assert_eq!(by_name(name), Some(setting));
        assert_eq!(SettingKey::new(name).setting(), Some(setting));
    }
}

#[test]
fn a_name_that_shares_the_hash_of_another_is_not_that_setting() {
    let other = "steamBoiler.enablfC";
    assert_eq!(by_hash(setting_hash(other)), by_name("steamBoiler.enabled"));
    assert_eq!(by_name(other), None);
}

#[test]
fn the_unit_of_a_temperature_is_degrees_celsius() {
    let unit = by_name("steamBoiler.targetTemperature").and_then(Setting::unit).unwrap();
    assert!(unit.is_degrees_celsius());
}

#[test]
fn every_label_follows_from_its_name() {
    for setting in registry() {
        let label = setting.name().map(label_of);
        assert_eq!(setting.label(), label.as_deref());
        if let Some(label) = setting.label() {
            assert_eq!(by_label(label), Some(setting));
            assert!(
                label
                    .trim_end_matches(|end: char| end.is_ascii_digit())
                    .ends_with(setting.member().unwrap())
            );
        }
    }
}

/// Parts capitalised; groups, boilers and doses by their words, other indexes appended.
fn label_of(name: &str) -> String {
    let part = |part: &str| {
        let (word, index) =
            part.strip_suffix(']').and_then(|part| part.split_once('[')).unwrap_or((part, ""));
        let dose = || format!("Dose{}", char::from(b'@' + index.parse::<u8>().unwrap()));
        match word {
            "groups" => format!("Group{index}"),
            "coffeeBoilers" if !index.is_empty() => format!("CoffeeBoiler{index}"),
            "dose" | "buttons" => dose(),
            word => format!("{}{}{index}", word[..1].to_uppercase(), &word[1..]),
        }
    };
    name.split('.').map(part).collect::<Vec<_>>().join(".")
}

#[test]
fn the_registry_has_197_certain_5_probable_and_47_unknown_settings() {
    let count =
        |confidence| registry().iter().filter(|setting| setting.confidence() == confidence).count();
    assert_eq!(registry().len(), 249);
    assert_eq!(count(Confidence::Certain), 197);
    assert_eq!(count(Confidence::Probable), 5);
    assert_eq!(count(Confidence::ValueOnly), 0);
    assert_eq!(count(Confidence::Unknown), 47);
    assert!(
        registry()
            .iter()
            .all(|setting| setting.label().is_some()
                == (setting.confidence() != Confidence::Unknown))
    );
    assert!(registry().iter().all(|setting| !setting.evidence().is_empty()));
    assert!(registry().is_sorted_by(|left, right| left.hash() < right.hash()));
}

#[test]
fn the_hash_has_the_known_values() {
    assert_eq!(setting_hash(""), 5381);
    assert_eq!(setting_hash("steamBoiler.targetTemperature"), 800_486_879);
    assert_eq!(setting_hash("coffeeBoilers[1].targetTemperature"), 1_502_125_449);
    assert_eq!(setting_hash("groups[1].dose[3].targetVolume"), 452_226_719);
    assert_eq!(setting_hash("Machine.time.hours"), 1_640_394_998);
    assert_eq!(setting_hash("tea.dosing.time[2]"), 1_408_341_304);
    // Names that differ in one digit with 22 characters after it are 33^22 apart.
    let apart = setting_hash("groups[2].dose[1].targetVolume")
        .wrapping_sub(setting_hash("groups[1].dose[1].targetVolume"));
    assert_eq!(apart, 33_u32.wrapping_pow(22));
}

#[test]
fn the_builders_make_the_keys_of_the_registry() {
    for (number, group) in (1..=4).map(|number| (number, Group::new(number).unwrap())) {
        let keys = keys::group(group);
        let expect = |key: SettingKey, name: &str| {
            assert_eq!(key, SettingKey::new(&format!("groups[{number}].{name}")));
            assert_eq!(key.setting().unwrap().group(), Some(group));
        };
        expect(keys.brewing_mode(), "brewingMode");
        expect(keys.doses(), "doses");
        expect(keys.ground_coffee_mass(), "groundCoffeeMass");
        expect(keys.portafilter_mass(), "portafilterMass");
        expect(keys.preinfusion_by_button(), "preinfusion.byButton");
        expect(keys.preinfusion_wet_time(), "preinfusion.wetTime");
        expect(keys.preinfusion_hold_time(), "preinfusion.holdTime");
        for dose in Dose::ALL {
            let at = dose.number();
            expect(keys.dose(dose).target_volume(), &format!("dose[{at}].targetVolume"));
            expect(keys.dose(dose).target_mass(), &format!("dose[{at}].targetMass"));
            expect(keys.dose(dose).brew_ratio(), &format!("dose[{at}].brewRatio"));
            expect(
                keys.button(dose).preinfusion_wet_time(),
                &format!("buttons[{at}].preinfusion.wetTime"),
            );
            expect(
                keys.button(dose).preinfusion_hold_time(),
                &format!("buttons[{at}].preinfusion.holdTime"),
            );
            assert_eq!(keys.dose(dose).target_mass().setting().unwrap().dose(), Some(dose));
        }
        let boiler = Boiler::new(number).unwrap();
        let keys = keys::coffee_boiler(boiler);
        for key in [keys.enabled(), keys.target_temperature(), keys.target_temperature_offset()] {
            assert_eq!(key.setting().unwrap().boiler(), Some(boiler));
        }
        let tea = keys::tea_dose_time(Dose::from_number(number).unwrap()).setting().unwrap();
        assert_eq!(tea.index(), Some(number));
    }
    assert_eq!(
        keys::group(Group::new(255).unwrap()).doses(),
        SettingKey::new("groups[255].doses"),
        "an index of several digits",
    );
    assert_eq!(
        keys::coffee_boiler(Boiler::new(10).unwrap()).enabled(),
        SettingKey::new("coffeeBoilers[10].enabled")
    );
}

#[test]
fn the_named_keys_are_in_the_registry() {
    for key in [
        keys::STEAM_BOILER_ENABLED,
        keys::STEAM_BOILER_TARGET_TEMPERATURE,
        keys::TEA_DOSING_ENABLED,
        keys::TEA_DOSES,
        keys::CUP_WARMER_ENABLED,
        keys::MACHINE_DOSES_TOTAL,
        keys::MACHINE_NAME,
        keys::MACHINE_BREWING_TIMEOUT,
        keys::MACHINE_CURRENT_MODE,
        keys::AUTO_ON_OFF_ENABLED,
        keys::AUTO_ON_HOURS,
        keys::AUTO_ON_MINUTES,
        keys::AUTO_OFF_HOURS,
        keys::AUTO_OFF_MINUTES,
        keys::AUTO_ON_OFF_CLOSED_DAY,
        keys::TIME_YEAR,
        keys::TIME_MONTH,
        keys::TIME_DAY_OF_MONTH,
        keys::TIME_DAY_OF_WEEK,
        keys::TIME_HOURS,
        keys::TIME_MINUTES,
        keys::NUMBER_OF_GROUPS,
        keys::SERIAL_NUMBER,
    ] {
        assert_eq!(key.setting().unwrap().confidence(), Confidence::Certain);
    }
}

#[test]
fn only_passwords_and_the_serial_number_are_secret() {
    let secret: Vec<u32> =
        registry().iter().filter(|setting| setting.is_secret()).map(Setting::hash).collect();
    assert_eq!(secret, [696_674_017, 1_232_437_844, 1_897_611_647]);
}

#[test]
fn a_hash_that_is_not_in_the_registry_has_no_setting() {
    assert_eq!(by_hash(0), None);
    assert_eq!(by_hash(u32::MAX), None);
    assert_eq!(by_name("Machine.nothing"), None);
    assert_eq!(by_label("Machine.Nothing"), None);
    assert_eq!(SettingKey::from_hash(7).to_string(), "7");
    assert_eq!(by_hash(3_718_180_909).unwrap().setting_type(), SettingType::Unknown);
}
