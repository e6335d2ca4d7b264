//! The dashboard as another program sees it. How it looks is tested where it is drawn, and on terminals by
//! `.ci/terminal`.
#![cfg(all(feature = "dash", unix))]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

#[test]
fn what_happens_in_the_demonstration_is_told_as_json_until_it_is_interrupted() {
    // A pipe would be full before it is read.
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/dash.log");
    let log = File::create(path).unwrap();
    let mut dash = Command::new(env!("CARGO_BIN_EXE_devicelink"))
        .args(["dash", "--demo", "--json"])
        .env("RUST_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut wanted: BTreeSet<String> = ["espresso", "home", "office"]
        .map(|link| format!("{link} state online"))
        .into_iter()
        .chain(
            ["espresso temperature", "espresso target", "home device", "office value"]
                .map(str::to_owned),
        )
        .collect();
    let mut all = String::new();
    let mut lines = BufReader::new(dash.stdout.take().unwrap()).lines().map(Result::unwrap);
    for line in &mut lines {
        let object: Value = serde_json::from_str(&line).unwrap();
        let member = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
        let (link, kind, state) = (member("link"), member("kind"), member("state"));
        assert!(object["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{line}");
        wanted.remove(format!("{link} {kind} {state}").trim_end());
        all += &line;
        if wanted.is_empty() {
            break;
        }
    }
    assert!(wanted.is_empty(), "{wanted:?} did not happen: {all}");

    assert!(
        Command::new("kill").args(["-INT", &dash.id().to_string()]).status().unwrap().success()
    );
    all.extend(lines);
    assert!(dash.wait().unwrap().success());
    all += &fs::read_to_string(path).unwrap();
    for secret in ["simulated-token", "simulated-at", "simulated-apikey", "simulated-secret"] {
        assert!(!all.contains(secret), "{secret}");
    }
}
