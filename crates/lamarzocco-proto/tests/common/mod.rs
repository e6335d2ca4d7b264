//! The captured frames, and short ways to read them.
#![allow(dead_code, reason = "not every test needs every helper")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lamarzocco_proto::{Frame, Malformed, Message, SettingsMap};
use serde_json::Value;

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

pub(crate) type Entries = Vec<(u32, Vec<u8>)>;

/// What a plain reader of the inner text of the settings sees: all entries, or those that could be read if there was a fault; nothing if there is no list at all.
pub(crate) fn model(text: &str) -> Option<Result<Entries, Entries>> {
    let document: Value = serde_json::from_str(text).ok().filter(is_finite)?;
    let list = document.as_object()?.get("Settings")?.as_array()?;
    let entry = |entry: &Value| {
        let entry = entry.as_object()?;
        let hash = u32::try_from(entry.get("Hash")?.as_u64()?).ok()?;
        Some((hash, STANDARD.decode(entry.get("Value")?.as_str()?).ok()?))
    };
    let read: Entries = list.iter().filter_map(entry).collect();
    Some(if read.len() == list.len() { Ok(read) } else { Err(read) })
}

/// Whether all numbers are; a parser with the feature `arbitrary_precision` reads others, too.
fn is_finite(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(f64::is_finite),
        Value::Array(items) => items.iter().all(is_finite),
        Value::Object(members) => members.values().all(is_finite),
        _ => true,
    }
}

pub(crate) fn entries(map: &SettingsMap) -> Entries {
    map.iter().map(|entry| (entry.hash(), entry.bytes().to_vec())).collect()
}
