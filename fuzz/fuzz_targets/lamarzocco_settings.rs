//! Settings against a plain model: trees of `serde_json` and a base64 decoder.
#![no_main]

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use devicelink_fuzz::{look, text_and_reference};
use lamarzocco_proto::settings::{Change, Tracker};
use lamarzocco_proto::{Frame, Message, Name, Reason, SettingsMap};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Some((text, reference)) = text_and_reference(bytes) else { return };
    check_data(text, reference.as_ref());
    check_frame(text);
    // Settings stand in frames as text.
    let inner = reference.as_ref().and_then(|frame| frame.get("data")?.as_str());
    if let Some((inner, reference)) = inner.and_then(|inner| text_and_reference(inner.as_bytes())) {
        check_data(inner, reference.as_ref());
    }
});

type Entries = Vec<(u32, Vec<u8>)>;

fn check_data(text: &str, reference: Option<&Value>) {
    let read = SettingsMap::from_data(text);
    look(&read);
    match reference.and_then(model) {
        Some((expected, true)) => assert_eq!(entries(read.as_ref().unwrap()), expected),
        Some((expected, false)) => {
            let error = read.as_ref().expect_err("the model refuses this");
            assert_eq!(entries(error.settings().unwrap()), expected);
        }
        None => assert!(read.is_err()),
    }
    if let Some(value) = reference.filter(|value| !value.is_string()) {
        let of_value = SettingsMap::from_value(value);
        assert_eq!(of_value.is_ok(), read.is_ok());
        assert_eq!(of_value.ok(), read.as_ref().ok().cloned());
    }
    let map = read.unwrap_or_else(|error| {
        assert!(error.offset().is_none_or(|offset| offset <= text.len()));
        error.into_settings().unwrap_or_default()
    });
    check_map(&map);
}

/// The entries that can be read, and whether that is all of them; nothing if there is no list at all.
fn model(document: &Value) -> Option<(Entries, bool)> {
    let list = document.as_object()?.get("Settings")?.as_array()?;
    let entry = |entry: &Value| {
        let entry = entry.as_object()?;
        let hash = u32::try_from(entry.get("Hash")?.as_u64()?).ok()?;
        Some((hash, STANDARD.decode(entry.get("Value")?.as_str()?).ok()?))
    };
    let read: Entries = list.iter().filter_map(entry).collect();
    let is_whole = read.len() == list.len();
    Some((read, is_whole))
}

fn entries(map: &SettingsMap) -> Entries {
    map.iter().map(|entry| (entry.hash(), entry.bytes().to_vec())).collect()
}

fn check_map(map: &SettingsMap) {
    assert_eq!(&SettingsMap::from_data(&map.to_data()).unwrap(), map);
    assert_eq!(&SettingsMap::from_frame(&map.to_frame()).unwrap(), map);
    let last: HashMap<u32, _> = map.iter().map(|entry| (entry.hash(), entry)).collect();
    for (hash, entry) in &last {
        assert_eq!(map.get(*hash), Some(*entry));
        look(&entry.value());
    }
    assert_eq!(map.diff(map).count(), 0);
    // The second half of the entries, made out of the first by what the difference says.
    let (mut led, mut goal) = (SettingsMap::new(), SettingsMap::new());
    for (n, entry) in map.iter().enumerate() {
        if n % 2 == 0 { &mut led } else { &mut goal }.push(entry.hash(), entry.bytes());
    }
    for change in led.clone().diff(&goal) {
        match change {
            Change::Removed(entry) => assert!(led.remove(entry.key())),
            change => led.set(change.key(), change.after().unwrap().bytes()),
        }
    }
    assert_eq!(led.diff(&goal).count(), 0);
}

/// The short way that reads settings out of a frame goes where decoding the frame goes.
fn check_frame(text: &str) {
    let is_settings = |name: Option<&Name>| name == Some(&Name::Settings);
    let expected = Frame::decode(text).and_then(|frame| {
        let found = frame.into_iter().find(|item| match item {
            Ok(message) => is_settings(Some(message.name())),
            Err(error) => is_settings(error.name()),
        });
        found.map_or(Ok(None), |item| item.map(Message::into_settings))
    });
    let read = SettingsMap::from_frame(text);
    match (&expected, &read) {
        (Ok(Some(expected)), Ok(read)) => assert_eq!(read, expected),
        (Ok(None), Err(error)) => assert_eq!(error.reason(), Reason::NoSettings),
        (Err(expected), Err(error)) => {
            let facts = |error: &lamarzocco_proto::Malformed| {
                (error.reason(), error.offset(), error.settings().map_or(0, SettingsMap::len))
            };
            assert_eq!(facts(error), facts(expected));
        }
        pair => panic!("{pair:?}"),
    }
    let mut tracker = Tracker::new();
    assert_eq!(tracker.frame(text).is_ok(), read.is_ok());
    if let Ok(map) = read {
        assert_eq!(tracker.settings(), &map);
        assert_eq!(tracker.frame(text).unwrap().count(), 0);
    }
}
