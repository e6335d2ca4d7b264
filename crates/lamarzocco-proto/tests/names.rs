//! The names of messages.

use std::collections::HashSet;
use std::num::NonZeroU8;

use lamarzocco_proto::{Boiler, Group, Kind, Name, Source};

#[test]
fn every_known_name_reads_as_what_it_is_written_as() {
    for index in [1, 2, 9, 10, 99, 100, 255] {
        let names: Vec<Name> = Name::known(NonZeroU8::new(index).unwrap()).collect();
        let texts: HashSet<String> = names.iter().map(Name::to_string).collect();
        assert_eq!(texts.len(), names.len());
        for name in names {
            assert!(name.is_known() && name.source().is_some());
            assert_eq!(Name::from(name.to_string().as_str()), name);
        }
    }
}

#[test]
fn the_table_has_every_family_of_each_source() {
    let count =
        |source| Name::known(NonZeroU8::MIN).filter(|name| name.source() == Some(source)).count();
    assert_eq!(count(Source::Frame) + count(Source::Rest), 63);
    assert_eq!(count(Source::Cloud), 15);
    assert_eq!(count(Source::Home) + count(Source::Client), 14);
}

#[test]
fn an_index_is_decimal_from_1_to_255_without_leading_zero() {
    for index in ["", "0", "00", "01", "256", "300", "1000", "99999999999", "-1", "+1", " 1", "１"]
    {
        for name in [
            format!("CoffeeBoiler{index}Enabled"),
            format!("BrewingUpdateGroup{index}Time"),
            format!("ABRCoffeeMassGroup{index}"),
            format!("Group{index}DoseSettings"),
        ] {
            let read = Name::from(name.as_str());
            assert!(!read.is_known(), "{name}");
            assert_eq!(read.to_string(), name);
        }
    }
    assert_eq!(
        Name::from("CoffeeBoiler255Enabled"),
        Name::CoffeeBoilerEnabled(Boiler::new(255).unwrap())
    );
    assert_eq!(
        Name::from("SettingPreinfusionGroup10Mode"),
        Name::SettingPreinfusionMode(Group::new(10).unwrap())
    );
}

#[test]
fn the_case_of_letters_counts() {
    for name in [
        "waterTDS",
        "WaterTds",
        "settings",
        "SETTINGS",
        "coffeeBoiler1Enabled",
        "TeaStartedStopType",
        "MachineFwVersion",
    ] {
        assert!(!Name::from(name).is_known(), "{name}");
    }
    assert_eq!(Name::from("TeaStartedStoptype"), Name::TeaStartedStopType);
    assert_eq!(Name::from("machineFwVersion"), Name::MachineFwVersion);
}

#[test]
fn names_that_only_look_like_known_ones_are_unknown() {
    for name in [
        "",
        "WaterTDS1",
        "SteamBoiler1Enabled",
        "CoffeeBoiler1",
        "CoffeeBoiler1Enabled1",
        "Group1",
        "1",
        "BrewingUpdateGroup1",
        "Settings ",
        "BrewingUpdateGroup#Time",
    ] {
        assert!(!Name::from(name).is_known(), "{name}");
        assert_eq!(Name::from(name).to_string(), name);
        assert_eq!(Name::from(name).kind(), Kind::Any);
    }
}

#[test]
fn two_names_that_differ_in_their_end_are_two_names() {
    assert_ne!(Name::from("SettingPreinfusionGroup1"), Name::from("SettingPreinfusionGroup1Mode"));
    assert_ne!(
        Name::from("BrewingStoppedGroup1Time"),
        Name::from("BrewingStoppedGroup1TimeSinceStart")
    );
    assert_ne!(
        Name::from("BrewingStoppedGroup1Counter"),
        Name::from("BrewingStoppedGroup1DoseACounter")
    );
}

#[test]
fn group_and_boiler_are_told_apart() {
    let name = Name::from("CoffeeBoiler2UpdateTemperature");
    assert_eq!((name.group(), name.boiler()), (None, Boiler::new(2)));
    let name = Name::from("Group3DoseSettings");
    assert_eq!((name.group(), name.boiler()), (Group::new(3), None));
    assert_eq!(Name::WaterTds.group(), None);
}

#[test]
fn units_are_what_is_known_of_them() {
    let unit = |name: &str| Name::from(name).unit().map(|unit| unit.as_str().to_owned());
    assert_eq!(unit("CoffeeBoiler1UpdateTemperature").as_deref(), Some("°C"));
    assert_eq!(unit("BrewingStartedGroup1PreWetWetTime").as_deref(), Some("ms"));
    assert_eq!(unit("BrewingUpdateGroup1Time").as_deref(), Some("s"));
    assert_eq!(unit("BrewingUpdateGroup1Volume").as_deref(), Some("pulses"));
    assert_eq!(unit("ABRCoffeeMassGroup1").as_deref(), Some("g"));
    assert_eq!(unit("BrewingUpdateGroup1FlowRate"), None);
    assert_eq!(unit("Nothing"), None);
}

#[test]
fn groups_and_boilers_read_their_texts() {
    assert_eq!("Group2".parse(), Ok(Group::new(2).unwrap()));
    assert_eq!("CoffeeBoiler1".parse(), Ok(Boiler::ONE));
    for text in ["Group0", "Group", "group1", "Group01", "Group256", "CoffeeBoiler1"] {
        assert!(text.parse::<Group>().is_err(), "{text}");
    }
    assert_eq!(Group::new(0), None);
    assert_eq!(Boiler::try_from(7).unwrap().to_string(), "CoffeeBoiler7");
}
