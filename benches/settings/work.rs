//! The work that is timed and whose allocations are counted.

use std::borrow::Borrow;
use std::hint::black_box;
use std::rc::Rc;

use lamarzocco_proto::settings::Tracker;
use lamarzocco_proto::{Frame, SettingsMap};

use crate::frames::{CAPTURED, COUNT, frames, other_shapes};
use crate::ways::{
    Simd, Usual, borrowed, jiter, ours, sonic, usual, usual_diff, usual_encoded, value,
};

/// Ways to do the same; the others are measured by the first one.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) ways: Vec<Way>,
}

pub(crate) struct Way {
    pub(crate) name: String,
    /// How often it does the work in each run.
    pub(crate) units: u64,
    pub(crate) run: Box<dyn FnMut()>,
}

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
    Group {
        name: "decode",
        ways: vec![
            round("usual: serde_json, typed, base64", &frames, usual),
            round("serde_json::Value, base64", &frames, value),
            round("serde_json, typed, borrowed", &frames, borrowed),
            round("simd-json, tape, kept buffers", &frames, move |frame| simd.decode(frame)),
            round("sonic-rs, typed, borrowed", &frames, sonic),
            round("jiter", &frames, jiter),
            round("ours", &frames, ours),
            round("ours, reused", &frames, move |frame| reused.read_frame(frame).is_ok()),
            round("ours, as Frame::decode", &frames, |frame| {
                Frame::decode(frame).expect("a frame")
            }),
            round("floor: structural scan", &frames, move |frame| structure.structure(frame)),
            round("floor: UTF-8 validation", &frames, |frame: &str| {
                std::str::from_utf8(black_box(str::as_bytes(frame))).is_ok()
            }),
            round("floor: memcpy", &frames, move |frame: &str| {
                copy.clear();
                copy.extend_from_slice(black_box(frame.as_bytes()));
                copy.len()
            }),
        ],
    }
}

fn change_detection(name: &'static str, changes: usize) -> Group {
    let frames = Rc::from(frames(changes));
    let mut last = Usual::new();
    let mut tracker = Tracker::new();
    Group {
        name,
        ways: vec![
            round("usual: decode alone", &frames, usual),
            round("usual: decode and compare", &frames, move |frame| {
                let new = usual(frame);
                let count = usual_diff(&last, &new);
                last = new;
                count
            }),
            round("ours", &frames, move |frame| tracker.frame(frame).expect("settings").count()),
        ],
    }
}

fn diff() -> Group {
    let frames = frames(100);
    let maps = [&frames[0], &frames[1]];
    let [old, new] = maps.map(|frame| usual(frame));
    let [our_old, our_new] = maps.map(|frame| ours(frame));
    Group {
        name: "compare two maps",
        ways: vec![
            way("usual: BTreeMap", 1, move || usual_diff(black_box(&old), black_box(&new))),
            way("ours", 1, move || black_box(&our_old).diff(black_box(&our_new)).count()),
        ],
    }
}

fn encode() -> Group {
    let frames = frames(100);
    let maps: Rc<[Usual]> = frames.iter().map(|frame| usual(frame)).collect();
    let our_maps: Rc<[SettingsMap]> = frames.iter().map(|frame| ours(frame)).collect();
    Group {
        name: "encode",
        ways: vec![
            round("usual: serde_json, typed, base64", &maps, usual_encoded),
            round("ours", &our_maps, SettingsMap::to_frame),
        ],
    }
}

/// Every setting in an order that no branch can learn; and one setting again and again.
fn lookup() -> Group {
    let map = ours(CAPTURED);
    let mut hashes: Vec<u32> = map.iter().map(|entry| entry.hash()).collect();
    fastrand::Rng::with_seed(0).shuffle(&mut hashes);
    let hashes = [hashes.clone(), vec![hashes[0]; hashes.len()]];
    let order = ["any setting", "one setting"];
    let mut ways = Vec::new();
    for (hashes, order) in hashes.into_iter().zip(order) {
        let (usual, map) = (usual(CAPTURED), map.clone());
        let our_hashes = hashes.clone();
        let units = hashes.len() as u64;
        ways.push(way(&format!("usual: BTreeMap, {order}"), units, move || {
            hashes.iter().filter_map(|hash| usual.get(black_box(hash))).map(Vec::len).sum::<usize>()
        }));
        ways.push(way(&format!("ours, {order}"), units, move || {
            let entries = our_hashes.iter().filter_map(|hash| map.get(*black_box(hash)));
            entries.map(|entry| entry.bytes().len()).sum::<usize>()
        }));
    }
    Group { name: "lookup, each", ways }
}

/// A legal frame that is not of the fast shape.
fn other(name: &'static str, frame: &str) -> Group {
    let frames = Rc::from([frame.to_owned()]);
    Group {
        name,
        ways: vec![
            round("serde_json, typed, borrowed", &frames, borrowed),
            round("usual: serde_json, typed, base64", &frames, usual),
            round("ours", &frames, ours),
        ],
    }
}

/// Takes one input after the other. Ways share their inputs, so that none finds another's in the processor's cache.
fn round<B, I, T>(name: &str, inputs: &Rc<[I]>, mut f: impl FnMut(&B) -> T + 'static) -> Way
where
    B: ?Sized,
    I: Borrow<B> + 'static,
{
    let inputs = Rc::clone(inputs);
    let mut at = 0;
    way(name, 1, move || {
        at = (at + 1) % inputs.len();
        f(black_box(inputs[at].borrow()))
    })
}

fn way<T>(name: &str, units: u64, mut f: impl FnMut() -> T + 'static) -> Way {
    let run = Box::new(move || {
        black_box(f());
    });
    Way { name: name.to_owned(), units, run }
}
