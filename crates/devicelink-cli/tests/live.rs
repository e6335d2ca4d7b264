//! Commands against simulators that run beside, over real sockets.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use devicelink::lamarzocco::proto::SettingsMap;
use serde_json::Value;

/// `devicelink sim …` as a process, which is ended with it.
struct Simulator {
    child: Child,
    running: Value,
}

impl Simulator {
    fn start(vendor: &str, options: &[&str]) -> Self {
        let mut child = devicelink(&["sim", vendor, "--json"]).args(options).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let running = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line:?}"));
        Self { child, running }
    }

    fn text(&self, member: &str) -> &str {
        self.running[member].as_str().unwrap()
    }

    /// A command with the credentials that the simulator has printed. `URL` and `PIN` stand for what it has printed, too.
    fn command(&self, line: &str) -> Command {
        let words = line.split(' ').map(|word| match word {
            "URL" => self.text("url"),
            "DISPATCH" => self.text("dispatch"),
            "PIN" => self.text("pin"),
            word => word,
        });
        let mut command = devicelink(&words.collect::<Vec<_>>());
        for (name, value) in self.running["environment"].as_object().unwrap() {
            command.env(name, value.as_str().unwrap());
        }
        command
    }

    fn run(&self, line: &str) -> Run {
        Run::of(self.command(line).output().unwrap())
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It has ended already in some tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a command has done.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The lines of JSON.
    fn lines(&self) -> Vec<Value> {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[track_caller]
    fn failed(&self, why: &str) {
        assert!(self.code == Some(1) && self.err.contains(why), "{self:?}");
    }
}

/// The program, without what the environment of the tests may say.
fn devicelink(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_devicelink"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["RUST_LOG", "LAMARZOCCO_TOKEN", "PLACEOS_API_KEY", "PLACEOS_TOKEN", "PLACEOS_URL"]
    {
        command.env_remove(name);
    }
    for name in ["COOLKIT_AT", "COOLKIT_APIKEY", "COOLKIT_APPID"] {
        command.env_remove(name);
    }
    command
}

/// What Ctrl-C does.
fn interrupt(child: &Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}

fn first_line(output: &mut Option<ChildStdout>) -> String {
    let mut line = String::new();
    BufReader::new(output.as_mut().unwrap()).read_line(&mut line).unwrap();
    line
}

#[test]
fn the_line_that_a_simulator_prints_connects_to_it() {
    for vendor in ["lamarzocco", "coolkit", "placeos"] {
        for options in [&[][..], &["--plain"], &["--latency", "5", "--wire", "slice=100"]] {
            let simulator = Simulator::start(vendor, options);
            let line = simulator.text("connect").strip_prefix("devicelink ").unwrap().to_owned();
            let run = simulator.run(&format!("{line} --count 2 --json"));
            assert_eq!(run.lines().len(), 2, "{run:?}");
        }
    }
}

#[test]
fn a_cloud_is_found_through_its_dispatch_if_one_trusts_that() {
    let cloud = Simulator::start("coolkit", &[]);
    let query = "coolkit query --dispatch DISPATCH --pin PIN babecafe11 switch --json";
    cloud.run(query).failed("the dispatch names a host that is not trusted");
    let answer = &cloud.run(&format!("{query} --trust-any-host")).lines()[0];
    assert_eq!(answer["params"]["switch"], "off");
}

#[test]
fn a_wrong_credential_is_told_and_not_printed() {
    for (vendor, variable, secret, command) in [
        ("lamarzocco", "LAMARZOCCO_TOKEN", "wrong-hunter2", "lamarzocco settings URL --pin PIN"),
        ("lamarzocco", "LAMARZOCCO_TOKEN", "wrong-hunter2", "lamarzocco watch URL --pin PIN"),
        (
            "coolkit",
            "COOLKIT_AT",
            "wrong-hunter2",
            "coolkit switch --endpoint URL --pin PIN 1000abcdef on",
        ),
        ("coolkit", "COOLKIT_AT", "wrong-hunter2", "coolkit watch --endpoint URL --pin PIN"),
        (
            "placeos",
            "PLACEOS_API_KEY",
            "wrong.hunter2",
            "placeos exec --url URL --pin PIN sys-1234 Display 1 nil",
        ),
        (
            "placeos",
            "PLACEOS_API_KEY",
            "wrong.hunter2",
            "placeos bind --url URL --pin PIN sys-1234 Display 1 power",
        ),
    ] {
        let simulator = Simulator::start(vendor, &[]);
        let run = Run::of(simulator.command(command).env(variable, secret).output().unwrap());
        run.failed("give a valid credential");
        assert!(!run.out.contains("hunter2") && !run.err.contains("hunter2"), "{run:?}");
    }
}

#[test]
fn a_credential_that_cannot_be_one_is_wrong_usage() {
    let building = Simulator::start("placeos", &[]);
    let mut command = building.command("placeos bind --url URL --pin PIN sys-1234 Display 1 power");
    let run = Run::of(command.env("PLACEOS_API_KEY", "hunter2").output().unwrap());
    assert!(run.code == Some(2) && !run.err.contains("hunter2"), "{run:?}");
}

#[test]
fn without_a_credential_the_variable_is_named() {
    let run = Run::of(devicelink(&["lamarzocco", "watch", "127.0.0.1"]).output().unwrap());
    assert!(run.code == Some(2) && run.err.contains("LAMARZOCCO_TOKEN"), "{run:?}");
}

#[test]
fn another_certificate_than_the_pinned_one_ends_it() {
    let other = "0f4c7e8d0f4c7e8d0f4c7e8d0f4c7e8d0f4c7e8d0f4c7e8d0f4c7e8d0f4c7e8d";
    for (vendor, command) in [
        ("lamarzocco", "lamarzocco configuration URL"),
        ("coolkit", "coolkit query --endpoint URL 1000abcdef"),
        ("placeos", "placeos unbind --url URL sys-1234 Display 1 power"),
    ] {
        let simulator = Simulator::start(vendor, &[]);
        let run = simulator.run(&format!("{command} --pin {other}"));
        run.failed("the certificate is not the pinned one");
        simulator.run(command).failed("the certificate's issuer is not trusted");
    }
}

#[test]
fn what_is_not_there_is_an_error_in_time_that_says_what_to_do() {
    for command in [
        "lamarzocco settings 127.0.0.1:1 --timeout 1",
        "lamarzocco watch 127.0.0.1:1 --for 1",
        "coolkit query --endpoint wss://127.0.0.1:1/api/ws 1000abcdef --timeout 1",
        "coolkit watch --endpoint wss://127.0.0.1:1/api/ws --for 1",
        "placeos exec --url https://127.0.0.1:1 sys-1234 Display 1 nil --timeout 1",
        "placeos debug --url https://127.0.0.1:1 sys-1234 mod-d1 --for 1",
    ] {
        let mut nobody = devicelink(&command.split(' ').collect::<Vec<_>>());
        for name in ["LAMARZOCCO_TOKEN", "COOLKIT_AT", "COOLKIT_APIKEY", "COOLKIT_APPID"] {
            nobody.env(name, "simulated");
        }
        let start = Instant::now();
        let run = Run::of(nobody.env("PLACEOS_API_KEY", "keyid.simulated").output().unwrap());
        run.failed("the connection was refused: check the address and the port");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn a_black_hole_is_an_error_in_time_too() {
    let machine = Simulator::start("lamarzocco", &["--fault", "silence"]);
    let run = machine.run("lamarzocco settings URL --pin PIN --timeout 1");
    run.failed("not connected within 1 s: check that the other side is on");
}

#[test]
fn a_silent_machine_has_not_sent_its_settings() {
    let machine = Simulator::start("lamarzocco", &["--fault", "silence+1"]);
    let run = machine.run("lamarzocco settings URL --pin PIN --timeout 2");
    run.failed("the machine has not sent its settings in this time");
}

#[test]
fn a_lost_connection_is_told_where_it_is() {
    let machine = Simulator::start("lamarzocco", &["--fault", "drop@1+3"]);
    let lines = machine.run("lamarzocco watch URL --pin PIN --count 4 --json").lines();
    let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["message", "message", "message", "gap", "resynced", "message"]);
}

#[test]
fn changes_of_the_settings_are_told_with_their_labels_and_units() {
    let machine = Simulator::start("lamarzocco", &["--speed", "50"]);
    let lines = machine.run("lamarzocco settings URL --pin PIN --watch --count 3 --json").lines();
    let steam = &lines[2];
    assert_eq!(steam["label"], "SteamBoiler.TargetTemperature");
    assert_eq!((&steam["before"], &steam["after"]), (&122.0.into(), &124.0.into()));
    assert_eq!(steam["unit"], "°C");
}

#[test]
fn nobody_knows_what_a_silent_device_did() {
    let cloud = Simulator::start("coolkit", &["--silent", "1000abcdef", "--offline", "babecafe11"]);
    for (device, outcome) in [("1000abcdef", "unknown"), ("babecafe11", "refused")] {
        let switch = format!("coolkit switch --endpoint URL --pin PIN {device} on --json");
        let run = cloud.run(&switch);
        assert_eq!(run.code, Some(1));
        let told: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(told["outcome"], outcome, "{run:?}");
    }
    let unanswered = "coolkit switch --endpoint URL --pin PIN 1000abcdef on --timeout 1";
    let run = cloud.run(unanswered);
    assert_eq!(run.out, "1000abcdef: not known whether it was done\n");
    run.failed("look at its state");
}

#[test]
fn commands_act_on_the_simulated_devices() {
    let cloud = Simulator::start("coolkit", &[]);
    let at = "--endpoint URL --pin PIN";
    cloud.run(&format!("coolkit switch {at} 10004c4c4c on --outlet 2 --json")).lines();
    let answer = cloud.run(&format!("coolkit query {at} 10004c4c4c switches --json")).lines();
    assert_eq!(answer[0]["params"]["switches"][2]["switch"], "on");
    cloud.run(&format!("coolkit thermostat {at} babecafe11 --on-above 30.5 --json")).lines();
    let answer = cloud.run(&format!("coolkit query {at} babecafe11 targets --json")).lines();
    assert_eq!(answer[0]["params"]["targets"][0]["targetHigh"], "30.5");

    let building = Simulator::start("placeos", &[]);
    let at = "--url URL --pin PIN sys-1234";
    building.run(&format!("placeos exec {at} Display 1 set \"power\" false --json")).lines();
    let values = building.run(&format!("placeos bind {at} Display 1 power --count 1 --json"));
    assert_eq!(values.lines()[0]["value"], false);
}

#[test]
fn ctrl_c_closes_cleanly() {
    let mut machine = Simulator::start("lamarzocco", &[]);
    let mut watch = machine.command("lamarzocco watch URL --pin PIN").spawn().unwrap();
    assert!(first_line(&mut watch.stdout).contains("Temperature"));
    interrupt(&watch);
    let run = Run::of(watch.wait_with_output().unwrap());
    assert!(run.code == Some(0) && run.err.is_empty(), "{run:?}");

    interrupt(&machine.child);
    assert_eq!(machine.child.wait().unwrap().code(), Some(0));
    let mut error = String::new();
    machine.child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    assert_eq!(error, "");
}

#[test]
fn an_interrupted_command_has_failed() {
    let machine = Simulator::start("lamarzocco", &["--fault", "silence+1"]);
    let mut settings = machine.command("lamarzocco settings URL --pin PIN --timeout 60");
    let mut settings = settings.env("RUST_LOG", "longlink=info").spawn().unwrap();
    let mut log = BufReader::new(settings.stderr.take().unwrap()).lines();
    assert!(log.any(|line| line.unwrap().contains("online")));
    interrupt(&settings);
    let error = log.last().unwrap().unwrap();
    assert_eq!(error, "error: interrupted: what was sent already may have been done");
    assert_eq!(settings.wait().unwrap().code(), Some(1));
}

#[test]
fn secrets_of_a_machine_are_in_no_output() {
    let frame = include_str!("../../../testdata/lamarzocco/settings.json");
    let settings = SettingsMap::from_frame(frame).unwrap();
    let secrets: Vec<_> = settings.iter().filter(|entry| entry.is_secret()).collect();
    assert!(!secrets.is_empty());
    let machine = Simulator::start("lamarzocco", &[]);
    for command in
        ["settings URL", "configuration URL", "watch URL --count 4", "settings URL --watch --for 1"]
    {
        for json in ["", " --json"] {
            let run = machine.run(&format!("lamarzocco {command} --pin PIN{json}"));
            assert_eq!(run.code, Some(0), "{run:?}");
            assert!(!run.out.contains("simulated-token") && !run.err.contains("simulated-token"));
            for secret in &secrets {
                let hex: String = secret.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
                assert!(!run.out.contains(&hex), "{}", secret.key());
                let text = secret.as_str().filter(|text| text.len() > 4);
                assert!(!text.is_some_and(|text| run.out.contains(text)), "{}", secret.key());
            }
        }
    }
}

#[test]
fn settings_are_the_same_however_they_were_kept() {
    let frame = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/lamarzocco/settings.json");
    let directory = env!("CARGO_TARGET_TMPDIR");
    for command in ["lamarzocco settings --json --file", "decode lamarzocco --json --whole"] {
        let words: Vec<_> = command.split(' ').chain([frame]).collect();
        let kept = Run::of(devicelink(&words).output().unwrap());
        let file = format!("{directory}/kept-settings.jsonl");
        fs::write(&file, kept.out).unwrap();
        let diff = Run::of(
            devicelink(&["lamarzocco", "settings", "--diff", frame, &file]).output().unwrap(),
        );
        assert!(diff.code == Some(0) && diff.out.is_empty(), "{command}: {diff:?}");
    }
}
