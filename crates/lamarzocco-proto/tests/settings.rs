//! The map of all settings.

mod common;

use std::collections::BTreeSet;

use common::{SETTINGS, data_of, only};
use lamarzocco_proto::settings::{
    Change, Entry, MAX_ENTRIES, MAX_LONG_BYTES, SettingData, Tracker, approx_eq, keys,
};
use lamarzocco_proto::{Frame, Malformed, Message, Name, Reason, SettingKey, SettingsMap};

/// The inner text of a list of entries.
fn data(entries: &str) -> String {
    format!("{{\"Settings\":[{entries}]}}")
}

fn read(entries: &str) -> SettingsMap {
    SettingsMap::from_data(&data(entries)).unwrap()
}

fn refused(text: &str) -> Malformed {
    SettingsMap::from_data(text).unwrap_err()
}

fn hashes(map: &SettingsMap) -> Vec<u32> {
    map.iter().map(Entry::hash).collect()
}

#[test]
fn the_value_is_an_object_or_text_with_a_list_of_settings() {
    let map = read(r#"{"Hash":1,"Value":"AgAAAA=="}"#);
    assert_eq!(hashes(&map), [1]);
    let value: serde_json::Value = serde_json::from_str(&map.to_data()).unwrap();
    assert_eq!(SettingsMap::from_value(&value).unwrap(), map);
    assert_eq!(SettingsMap::from_value(&map.to_data().into()).unwrap(), map);
    for frame in [
        format!("{{\"Settings\":{value}}}"),
        format!("{{\"Settings\":{:?}}}", map.to_data()),
        format!("[{{\"name\":\"Settings\",\"value\":{:?}}}]", map.to_data()),
        format!("{{\"WaterTDS\":1,\"Settings\":{value}}}"),
        map.to_frame(),
    ] {
        assert_eq!(SettingsMap::from_frame(&frame).unwrap(), map, "{frame}");
        let encoded: serde_json::Value =
            serde_json::from_str(&Frame::decode(&frame).unwrap().encode()).unwrap();
        assert_eq!(encoded, serde_json::from_str::<serde_json::Value>(&frame).unwrap());
    }
}

#[test]
fn an_empty_list_of_settings_is_valid() {
    assert!(read("").is_empty());
    assert_eq!(SettingsMap::new().to_data(), r#"{"Settings":[]}"#);
}

#[test]
fn other_members_are_ignored() {
    let map = SettingsMap::from_data(
        r#"{"a":{"b":[1]},"Settings":[{"x":[],"Value":"AgAAAA==","Hash":1,"y":1.5}],"settings":5}"#,
    );
    assert_eq!(hashes(&map.unwrap()), [1]);
}

#[test]
fn a_value_without_a_list_of_settings_is_malformed() {
    for text in [
        "{}",
        "[]",
        "5",
        "null",
        "\"x\"",
        r#"{"settings":[]}"#,
        r#"{"Settings":{}}"#,
        r#"{"Settings":null}"#,
        r#"{"Settings":[],"Settings":1}"#,
    ] {
        assert_eq!(refused(text).reason(), Reason::SettingsShape, "{text}");
    }
    assert_eq!(refused("{\"Settings\":[").reason(), Reason::Truncated);
    assert_eq!(refused("{\"Settings\":[]} x").reason(), Reason::TrailingText);
    assert_eq!(refused("Settings").reason(), Reason::NotJson);
    for frame in [
        r#"{"name":"Settings"}"#,
        r#"{"name":"Settings","data":5}"#,
        r#"{"Settings":null}"#,
        r#"{"Settings":true}"#,
    ] {
        assert_eq!(only(frame).unwrap_err().reason(), Reason::SettingsShape);
    }
    assert_eq!(
        SettingsMap::from_frame("{\"WaterTDS\":1}").unwrap_err().reason(),
        Reason::NoSettings
    );
    assert_eq!(SettingsMap::from_frame("5").unwrap_err().reason(), Reason::NotAFrame);
}

#[test]
fn a_hash_is_an_integer_of_32_bits() {
    let map = read(
        r#"{"Hash":0,"Value":""},{"Hash":4294967295,"Value":""},{"Hash":2147483648,"Value":""}"#,
    );
    assert_eq!(hashes(&map), [0, u32::MAX, 1 << 31]);
    assert!(map.get(0).is_some() && map.get(u32::MAX).is_some() && map.get(1 << 31).is_some());
    for hash in
        ["-1", "4294967296", "1.0", "1e3", "\"1\"", "null", "true", "[1]", "{}", "1e999999", "-0"]
    {
        let text = data(&format!("{{\"Hash\":{hash},\"Value\":\"\"}}"));
        assert!(
            matches!(refused(&text).reason(), Reason::SettingsHash | Reason::NotJson),
            "{hash}"
        );
    }
    assert_eq!(refused(&data(r#"{"Value":""}"#)).reason(), Reason::SettingsHash);
    assert_eq!(refused(&data(r#"{"hash":1,"Value":""}"#)).reason(), Reason::SettingsHash);
}

#[test]
fn a_value_is_text() {
    for value in ["5", "null", "true", "[\"\"]", "{\"\":\"\"}", "1.5"] {
        let error = refused(&data(&format!("{{\"Hash\":7,\"Value\":{value}}}")));
        assert_eq!(
            (error.reason(), error.key()),
            (Reason::SettingsValue, Some(SettingKey::from_hash(7))),
            "{value}"
        );
    }
    assert_eq!(refused(&data(r#"{"Hash":7}"#)).reason(), Reason::SettingsValue);
    assert_eq!(refused(&data(r#"{"Hash":7,"value":""}"#)).reason(), Reason::SettingsValue);
    for entry in ["5", "[]", "null", "\"x\"", "true", "-1"] {
        assert_eq!(refused(&data(entry)).reason(), Reason::SettingsEntry, "{entry}");
    }
}

#[test]
fn base64_is_canonical_or_malformed() {
    for text in [
        "A",
        "AA",
        "AAA",
        "AAAA=",
        "AgAAAA",
        "AgAAAA=",
        "AgAAAB==",
        "AgAA AA==",
        "AgAAAA==\\n",
        "AgAA-_==",
        "====",
        "AgAAAA==AAAA",
        "ü===",
    ] {
        let error = refused(&data(&format!("{{\"Hash\":7,\"Value\":\"{text}\"}}")));
        assert_eq!(error.reason(), Reason::SettingsBase64, "{text}");
    }
    let long = format!("{}!", "A".repeat(99));
    assert_eq!(
        refused(&data(&format!("{{\"Hash\":7,\"Value\":\"{long}\"}}"))).reason(),
        Reason::SettingsBase64
    );
}

#[test]
fn escapes_in_the_text_are_resolved_before() {
    let map = read(r#"{"\u0048ash":1,"Value":"AgAAAA\u003d\u003d"},{"Hash":2,"Value":"\/\/\/\/"}"#);
    assert_eq!(map.get(1).unwrap().bytes(), [2, 0, 0, 0]);
    assert_eq!(map.get(2).unwrap().bytes(), [0xff, 0xff, 0xff]);
}

#[test]
fn order_and_repetitions_are_kept_and_the_last_one_is_found() {
    let map = read(
        r#"{"Hash":9,"Value":"AQAAAA=="},{"Hash":3,"Value":"AgAAAA=="},{"Hash":9,"Value":"AwAAAA=="},{"Hash":3,"Value":"BAAAAA=="}"#,
    );
    assert_eq!(hashes(&map), [9, 3, 9, 3]);
    assert_eq!(map.len(), 4);
    assert_eq!(map.get(9).unwrap().as_u32(), Some(3));
    assert_eq!(map.get(3).unwrap().as_u32(), Some(4));
    assert!(map.get(4).is_none() && map.get(0).is_none() && map.get(10).is_none());
    assert_eq!(read(&map.to_data()["{\"Settings\":[".len()..map.to_data().len() - 2]), map);
}

#[test]
fn repeated_members_count_as_their_last() {
    let map = SettingsMap::from_data(
        r#"{"Settings":[{"Hash":4,"Value":"AgAAAA=="},{"Hash":5,"Value":"!"}],"Settings":[{"Hash":1,"Value":"QUFBQUFBQUE=","Hash":2,"Value":"AgAAAA=="}]}"#,
    )
    .unwrap();
    assert_eq!(hashes(&map), [2]);
    assert_eq!(map.get(2).unwrap().as_u32(), Some(2));
    assert_eq!(
        refused(&data(r#"{"Hash":1,"Value":"","Hash":null}"#)).reason(),
        Reason::SettingsHash
    );
}

#[test]
fn raw_bytes_of_any_length_are_kept() {
    for length in [0, 1, 2, 3, 4, 5, 7, 8, 47, 48, 49, 100, 1000] {
        let bytes: Vec<u8> = (0..length).map(|at| (at * 37 + 200) as u8).collect();
        let mut map = SettingsMap::new();
        map.set(7, &bytes[..]);
        let read = SettingsMap::from_data(&map.to_data()).unwrap();
        assert_eq!(read.get(7).unwrap().bytes(), bytes);
        let entry = read.get(7).unwrap();
        assert_eq!(entry.as_u32().is_some(), length == 4);
        assert_eq!(entry.as_f32().is_some(), length == 4);
    }
}

#[test]
fn reading_as_a_type_needs_its_length_and_its_values() {
    let mut map = SettingsMap::new();
    map.set(1, true);
    map.set(2, 2_u32);
    map.set(3, &[0xff, 0xfe][..]);
    let entry = |hash: u32| map.get(hash).unwrap();
    assert_eq!(entry(1).as_bool(), Some(true));
    assert_eq!((entry(2).as_bool(), entry(2).as_u32()), (None, Some(2)));
    assert_eq!((entry(3).as_str(), entry(3).as_u32(), entry(3).as_bool()), (None, None, None));
}

#[test]
fn the_type_comes_from_the_registry_or_is_a_marked_guess() {
    let mut map = SettingsMap::new();
    let mut value = |key: SettingKey, bytes: &[u8]| {
        map.set(key, bytes);
        let value = map.get(key).unwrap().value();
        (format!("{:?}", value.data), value.guessed)
    };
    let unknown = SettingKey::from_hash(1);
    let text = |text: &str| text.to_owned();
    assert_eq!(value(keys::STEAM_BOILER_TARGET_TEMPERATURE, &[0; 4]), (text("0.0"), false));
    assert_eq!(value(keys::STEAM_BOILER_ENABLED, &[1, 0, 0, 0]), (text("true"), false));
    assert_eq!(value(keys::STEAM_BOILER_ENABLED, &[2, 0, 0, 0]), (text("2"), true));
    assert_eq!(value(keys::STEAM_BOILER_ENABLED, &[1]), (text("Bytes(<1 bytes>)"), true));
    assert_eq!(value(SettingKey::new("Factory.firstBoot"), &[1, 0, 0, 0]), (text("true"), true));
    assert_eq!(value(SettingKey::from_hash(24_545_312), &[2, 0, 0, 0]), (text("2"), true));
    assert_eq!(value(unknown, &0x007f_ffff_u32.to_le_bytes()), (text("8388607"), true));
    assert_eq!(
        value(unknown, &0x0080_0000_u32.to_le_bytes()),
        (format!("{:?}", f32::MIN_POSITIVE), true)
    );
    assert_eq!(value(unknown, &f32::NAN.to_le_bytes()), (text("Bytes(<4 bytes>)"), true));
    assert_eq!(value(unknown, &f32::INFINITY.to_le_bytes()), (text("Bytes(<4 bytes>)"), true));
    assert_eq!(value(unknown, b"abcd "), (text("Text(<redacted>)"), true));
    assert_eq!(value(unknown, b"abc"), (text("Bytes(<3 bytes>)"), true));
    assert_eq!(value(unknown, b"abcd\n"), (text("Bytes(<5 bytes>)"), true));
    assert_eq!(
        map.get(keys::STEAM_BOILER_TARGET_TEMPERATURE).unwrap().value().data,
        SettingData::F32(0.0)
    );
}

#[test]
fn the_guess_takes_130_captured_values_for_integers_and_115_for_floats() {
    let map = SettingsMap::from_frame(SETTINGS).unwrap();
    let mut unknown = SettingsMap::new();
    for (at, entry) in map.iter().enumerate() {
        // Hashes that the registry does not have.
        unknown.push(at as u32, entry.bytes());
    }
    let count = |is: fn(&SettingData<'_>) -> bool| {
        unknown.iter().filter(|entry| is(&entry.value().data)).count()
    };
    assert_eq!(count(|data| matches!(data, SettingData::U32(_))), 130);
    assert_eq!(count(|data| matches!(data, SettingData::U32(0))), 87);
    assert_eq!(count(|data| matches!(data, SettingData::F32(_))), 115);
    assert_eq!(count(|data| data.type_name() == "string"), 4);
}

#[test]
fn floats_are_compared_with_a_tolerance() {
    assert!(approx_eq(93.800_03, 93.8) && approx_eq(2.000_001_4, 2.0) && approx_eq(0.0, 0.000_09));
    assert!(!approx_eq(93.81, 93.8) && !approx_eq(0.0, 0.000_2) && !approx_eq(f64::NAN, f64::NAN));
    assert!(
        approx_eq(f64::INFINITY, f64::INFINITY) && !approx_eq(f64::INFINITY, f64::NEG_INFINITY)
    );
    assert!(!approx_eq(f64::INFINITY, 1.0) && approx_eq(1e6, 1e6 + 9.0));
}

#[test]
fn one_bad_entry_does_not_cost_the_others() {
    let entries = r#"{"Hash":1,"Value":"AQAAAA=="}, {"Hash":2,"Value":"secret!"},{"Hash":3,"Value":"QUFBQUFBQUE="},7,{"Hash":4,"Value":"BAAAAA=="}"#;
    let error = refused(&data(entries));
    assert_eq!(error.reason(), Reason::SettingsBase64);
    assert_eq!((error.index(), error.key()), (Some(1), Some(SettingKey::from_hash(2))));
    assert_eq!(error.offset(), Some(data(entries).find("{\"Hash\":2").unwrap()));
    assert_eq!(hashes(error.settings().unwrap()), [1, 3, 4]);
    assert_eq!(error.settings().unwrap().get(3).unwrap().as_str(), Some("AAAAAAAA"));
    assert_eq!(error.excerpt(), None);
    assert!(!format!("{error} {error:?}").contains("secret"));
    assert_eq!(
        error.to_string(),
        "the value of an entry of the settings is not canonical base64, item 1, hash 2, at byte 44, 3 entries could be read",
    );
    assert_eq!(error.into_settings().unwrap().len(), 3);
}

#[test]
fn the_error_of_a_message_in_a_frame_carries_its_readable_entries() {
    let inner = data(r#"{"Hash":1,"Value":"AQAAAA=="},{"Hash":2}"#);
    let frame = format!(
        "[{{\"name\":\"Settings\",\"type\":\"string\",\"data\":{inner:?}}},{{\"WaterTDS\":1}}]"
    );
    let decoded = Frame::decode(&frame).unwrap();
    let error = decoded.messages()[0].as_ref().unwrap_err();
    assert_eq!((error.reason(), error.name()), (Reason::SettingsValue, Some(&Name::Settings)));
    assert_eq!(hashes(error.settings().unwrap()), [1]);
    assert!(decoded.messages()[1].is_ok());
    assert_eq!(decoded.encode(), frame);
    let single = &frame[1..frame.len() - "},{\"WaterTDS\":1}]".len() + 1];
    for frame in [&frame, single] {
        let error = SettingsMap::from_frame(frame).unwrap_err();
        assert_eq!(hashes(error.settings().unwrap()), [1]);
        assert_eq!((error.name(), error.index()), (Some(&Name::Settings), Some(1)));
    }
    let mut map = SettingsMap::new();
    assert!(map.read_frame(&frame).is_err());
    assert_eq!(hashes(&map), [1]);
}

#[test]
fn a_truncated_text_gives_the_entries_before_its_end() {
    let inner = data_of(SETTINGS);
    let error = refused(&inner[..inner.len() / 2]);
    assert_eq!((error.reason(), error.offset()), (Reason::Truncated, Some(inner.len() / 2)));
    let partial = error.settings().unwrap();
    assert!(
        partial.len() > 100
            && partial
                .iter()
                .eq(SettingsMap::from_data(&inner).unwrap().iter().take(partial.len()))
    );
}

#[test]
fn more_entries_or_bytes_than_the_limits_are_refused() {
    let entry = r#"{"Hash":1,"Value":""}"#;
    let error = refused(&data(&vec![entry; MAX_ENTRIES + 1].join(",")));
    assert_eq!((error.reason(), error.settings().unwrap().len()), (Reason::TooLarge, MAX_ENTRIES));
    let long = "A".repeat(MAX_LONG_BYTES / 3 * 4 + 8);
    assert_eq!(
        refused(&data(&format!("{{\"Hash\":1,\"Value\":\"{long}\"}}"))).reason(),
        Reason::TooLarge
    );
    let half = "A".repeat(MAX_LONG_BYTES / 2 / 3 * 4 + 8);
    let entry = format!("{{\"Hash\":1,\"Value\":\"{half}\"}}");
    assert_eq!(refused(&data(&format!("{entry},{entry}"))).reason(), Reason::TooLarge);
    assert_eq!(read(&entry).len(), 1);
}

#[test]
fn a_hundred_thousand_unsorted_entries_are_read_and_found() {
    let entry = |at: u32| {
        format!("{{\"Hash\":{},\"Value\":\"AgAAAA==\"}}", at.wrapping_mul(2_654_435_761) % 50_000)
    };
    let map = read(&(0..100_000).map(entry).collect::<Vec<_>>().join(","));
    assert_eq!(map.len(), 100_000);
    assert!(
        (0..1000)
            .all(|hash| map.get(hash).is_some() == map.iter().any(|entry| entry.hash() == hash))
    );
}

#[test]
fn a_map_is_built_in_the_order_of_a_machine() {
    let mut map = SettingsMap::new();
    map.set(30, 1.5_f32);
    map.set(10, "a text of many bytes");
    map.set(20, 7_u32);
    assert_eq!(hashes(&map), [10, 20, 30]);
    map.set(10, "another text");
    map.set(20, true);
    assert_eq!(hashes(&map), [10, 20, 30]);
    assert_eq!(map.get(10).unwrap().as_str(), Some("another text"));
    map.push(20, b"twice");
    assert_eq!(hashes(&map), [10, 20, 30, 20]);
    assert_eq!(map.get(20).unwrap().as_str(), Some("twice"));
    map.set(20, "changed");
    map.set(5, 1_u32);
    assert_eq!(hashes(&map), [10, 20, 30, 20, 5]);
    assert_eq!(
        (map.get(20).unwrap().as_str(), map.at(1).unwrap().as_bool()),
        (Some("changed"), Some(true))
    );
    assert!(map.remove(20) && !map.remove(20));
    assert_eq!(hashes(&map), [10, 30, 5]);
    assert_eq!(map.get(10).unwrap().as_str(), Some("another text"));
    assert_eq!(SettingsMap::from_frame(&map.to_frame()).unwrap(), map);
}

#[test]
fn the_differences_are_added_removed_and_changed_entries() {
    let old = read(
        r#"{"Hash":1,"Value":"AQAAAA=="},{"Hash":2,"Value":"AgAAAA=="},{"Hash":4,"Value":"BAAAAA=="}"#,
    );
    let new = read(
        r#"{"Hash":4,"Value":"BQAAAA=="},{"Hash":3,"Value":"AwAAAA=="},{"Hash":1,"Value":"CQAAAA=="},{"Hash":1,"Value":"AQAAAA=="}"#,
    );
    let seen: Vec<_> = old
        .diff(&new)
        .map(|change| {
            (
                change.key().hash(),
                change.before().and_then(Entry::as_u32),
                change.after().and_then(Entry::as_u32),
            )
        })
        .collect();
    assert_eq!(seen, [(2, Some(2), None), (3, None, Some(3)), (4, Some(4), Some(5))]);
    assert!(matches!(old.diff(&new).next(), Some(Change::Removed(_))));
    assert_eq!(old.diff(&old).count(), 0);
    assert_eq!(SettingsMap::new().diff(&old).count(), 3);
}

#[test]
fn a_tolerant_comparison_passes_over_noise_of_known_floats_only() {
    let mut old = SettingsMap::new();
    old.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, 122.0_f32);
    old.set(1, 122.0_f32);
    // A setting without a name, whose type in the registry is a guess.
    old.set(643_583_762, 122.0_f32);
    let mut new = old.clone();
    new.set(643_583_762, 122.000_01_f32);
    new.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, 122.000_01_f32);
    new.set(1, 122.000_01_f32);
    assert_eq!(old.diff(&new).count(), 3);
    assert_eq!(
        old.diff(&new).tolerant().map(|change| change.key().hash()).collect::<Vec<_>>(),
        [1, 643_583_762]
    );
}

#[test]
fn every_entry_is_found_and_no_other_however_the_hashes_are_spread() {
    const COUNT: u32 = 5_000;
    let mut random = fastrand::Rng::with_seed(0);
    let evenly: Vec<u32> = (0..COUNT).map(|_| random.u32(..)).collect();
    let spreads: [&dyn Fn(u32) -> u32; 5] =
        [&|at| evenly[at as usize], &|at| 2 * at, &|at| u32::MAX - 2 * at, &|at| at * at, &|at| {
            if at < COUNT / 2 { at } else { u32::MAX - at * at }
        }];
    for (spread, hash) in spreads.into_iter().enumerate() {
        let hashes: BTreeSet<u32> = (0..COUNT).map(hash).collect();
        let mut map = SettingsMap::new();
        hashes.iter().for_each(|hash| map.push(*hash, &hash.to_le_bytes()));
        for hash in &hashes {
            assert_eq!(map.get(*hash).and_then(Entry::as_u32), Some(*hash), "spread {spread}");
            for beside in [hash.wrapping_sub(1), hash.wrapping_add(1)] {
                assert_eq!(map.get(beside).is_some(), hashes.contains(&beside), "spread {spread}");
            }
        }
    }
}

#[test]
fn as_many_entries_as_the_limit_are_read_the_fast_way() {
    let mut map = SettingsMap::new();
    let step = u32::MAX / u32::try_from(MAX_ENTRIES).unwrap();
    (0..=u32::MAX).step_by(step as usize).skip(1).take(MAX_ENTRIES).for_each(|hash| {
        map.push(hash, &hash.to_le_bytes());
    });
    let mut tracker = Tracker::new();
    assert_eq!(tracker.frame(&map.to_frame()).unwrap().count(), MAX_ENTRIES);
    assert_eq!((tracker.settings(), tracker.parsed_frames()), (&map, 0));
    map.push(u32::MAX, &[0; 4]);
    assert_eq!(map.len(), MAX_ENTRIES + 1);
    let error = tracker.frame(&map.to_frame()).unwrap_err();
    assert_eq!((error.reason(), tracker.parsed_frames()), (Reason::TooLarge, 1));
}

#[test]
fn a_tracker_keeps_its_settings_when_a_frame_cannot_be_read() {
    let mut tracker = Tracker::new();
    assert_eq!(tracker.frame(SETTINGS).unwrap().count(), 249);
    assert_eq!(tracker.frame(SETTINGS).unwrap().count(), 0);
    assert!(tracker.frame("{").is_err());
    let bad = SETTINGS.replacen("AgAAAA==", "AgAAAA=", 1);
    let error = tracker.frame(&bad).unwrap_err();
    assert_eq!(error.settings().unwrap().len(), 248);
    assert_eq!(tracker.settings().len(), 249);
    assert_eq!(tracker.frame(SETTINGS).unwrap().count(), 0);
}

#[test]
fn messages_with_other_texts_of_the_same_settings_are_written_as_they_came() {
    let spaced = data_of(SETTINGS).replace(",", ", ");
    let frame =
        Frame::from(Message::of_text("New", &spaced)).encode().replace("\"New\"", "\"Settings\"");
    let decoded = Frame::decode(&frame).unwrap();
    assert_eq!(decoded.encode(), frame);
    let message = decoded.into_iter().next().unwrap().unwrap();
    assert_eq!(message.text().unwrap(), spaced);
    assert_eq!(message.into_settings().unwrap(), SettingsMap::from_frame(SETTINGS).unwrap());
}

#[test]
fn everything_can_be_sent_to_another_thread() {
    fn check<T: Send + Sync>() {}
    check::<SettingsMap>();
    check::<Frame>();
    check::<Message>();
    check::<Malformed>();
}
