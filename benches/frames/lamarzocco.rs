//! What a La Marzocco machine sends beside its settings.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hint::black_box;

use lamarzocco_proto::{Boiler, Frame, Message, Name};
use serde::{Deserialize, Serialize};

use crate::group::{Group, Way};
use crate::ways::{frames, kind, tree};

const CONFIGURATION: &str =
    include_str!("../../testdata/lamarzocco/machine_configuration_redacted.json");

pub(crate) fn groups() -> Vec<Group> {
    vec![measurement(), configuration()]
}

/// What all frames of professional machines have.
#[derive(Deserialize, Serialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    #[serde(borrow, rename = "displayName")]
    display_name: Cow<'a, str>,
    #[serde(borrow)]
    unit: Cow<'a, str>,
    #[serde(borrow)]
    data: Cow<'a, str>,
}

fn decode(frame: &str) -> Frame {
    Frame::decode(frame).expect("a frame")
}

fn again(frame: &str) -> String {
    decode(frame).encode()
}

/// The number in its text is read by ours alone.
fn measurement() -> Group {
    let frames = frames(|round| {
        let name = match round % 3 {
            0 => Name::SteamBoilerUpdateTemperature,
            _ => Name::CoffeeBoilerUpdateTemperature(Boiler::ONE),
        };
        Frame::from(Message::measurement(name, 90.0 + f64::from(round) / 10.0)).encode()
    });
    kind!("La Marzocco: measurement", frames, Envelope<'_>, decode, again)
}

/// Trees and types are read twice, as the configuration stands in a text.
fn configuration() -> Group {
    let frames = frames(|round| {
        let mut frame = tree(CONFIGURATION);
        let mut inner = tree(frame["data"].as_str().expect("text"));
        // Fractions are the same in the type as in the tree.
        let degrees = [93.5 + f64::from(round), 122.5 + f64::from(round)];
        inner["boilerTargetTemperature"] =
            serde_json::json!({"CoffeeBoiler1": degrees[0], "SteamBoiler": degrees[1]});
        inner["abrCoffeeMass"] = serde_json::json!({"Group1": 17.5, "Group2": degrees[0]});
        inner["groupCapabilities"][0]["doses"][0]["stopTarget"] = round.into();
        frame["data"] = inner.to_string().into();
        frame.to_string()
    });
    for frame in &*frames {
        let expected = tree(tree(frame)["data"].as_str().expect("text"));
        let envelope: Envelope<'_> = serde_json::from_str(frame).expect("a frame");
        let typed: Configuration<'_> = serde_json::from_str(&envelope.data).expect("JSON");
        assert_eq!(serde_json::to_value(typed).expect("JSON"), expected);
        let typed: Configuration<'_> = sonic_rs::from_str(&envelope.data).expect("JSON");
        assert_eq!(serde_json::to_value(typed).expect("JSON"), expected);
        assert_eq!(tree(&again(frame)), tree(frame));
    }
    let ways = vec![
        Way::round("serde_json::Value", &frames, |frame: &str| {
            let frame = tree(frame);
            tree(frame["data"].as_str().expect("text"))
        }),
        Way::round("serde_json, typed, borrowed", &frames, |frame: &str| {
            let envelope: Envelope<'_> = serde_json::from_str(frame).expect("a frame");
            black_box(serde_json::from_str::<Configuration<'_>>(&envelope.data).expect("JSON"));
        }),
        Way::round("sonic-rs, typed, borrowed", &frames, |frame: &str| {
            let envelope: Envelope<'_> = sonic_rs::from_str(frame).expect("a frame");
            black_box(sonic_rs::from_str::<Configuration<'_>>(&envelope.data).expect("JSON"));
        }),
        Way::round("ours", &frames, decode),
    ];
    Group::new("La Marzocco: machine configuration", ways)
}

type OfGroups<'a, T> = BTreeMap<&'a str, T>;

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Configuration<'a> {
    sub_family: &'a str,
    #[serde(borrow)]
    machine_capabilities: Vec<Capabilities<'a>>,
    group_capabilities: Vec<GroupCapabilities<'a>>,
    board_descriptor: Vec<Board<'a>>,
    serial_number: Vec<OfGroups<'a, &'a str>>,
    machine_firmware_version: Vec<Firmware<'a>>,
    number_of_settings: u32,
    machine_mode: &'a str,
    cupwarmer_enabled: bool,
    tea_doses: OfGroups<'a, TeaDose<'a>>,
    tea_doses_enabled: bool,
    auto_on_off_config: AutoOnOff,
    auto_on_off_enabled: bool,
    abr_coffee_mass: OfGroups<'a, f64>,
    abr_portafilter_mass: OfGroups<'a, f64>,
    av_mode_brewing_pressure: OfGroups<'a, f64>,
    boiler_target_temperature: OfGroups<'a, f64>,
    preinfusion_modes_available: Vec<&'a str>,
    preinfusion_mode: OfGroups<'a, Preinfusion<'a>>,
    preinfusion_settings: OfGroups<'a, f64>,
    is_loaded: bool,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Capabilities<'a> {
    family: &'a str,
    groups_number: u8,
    coffee_boilers_number: u8,
    has_cup_warmer: bool,
    has_cup_warmer_button: bool,
    has_proportional_steam: bool,
    has_low_level_sensor: bool,
    has_bluetooth: bool,
    has_mixing_value: bool,
    coffee_boiler_size_watts: u32,
    steam_boiler_size_watts: u32,
    cup_warmer_heater_size_watts: u32,
    machine_voltage_volts: u32,
    steam_boilers_number: u8,
    tea_doses_number: u8,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupCapabilities<'a> {
    #[serde(borrow)]
    capabilities: OneGroup<'a>,
    doses: Vec<Dose<'a>>,
    dose_mode: DoseMode<'a>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct OneGroup<'a> {
    group_type: &'a str,
    group_number: &'a str,
    boiler_id: &'a str,
    has_scale: bool,
    has_solenoid: bool,
    has_straight_in_portafilter: bool,
    has_auto_clean_solenoid: bool,
    has_flowmeter: bool,
    has_neck_heater_exists: bool,
    has_ring_heater_exists: bool,
    number_of_doses: u8,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Dose<'a> {
    group_number: &'a str,
    dose_index: &'a str,
    dose_type: &'a str,
    stop_target: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct DoseMode<'a> {
    group_number: &'a str,
    brewing_type: &'a str,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Board<'a> {
    board_type: &'a str,
    hardware_major: u8,
    hardware_minor: u8,
    firmware_major: u8,
    firmware_minor: u8,
    firmware_bug_fix: u8,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Firmware<'a> {
    firmware_major: u8,
    firmware_minor: u8,
    firmware_bug_fix: u8,
    pre_release: &'a str,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct TeaDose<'a> {
    dose_index: &'a str,
    stop_target: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct AutoOnOff {
    on_time_hours: u8,
    on_time_minutes: u8,
    off_time_hours: u8,
    off_time_minutes: u8,
    closed_day: u8,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Preinfusion<'a> {
    group_number: &'a str,
    preinfusion_style: &'a str,
}
