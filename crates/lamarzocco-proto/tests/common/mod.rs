//! The captured frames, and short ways to read them.
#![allow(dead_code, reason = "not every test needs every helper")]

use lamarzocco_proto::{Frame, Malformed, Message};

macro_rules! captured {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/lamarzocco/", $file))
    };
}

pub(crate) const STEAM_BOILER: &str = captured!("steam_boiler_temperature.json");
pub(crate) const COFFEE_BOILER: &str = captured!("coffee_boiler_temperature.json");
pub(crate) const SETTINGS: &str = captured!("settings.json");
pub(crate) const MACHINE_CONFIGURATION: &str = captured!("machine_configuration_redacted.json");
pub(crate) const REGISTRY: &str = captured!("settings_registry.json");

/// The only message of a frame.
#[track_caller]
pub(crate) fn message(frame: &str) -> Message {
    only(frame).unwrap()
}

/// The only result of a frame.
#[track_caller]
pub(crate) fn only(frame: &str) -> Result<Message, Malformed> {
    let mut items: Vec<_> = Frame::decode(frame).unwrap().into_iter().collect();
    assert_eq!(items.len(), 1, "one message is expected");
    items.remove(0)
}

/// The inner text of a frame.
pub(crate) fn data_of(frame: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(frame).unwrap();
    value["data"].as_str().unwrap().to_owned()
}
