//! Maps from ten settings to a hundred thousand: what each entry costs.

use std::hint::black_box;
use std::rc::Rc;

use fastrand::Rng;
use lamarzocco_proto::SettingsMap;
use lamarzocco_proto::settings::Tracker;

use crate::frames::forth_and_back;
use crate::group::{COUNT, Group, Way};
use crate::ways::{Usual, ours, usual, usual_diff, usual_encoded, utf8_validation};

const SIZES: [usize; 5] = [10, 249, 1_000, 10_000, 100_000];

/// Of as many entries as this one value changes from frame to frame, as eight of 249 do.
const ENTRIES_PER_CHANGE: usize = 32;

pub(crate) fn groups() -> Vec<Group> {
    [decode, change_detection, encode, lookup].iter().flat_map(|job| SIZES.map(job)).collect()
}

fn group(job: &str, size: usize, ways: Vec<Way>) -> Group {
    let name = format!("growth: {job}, {size} settings");
    Group { runs: runs(size), ..Group::new(name, ways) }
}

/// So many that all sizes take about the same time, and that few of them find another way's memory in the caches.
fn runs(size: usize) -> u32 {
    (COUNT * 249 / size as u32).max(8)
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
    forth_and_back((0..if size > 1_000 { 3 } else { COUNT }).map(frame).collect()).into()
}

fn of_entries<T>(name: &str, frames: &Rc<[String]>, mut f: impl FnMut(&str) -> T + 'static) -> Way {
    let units = ours(&frames[0]).len() as u64;
    Way { units, ..Way::round(name, frames, move |frame: &str| f(frame)) }
}

fn decode(size: usize) -> Group {
    let frames = frames(size);
    for frame in &*frames {
        let map = ours(frame);
        let entries = map.iter().map(|entry| (entry.hash(), entry.bytes().to_vec()));
        assert!(map.was_read_in_one_pass() && entries.collect::<Usual>() == usual(frame));
    }
    let mut reused = SettingsMap::new();
    let ways = vec![
        of_entries("usual: serde_json, typed, base64", &frames, usual),
        of_entries("ours", &frames, ours),
        of_entries("ours, reused", &frames, move |frame| reused.read_frame(frame).is_ok()),
        of_entries("floor: UTF-8 validation", &frames, utf8_validation),
    ];
    group("decode", size, ways)
}

fn change_detection(size: usize) -> Group {
    let frames = frames(size);
    let mut last = Usual::new();
    let mut tracker = Tracker::new();
    let ways = vec![
        of_entries("usual: decode alone", &frames, usual),
        of_entries("usual: decode and compare", &frames, move |frame| {
            let new = usual(frame);
            let count = usual_diff(&last, &new);
            last = new;
            count
        }),
        of_entries("ours", &frames, move |frame| tracker.frame(frame).expect("settings").count()),
    ];
    group("what changed", size, ways)
}

fn encode(size: usize) -> Group {
    let frames = frames(size);
    let maps: Rc<[Usual]> = frames.iter().map(|frame| usual(frame)).collect();
    let our_maps: Rc<[SettingsMap]> = frames.iter().map(|frame| ours(frame)).collect();
    let units = our_maps[0].len() as u64;
    let ways = vec![
        Way { units, ..Way::round("usual: serde_json, typed, base64", &maps, usual_encoded) },
        Way { units, ..Way::round("ours", &our_maps, SettingsMap::to_frame) },
    ];
    group("encode", size, ways)
}

/// Every setting, in an order that no branch can learn.
fn lookup(size: usize) -> Group {
    let frames = frames(size);
    let (usual, map) = (usual(&frames[0]), ours(&frames[0]));
    let mut hashes: Vec<u32> = map.iter().map(|entry| entry.hash()).collect();
    Rng::with_seed(0).shuffle(&mut hashes);
    let (units, our_hashes) = (hashes.len() as u64, hashes.clone());
    let ways = vec![
        Way::new("usual: BTreeMap", units, move || {
            hashes.iter().filter_map(|hash| usual.get(black_box(hash))).map(Vec::len).sum::<usize>()
        }),
        Way::new("ours", units, move || {
            let entries = our_hashes.iter().filter_map(|hash| map.get(*black_box(hash)));
            entries.map(|entry| entry.bytes().len()).sum::<usize>()
        }),
    ];
    group("lookup", size, ways)
}
