//! The dashboard as another program sees it. How it looks is tested where it is drawn, and on terminals by
//! `.ci/terminal`.
#![cfg(all(feature = "dash", unix))]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use devicelink::placeos::proto::endpoint::Credential;
use devicelink_sim::lamarzocco::Machine;
use devicelink_sim::placeos::{Building, Module, Role};
use serde_json::Value;

/// Runs the dashboard for another program until all this was told, each a link, a kind, and of a state what it is. Then it
/// is interrupted, and ends well. Gives all that it said, the log included.
fn told(name: &str, args: &[&str], wanted: &[&str]) -> String {
    let path = format!("{}/{name}.log", env!("CARGO_TARGET_TMPDIR"));
    let mut dash = Command::new(env!("CARGO_BIN_EXE_devicelink"))
        .args(["dash", "--json"])
        .args(args)
        .env("RUST_LOG", "trace")
        .stdout(Stdio::piped())
        // A pipe would be full before it is read.
        .stderr(File::create(&path).unwrap())
        .spawn()
        .unwrap();
    let mut wanted: BTreeSet<_> = wanted.iter().copied().collect();
    let mut all = String::new();
    let mut lines = BufReader::new(dash.stdout.take().unwrap()).lines().map(Result::unwrap);
    for line in &mut lines {
        let object: Value = serde_json::from_str(&line).unwrap();
        assert!(object["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{line}");
        let member = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
        let told = [member("link"), member("kind"), member("state")].join(" ");
        wanted.remove(told.trim_end());
        all += &line;
        if wanted.is_empty() {
            break;
        }
    }
    assert!(wanted.is_empty(), "{wanted:?} did not happen: {all}");
    let id = dash.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    all.extend(lines);
    assert!(dash.wait().unwrap().success());
    all + &fs::read_to_string(path).unwrap()
}

#[test]
fn what_happens_in_the_demonstration_is_told_as_json_until_it_is_interrupted() {
    let wanted = [
        "espresso state online",
        "espresso temperature",
        "espresso target",
        "home state online",
        "home device",
        "office state online",
        "office value",
    ];
    let all = told("demo", &["--demo"], &wanted);
    for secret in ["simulated-token", "simulated-at", "simulated-apikey", "simulated-secret"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_configuration_names_is_connected_to_with_secrets_from_files() {
    let machine = Machine::builder().token("token-in-a-file").start().await.unwrap();
    let key = "keyid.secret-in-a-file";
    let building = Building::builder()
        .grant(Credential::api_key(key).unwrap(), Role::User)
        .module("sys-1", Module::display())
        .start()
        .await
        .unwrap();
    let place = env!("CARGO_TARGET_TMPDIR");
    fs::write(format!("{place}/token.txt"), "token-in-a-file\n").unwrap();
    fs::write(format!("{place}/key.txt"), key).unwrap();
    let config = format!(
        r#"
            [[lamarzocco]]
            address = "{}"
            pin = ["sha256:{}"]
            token = {{ file = "{place}/token.txt" }}

            [[placeos]]
            name = "office"
            url = "{}"
            pin = ["sha256:{}"]
            api_key = {{ file = "{place}/key.txt" }}
            bind = ["sys-1/Display/1/power"]
        "#,
        machine.url(),
        machine.certificate_sha256(),
        building.base_url(),
        building.certificate_sha256(),
    );
    let path = format!("{place}/dash.toml");
    fs::write(&path, config).unwrap();
    let wanted = ["machine state online", "machine temperature", "office value"];
    let all = told("config", &[&path], &wanted);
    assert!(all.contains(r#""binding":"sys-1/Display_1/power","value":true"#), "{all}");
    assert!(!all.contains("token-in-a-file") && !all.contains(key));
}
