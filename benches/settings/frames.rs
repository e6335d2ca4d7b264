//! What is decoded: frames of the captured shape with other values, and frames of other shapes.
#![allow(dead_code, reason = "not every bench needs every frame")]

use lamarzocco_proto::settings::Tracker;
use lamarzocco_proto::{SettingKey, SettingsMap};

use crate::group::COUNT;

/// The captured frame of a GB5 with two groups: 249 settings.
pub(crate) const CAPTURED: &str = include_str!("../../testdata/lamarzocco/settings.json");

/// Frames of which each differs from the next in this many values of four bytes, evenly spread.
pub(crate) fn frames(changes: usize) -> Vec<String> {
    let mut settings = SettingsMap::from_frame(CAPTURED.trim_end()).expect("settings");
    let words = settings.iter().filter(|entry| entry.bytes().len() == 4);
    let words: Vec<u32> = words.map(|entry| entry.hash()).collect();
    let frame = |round: u32| {
        for change in 0..changes {
            let at = (change * words.len() / changes + round as usize * 7) % words.len();
            let value = (at as u32 * 7 + round + 1) as f32 / 3.0;
            settings.set(SettingKey::from_hash(words[at]), value);
        }
        settings.to_frame()
    };
    (0..COUNT).map(frame).collect()
}

/// The same from the first to the last one and back again, so that also the last one differs from the first in as many
/// values as all the others do.
pub(crate) fn forth_and_back(mut frames: Vec<String>) -> Vec<String> {
    let last = frames.len() - 1;
    frames.extend_from_within(1..last);
    frames[last + 1..].reverse();
    frames
}

/// Legal frames that no machine is known to send.
pub(crate) fn other_shapes(frame: &str) -> Vec<(&'static str, String)> {
    let tree: serde_json::Value = serde_json::from_str(frame).expect("a frame");
    let data = tree["data"].as_str().expect("text");
    let with_data = |data: &str| {
        let data = serde_json::Value::from(data);
        format!(
            r#"{{"name":"Settings","type":"string","displayName":"Map of all the machine settings","unit":"N/A","data":{data}}}"#
        )
    };
    let pretty = |text: &str| {
        let tree: serde_json::Value = serde_json::from_str(text).expect("JSON");
        serde_json::to_string_pretty(&tree).expect("JSON")
    };
    let mut entries: Vec<&str> = data[13..data.len() - 2].split_inclusive("},").collect();
    entries.pop();
    fastrand::Rng::with_seed(0).shuffle(&mut entries);
    let unsorted = format!("{{\"Settings\":[{}]}}", entries.concat().trim_end_matches(','));
    let reordered = format!(
        r#"{{"unit":"N/A","data":{},"type":"string","displayName":"Map","name":"Settings"}}"#,
        tree["data"]
    );
    let shapes = vec![
        ("pretty-printed", pretty(&with_data(&pretty(data)))),
        ("members in another order", reordered),
        ("more members", with_data(&data.replace("\"Value\"", "\"Type\":1,\"Value\""))),
        ("quotes as \\u0022", with_data(data).replace("\\\"", "\\u0022")),
        ("slashes as \\/", with_data(data).replace('/', "\\/").replace("N\\/A", "N/A")),
        ("not sorted", with_data(&unsorted)),
    ];
    let mut tracker = Tracker::new();
    assert!(shapes.iter().all(|(_, shape)| tracker.frame(shape).is_ok()));
    assert_eq!(tracker.parsed_frames(), shapes.len() as u64, "one is of the usual shape");
    shapes
}
