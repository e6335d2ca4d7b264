//! Settings frames in other languages: Python and JavaScript beside this library.
//!
//! `benches/peers/run` installs what the programs in `benches/peers` need and starts this. Each program reads the same
//! frames, and decodes all of them once in each round, in turns with ours; telling it to is a hundredth of its time.

#[path = "settings/frames.rs"]
mod frames;
#[path = "measure/group.rs"]
mod group;
#[path = "measure/output.rs"]
mod output;
#[path = "measure/quartiles.rs"]
mod quartiles;
#[path = "measure/times.rs"]
mod times;
#[path = "settings/ways.rs"]
mod ways;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::{env, fs};

use criterion::Criterion;
use group::{COUNT, Group, Way};

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers");

fn main() {
    let frames = frames::frames(100);
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/settings_frames");
    fs::write(path, frames.join("\n")).expect("a file");
    let python = env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let program = |name: &str| format!("{PROGRAMS}/{name}");
    let mut peers = [
        Peer::start("Python: json, base64", &python, &[&program("settings.py"), path, "json"]),
        Peer::start("Python: orjson, base64", &python, &[&program("settings.py"), path, "orjson"]),
        Peer::start("Node: JSON.parse, Buffer", "node", &[&program("settings.mjs"), path]),
    ];
    let last = ways::usual(&frames[frames.len() - 1]);
    let expected = format!("{} {}", last.len(), last.values().map(Vec::len).sum::<usize>());
    for peer in &mut peers {
        assert_eq!(peer.round(), expected, "{}", peer.name);
    }
    let mut ways: Vec<Way> = peers.into_iter().map(Peer::into_way).collect();
    let of_all = |name, mut decode: Box<dyn FnMut(&str)>| {
        let frames = frames.clone();
        Way::new(name, COUNT.into(), move || frames.iter().for_each(|frame| decode(frame)))
    };
    ways.push(of_all(
        "Rust: serde_json, typed, base64",
        Box::new(|frame| drop(ways::usual(frame))),
    ));
    ways.push(of_all("ours", Box::new(|frame| drop(ways::ours(frame)))));
    let group = Group { runs: 1, ..Group::new("other languages", ways) };
    times::measure("peers", &mut Criterion::default(), vec![group]);
}

/// A program of another language.
struct Peer {
    name: &'static str,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    fn start(name: &'static str, program: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{program}: {error}"));
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = BufReader::new(output.expect("piped"));
        Self { name, child, input: input.expect("piped"), output }
    }

    /// Has all frames decoded once.
    fn round(&mut self) -> String {
        self.input.write_all(b"\n").expect("it listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        line.trim_end().to_owned()
    }

    fn into_way(mut self) -> Way {
        Way::new(self.name, COUNT.into(), move || self.round())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
