//! What holds for any input.

mod common;

use std::num::NonZeroU8;

use common::{MACHINE_CONFIGURATION, SETTINGS};
use lamarzocco_proto::settings::Change;
use lamarzocco_proto::{Frame, Json, MachineConfiguration, Message, Name, SettingsMap, redact};
use proptest::prelude::*;
use serde_json::Value;

/// Texts as JSON trees, not deeper than the parser goes.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Anything, and often what means something here.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        prop::sample::select(vec![
            "name",
            "data",
            "value",
            "type",
            "unit",
            "displayName",
            "recorded",
            "number",
            "string",
            "Settings",
            "Hash",
            "Value",
            "MachineConfiguration",
            "WaterTDS",
            "SteamBoilerEnabled",
            "SystemInfo",
            "KeepAlive",
            "0.000000",
            "true",
            "{\"Settings\":[]}",
            "{\"a\":[1]}",
            "[",
            "{}",
            "CoffeeBoiler1Enabled",
            "1e999",
            "AgAAAA==",
        ])
        .prop_map(str::to_owned),
    ]
}

fn name() -> impl Strategy<Value = String> {
    let known = prop::sample::select(Name::known(NonZeroU8::MIN).collect::<Vec<_>>());
    prop_oneof![known.prop_map(|name| name.to_string()), text()]
}

fn settings() -> impl Strategy<Value = SettingsMap> {
    let value = prop_oneof![3 => prop::collection::vec(any::<u8>(), 4), 1 => prop::collection::vec(any::<u8>(), 0..80)];
    let hash = prop_oneof![any::<u32>(), 0..20_u32];
    prop::collection::vec((hash, value), 0..60).prop_map(|entries| {
        let mut map = SettingsMap::new();
        entries.iter().for_each(|(hash, value)| map.push(*hash, value));
        map
    })
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_decoded_or_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = format!("{:?}", Frame::from_bytes(&bytes));
        let text = String::from_utf8_lossy(&bytes);
        let _ = (SettingsMap::from_data(&text), SettingsMap::from_frame(&text), MachineConfiguration::from_rest(&text));
        let _ = (Json::from_text(&text), Name::from(&*text));
    }

    #[test]
    fn damaged_frames_are_decoded_or_refused_without_a_panic(at in 0..4000_usize, byte in any::<u8>(), end in 0..12_000_usize) {
        for frame in [SETTINGS, MACHINE_CONFIGURATION] {
            let mut bytes = frame.as_bytes().to_vec();
            let length = bytes.len();
            bytes[at % length] = byte;
            bytes.truncate(end);
            let frame = Frame::from_bytes(&bytes);
            let _ = format!("{frame:?}");
            if let Ok(frame) = frame {
                prop_assert_eq!(parsed(&frame.encode()), parsed(std::str::from_utf8(&bytes).unwrap()));
            }
        }
    }

    #[test]
    fn what_was_decoded_is_written_as_equal_json(value in json()) {
        let text = value.to_string();
        match Frame::decode(&text) {
            Ok(frame) => {
                prop_assert_eq!(parsed(&frame.encode()), value);
                let _ = format!("{frame:?}");
            }
            Err(_) => prop_assert!(!value.is_array() && !value.is_object()),
        }
    }

    #[test]
    fn what_is_redacted_once_is_a_frame_of_as_many_messages_and_stays_so(value in json(), settings in settings()) {
        for text in [value.to_string(), settings.to_frame()] {
            let Ok(frame) = Frame::decode(&text) else { continue };
            let redacted = redact(&text).unwrap();
            prop_assert_eq!(Frame::decode(&redacted).unwrap().len(), frame.len());
            prop_assert_eq!(&*redact(&redacted).unwrap(), &*redacted);
        }
    }

    #[test]
    fn a_list_of_n_items_yields_at_least_the_items_that_are_no_dictionaries(items in prop::collection::vec(json(), 0..8)) {
        let frame = Frame::decode(&Value::from(items.clone()).to_string()).unwrap();
        let expected: usize = items
            .iter()
            .map(|item| match item.as_object() {
                Some(object) if !object.contains_key("name") => object.len(),
                _ => 1,
            })
            .sum();
        prop_assert_eq!(frame.len(), expected);
    }

    #[test]
    fn a_message_that_was_made_is_read_again(number in any::<f64>(), flag in any::<bool>(), words in any::<String>(), value in json()) {
        let mut made = vec![
            Message::measurement("WaterTDS", number),
            Message::flag("HotWaterInProgress", flag),
            Message::of_text("MachineMode", &words),
            Message::of_text("SystemInfo", &words),
            Message::of_text("something", &words).with_display_name(&words).with_unit(&*words),
        ];
        if value.is_object() || value.is_array() {
            made.push(Message::json("SystemInfo", Json::from(&value)));
            made.push(Message::plain("SystemInfo", Json::from(&value)));
        }
        for message in made {
            let frame = Frame::decode(&Frame::from(message.clone()).encode()).unwrap();
            let read = frame.into_iter().next().unwrap().unwrap();
            // A measurement is written with six decimals.
            prop_assert_eq!(read.text(), message.text());
            if read.name() != &Name::WaterTds {
                prop_assert_eq!(read, message);
            }
        }
    }

    #[test]
    fn every_text_is_a_name_that_is_written_as_it_was(text in "[A-Za-z]{0,12}(Group|CoffeeBoiler)?[0-9]{0,4}[A-Za-z]{0,20}|.*") {
        prop_assert_eq!(Name::from(text.as_str()).to_string(), text);
    }

    #[test]
    fn a_map_of_settings_is_read_as_it_was_written(map in settings()) {
        prop_assert_eq!(&SettingsMap::from_data(&map.to_data()).unwrap(), &map);
        let read = SettingsMap::from_frame(&map.to_frame()).unwrap();
        prop_assert_eq!(read.to_data(), map.to_data());
        for entry in &map {
            let last = map.iter().filter(|other| other.hash() == entry.hash()).last();
            prop_assert_eq!(map.get(entry.hash()), last);
        }
    }

    #[test]
    fn the_differences_lead_from_the_old_map_to_the_new(old in settings(), new in settings()) {
        let mut led = old.clone();
        for change in old.diff(&new) {
            match change {
                Change::Removed(entry) => prop_assert!(led.remove(entry.key())),
                change => led.set(change.key(), change.after().unwrap().bytes()),
            }
        }
        for entry in new.iter().chain(old.iter()) {
            prop_assert_eq!(led.get(entry.hash()), new.get(entry.hash()));
        }
        prop_assert_eq!(new.diff(&led).count(), 0);
    }

    #[test]
    fn json_is_kept_whole(value in json()) {
        let json = Json::from_text(&value.to_string()).unwrap();
        prop_assert_eq!(json.root().to_value(), value.clone());
        prop_assert_eq!(parsed(&json.to_string()), value.clone());
        prop_assert_eq!(Json::from(&value).root().to_value(), value);
    }

    #[test]
    fn texts_are_numbers_exactly_if_they_are_json_numbers(text in "[-+]?[0-9.eE+-]{0,6}[0-9]{0,20}|-?[0-9]{1,20}(\\.[0-9]{1,20})?([eE][-+]?[0-9]{1,3})?") {
        let frame = Frame::decode(&format!(r#"{{"WaterTDS":"{text}"}}"#)).unwrap();
        let number = frame.messages()[0].as_ref().unwrap().value().as_f64();
        let expected = serde_json::from_str::<f64>(&text).ok();
        prop_assert_eq!(number.map(f64::to_bits), expected.map(f64::to_bits));
    }

    #[test]
    fn messages_of_five_texts_are_read_the_same_with_white_space_and_in_another_order(
        name in name(), texts in prop::array::uniform4(text()), is_cut in any::<bool>(), at in any::<prop::sample::Index>(),
    ) {
        let [value_type, display_name, unit, data] = texts.map(Value::from);
        let name = Value::from(name);
        let head = format!(r#"{{"name":{name},"type":{value_type},"displayName":{display_name},"unit":{unit}"#);
        let usual = format!(r#"{head},"data":{data}}}"#);
        let spaced = format!(r#"{head}, "data":{data}}}"#);
        let moved = format!(r#"{{"data":{data},{}}}"#, &head[1..]);
        let expected = Frame::decode(&spaced).unwrap();
        prop_assert_eq!(&Frame::decode(&usual).unwrap(), &expected);
        prop_assert_eq!(&Frame::decode(&moved).unwrap(), &expected);
        if expected.messages()[0].is_ok() {
            prop_assert_eq!(parsed(&expected.encode()), parsed(&usual));
        }
        // Cut or damaged after that space, it is the same fault one byte later.
        let mut end = head.len() + 2 + at.index(usual.len() - head.len() - 1);
        while !usual.is_char_boundary(end) {
            end -= 1;
        }
        let rest = if is_cut { "" } else { "\u{1}\"}" };
        let fault = |text: &str| Frame::decode(text).map_err(|error| (error.reason(), error.offset()));
        let (cut, cut_spaced) = (&usual[..end], &spaced[..=end]);
        let later = fault(&format!("{cut_spaced}{rest}"));
        prop_assert_eq!(fault(&format!("{cut}{rest}")), later.map_err(|(reason, offset)| (reason, offset.map(|at| at - 1))));
    }
}
