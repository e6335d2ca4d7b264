//! Ways to read a small frame: other parsers into trees and into types with borrowed texts, and ours.

use std::hint::black_box;
use std::rc::Rc;

use serde_json::Value;

use crate::group::{COUNT, Group, Way};

/// Frames of one kind with other values each.
pub(crate) fn frames(make: impl Fn(u32) -> String) -> Rc<[String]> {
    (0..COUNT).map(make).collect()
}

pub(crate) fn tree(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The heartbeat, which is no JSON.
pub(crate) fn pong<T>(name: &str, ours: impl Fn(&str) -> T + 'static) -> Group {
    let frames = frames(|_| "pong".to_owned());
    let ways = vec![
        Way::round("compared with `pong`", &frames, |frame: &str| frame == "pong"),
        Way::round("ours", &frames, ours),
    ];
    Group::new(name, ways)
}

/// The ways of one kind of frames. All see the same: what each reads is written again, and compared.
///
/// Takes a type with borrowed texts, and another one for sonic-rs if it holds JSON that is left as it is; what a client
/// does with a frame, and a way to read and write it.
macro_rules! kind {
    ($name:expr, $frames:expr, $typed:ty, $ours:expr, $again:expr) => {{
        let frames = std::rc::Rc::clone(&$frames);
        let mut group = $crate::ways::kind!($name, $frames, $typed, $typed, $ours, $again);
        let (mut copy, mut buffers) = (Vec::new(), simd_json::Buffers::default());
        let simd = $crate::group::Way::round(
            "simd-json, typed, kept buffers",
            &frames,
            move |frame: &str| {
                copy.clear();
                copy.extend_from_slice(frame.as_bytes());
                let read =
                    simd_json::serde::from_slice_with_buffers::<$typed>(&mut copy, &mut buffers);
                std::hint::black_box(read.expect("a frame"));
            },
        );
        group.ways.insert(group.ways.len() - 1, simd);
        group
    }};
    ($name:expr, $frames:expr, $typed:ty, $sonic:ty, $ours:expr, $again:expr) => {{
        let (frames, ours, again) = ($frames, $ours, $again);
        for frame in &*frames {
            let expected = $crate::ways::tree(frame);
            let typed: $typed = serde_json::from_str(frame).expect("a frame");
            assert_eq!(serde_json::to_value(typed).expect("JSON"), expected);
            let typed: $sonic = sonic_rs::from_str(frame).expect("a frame");
            let written = sonic_rs::to_string(&typed).expect("JSON");
            assert_eq!($crate::ways::tree(&written), expected);
            assert_eq!($crate::ways::tree(&again(frame)), expected);
        }
        let ways = vec![
            $crate::ways::value(&frames),
            $crate::group::Way::round("serde_json, typed, borrowed", &frames, |frame: &str| {
                std::hint::black_box(serde_json::from_str::<$typed>(frame).expect("a frame"));
            }),
            $crate::group::Way::round("sonic-rs, typed, borrowed", &frames, |frame: &str| {
                std::hint::black_box(sonic_rs::from_str::<$sonic>(frame).expect("a frame"));
            }),
            $crate::group::Way::round("ours", &frames, ours),
        ];
        $crate::group::Group::new($name, ways)
    }};
}
pub(crate) use kind;

pub(crate) fn value(frames: &Rc<[String]>) -> Way {
    Way::round("serde_json::Value", frames, |frame: &str| {
        black_box(tree(frame));
    })
}
