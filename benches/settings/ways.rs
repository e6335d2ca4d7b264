//! Ways from the text of a frame to its settings, and back.
#![allow(dead_code, reason = "not every bench needs every way")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::hint::black_box;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiter::Jiter;
use lamarzocco_proto::SettingsMap;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use simd_json::prelude::ValueAsScalar;
use simd_json::{Buffers, Tape};

pub(crate) fn ours(frame: &str) -> SettingsMap {
    SettingsMap::from_frame(frame).expect("settings")
}

pub(crate) type Usual = BTreeMap<u32, Vec<u8>>;

#[derive(Deserialize, Serialize)]
struct Envelope {
    name: String,
    r#type: String,
    #[serde(rename = "displayName")]
    display_name: String,
    unit: String,
    data: String,
}

#[derive(Deserialize, Serialize)]
struct Data {
    #[serde(rename = "Settings")]
    settings: Vec<Setting>,
}

#[derive(Deserialize, Serialize)]
struct Setting {
    #[serde(rename = "Hash")]
    hash: u32,
    #[serde(rename = "Value")]
    value: String,
}

/// What one usually writes.
pub(crate) fn usual(frame: &str) -> Usual {
    let envelope: Envelope = serde_json::from_str(frame).expect("an envelope");
    let data: Data = serde_json::from_str(&envelope.data).expect("settings");
    let values = data.settings.into_iter();
    values.map(|it| (it.hash, STANDARD.decode(it.value).expect("base64"))).collect()
}

pub(crate) fn usual_encoded(settings: &Usual) -> String {
    let settings = settings.iter();
    let settings =
        settings.map(|(hash, value)| Setting { hash: *hash, value: STANDARD.encode(value) });
    let data = serde_json::to_string(&Data { settings: settings.collect() }).expect("settings");
    let envelope = Envelope {
        name: "Settings".into(),
        r#type: "string".into(),
        display_name: "Map of all the machine settings".into(),
        unit: "N/A".into(),
        data,
    };
    serde_json::to_string(&envelope).expect("an envelope")
}

pub(crate) fn usual_diff(old: &Usual, new: &Usual) -> usize {
    let changed = new.iter().filter(|(hash, value)| old.get(hash) != Some(value)).count();
    changed + old.keys().filter(|hash| !new.contains_key(hash)).count()
}

/// Trees, twice.
pub(crate) fn value(frame: &str) -> Usual {
    let frame: serde_json::Value = serde_json::from_str(frame).expect("a frame");
    let data = frame["data"].as_str().expect("text");
    let data: serde_json::Value = serde_json::from_str(data).expect("settings");
    let entries = data["Settings"].as_array().expect("a list").iter();
    let entry = |entry: &serde_json::Value| {
        let hash = entry["Hash"].as_u64().and_then(|hash| hash.try_into().ok());
        let value = entry["Value"].as_str().and_then(|value| STANDARD.decode(value).ok());
        (hash.expect("a hash"), value.expect("base64"))
    };
    entries.map(entry).collect()
}

/// Where the best ways of other libraries decode to: a sorted list, and one vector for all values.
#[derive(Default)]
pub(crate) struct Sorted {
    entries: Vec<(u32, u32)>,
    values: Vec<u8>,
}

impl Sorted {
    fn push(&mut self, hash: u32, value: &str) {
        let mut bytes = [0; 256];
        let length = STANDARD.decode_slice(value, &mut bytes).expect("base64");
        self.values.extend_from_slice(&bytes[..length]);
        self.entries.push((hash, self.values.len() as u32));
    }

    pub(crate) fn to_usual(&self) -> Usual {
        let mut start = 0;
        let value = |(hash, end): &(u32, u32)| {
            let value = self.values[start..*end as usize].to_vec();
            start = *end as usize;
            (*hash, value)
        };
        self.entries.iter().map(value).collect()
    }

    fn finish(self) -> Self {
        if self.entries.is_sorted() { self } else { self.sorted() }
    }

    fn sorted(self) -> Self {
        let mut sorted = Self::default();
        for (hash, value) in self.to_usual() {
            sorted.values.extend_from_slice(&value);
            sorted.entries.push((hash, sorted.values.len() as u32));
        }
        sorted
    }
}

#[derive(Deserialize)]
struct BorrowedEnvelope<'a> {
    #[serde(borrow)]
    data: Cow<'a, str>,
}

#[derive(Deserialize)]
struct BorrowedData {
    #[serde(rename = "Settings", deserialize_with = "sorted")]
    settings: Sorted,
}

#[derive(Deserialize)]
struct BorrowedSetting<'a> {
    #[serde(rename = "Hash")]
    hash: u32,
    #[serde(rename = "Value", borrow)]
    value: Cow<'a, str>,
}

fn sorted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sorted, D::Error> {
    struct Entries;

    impl<'de> Visitor<'de> for Entries {
        type Value = Sorted;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of settings")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Sorted, A::Error> {
            let mut sorted = Sorted::default();
            while let Some(entry) = entries.next_element::<BorrowedSetting<'_>>()? {
                sorted.push(entry.hash, &entry.value);
            }
            Ok(sorted.finish())
        }
    }

    deserializer.deserialize_seq(Entries)
}

/// Types with borrowed texts, the list read straight into its place.
pub(crate) fn borrowed(frame: &str) -> Sorted {
    let envelope: BorrowedEnvelope<'_> = serde_json::from_str(frame).expect("an envelope");
    let data: BorrowedData = serde_json::from_str(&envelope.data).expect("settings");
    data.settings
}

/// The same types.
pub(crate) fn sonic(frame: &str) -> Sorted {
    let envelope: BorrowedEnvelope<'_> = sonic_rs::from_str(frame).expect("an envelope");
    let data: BorrowedData = sonic_rs::from_str(&envelope.data).expect("settings");
    data.settings
}

/// Tapes, with all buffers kept.
#[derive(Default)]
pub(crate) struct Simd {
    frame: Vec<u8>,
    data: Vec<u8>,
    buffers: Buffers,
    tape: Option<Tape<'static>>,
}

impl Simd {
    pub(crate) fn decode(&mut self, frame: &str) -> Sorted {
        self.frame.clear();
        self.frame.extend_from_slice(frame.as_bytes());
        let mut tape = self.tape.take().unwrap_or_else(Tape::null).reset();
        simd_json::fill_tape(&mut self.frame, &mut self.buffers, &mut tape).expect("a frame");
        let value = tape.as_value();
        let data = value.get("data").expect("a member");
        let data = data.as_str().expect("text");
        self.data.clear();
        self.data.extend_from_slice(data.as_bytes());
        let mut tape = tape.reset();
        simd_json::fill_tape(&mut self.data, &mut self.buffers, &mut tape).expect("settings");
        let value = tape.as_value();
        let list = value.get("Settings").expect("a member");
        let entries = list.as_array().expect("a list");
        let mut sorted = Sorted::default();
        for entry in &entries {
            let hash = entry.get("Hash").and_then(|hash| hash.as_u32()).expect("a hash");
            let value = entry.get("Value").expect("a member");
            sorted.push(hash, value.as_str().expect("text"));
        }
        self.tape = Some(tape.reset());
        sorted.finish()
    }

    /// Only the first stage, which finds the places of the structure: the second one refuses the brace in front.
    pub(crate) fn structure(&mut self, frame: &str) -> usize {
        if self.frame.is_empty() {
            self.frame = format!("}}{frame}").into_bytes();
        } else {
            self.frame[1..].copy_from_slice(frame.as_bytes());
        }
        let mut tape = self.tape.take().unwrap_or_else(Tape::null).reset();
        simd_json::fill_tape(&mut self.frame, &mut self.buffers, &mut tape).expect_err("a brace");
        self.tape = Some(tape.reset());
        self.buffers.structural_indexes().len()
    }
}

/// What has to be done with every text from a network.
pub(crate) fn utf8_validation(frame: &str) -> bool {
    std::str::from_utf8(black_box(frame.as_bytes())).is_ok()
}

/// A pull parser.
pub(crate) fn jiter(frame: &str) -> Sorted {
    let mut parser = Jiter::new(frame.as_bytes());
    let mut member = parser.next_object().expect("an object").map(str::to_owned);
    while member.as_deref() != Some("data") {
        parser.next_skip().expect("a member");
        member = parser.next_key().expect("a name").map(str::to_owned);
    }
    let data = parser.next_str().expect("text").to_owned();
    let mut parser = Jiter::new(data.as_bytes());
    assert_eq!(parser.next_object().expect("an object"), Some("Settings"));
    let mut sorted = Sorted::default();
    let mut entry = parser.next_array().expect("a list");
    while entry.is_some() {
        let mut hash = 0;
        let mut member = parser.next_object().expect("an object");
        while let Some(name) = member {
            match name {
                "Hash" => {
                    let jiter::NumberInt::Int(number) = parser.next_int().expect("a hash");
                    hash = number as u32;
                }
                // All frames here have the hash first.
                "Value" => sorted.push(hash, parser.next_str().expect("text")),
                _ => parser.next_skip().expect("a member"),
            }
            member = parser.next_key().expect("a name");
        }
        entry = parser.array_step().expect("a list");
    }
    sorted.finish()
}
