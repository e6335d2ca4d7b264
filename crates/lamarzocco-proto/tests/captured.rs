//! What the captured frames have to give.

mod common;

use common::{COFFEE_BOILER, MACHINE_CONFIGURATION, SETTINGS, STEAM_BOILER, data_of, message};
use lamarzocco_proto::settings::{Entry, SettingData, approx_eq, by_label};
use lamarzocco_proto::wire::{
    BoardType, BrewingType, DoseIndex, DoseType, Family, GroupType, MachineMode, PreinfusionMode,
    PreinfusionStyle,
};
use lamarzocco_proto::{Boiler, Class, Frame, Group, Message, Name, SettingsMap, Value, ValueType};

fn settings() -> SettingsMap {
    SettingsMap::from_frame(SETTINGS).unwrap()
}

fn number(settings: &SettingsMap, label: &str) -> f64 {
    let entry =
        settings.get(by_label(label).unwrap_or_else(|| panic!("no setting {label}"))).unwrap();
    match entry.value().data {
        SettingData::F32(number) => number.into(),
        SettingData::U32(number) => number.into(),
        SettingData::Bool(value) => u8::from(value).into(),
        other => panic!("{label} is {other:?}"),
    }
}

#[track_caller]
fn assert_numbers(settings: &SettingsMap, expected: &[(&str, f64)]) {
    for (label, expected) in expected {
        let number = number(settings, label);
        assert!(approx_eq(number, *expected), "{label}: {number} is not {expected}");
    }
}

#[test]
fn the_steam_boiler_frame_is_a_measurement_of_zero_degrees() {
    let frame = Frame::decode(STEAM_BOILER).unwrap();
    assert_eq!(frame.class(), Class::Measurement);
    let message = message(STEAM_BOILER);
    assert_eq!(message.name(), &Name::SteamBoilerUpdateTemperature);
    assert_eq!(message.value(), &Value::Number(0.0));
    assert_eq!(message.text().as_deref(), Some("0.000000"));
    assert_eq!(message.value_type(), Some(&ValueType::Number));
    assert_eq!(message.display_name(), Some("SteamBoiler current temperature"));
    let unit = message.unit().unwrap();
    assert_eq!(unit.as_str().as_bytes(), b"C\xc2\xb0");
    assert!(unit.is_degrees_celsius());
}

#[test]
fn the_coffee_boiler_frame_carries_its_index() {
    let message = message(COFFEE_BOILER);
    assert_eq!(message.name(), &Name::CoffeeBoilerUpdateTemperature(Boiler::ONE));
    assert_eq!(message.name().boiler(), Some(Boiler::ONE));
    assert_eq!(message.name().group(), None);
    assert_eq!(message.value(), &Value::Number(0.0));
    assert_eq!(message.unit().unwrap().as_str(), "C°");
}

#[test]
fn the_four_frames_are_written_again_byte_for_byte() {
    for frame in [STEAM_BOILER, COFFEE_BOILER, SETTINGS, MACHINE_CONFIGURATION] {
        assert_eq!(Frame::decode(frame).unwrap().encode(), frame.trim_end());
    }
}

#[test]
fn a_simulator_writes_the_captured_frames_byte_for_byte() {
    let steam = Message::measurement(Name::SteamBoilerUpdateTemperature, 0.0);
    assert_eq!(Frame::from(steam).encode(), STEAM_BOILER.trim_end());
    let coffee = Message::measurement(Name::CoffeeBoilerUpdateTemperature(Boiler::ONE), 0.0);
    assert_eq!(Frame::from(coffee).encode(), COFFEE_BOILER.trim_end());
    assert_eq!(settings().to_frame(), SETTINGS.trim_end());
    let configuration = message(MACHINE_CONFIGURATION).into_machine_configuration().unwrap();
    let frame = Frame::from(Message::machine_configuration(configuration)).encode();
    assert_eq!(frame, MACHINE_CONFIGURATION.trim_end());
}

#[test]
fn the_settings_are_249_ascending_entries_of_1010_bytes() {
    let message = message(SETTINGS);
    assert_eq!(Frame::decode(SETTINGS).unwrap().class(), Class::Settings);
    assert_eq!(message.display_name(), Some("Map of all the machine settings"));
    assert!(message.unit().unwrap().is_none());
    assert_eq!(message.text().unwrap().len(), 9678);
    let settings = message.value().as_settings().unwrap();
    let hashes: Vec<u32> = settings.iter().map(Entry::hash).collect();
    assert_eq!(settings.len(), 249);
    assert!(hashes.is_sorted_by(|left, right| left < right));
    assert_eq!((hashes[0], hashes[248]), (24_545_312, 4_235_447_118));
    assert_eq!(settings.iter().filter(|entry| entry.bytes().len() == 4).count(), 245);
    assert_eq!(settings.iter().map(|entry| entry.bytes().len()).sum::<usize>(), 1010);
    let texts: Vec<(u32, usize)> = settings
        .iter()
        .filter(|entry| entry.bytes().len() != 4)
        .map(|entry| (entry.hash(), entry.bytes().len()))
        .collect();
    assert_eq!(
        texts,
        [(696_674_017, 6), (1_232_437_844, 8), (1_714_972_457, 10), (1_897_611_647, 6)]
    );
    assert_eq!(settings.to_data(), data_of(SETTINGS));
}

#[test]
fn the_settings_hold_the_known_temperatures() {
    let settings = settings();
    assert_eq!(settings.get(1_502_125_449).unwrap().bytes(), [0x9e, 0x99, 0xbb, 0x42]);
    assert_eq!(settings.get(3_362_525_872).unwrap().bytes(), [0x06, 0x00, 0x00, 0x40]);
    assert_numbers(
        &settings,
        &[
            ("CoffeeBoiler1.TargetTemperature", 93.8),
            ("CoffeeBoiler2.TargetTemperature", 94.5),
            ("CoffeeBoiler3.TargetTemperature", 94.5),
            ("CoffeeBoiler4.TargetTemperature", 94.5),
            ("SteamBoiler.TargetTemperature", 122.0),
            ("CoffeeBoiler1.TargetTemperatureOffset", 2.0),
            ("CoffeeBoiler2.TargetTemperatureOffset", 3.5),
            ("CoffeeBoiler3.TargetTemperatureOffset", 3.5),
            ("CoffeeBoiler4.TargetTemperatureOffset", 3.5),
        ],
    );
}

#[test]
fn the_settings_hold_the_known_doses_of_four_groups() {
    let settings = settings();
    let volumes = [
        [95.0, 332.0, 551.0, 275.0],
        [95.0, 332.0, 550.0, 275.0],
        [200.0, 400.0, 400.0, 800.0],
        [200.0, 400.0, 400.0, 800.0],
    ];
    let masses = [
        [25.0, 30.0, 30.0, 60.0],
        [25.0, 30.0, 30.0, 60.0],
        [25.0, 50.0, 30.0, 60.0],
        [25.0, 50.0, 30.0, 60.0],
    ];
    for group in 0..4 {
        for (dose, letter) in ["A", "B", "C", "D"].into_iter().enumerate() {
            let of = |member: &str| {
                number(&settings, &format!("Group{}.Dose{letter}.{member}", group + 1))
            };
            assert_eq!(of("TargetVolume"), volumes[group][dose]);
            assert_eq!(of("TargetMass"), masses[group][dose]);
            assert_eq!(of("BrewRatio"), 2.0);
            let (wet, hold) = match (group, letter) {
                (0, "D") => (5.0, 10.0),
                (1, "B" | "C" | "D") => (2.0, 3.0),
                _ => (0.0, 0.0),
            };
            assert_eq!((of("Preinfusion.WetTime"), of("Preinfusion.HoldTime")), (wet, hold));
        }
        let of = |member: &str| number(&settings, &format!("Group{}.{member}", group + 1));
        assert_eq!((of("GroundCoffeeMass"), of("PortafilterMass")), (17.0, 568.5));
        assert_eq!(of("Doses"), [34455.0, 46535.0, 0.0, 0.0][group]);
    }
    let count = |hash: u32| settings.get(hash).unwrap().as_u32().unwrap();
    assert_eq!(count(2_861_891_546) + count(2_530_661_563), count(1_349_626_584));
    assert_eq!(count(2_380_756_235), 51022);
}

#[test]
fn the_settings_hold_the_known_times_and_texts() {
    let settings = settings();
    assert_numbers(
        &settings,
        &[
            ("Machine.Time.Year", 24.0),
            ("Machine.Time.Month", 6.0),
            ("Machine.Time.DayOfMonth", 12.0),
            ("Machine.Time.DayOfWeek", 5.0),
            ("Machine.Time.Hours", 15.0),
            ("Machine.Time.Minutes", 45.0),
            ("Machine.AutoOnOff.Enabled", 1.0),
            ("Machine.AutoOnOff.OnTime.Hours", 7.0),
            ("Machine.AutoOnOff.OnTime.Minutes", 15.0),
            ("Machine.AutoOnOff.OffTime.Hours", 16.0),
            ("Machine.AutoOnOff.OffTime.Minutes", 0.0),
            ("Machine.AutoOnOff.ClosedDay", 0.0),
            ("Tea.Dosing.Time1", 15.0),
            ("Tea.Dosing.Time2", 6.21875),
            ("Tea.Dosing.Time3", 15.0),
            ("Tea.Dosing.Time4", 15.0),
            ("Factory.Machine.NGroups", 2.0),
            ("Machine.Brewing.Timeout", 120.0),
        ],
    );
    assert_eq!(settings.get(1_249_749_884).unwrap().as_u32(), Some(2));
    assert_eq!(settings.get(2_995_275_019).unwrap().as_f32(), Some(120.0));
    assert_eq!(settings.get(1_232_437_844).unwrap().as_str(), Some("GN000126"));
    assert_eq!(settings.get(1_714_972_457).unwrap().value().data, SettingData::Text("LAMARZOCCO"));
}

#[test]
fn the_configuration_describes_the_captured_machine() {
    let message = message(MACHINE_CONFIGURATION);
    assert_eq!(Frame::decode(MACHINE_CONFIGURATION).unwrap().class(), Class::MachineConfiguration);
    assert_eq!(message.text().unwrap().len(), 3205);
    let configuration = message.value().as_machine_configuration().unwrap();
    assert_eq!(configuration.sub_family(), Some("AV"));
    let capability = configuration.machine_capabilities().unwrap().first().unwrap();
    assert_eq!(capability.family(), Some(Family::Gb5));
    assert_eq!(
        (capability.groups_number(), capability.coffee_boilers_number()),
        (Some(2), Some(1))
    );
    assert_eq!(
        (capability.steam_boilers_number(), capability.tea_doses_number()),
        (Some(1), Some(1))
    );
    assert_eq!(capability.machine_voltage_volts(), Some(240));
    assert_eq!(configuration.number_of_settings(), Some(249));
    assert_eq!(configuration.machine_mode(), Some(MachineMode::StandBy));
    assert_eq!(configuration.is_loaded(), Some(true));
    let firmware = configuration.machine_firmware().unwrap().first().unwrap();
    assert_eq!(
        (firmware.major(), firmware.minor(), firmware.bug_fix()),
        (Some(1), Some(2), Some(0))
    );
    assert_eq!(firmware.pre_release(), Some(""));
    assert_eq!(
        configuration.serial_numbers().unwrap().first().unwrap().value(),
        Some("{serialnumber}")
    );
    assert_eq!(configuration.tea_doses().unwrap().len(), 1);
    let tea = configuration.tea_doses().unwrap().get("DoseB").unwrap();
    assert_eq!((tea.dose_index(), tea.stop_target()), (Some(DoseIndex::DoseB), Some(6.0)));
    let times = configuration.auto_on_off().unwrap();
    assert_eq!((times.on_hours(), times.on_minutes()), (Some(7), Some(15)));
    assert_eq!(
        (times.off_hours(), times.off_minutes(), times.closed_day()),
        (Some(16), Some(0), Some(0))
    );
    let modes: Vec<_> = configuration.preinfusion_modes_available().unwrap().iter().collect();
    assert_eq!(modes, [PreinfusionMode::ByGroup, PreinfusionMode::ByDoseType]);
    assert!(configuration.av_mode_brewing_pressure().unwrap().is_empty());
    assert_eq!(configuration.preinfusion_settings().unwrap().mode(), None);
    for group in [Group::ONE, Group::new(2).unwrap()] {
        assert_eq!(configuration.coffee_mass().unwrap().get(group.to_string()), Some(17.0));
        assert_eq!(configuration.portafilter_mass().unwrap().get(group.to_string()), Some(568.5));
        assert_eq!(configuration.preinfusion_style(group), Some(PreinfusionStyle::None));
    }
}

#[test]
fn a_board_number_of_255_is_not_known_and_stays_in_the_raw_object() {
    let message = message(MACHINE_CONFIGURATION);
    let boards = message.value().as_machine_configuration().unwrap().boards().unwrap();
    assert_eq!(boards.len(), 4);
    let board = boards.first().unwrap();
    assert_eq!(board.board_type(), Some(BoardType::Gb5Button));
    assert_eq!((board.hardware_major(), board.hardware_minor()), (Some(3), None));
    assert_eq!(
        (board.firmware_major(), board.firmware_minor(), board.firmware_bug_fix()),
        (None, None, None)
    );
    assert_eq!(board.raw().get("firmwareMajor").unwrap().as_f64(), Some(255.0));
}

#[test]
fn configuration_and_settings_of_one_machine_agree() {
    let settings = settings();
    let message = message(MACHINE_CONFIGURATION);
    let configuration = message.value().as_machine_configuration().unwrap();
    assert_eq!(configuration.number_of_settings().unwrap() as usize, settings.len());
    let groups: Vec<_> = configuration.group_capabilities().unwrap().iter().collect();
    assert_eq!(groups.len(), 2);
    for (at, capability) in groups.iter().enumerate() {
        let build = capability.capabilities().unwrap();
        assert_eq!(build.group().unwrap().number() as usize, at + 1);
        assert_eq!((build.group_type(), build.boiler()), (Some(GroupType::Av), Some(Boiler::ONE)));
        assert_eq!(capability.dose_mode().unwrap().brewing_type(), Some(BrewingType::Pulses));
        let doses = capability.doses().unwrap();
        assert_eq!(doses.len(), 4);
        for dose in doses.iter() {
            assert_eq!(dose.dose_type(), Some(DoseType::Pulses));
            let label =
                format!("{}.{}.TargetVolume", dose.group().unwrap(), dose.dose_index().unwrap());
            assert!(approx_eq(number(&settings, &label), dose.stop_target().unwrap()));
        }
    }
    let temperatures = configuration.boiler_target_temperature().unwrap();
    for (boiler, temperature) in temperatures.iter() {
        assert!(approx_eq(number(&settings, &format!("{boiler}.TargetTemperature")), temperature));
    }
    assert_eq!(number(&settings, "Tea.Dosing.Time2").trunc(), 6.0);
}
