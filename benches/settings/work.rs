//! The work that is timed and whose allocations are counted.

use std::hint::black_box;
use std::rc::Rc;

use lamarzocco_proto::settings::Tracker;
use lamarzocco_proto::{Frame, SettingsMap};

use crate::frames::{CAPTURED, forth_and_back, frames, other_shapes};
use crate::group::{COUNT, Group, Way};
use crate::ways::{
    Simd, Usual, borrowed, jiter, ours, sonic, usual, usual_diff, usual_encoded, utf8_validation,
    value,
};

pub(crate) fn groups() -> Vec<Group> {
    let mut groups = vec![decode()];
    groups.push(change_detection("what changed: nothing", 0));
    groups.push(change_detection("what changed: 1 value", 1));
    groups.push(change_detection("what changed: 8 values", 8));
    groups.push(change_detection("what changed: 100 values", 100));
    groups.extend([diff(), encode(), lookup()]);
    groups
        .extend(other_shapes(&frames(100)[0]).into_iter().map(|(name, frame)| other(name, &frame)));
    groups
}

/// All ways see the same, before anything is timed.
pub(crate) fn assert_equal() {
    let frames = frames(100);
    let others = other_shapes(&frames[0]);
    let mut simd = Simd::default();
    for frame in frames.iter().chain(others.iter().map(|(_, frame)| frame)) {
        let expected = usual(frame);
        let map = ours(frame);
        let entries = map.iter().map(|entry| (entry.hash(), entry.bytes().to_vec()));
        assert_eq!(entries.collect::<Usual>(), expected);
        assert_eq!(value(frame), expected);
        assert_eq!(borrowed(frame).to_usual(), expected);
        assert_eq!(sonic(frame).to_usual(), expected);
        assert_eq!(simd.decode(frame).to_usual(), expected);
        assert_eq!(jiter(frame).to_usual(), expected);
    }
    let mut tracker = Tracker::new();
    tracker.frame(&frames[COUNT as usize - 1]).expect("settings");
    let before = frames.iter().cycle().skip(COUNT as usize - 1);
    for (frame, before) in frames.iter().zip(before) {
        assert_eq!(&ours(frame).to_frame(), frame);
        assert_eq!(&usual_encoded(&usual(frame)), frame);
        let expected = usual_diff(&usual(before), &usual(frame));
        assert_eq!(ours(before).diff(&ours(frame)).count(), expected);
        assert_eq!(tracker.frame(frame).expect("settings").count(), expected);
        assert_eq!(tracker.settings(), &ours(frame));
    }
    assert_eq!(tracker.parsed_frames(), 0);
}

fn decode() -> Group {
    let frames = Rc::from(frames(100));
    let mut reused = SettingsMap::new();
    let (mut simd, mut structure) = (Simd::default(), Simd::default());
    let mut copy = Vec::new();
    Group::new(
        "decode",
        vec![
            Way::round("usual: serde_json, typed, base64", &frames, usual),
            Way::round("serde_json::Value, base64", &frames, value),
            Way::round("serde_json, typed, borrowed", &frames, borrowed),
            Way::round("simd-json, tape, kept buffers", &frames, move |frame| simd.decode(frame)),
            Way::round("sonic-rs, typed, borrowed", &frames, sonic),
            Way::round("jiter", &frames, jiter),
            Way::round("ours", &frames, ours),
            Way::round("ours, reused", &frames, move |frame| reused.read_frame(frame).is_ok()),
            Way::round("ours, as Frame::decode", &frames, |frame| {
                Frame::decode(frame).expect("a frame")
            }),
            Way::round("floor: structural scan", &frames, move |frame| structure.structure(frame)),
            Way::round("floor: UTF-8 validation", &frames, utf8_validation),
            Way::round("floor: memcpy", &frames, move |frame: &str| {
                copy.clear();
                copy.extend_from_slice(black_box(frame.as_bytes()));
                copy.len()
            }),
        ],
    )
}

fn change_detection(name: &str, changes: usize) -> Group {
    Group::new(name, change_ways(&forth_and_back(frames(changes)).into()))
}

pub(crate) fn change_ways(frames: &Rc<[String]>) -> Vec<Way> {
    let mut last = Usual::new();
    let mut tracker = Tracker::new();
    vec![
        Way::round("usual: decode alone", frames, usual),
        Way::round("usual: decode and compare", frames, move |frame| {
            let new = usual(frame);
            let count = usual_diff(&last, &new);
            last = new;
            count
        }),
        Way::round("ours", frames, move |frame| tracker.frame(frame).expect("settings").count()),
    ]
}

fn diff() -> Group {
    let frames = frames(100);
    let maps = [&frames[0], &frames[1]];
    let [old, new] = maps.map(|frame| usual(frame));
    let [our_old, our_new] = maps.map(|frame| ours(frame));
    Group::new(
        "compare two maps",
        vec![
            Way::new("usual: BTreeMap", 1, move || usual_diff(black_box(&old), black_box(&new))),
            Way::new("ours", 1, move || black_box(&our_old).diff(black_box(&our_new)).count()),
        ],
    )
}

fn encode() -> Group {
    Group::new("encode", encode_ways(&frames(100)))
}

pub(crate) fn encode_ways(frames: &[String]) -> Vec<Way> {
    let maps: Rc<[Usual]> = frames.iter().map(|frame| usual(frame)).collect();
    let our_maps: Rc<[SettingsMap]> = frames.iter().map(|frame| ours(frame)).collect();
    vec![
        Way::round("usual: serde_json, typed, base64", &maps, usual_encoded),
        Way::round("ours", &our_maps, SettingsMap::to_frame),
    ]
}

fn lookup() -> Group {
    Group::new("lookup, each", lookup_ways(CAPTURED))
}

/// Every setting in an order that no branch can learn; and one setting again and again.
pub(crate) fn lookup_ways(frame: &str) -> Vec<Way> {
    let map = ours(frame);
    let mut hashes: Vec<u32> = map.iter().map(|entry| entry.hash()).collect();
    fastrand::Rng::with_seed(0).shuffle(&mut hashes);
    let hashes = [hashes.clone(), vec![hashes[0]; hashes.len()]];
    let order = ["any setting", "one setting"];
    let mut ways = Vec::new();
    for (hashes, order) in hashes.into_iter().zip(order) {
        let (usual, map) = (usual(frame), map.clone());
        let our_hashes = hashes.clone();
        let units = hashes.len() as u64;
        ways.push(Way::new(&format!("usual: BTreeMap, {order}"), units, move || {
            hashes.iter().filter_map(|hash| usual.get(black_box(hash))).map(Vec::len).sum::<usize>()
        }));
        ways.push(Way::new(&format!("ours, {order}"), units, move || {
            let entries = our_hashes.iter().filter_map(|hash| map.get(*black_box(hash)));
            entries.map(|entry| entry.bytes().len()).sum::<usize>()
        }));
    }
    ways
}

/// A legal frame that is not of the fast shape.
fn other(name: &'static str, frame: &str) -> Group {
    let frames = Rc::from([frame.to_owned()]);
    Group::new(
        name,
        vec![
            Way::round("serde_json, typed, borrowed", &frames, borrowed),
            Way::round("usual: serde_json, typed, base64", &frames, usual),
            Way::round("ours", &frames, ours),
        ],
    )
}
