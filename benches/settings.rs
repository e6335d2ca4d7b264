//! Settings frames: this library beside the code that one usually writes with serde_json and base64.
//!
//! `cargo bench --bench settings`. Read the times of one run as ratios; absolute times mean nothing elsewhere.

use std::collections::BTreeMap;
use std::hint::black_box;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lamarzocco_proto::settings::{SettingsMap, Tracker, keys};
use lamarzocco_proto::{Boiler, SettingKey};
use serde::{Deserialize, Serialize};

/// The captured frame of a GB5 with two groups: 249 settings.
const CAPTURED: &str = include_str!("../testdata/lamarzocco/settings.json");

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

type Usual = BTreeMap<u32, Vec<u8>>;

/// What one usually writes.
fn usual(frame: &str) -> Usual {
    let envelope: Envelope = serde_json::from_str(frame).expect("an envelope");
    let data: Data = serde_json::from_str(&envelope.data).expect("settings");
    let values = data.settings.into_iter();
    values.map(|it| (it.hash, STANDARD.decode(it.value).expect("base64"))).collect()
}

fn usual_encoded(settings: &Usual) -> String {
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

fn usual_diff(old: &Usual, new: &Usual) -> usize {
    let changed = new.iter().filter(|(hash, value)| old.get(hash) != Some(value)).count();
    changed + old.keys().filter(|hash| !new.contains_key(hash)).count()
}

fn ours(frame: &str) -> SettingsMap {
    SettingsMap::from_frame(frame).expect("settings")
}

/// Frames of the captured shape with other values, so that no branch is learned by heart.
fn frames() -> Vec<String> {
    (0..64_u32)
        .map(|n| {
            let mut settings = ours(CAPTURED);
            let hashes: Vec<_> = settings.iter().map(|entry| entry.hash()).collect();
            for (at, hash) in (0..).zip(hashes) {
                let short = settings
                    .get(SettingKey::from_hash(hash))
                    .is_some_and(|it| it.bytes().len() == 4);
                if short && (at + n) % 5 == 0 {
                    settings.set(SettingKey::from_hash(hash), (at * 7 + n) as f32 * 0.5);
                }
            }
            settings.to_frame()
        })
        .collect()
}

/// Both ways see the same, before anything is timed.
fn assert_equal(frames: &[String]) {
    assert_eq!(ours(CAPTURED).to_frame(), CAPTURED.trim_end());
    for frame in frames {
        let (usual, ours) = (usual(frame), ours(frame));
        let same: Usual = ours.iter().map(|entry| (entry.hash(), entry.bytes().to_vec())).collect();
        assert_eq!(same, usual);
        assert_eq!((ours.len(), &ours.to_frame()), (usual.len(), frame));
        assert_eq!(&usual_encoded(&usual), frame);
    }
    for pair in frames.windows(2) {
        let expected = usual_diff(&usual(&pair[0]), &usual(&pair[1]));
        assert_eq!(ours(&pair[0]).diff(&ours(&pair[1])).count(), expected);
    }
}

/// Calls `f` with one frame after the other.
fn round<'a, T>(frames: &'a [String], mut f: impl FnMut(&'a str) -> T) -> impl FnMut() -> T {
    let mut at = 0;
    move || {
        at = (at + 1) % frames.len();
        f(black_box(&frames[at]))
    }
}

fn decode(c: &mut Criterion) {
    let frames = frames();
    assert_equal(&frames);
    let mut group = c.benchmark_group("decode");
    group.throughput(Throughput::Bytes(frames[0].len() as u64));
    group.bench_function("usual", |b| b.iter(round(&frames, usual)));
    group.bench_function("ours", |b| b.iter(round(&frames, ours)));
    let mut reused = SettingsMap::new();
    group.bench_function("ours, reused", |b| {
        b.iter(round(&frames, |frame| reused.read_frame(frame).is_ok()));
    });
}

fn change_detection(c: &mut Criterion) {
    let frames = frames();
    let mut group = c.benchmark_group("what changed since the last frame");
    let mut last = usual(CAPTURED);
    group.bench_function("usual", |b| {
        b.iter(round(&frames, |frame| {
            let new = usual(frame);
            usual_diff(&std::mem::replace(&mut last, new.clone()), &new)
        }));
    });
    let mut tracker = Tracker::new();
    group.bench_function("ours", |b| {
        b.iter(round(&frames, |frame| tracker.frame(frame).expect("settings").count()));
    });
}

fn diff(c: &mut Criterion) {
    let frames = frames();
    let mut group = c.benchmark_group("diff of two maps");
    let (old, new) = (usual(&frames[0]), usual(&frames[1]));
    group.bench_function("usual", |b| b.iter(|| usual_diff(black_box(&old), black_box(&new))));
    let (old, new) = (ours(&frames[0]), ours(&frames[1]));
    group.bench_function("ours", |b| b.iter(|| black_box(&old).diff(black_box(&new)).count()));
}

fn encode(c: &mut Criterion) {
    let mut group = c.benchmark_group("encode");
    let map = usual(CAPTURED);
    group.bench_function("usual", |b| b.iter(|| usual_encoded(black_box(&map))));
    let map = ours(CAPTURED);
    group.bench_function("ours", |b| b.iter(|| black_box(&map).to_frame()));
}

fn lookup(c: &mut Criterion) {
    const KEY: SettingKey = keys::coffee_boiler(Boiler::ONE).target_temperature();
    let mut group = c.benchmark_group("lookup");
    let map = usual(CAPTURED);
    group.bench_function("usual", |b| b.iter(|| map.get(&black_box(KEY.hash())).map(Vec::len)));
    let map = ours(CAPTURED);
    group.bench_function("ours", |b| b.iter(|| map.get(black_box(KEY)).and_then(|it| it.as_f32())));
}

criterion_group!(benches, decode, change_detection, diff, encode, lookup);
criterion_main!(benches);
