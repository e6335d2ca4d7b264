//! Maps from ten settings to a hundred thousand: what each entry costs.

use std::rc::Rc;

use fastrand::Rng;
use lamarzocco_proto::SettingsMap;

use crate::frames::forth_and_back;
use crate::group::{COUNT, Group, Way};
use crate::ways::{Usual, ours, usual, utf8_validation};
use crate::work;

const SIZES: [usize; 5] = [10, 249, 1_000, 10_000, 100_000];

/// Of as many entries as this one value changes from frame to frame, as eight of 249 do.
const ENTRIES_PER_CHANGE: usize = 32;

pub(crate) fn groups() -> Vec<Group> {
    let mut groups = Vec::new();
    for (job, ways) in JOBS {
        groups.extend(SIZES.map(|size| group(job, size, ways)));
    }
    groups
}

type Ways = fn(&Rc<[String]>) -> Vec<Way>;

const JOBS: [(&str, Ways); 4] = [
    ("decode", decode_ways),
    ("what changed", work::change_ways),
    ("encode", |frames| work::encode_ways(frames)),
    // Where all are looked up in turn; one alone would stay in the nearest cache.
    ("lookup", |frames| work::lookup_ways(&frames[0]).into_iter().take(2).collect()),
];

fn group(job: &str, size: usize, ways: Ways) -> Group {
    let frames = frames(size);
    let units = ours(&frames[0]).len() as u64;
    let ways = ways(&frames).into_iter().map(|way| Way { units, ..way }).collect();
    // All sizes take about the same time; a few runs bring into the caches what can be there.
    let runs = (COUNT * 249 / size as u32).max(8);
    Group { runs, ..Group::new(format!("growth: {job}, {size} settings"), ways) }
}

/// Of one map, in which values change from frame to frame.
fn frames(size: usize) -> Rc<[String]> {
    let mut random = Rng::with_seed(0);
    let mut settings = SettingsMap::new();
    let mut hashes: Vec<u32> = (0..size).map(|_| random.u32(1..)).collect();
    hashes.sort_unstable();
    hashes.dedup();
    for hash in &hashes {
        match random.u8(..60) {
            0 => settings.push(*hash, b"a short text"),
            _ => settings.push(*hash, &random.u32(..).to_le_bytes()),
        }
    }
    let words = settings.iter().filter(|entry| entry.bytes().len() == 4);
    let words: Vec<u32> = words.map(|entry| entry.hash()).collect();
    let frame = |_| {
        for _ in 0..size.div_ceil(ENTRIES_PER_CHANGE) {
            settings.set(words[random.usize(..words.len())], random.u32(..));
        }
        settings.to_frame()
    };
    let count = if size > 1_000 { 3 } else { COUNT };
    forth_and_back((0..count).map(frame).collect()).into()
}

fn decode_ways(frames: &Rc<[String]>) -> Vec<Way> {
    for frame in &**frames {
        let map = ours(frame);
        let entries = map.iter().map(|entry| (entry.hash(), entry.bytes().to_vec()));
        assert!(map.was_read_in_one_pass() && entries.collect::<Usual>() == usual(frame));
    }
    let mut reused = SettingsMap::new();
    vec![
        Way::round("usual: serde_json, typed, base64", frames, usual),
        Way::round("ours", frames, ours),
        Way::round("ours, reused", frames, move |frame| reused.read_frame(frame).is_ok()),
        Way::round("floor: UTF-8 validation", frames, utf8_validation),
    ]
}
