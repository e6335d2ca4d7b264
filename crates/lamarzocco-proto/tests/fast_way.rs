//! The fast way of settings against the way by the JSON parser, and against `serde_json` and a base64 decoder.
//!
//! `MUTATED_FRAMES=4000000 cargo test --release --test fast_way` runs as many frames as a release wants; a plain run
//! takes a share of them. A failure prints its seed, and `SEED` runs that one again.

mod common;

use std::num::NonZero;
use std::{env, thread};

use common::{Entries, SETTINGS, entries, model};
use fastrand::Rng;
use lamarzocco_proto::settings::{SettingsMap, Tracker};
use lamarzocco_proto::{Frame, Malformed};
use serde_json::Value;

/// How many frames are made from one seed, as a rule one out of the other.
const FRAMES: u64 = 100;

#[test]
fn mutated_frames_are_read_as_the_parser_and_as_a_plain_reader_read_them() {
    let variable = |name| env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let frames = variable("MUTATED_FRAMES").unwrap_or(100_000);
    let seeds = match variable("SEED") {
        Some(seed) => seed..=seed,
        None => 1..=frames.div_ceil(FRAMES),
    };
    let captured = Captured::new();
    let runs = seeds.end() - seeds.start() + 1;
    let run = |seed| {
        let _seed = Seed(seed);
        captured.run(seed)
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let fast: u64 = thread::scope(|scope| {
        let shares = (0..threads).map(|share| seeds.clone().skip(share).step_by(threads));
        let running: Vec<_> =
            shares.map(|seeds| scope.spawn(|| seeds.map(run).sum::<u64>())).collect();
        running.into_iter().map(|share| share.join().expect("a share without a fault")).sum()
    });
    println!("{fast} of {} frames were read the fast way", runs * FRAMES);
    assert!(fast * 5 > runs * FRAMES || runs == 1, "too few frames are of the fast shape");
}

/// Also a panic inside of the library prints the seed.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("run this one again with SEED={}", self.0);
        }
    }
}

struct Captured {
    start: &'static str,
    entries: Vec<&'static str>,
    end: &'static str,
}

impl Captured {
    fn new() -> Self {
        let frame = SETTINGS.trim_end();
        let (start, rest) = frame.split_at(frame.find('[').unwrap() + 1);
        let (list, end) = rest.split_at(rest.find(']').unwrap());
        let entries = list.split("},").map(|entry| entry.trim_end_matches('}')).collect();
        Self { start, entries, end }
    }

    /// All entries, or nearly always a few of them, so that mutations meet each other.
    fn frame(&self, random: &mut Rng) -> String {
        let (from, step, count) = match random.u16(..) {
            0..10 => (0, 1, self.entries.len()),
            10..700 => (random.usize(..self.entries.len()), 1, random.usize(6..60)),
            _ => (random.usize(..self.entries.len()), random.usize(1..40), random.usize(1..6)),
        };
        let entries = self.entries[from..].iter().step_by(step).take(count);
        let entries: Vec<&str> = entries.copied().collect();
        format!("{}{}}}{}", self.start, entries.join("},"), self.end)
    }

    /// Returns how many frames took the fast way.
    fn run(&self, seed: u64) -> u64 {
        let mut random = Rng::with_seed(seed);
        let (mut reused, mut tracker) = (SettingsMap::new(), Tracker::new());
        let mut last = self.frame(&mut random);
        let mut fast = 0;
        for step in 0..FRAMES {
            let mut frame = last.clone().into_bytes();
            for _ in 0..random.usize(0..3) {
                mutate(&mut frame, &mut random);
            }
            let Ok(frame) = String::from_utf8(frame) else { continue };
            let context = format!("frame {step}: {frame}");
            let read = SettingsMap::from_frame(&frame);
            fast += u64::from(check(&frame, &read, &context));
            check_tracker(&frame, &read, &mut tracker, &context);
            // What cannot be read becomes no better by more mutations.
            let is_legal = read.is_ok();
            check_reused(&frame, read, &mut reused, &context);
            if is_legal {
                last = frame;
            }
            if random.u8(..10) == 0 {
                last = self.frame(&mut random);
            }
        }
        fast
    }
}

/// Returns whether the frame took the fast way.
#[track_caller]
fn check(frame: &str, read: &Result<SettingsMap, Malformed>, context: &str) -> bool {
    // Spaces in front mean nothing; neither this frame nor its inner text is of the fast shape.
    let spaced = format!(" {}", frame.replace(":\"{", ":\" {"));
    let parsed = SettingsMap::from_frame(&spaced);
    match (read, &parsed) {
        (Ok(read), Ok(parsed)) => {
            assert_eq!(entries(read), entries(parsed), "{context}");
            assert_eq!(read.diff(parsed).next(), None, "{context}");
        }
        (Err(read), Err(parsed)) => assert_same_fault(read, parsed, context),
        _ => panic!("{context}: {read:?} is not {parsed:?}"),
    }
    match plain_reader(frame) {
        Some(Ok(expected)) => assert_eq!(entries(read.as_ref().unwrap()), expected, "{context}"),
        Some(Err(expected)) => {
            let error = read.as_ref().expect_err(context);
            assert_eq!(error.settings().map(entries), Some(expected), "{context}");
        }
        None => {}
    }
    let mut tracker = Tracker::new();
    let is_fast = tracker.frame(frame).is_ok() && tracker.parsed_frames() == 0;
    assert_eq!(read.as_ref().is_ok_and(SettingsMap::was_read_in_one_pass), is_fast, "{context}");
    if is_fast {
        let map = read.as_ref().unwrap();
        assert_eq!(map.to_frame(), frame, "{context}");
        assert_eq!(Frame::decode(frame), Frame::decode(&format!(" {frame}")), "{context}");
        assert_eq!(SettingsMap::from_data(&map.to_data()).as_ref(), Ok(map), "{context}");
    }
    is_fast
}

#[track_caller]
fn assert_same_fault(left: &Malformed, right: &Malformed, context: &str) {
    let fault = |error: &Malformed| {
        (error.reason(), error.index(), error.key(), error.settings().map(entries))
    };
    assert_eq!(fault(left), fault(right), "{context}");
}

/// What the settings of a frame are that has them as professional machines do; nothing if it is another frame.
fn plain_reader(frame: &str) -> Option<Result<Entries, Entries>> {
    let frame: Value = serde_json::from_str(frame).ok()?;
    let is_settings = frame.get("name")?.as_str()? == "Settings";
    model(frame.get("data").filter(|_| is_settings)?.as_str()?)
}

/// Memory that is used again does not show.
#[track_caller]
fn check_reused(
    frame: &str,
    read: Result<SettingsMap, Malformed>,
    reused: &mut SettingsMap,
    context: &str,
) {
    assert_eq!(reused.read_frame(frame).is_ok(), read.is_ok(), "{context}");
    let in_one_pass = read.as_ref().is_ok_and(SettingsMap::was_read_in_one_pass);
    assert_eq!(reused.was_read_in_one_pass(), in_one_pass, "{context}");
    let expected = read.or_else(|error| error.into_settings().ok_or(())).unwrap_or_default();
    assert_eq!(*reused, expected, "{context}");
    for entry in &expected {
        let last = expected.iter().filter(|other| other.hash() == entry.hash()).last();
        assert_eq!(reused.get(entry.hash()), last, "{context}");
    }
}

/// What changed is what differs between the maps; a frame that cannot be read changes nothing.
#[track_caller]
fn check_tracker(
    frame: &str,
    read: &Result<SettingsMap, Malformed>,
    tracker: &mut Tracker,
    context: &str,
) {
    let before = tracker.settings().clone();
    match (tracker.frame(frame), read) {
        (Ok(changes), Ok(map)) => {
            assert_eq!(
                changes.collect::<Vec<_>>(),
                before.diff(map).collect::<Vec<_>>(),
                "{context}"
            );
            assert_eq!(tracker.settings(), map, "{context}");
        }
        (Err(error), Err(expected)) => {
            assert_same_fault(&error, expected, context);
            assert_eq!(tracker.settings(), &before, "{context}");
        }
        (changes, _) => panic!("{context}: {:?}", changes.map(Iterator::count)),
    }
}

/// What the format is made of, and what it must not be.
const PIECES: [&str; 32] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\\"",
    "\\",
    "=",
    "==",
    "0",
    "9",
    "-1",
    ".5",
    "e1",
    "null",
    "\\u0022",
    "\\/",
    "\\u0041",
    " ",
    "\\n",
    "\n",
    "4294967296",
    "18446744073709551617",
    "\u{e9}",
    "AAAAAAAA",
    "{\\\"Hash\\\":1,\\\"Value\\\":\\\"AgAAAA==\\\"},",
    "\\\"Hash\\\":7,",
    "\\\"Value\\\":\\\"AA==\\\",",
    ",\"name\":\"Settings\"",
    ",\"data\":\"{\\\"Settings\\\":[]}\"",
];

fn mutate(frame: &mut Vec<u8>, random: &mut Rng) {
    if frame.is_empty() {
        return;
    }
    let at = random.usize(..frame.len());
    let end = (at + random.usize(0..12)).min(frame.len());
    let piece = random.choice(PIECES).unwrap_or_default();
    match random.u8(0..14) {
        0 => frame[at] ^= 1 << random.u8(0..8),
        1 => drop(frame.drain(at..end)),
        2 => drop(frame.splice(at..at, piece.bytes())),
        3 => drop(frame.splice(at..end, piece.bytes())),
        4 if random.u8(0..4) == 0 => frame.truncate(at),
        5 => {
            let copy = frame[at..end].to_vec();
            frame.splice(at..at, copy);
        }
        6 => move_entries(frame, random),
        7 => drop(frame.splice(at..at, *random.choice([b" ", b"\n", b"\t", b"\0"]).unwrap())),
        8 => put_at_next(frame, at, |byte| byte.is_ascii_digit(), b'0' + random.u8(0..10)),
        9 => {
            if let Some(digit) = frame[at..].iter().position(u8::is_ascii_digit) {
                frame.insert(at + digit, b'0' + random.u8(0..10));
            }
        }
        // Changes of values are what a machine sends.
        _ => change_value(frame, at, random),
    }
}

fn put_at_next(frame: &mut [u8], at: usize, is_wanted: impl Fn(&u8) -> bool, byte: u8) {
    if let Some(place) = frame[at..].iter_mut().find(|byte| is_wanted(byte)) {
        *place = byte;
    }
}

/// Puts another character into the first five of a value, or into any place of it.
fn change_value(frame: &mut [u8], at: usize, random: &mut Rng) {
    const BEFORE: &[u8] = b":\\\"";
    const CHARACTERS: &[u8] =
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_";
    let Some(start) = frame[at..].windows(BEFORE.len()).position(|bytes| bytes == BEFORE) else {
        return;
    };
    let place = if random.bool() { random.usize(0..5) } else { random.usize(0..9) };
    if let Some(byte) = frame.get_mut(at + start + BEFORE.len() + place) {
        *byte = *random.choice(CHARACTERS).unwrap();
    }
}

/// Swaps two entries, repeats one, puts one in the place of another, or takes one out.
fn move_entries(frame: &mut Vec<u8>, random: &mut Rng) {
    let text = String::from_utf8_lossy(frame).into_owned();
    let mut entries: Vec<&str> = text.split_inclusive("\"},").collect();
    let (left, right) = (random.usize(..entries.len()), random.usize(..entries.len()));
    match random.u8(0..4) {
        0 => entries.swap(left, right),
        1 => entries.insert(left, entries[left]),
        2 => entries[left] = entries[right],
        _ => drop(entries.remove(left)),
    }
    *frame = entries.concat().into_bytes();
}
