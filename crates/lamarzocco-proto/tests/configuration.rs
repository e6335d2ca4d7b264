//! The machine configuration, and the objects that messages carry.

mod common;

use common::{MACHINE_CONFIGURATION, data_of, message, only};
use lamarzocco_proto::shapes::Snapshot;
use lamarzocco_proto::wire::{
    DoseIndex, DoseType, Family, MachineMode, PreinfusionDose, PreinfusionSetting,
    PreinfusionStyle, StopReason, StopType,
};
use lamarzocco_proto::{Frame, Group, Json, MachineConfiguration, Payload, Reason, Scalar};

fn configuration(text: &str) -> MachineConfiguration {
    MachineConfiguration::from_text(text).unwrap()
}

#[test]
fn the_value_is_an_object_or_text_that_holds_one() {
    for frame in [
        r#"{"MachineConfiguration":{"version":"v1"}}"#,
        r#"{"MachineConfiguration":"{\"version\":\"v1\"}"}"#,
    ] {
        let message = message(frame);
        assert_eq!(message.value().as_machine_configuration().unwrap().version(), Some("v1"));
        assert_eq!(Frame::decode(frame).unwrap().encode(), frame);
    }
    for (value, reason) in [
        ("[]", Reason::ConfigurationNotAnObject),
        ("5", Reason::ConfigurationNotAnObject),
        ("null", Reason::ConfigurationNotAnObject),
        ("\"[]\"", Reason::ConfigurationNotAnObject),
        ("\"5\"", Reason::ConfigurationNotAnObject),
        ("\"\"", Reason::Truncated),
        ("\"{\\\"version\\\":\"", Reason::Truncated),
        ("\"{} {}\"", Reason::TrailingText),
        ("\"configuration\"", Reason::NotJson),
    ] {
        let frame = format!("{{\"MachineConfiguration\":{value}}}");
        let error = only(&frame).unwrap_err();
        assert_eq!((error.reason(), error.excerpt()), (reason, None), "{value}");
        assert_eq!(Frame::decode(&frame).unwrap().encode(), frame);
    }
}

#[test]
fn members_that_are_absent_null_or_of_another_type_read_as_absent() {
    let configuration = configuration(
        r#"{"version":null,"machineMode":5,"groupCapabilities":{},"teaDoses":[],"numberOfSettings":"249","boardDescriptor":[5,{"hardwareMajor":"x","boardType":null}],"machineCapabilities":[{"groupsNumber":[]}],"isLoaded":1,"abrCoffeeMass":{"Group1":"17","Group2":17}}"#,
    );
    assert_eq!(configuration.version(), None);
    assert_eq!(configuration.machine_mode(), None);
    assert!(configuration.group_capabilities().is_none() && configuration.tea_doses().is_none());
    assert_eq!(configuration.number_of_settings(), None);
    let boards = configuration.boards().unwrap();
    assert_eq!((boards.len(), boards.raw().items().count()), (1, 2));
    assert_eq!(
        (boards.first().unwrap().hardware_major(), boards.first().unwrap().board_type()),
        (None, None)
    );
    assert_eq!(
        configuration.machine_capabilities().unwrap().first().unwrap().groups_number(),
        None
    );
    assert_eq!(configuration.is_loaded(), None);
    let masses = configuration.coffee_mass().unwrap();
    assert_eq!((masses.get("Group1"), masses.get("Group2")), (None, Some(17.0)));
    assert!(configuration.scale().is_none() && configuration.serial_numbers().is_none());
}

#[test]
fn members_that_are_not_known_are_kept_at_every_level() {
    let text = r#"{"new":{"b":1,"a":[null,1.50,"x"]},"teaDoses":{"DoseZ":{"stopTarget":3,"more":true}},"Zeta":1,"Alpha":2}"#;
    let configuration = configuration(text);
    assert_eq!(configuration.to_string(), text.replace("1.50", "1.5"));
    assert_eq!(configuration.raw().get("new").unwrap().get("b").unwrap().as_i64(), Some(1));
    let tea = configuration.tea_doses().unwrap();
    assert_eq!(tea.iter().map(|(dose, _)| dose).collect::<Vec<_>>(), ["DoseZ"]);
    assert_eq!(tea.get("DoseZ").unwrap().raw().get("more").unwrap().as_bool(), Some(true));
}

#[test]
fn texts_that_are_not_known_are_kept_and_equal_to_themselves() {
    let mode = configuration(r#"{"machineMode":"Off"}"#).machine_mode().unwrap();
    assert_eq!(mode, MachineMode::Unknown("Off".into()));
    assert_eq!((mode.as_str(), mode.to_string().as_str()), ("Off", "Off"));
    assert_eq!(serde_json::to_string(&mode).unwrap(), "\"Off\"");
    assert_eq!(serde_json::from_str::<MachineMode>("\"Off\"").unwrap(), mode);
    assert_eq!(
        serde_json::from_str::<MachineMode>("\"Stand\\u0042y\"").unwrap(),
        MachineMode::StandBy
    );
    for text in ["Linea Mini R", "LINEA", ""] {
        assert_eq!(Family::from(text).as_str(), text);
    }
    assert_eq!(PreinfusionSetting::from("TypeA"), PreinfusionSetting::TypeA);
}

#[test]
fn whole_numbers_and_fractions_are_interchangeable() {
    let configuration = configuration(
        r#"{"numberOfSettings":249.0,"abrCoffeeMass":{"Group1":17,"Group2":17.0},"standByTime":1.5,"boilerTargetTemperature":{"SteamBoiler":123.9000015258789}}"#,
    );
    assert_eq!(configuration.number_of_settings(), Some(249));
    let masses = configuration.coffee_mass().unwrap();
    assert_eq!(masses.get("Group1"), masses.get("Group2"));
    assert_eq!(configuration.stand_by_time(), None);
    assert_eq!(
        configuration.boiler_target_temperature().unwrap().get("SteamBoiler"),
        Some(123.900_001_525_878_9)
    );
}

#[test]
fn a_name_that_is_repeated_is_found_as_it_is_listed() {
    let configuration = configuration(
        r#"{"boilerTargetTemperature":{"SteamBoiler":120,"SteamBoiler":122,"SteamBoiler":"?"}}"#,
    );
    let temperatures = configuration.boiler_target_temperature().unwrap();
    let listed = [("SteamBoiler", 120.0), ("SteamBoiler", 122.0)];
    assert_eq!(temperatures.iter().collect::<Vec<_>>(), listed);
    assert_eq!(temperatures.get("SteamBoiler"), Some(122.0));
}

#[test]
fn true_and_false_may_come_as_text() {
    let configuration =
        configuration(r#"{"isLoaded":"true","cupwarmerEnabled":"false","teaDosesEnabled":"yes"}"#);
    assert_eq!(configuration.is_loaded(), Some(true));
    assert_eq!(configuration.cup_warmer_enabled(), Some(false));
    assert_eq!(configuration.tea_doses_enabled(), None);
}

#[test]
fn a_dose_that_a_machine_does_not_have_is_none() {
    let message = message(MACHINE_CONFIGURATION);
    let configuration = message.value().as_machine_configuration().unwrap();
    let group = configuration.group_capabilities().unwrap().first().unwrap();
    assert_eq!(group.dose(&DoseIndex::DoseB).unwrap().stop_target(), Some(332.0));
    assert!(group.dose(&DoseIndex::Continuous).is_none());
    assert!(configuration.tea_doses().unwrap().get("DoseA").is_none());
    assert_eq!(configuration.boiler_target_temperature().unwrap().get("CoffeeBoiler2"), None);
}

#[test]
fn the_capabilities_of_a_machine_are_told_apart() {
    let configuration = configuration(
        r#"{"machineCapabilities":[{"groupsNumber":1,"coffeeBoilersNumber":2,"steamBoilersNumber":3,"teaDosesNumber":4,"coffeeBoilerSizeWatts":5,"steamBoilerSizeWatts":6,"cupWarmerHeaterSizeWatts":7,"machineVoltageVolts":8}]}"#,
    );
    let capability = configuration.machine_capabilities().unwrap().first().unwrap();
    let numbers = [
        capability.groups_number(),
        capability.coffee_boilers_number(),
        capability.steam_boilers_number(),
        capability.tea_doses_number(),
        capability.coffee_boiler_size_watts(),
        capability.steam_boiler_size_watts(),
        capability.cup_warmer_heater_size_watts(),
        capability.machine_voltage_volts(),
    ];
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8].map(Some));
}

#[test]
fn the_captured_configuration_is_written_again_byte_for_byte() {
    let text = data_of(MACHINE_CONFIGURATION);
    assert_eq!(configuration(&text).to_string(), text);
}

#[test]
fn the_rest_answer_may_be_wrapped_in_data() {
    let bare = configuration(r#"{"version":"v1"}"#);
    for text in [
        r#"{"version":"v1"}"#,
        r#"{"data":{"version":"v1"}}"#,
        r#"{"data":"{\"version\":\"v1\"}"}"#,
    ] {
        assert_eq!(MachineConfiguration::from_rest(text).unwrap(), bare);
    }
    let both =
        MachineConfiguration::from_rest(r#"{"data":{"version":"v1"},"version":"v2"}"#).unwrap();
    assert_eq!(both.version(), Some("v2"));
    assert_eq!(
        MachineConfiguration::from_rest(r#"{"data":5}"#).unwrap_err().reason(),
        Reason::ConfigurationNotAnObject
    );
}

#[test]
fn a_simulator_changes_one_member() {
    let before = configuration(&data_of(MACHINE_CONFIGURATION));
    let after = before
        .with("machineMode", &"BrewingMode".into())
        .with("new", &serde_json::json!({"a":[1]}));
    assert_eq!(after.machine_mode(), Some(MachineMode::BrewingMode));
    assert_eq!(after.raw().get("new").unwrap().to_string(), r#"{"a":[1]}"#);
    assert_eq!(
        after.with("machineMode", &"StandBy".into()).raw().members().count(),
        before.raw().members().count() + 1
    );
    assert_eq!(after.sub_family(), Some("AV"));
}

#[test]
fn pre_infusion_of_two_kinds_is_told_apart_by_the_items_own_mode() {
    let configuration = configuration(
        r#"{"preinfusionSettings":{"mode":"TypeB","Group1":[{"mode":"TypeA","groupNumber":"Group1","doseType":"DoseA","preWetTime":0.5,"preWetHoldTime":1},{"mode":"TypeB","groupNumber":"Group1","doseType":"DoseA","preWetTime":0,"preWetHoldTime":4}],"Group9":[]}}"#,
    );
    let settings = configuration.preinfusion_settings().unwrap();
    assert_eq!(settings.mode(), Some(PreinfusionSetting::TypeB));
    assert_eq!(
        settings.groups().map(|(group, times)| (group, times.len())).collect::<Vec<_>>(),
        [("Group1", 2), ("Group9", 0)]
    );
    let times = settings.group(Group::ONE).unwrap();
    let chosen = times.iter().find(|time| time.mode() == settings.mode()).unwrap();
    assert_eq!((chosen.dose_type(), chosen.hold_time()), (Some(PreinfusionDose::DoseA), Some(4.0)));
}

#[test]
fn a_home_configuration_is_read() {
    let configuration = configuration(
        r#"{"version":"v1","boilers":[{"id":"SteamBoiler","isEnabled":true,"target":131,"current":113}],"machine_sn":"GS01","isPlumbedIn":false,"tankStatus":true,"standByTime":0,"settings":[],"recipes":[{"id":"Recipe1","dose_mode":"Mass","recipe_doses":[{"id":"A","target":32}]}],"recipeAssignment":[{"dose_index":"DoseA","recipe_id":"Recipe1","recipe_dose":"A","group":"Group1"}],"scale":{"connected":true,"address":"44:b7","name":"LMZ","battery":64},"weeklySchedulingConfig":{"enabled":true,"monday":{"enabled":true,"h_on":6,"h_off":24,"m_on":30,"m_off":0}},"wakeUpSleepEntries":[{"id":"A1","days":["monday","friday"],"steam":true,"enabled":false,"timeOn":"7:30","timeOff":"24:0"}],"smartStandBy":{"enabled":true,"minutes":10,"mode":"LastBrewing"},"clock":"1901-07-08T10:29:00","firmwareVersions":[{"name":"machine_firmware","fw_version":"1.40"}]}"#,
    );
    assert_eq!(configuration.boilers().unwrap().first().unwrap().current(), Some(113.0));
    assert_eq!(
        configuration
            .recipes()
            .unwrap()
            .first()
            .unwrap()
            .doses()
            .unwrap()
            .first()
            .unwrap()
            .target(),
        Some(32.0)
    );
    assert_eq!(
        configuration.recipe_assignment().unwrap().first().unwrap().group(),
        Some(Group::ONE)
    );
    assert_eq!(configuration.scale().unwrap().address(), Some("44:b7"));
    assert_eq!(configuration.weekly_scheduling().unwrap().monday().unwrap().off_hours(), Some(24));
    assert!(configuration.weekly_scheduling().unwrap().sunday().is_none());
    let entry = configuration.wake_up_sleep_entries().unwrap().first().unwrap();
    assert_eq!(
        (entry.days().unwrap().iter().collect::<Vec<_>>(), entry.time_off()),
        (vec!["monday", "friday"], Some("24:0"))
    );
    assert_eq!(configuration.smart_stand_by().unwrap().minutes(), Some(10));
    assert_eq!(configuration.clock(), Some("1901-07-08T10:29:00"));
    assert_eq!(configuration.firmware_versions().unwrap().first().unwrap().version(), Some("1.40"));
    assert!(configuration.settings().unwrap().is_empty());
}

#[test]
fn a_grinder_configuration_is_read_at_the_top_level() {
    let grinder = configuration(
        r#"{"family":"PICOG","machineSn":"P1","machineHw":"2","baristaLed":true,"bellOpened":false,"selectedDose":"DoseA","doses":[{"doseIndex":"DoseA","target":5.5}]}"#,
    );
    assert_eq!(
        (grinder.family(), grinder.grinder_sn(), grinder.bell_opened()),
        (Some(Family::Picog), Some("P1"), Some(false))
    );
    assert_eq!(grinder.grinder_doses().unwrap().first().unwrap().target(), Some(5.5));
}

/// Hands the payload of a frame with this name and value to a check.
fn with_payload(name: &str, value: &str, check: impl FnOnce(Payload<'_>)) {
    for frame in
        [format!("{{\"{name}\":{value}}}"), format!("{{\"name\":\"{name}\",\"data\":{value:?}}}")]
    {
        assert!(message(&frame).payload().is_some(), "{frame}");
    }
    check(message(&format!("{{\"{name}\":{value}}}")).payload().unwrap());
}

#[test]
fn a_brewing_snapshot_is_read() {
    let value = r#"{"groupConfiguration":{"groupNumber":"Group1","capabilities":{"groupType":"AV_Group","boilerId":"CoffeeBoiler1","boilerTemperature":93},"dose":{"doseIndex":"DoseC","doseType":"PulsesType","stopTarget":550},"doseMode":{}},"waterProperties":{"conductivity":302,"hardness":139},"brewingInfo":{"doseIndex":"DoseC","stopReason":"Automatic","stopType":"Volumetric","time":15.6,"volume":551}}"#;
    with_payload("BrewingSnapshotGroup1", value, |payload| {
        let Payload::BrewingSnapshot(snapshot) = payload else { panic!("{payload:?}") };
        let group = snapshot.group_configuration().unwrap();
        assert_eq!(group.dose().unwrap().dose_type(), Some(DoseType::Pulses));
        assert_eq!(group.capabilities().unwrap().boiler_temperature(), Some(93.0));
        assert_eq!(group.dose_mode().unwrap().brewing_type(), None);
        assert_eq!(snapshot.water().unwrap().conductivity(), Some(302.0));
        let brewing = snapshot.brewing().unwrap();
        assert_eq!(
            (brewing.stop_reason(), brewing.stop_type()),
            (Some(StopReason::Automatic), Some(StopType::Volumetric))
        );
        assert_eq!((brewing.time(), brewing.volume()), (Some(15.6), Some(551.0)));
        assert!(snapshot.flush().is_none());
    });
    with_payload("FlushSnapshotGroup2", r#"{"flushInfo":{"time":2}}"#, |payload| {
        let Payload::FlushSnapshot(snapshot) = payload else { panic!("{payload:?}") };
        let flush = Snapshot::flush(snapshot).unwrap();
        assert_eq!((flush.time(), flush.stop_reason()), (Some(2.0), None));
    });
}

#[test]
fn a_target_of_pulses_may_be_a_number_or_text() {
    for (text, target) in [("550", Scalar::Number(550.0)), ("\"number\"", Scalar::Text("number"))] {
        let value = format!(
            r#"{{"groupMode":"Pulses","dose":{{"button":"DoseC","targetPulses":{text}}}}}"#
        );
        with_payload("Group1DoseSettings", &value, |payload| {
            let Payload::DoseSettings(settings) = payload else { panic!("{payload:?}") };
            assert_eq!(settings.dose().unwrap().target_pulses(), Some(target));
        });
    }
}

#[test]
fn pre_infusion_settings_are_a_list_and_their_mode_an_object() {
    let value = r#"[{"groupNumber":"Group1","doseType":"DoseD","isPreWetTimeActive":true,"preWetTime":5,"isPreWetHoldTimeActive":true,"preWetHoldTime":10},5]"#;
    with_payload("SettingPreinfusionGroup1", value, |payload| {
        let Payload::SettingPreinfusion(times) = payload else { panic!("{payload:?}") };
        assert_eq!(times.len(), 1);
        assert_eq!(
            (times.first().unwrap().wet_time(), times.first().unwrap().is_wet_time_active()),
            (Some(5.0), Some(true))
        );
    });
    with_payload(
        "SettingPreinfusionGroup1Mode",
        r#"{"groupNumber":"Group1","preinfusionStyle":"PreinfusionByDoseType"}"#,
        |payload| {
            let Payload::SettingPreinfusionMode(mode) = payload else { panic!("{payload:?}") };
            assert_eq!(mode.preinfusion_style(), Some(PreinfusionStyle::ByDoseType));
        },
    );
    assert!(message(r#"{"SettingPreinfusionGroup1":{"a":1}}"#).payload().is_none());
}

#[test]
fn target_temperatures_come_in_two_shapes() {
    for value in [
        r#"{"SteamBoiler":131,"CoffeeBoiler1":94}"#,
        r#"[{"id":"SteamBoiler","value":131},{"id":"CoffeeBoiler1","value":94},5]"#,
    ] {
        with_payload("BoilersTargetTemperature", value, |payload| {
            let Payload::BoilersTargetTemperature(targets) = payload else { panic!("{payload:?}") };
            assert_eq!(
                targets.iter().collect::<Vec<_>>(),
                [("SteamBoiler", 131.0), ("CoffeeBoiler1", 94.0)]
            );
            assert_eq!(
                (targets.get("CoffeeBoiler1"), targets.get("CoffeeBoiler2")),
                (Some(94.0), None)
            );
        });
    }
}

#[test]
fn statistics_and_the_other_shapes_are_read() {
    let value = r#"{"groups":[{"doses":[{"DoseA":3},{"ContinuousDose":1}],"clean":2,"ev_activations":10,"ev_ontime":99}],"tot_doses":4,"boilers":[{"rsteam_ontime":5}],"tea":{"count":7},"pump_ontime":1,"count_liter":2.5}"#;
    with_payload("MachineStatistics", value, |payload| {
        let Payload::MachineStatistics(statistics) = payload else { panic!("{payload:?}") };
        let group = statistics.groups().unwrap().first().unwrap();
        let doses: Vec<_> = group
            .doses()
            .unwrap()
            .iter()
            .flat_map(|dose| dose.iter().collect::<Vec<_>>())
            .collect();
        assert_eq!(doses, [("DoseA", 3.0), ("ContinuousDose", 1.0)]);
        assert_eq!(
            (statistics.tea().unwrap().count(), statistics.liters()),
            (Some(7.0), Some(2.5))
        );
    });
    with_payload(
        "SteamBoilerHeatingCoeff",
        r#"[{"temperature":18,"coefficent":0.2}]"#,
        |payload| {
            let Payload::HeatingCoefficients(list) = payload else { panic!("{payload:?}") };
            assert_eq!(list.first().unwrap().coefficient(), Some(0.2));
        },
    );
    with_payload("TeaDoseSettings", r#"{"doseIndex":"DoseB","stopTarget":6}"#, |payload| {
        let Payload::TeaDoseSettings(tea) = payload else { panic!("{payload:?}") };
        assert_eq!((tea.dose_index(), tea.stop_target()), (Some(DoseIndex::DoseB), Some(6.0)));
    });
    with_payload("SettingAutoOnOffConfig", r#"{"onTimeHours":7}"#, |payload| {
        let Payload::AutoOnOff(times) = payload else { panic!("{payload:?}") };
        assert_eq!((times.on_hours(), times.closed_day()), (Some(7), None));
    });
    with_payload(
        "SystemInfo",
        r#"{"uptime":"1 day, 17:24","memory_info":{"available":"8.3M"},"up_time":5,"fs":{"files":[{"path":"/a","size":1}]}}"#,
        |payload| {
            let Payload::SystemInfo(info) = payload else { panic!("{payload:?}") };
            assert_eq!(
                (info.uptime(), info.memory_info().unwrap().available()),
                (Some("1 day, 17:24"), Some("8.3M"))
            );
            assert_eq!(info.fs().unwrap().files().unwrap().first().unwrap().path(), Some("/a"));
        },
    );
    for name in ["Boilers", "GroupCapabilities"] {
        with_payload(name, "[{}]", |_| {});
    }
    with_payload("PreinfusionSettings", "{}", |_| {});
    assert!(message(r#"{"Unknown":{"a":1}}"#).payload().is_none());
}

#[test]
fn a_json_value_keeps_order_and_repetitions() {
    let text = r#"{"b":[1,-2,3.5,"\u0001\n\"\\/é",{}],"a":null,"b":true}"#;
    let json = Json::from_text(text).unwrap();
    assert_eq!(json.to_string(), text);
    assert_eq!(json.root().get("b").unwrap().as_bool(), Some(true));
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(json.root().to_value(), value);
    assert_eq!(Json::from(&value).root().to_value(), value);
    assert_eq!(
        json.root().members().next().unwrap().1.to_json().to_string(),
        r#"[1,-2,3.5,"\u0001\n\"\\/é",{}]"#
    );
    assert_eq!(Json::from_text("{"), None);
    assert!(json.root().items().next().is_none() && json.root().get("a").unwrap().is_null());
}
