//! The settings decoder against a plain model of it: `serde_json` trees and a base64 decoder.
//!
//! Deterministic: the same mutations of the same frame on every run. A failure prints its seed.

mod common;

use common::{SETTINGS, data_of, entries, model};
use lamarzocco_proto::{Frame, Message, Name, Reason, SettingsMap};

const CASES: u64 = 20_000;

#[track_caller]
fn check(text: &str, reused: &mut SettingsMap, seed: u64) {
    let read = SettingsMap::from_data(text);
    match model(text) {
        Some(Ok(expected)) => {
            assert_eq!(entries(&read.clone().unwrap()), expected, "seed {seed}: {text}");
        }
        Some(Err(expected)) => {
            let error = read.clone().expect_err("the model refuses this");
            assert_eq!(entries(error.settings().unwrap()), expected, "seed {seed}: {text}");
        }
        None => assert!(read.is_err(), "seed {seed}: {text}"),
    }
    // Memory that is used again must not show.
    let again = reused.read_data(text);
    assert_eq!(again.is_ok(), read.is_ok());
    let map = read.unwrap_or_else(|error| error.into_settings().unwrap());
    assert_eq!(*reused, map, "seed {seed}");
    for entry in &map {
        let last = map.iter().filter(|other| other.hash() == entry.hash()).last();
        assert_eq!(reused.get(entry.hash()), last, "seed {seed}");
    }
}

/// Pieces that are put into the text: what the format is made of, and what it must not be.
const PIECES: [&str; 34] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "=",
    "==",
    "0",
    "-",
    ".",
    "e1",
    "null",
    "true",
    "\"Hash\":",
    "\"Value\":",
    "\"Settings\":",
    "{\"Hash\":1,\"Value\":\"AgAAAA==\"},",
    "\"Hash\":7,",
    "\"Value\":\"AA==\",",
    "\\u0041",
    "\\/",
    " ",
    "\n",
    "4294967296",
    "99999999999999999999",
    "1e400",
    "\u{e9}",
    "AAAAAAAA",
    "[[[[",
    "\"x\":{\"y\":[1,2]},",
    "\u{1}",
];

fn mutate(text: &mut String, random: &mut fastrand::Rng) {
    for _ in 0..random.usize(1..4) {
        let mut at = random.usize(0..=text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let mut end = (at + random.usize(0..12)).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        match random.u8(0..6) {
            0 => text.insert_str(at, PIECES[random.usize(0..PIECES.len())]),
            1 => text.replace_range(at..end.max(at), PIECES[random.usize(0..PIECES.len())]),
            2 => text.replace_range(at..end.max(at), ""),
            3 => text.truncate(at),
            4 => {
                let copy = text[at..end.max(at)].to_owned();
                text.insert_str(at, &copy);
            }
            _ => text.insert(at, char::from(random.u8(0x20..0x7f))),
        }
    }
}

#[test]
fn mutated_maps_are_read_as_the_model_reads_them() {
    let captured = data_of(SETTINGS);
    let list: Vec<&str> =
        captured["{\"Settings\":[".len()..captured.len() - 2].split_inclusive("},").collect();
    let mut reused = SettingsMap::new();
    for seed in 0..CASES {
        let mut random = fastrand::Rng::with_seed(seed);
        let from = random.usize(0..list.len() - 8);
        let mut text = list[from..from + random.usize(0..8)].concat();
        if text.ends_with(',') {
            text.pop();
        }
        text = format!("{{\"Settings\":[{text}]}}");
        mutate(&mut text, &mut random);
        check(&text, &mut reused, seed);
    }
}

#[test]
fn mutations_of_the_whole_captured_map_are_read_as_the_model_reads_them() {
    let captured = data_of(SETTINGS);
    let mut reused = SettingsMap::new();
    for seed in 0..100 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut text = captured.clone();
        mutate(&mut text, &mut random);
        check(&text, &mut reused, seed);
    }
}

#[test]
fn a_map_read_from_a_frame_is_the_one_of_the_decoded_message() {
    let captured = data_of(SETTINGS);
    let tail = captured.len() - 400;
    let tail = tail + captured[tail..].find('{').unwrap();
    let inner = format!("{{\"Settings\":[{}", &captured[tail..]);
    let frames = [
        format!(r#"{{"name":"Settings","type":"string","unit":"N/A","data":{inner:?}}}"#),
        format!(r#"[{{"name":"Settings","value":{inner:?}}},{{"Settings":{inner:?}}}]"#),
        format!(r#"{{"WaterTDS":1,"Settings":{inner}}}"#),
    ];
    let mut reused = SettingsMap::new();
    for seed in 0..CASES / 4 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut text = frames[random.usize(0..frames.len())].clone();
        mutate(&mut text, &mut random);
        let expected = Frame::decode(&text).and_then(|frame| {
            let is_settings = |name: Option<&Name>| name == Some(&Name::Settings);
            frame
                .into_iter()
                .find(|item| match item {
                    Ok(message) => is_settings(Some(message.name())),
                    Err(error) => is_settings(error.name()),
                })
                .map_or(Ok(None), |item| item.map(Message::into_settings))
        });
        let read = SettingsMap::from_frame(&text);
        match (&expected, &read) {
            (Ok(Some(expected)), Ok(read)) => assert_eq!(read, expected, "seed {seed}: {text}"),
            (Ok(None), Err(error)) => assert_eq!(error.reason(), Reason::NoSettings),
            (Err(expected), Err(error)) => {
                assert_eq!(error.reason(), expected.reason(), "seed {seed}: {text}");
                assert_eq!(error.offset(), expected.offset(), "seed {seed}: {text}");
                let left = expected.settings().map_or(0, SettingsMap::len);
                assert_eq!(error.settings().map_or(0, SettingsMap::len), left);
            }
            _ => panic!("seed {seed}: {expected:?} is not {read:?}: {text}"),
        }
        assert_eq!(reused.read_frame(&text).is_ok(), read.is_ok());
        assert_eq!(reused, read.unwrap_or_else(|error| error.into_settings().unwrap_or_default()));
    }
}

#[test]
fn shuffled_entries_are_found_as_in_the_captured_order() {
    let captured = data_of(SETTINGS);
    let map = SettingsMap::from_data(&captured).unwrap();
    let mut list: Vec<&str> =
        captured["{\"Settings\":[".len()..captured.len() - 2].split("},").collect();
    list.iter_mut().for_each(|entry| *entry = entry.trim_end_matches('}'));
    for seed in 0..20 {
        fastrand::Rng::with_seed(seed).shuffle(&mut list);
        let shuffled =
            SettingsMap::from_data(&format!("{{\"Settings\":[{}}}]}}", list.join("},"))).unwrap();
        assert!(map.iter().all(|entry| shuffled.get(entry.hash()) == Some(entry)), "seed {seed}");
        assert_eq!(map.diff(&shuffled).count(), 0);
    }
}
