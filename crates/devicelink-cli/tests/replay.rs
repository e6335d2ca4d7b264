//! Simulators are recorded, the recordings are served, and clients of those are recorded in turn.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// What is secret in the simulators: credentials, pass codes of the captured settings and the serial number.
const SECRETS: [&str; 7] = [
    "simulated-token",
    "simulated-at",
    "simulated-apikey",
    "simulated-secret",
    "MTIzMzIx",
    "MTIzMTIz",
    "R04wMDAxMjY=",
];

/// A recording in a directory that goes with the test.
struct Recorded {
    file: PathBuf,
    lines: Vec<Value>,
}

fn devicelink(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_devicelink"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Records, with these variables in the environment, until there are `count` frames.
fn record(name: &str, arguments: &[&str], environment: &BTreeMap<String, String>) -> Recorded {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.jsonl"));
    let output = devicelink(&["record"])
        .args(arguments)
        .args(["--for", "20", "--output"])
        .arg(&file)
        .envs(environment)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {name}");
    }
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    Recorded { file, lines }
}

impl Recorded {
    /// What came in, but for heartbeats.
    fn texts(&self) -> Vec<&str> {
        let is_in = |line: &&Value| line["direction"] == "in" && line["kind"] == "text";
        let texts = self.lines.iter().filter(is_in).map(|line| line["text"].as_str().unwrap());
        texts.filter(|text| *text != "pong").collect()
    }
}

/// A recording that is served as fast as it can be, until this is dropped.
struct Served {
    program: Child,
    running: Value,
}

impl Served {
    fn of(recorded: &Recorded, arguments: &[&str]) -> Self {
        let mut program = devicelink(&["replay", "--serve", "--fast", "--json"])
            .args(arguments)
            .arg(&recorded.file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { program, running: serde_json::from_str(&line).unwrap() }
    }

    fn says(&self, name: &str) -> &str {
        self.running[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.running))
    }

    fn environment(&self) -> BTreeMap<String, String> {
        serde_json::from_value(self.running["environment"].clone()).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn a_machine_that_is_served_again_says_the_same_to_the_byte() {
    let first = record("machine", &["lamarzocco", "--simulate", "--count", "8"], &BTreeMap::new());
    assert_eq!(first.texts().len(), 8);
    let served = Served::of(&first, &[]);
    let arguments = ["lamarzocco", served.says("url"), "--pin", served.says("pin"), "--count", "8"];
    let again = record("machine-again", &arguments, &served.environment());
    assert_eq!(again.texts(), first.texts());
}

#[test]
fn a_machine_is_served_without_tls_too() {
    let first = record("plain", &["lamarzocco", "--simulate", "--count", "4"], &BTreeMap::new());
    let served = Served::of(&first, &["--plain"]);
    assert!(served.says("url").starts_with("ws://") && served.running["pin"].is_null());
    let arguments = ["lamarzocco", served.says("url"), "--count", "4"];
    let again = record("plain-again", &arguments, &served.environment());
    assert_eq!(again.texts(), first.texts());
}

#[test]
fn a_cloud_that_is_served_again_takes_the_login_and_reports_the_same() {
    let first = record("cloud", &["coolkit", "--simulate", "--count", "5"], &BTreeMap::new());
    let served = Served::of(&first, &[]);
    let dispatch = ["coolkit", "--dispatch", served.says("dispatch"), "--trust-any-host"];
    let arguments = [&dispatch[..], &["--pin", served.says("pin"), "--count", "5"]].concat();
    let again = record("cloud-again", &arguments, &served.environment());
    let (first, again) = (first.texts(), again.texts());
    let sequence =
        |text: &str| -> Value { serde_json::from_str::<Value>(text).unwrap()["sequence"].take() };
    assert_eq!(
        again[0]
            .replace(sequence(again[0]).as_str().unwrap(), sequence(first[0]).as_str().unwrap()),
        first[0]
    );
    // How many heartbeats were counted among the frames is up to their time.
    let common = first.len().min(again.len());
    assert!(common > 2, "{again:?}");
    assert_eq!(again[1..common], first[1..common]);
}

#[test]
fn a_building_that_is_served_again_answers_requests_and_tells_the_same_values() {
    let bind = ["--bind", "sys-1234/Display/1/volume", "--bind", "sys-1234/Display/1/power"];
    let arguments = [&["placeos", "--simulate", "--count", "8"], &bind[..]].concat();
    let first = record("building", &arguments, &BTreeMap::new());
    let served = Served::of(&first, &[]);
    let server =
        ["placeos", "--url", served.says("url"), "--pin", served.says("pin"), "--count", "8"];
    let again = record("building-again", &[&server[..], &bind].concat(), &served.environment());
    assert_eq!(again.texts(), first.texts());
}

#[test]
fn a_connection_that_was_lost_is_lost_again_and_the_next_client_hears_the_next_one() {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lost.jsonl");
    let text = |ms, epoch, value| {
        format!(
            r#"{{"ms":{ms},"epoch":{epoch},"direction":"in","kind":"text","text":"{{\"WaterTDS\":{value}}}"}}"#
        )
    };
    let state = |ms, epoch, state| {
        format!(r#"{{"ms":{ms},"epoch":{epoch},"kind":"state","state":"{state}"}}"#)
    };
    let recording = [
        r#"{"devicelink_recording":1,"vendor":"lamarzocco","program":"by hand","time":"2026-01-01T00:00:00Z"}"#.to_owned(),
        state(0, 1, "connecting"),
        state(5, 1, "failed"),
        state(5, 1, "closed"),
        state(10, 2, "open"),
        text(20, 2, 1),
        "not JSON".to_owned(),
        state(30, 2, "failed"),
        state(30, 2, "closed"),
        state(40, 3, "open"),
        text(50, 3, 2),
        r#"{"ms":60,"epoch":3,"direction":"in","kind":"close","code":1012}"#.to_owned(),
        state(60, 3, "closed"),
        state(70, 4, "open"),
        text(80, 4, 3),
    ];
    std::fs::write(&file, recording.join("\n")).unwrap();
    let served = Served::of(&Recorded { file, lines: Vec::new() }, &[]);
    let arguments = ["lamarzocco", served.says("url"), "--pin", served.says("pin"), "--count", "3"];
    let again = record("lost-again", &arguments, &served.environment());
    assert_eq!(again.texts(), [r#"{"WaterTDS":1}"#, r#"{"WaterTDS":2}"#, r#"{"WaterTDS":3}"#]);
    let closes: Vec<_> = again.lines.iter().filter(|line| line["kind"] == "close").collect();
    assert_eq!((&closes[0]["epoch"], &closes[0]["code"]), (&2.into(), &1012.into()));
}

#[cfg(unix)]
#[test]
fn ctrl_c_closes_the_connection_and_says_how_much_was_recorded() {
    let mut program = devicelink(&["record", "coolkit", "--simulate"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains(r#""direction":"in""#)));
    let pid = program.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let last = lines.last().expect("a line");
    assert!(last.contains(r#""state":"closed""#), "{last}");
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("frames: "));
}
