//! Clients that others have written, run by node: what the tests with them share.
#![allow(dead_code, reason = "not every test file uses all of it")]

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

use futures::StreamExt;
use futures::channel::mpsc::{self, UnboundedReceiver};
use serde_json::Value;
use tokio::time::timeout;

/// No script keeps silent for this long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A directory beside this file with what its lock file says installed in it.
pub(crate) struct Package(PathBuf);

/// A running script. Dropping it ends it.
pub(crate) struct Script {
    child: Child,
    calls: ChildStdin,
    lines: UnboundedReceiver<String>,
}

impl Package {
    /// Installs what a directory needs, unless that was done before.
    ///
    /// Where it cannot be done, without npm or without network, stderr says so and there is nothing to test; with
    /// `DEVICELINK_INTEROP=required` in the environment it is a panic.
    pub(crate) fn install(name: &str) -> Option<Self> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop").join(name);
        let Err(reason) = install(&directory) else { return Some(Self(directory)) };
        let is_required = env::var("DEVICELINK_INTEROP").is_ok_and(|value| value == "required");
        assert!(!is_required, "tests/interop/{name} cannot be installed: {reason}");
        // Not by `eprintln`, which nobody sees of a test that passes.
        let _ =
            writeln!(io::stderr(), "skipped, tests/interop/{name} cannot be installed: {reason}");
        None
    }

    /// The name and the version of a client in it, as installed.
    pub(crate) fn client(&self, name: &str) -> String {
        let json = fs::read(self.0.join("node_modules").join(name).join("package.json"));
        let json: Value = serde_json::from_slice(&json.expect("a file")).expect("JSON");
        format!("{name} {}", json["version"].as_str().expect("a version"))
    }

    /// Starts a script, with these variables in its environment.
    pub(crate) fn run<'a>(
        &self,
        script: &str,
        variables: impl IntoIterator<Item = (&'a str, String)>,
    ) -> Script {
        let mut child = Command::new("node")
            .arg(script)
            .current_dir(&self.0)
            .envs(variables)
            .env("no_proxy", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let calls = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, lines) = mpsc::unbounded();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.unbounded_send(line).is_err() {
                    break;
                }
            }
        });
        Script { child, calls, lines }
    }
}

impl Script {
    /// All lines that it prints until it ends.
    pub(crate) async fn printed(mut self) -> Vec<String> {
        let mut printed = Vec::new();
        loop {
            match timeout(PATIENCE, self.lines.next()).await {
                Ok(Some(line)) => printed.push(line),
                Ok(None) => return printed,
                Err(_) => panic!("the script is silent after {printed:#?}"),
            }
        }
    }

    /// Makes a call, of a script with `lines.mjs`: a list of its name and its arguments.
    pub(crate) fn call(&mut self, call: &Value) {
        writeln!(self.calls, "{call}").expect("the script reads");
    }

    /// The next line of a script with `lines.mjs`, its name first; nothing when it has ended. Cancel safe.
    pub(crate) async fn tells(&mut self) -> Option<(String, Value)> {
        let line = self.lines.next().await?;
        Some(serde_json::from_str(&line).expect("a line"))
    }

    /// What the next line of this name tells, of a script with `lines.mjs`; others before it are passed over, but for
    /// failures.
    pub(crate) async fn told(&mut self, name: &str) -> Value {
        loop {
            let told = timeout(PATIENCE, self.tells()).await;
            let told = told.unwrap_or_else(|_| panic!("the script tells nothing of {name}"));
            let (told, value) =
                told.unwrap_or_else(|| panic!("the script ends before it tells of {name}"));
            if told == name {
                return value;
            }
            assert_ne!(told, "failed", "{value} instead of {name}");
        }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn install(directory: &Path) -> Result<(), String> {
    run(Command::new("node").arg("--version"))?;
    let wanted = fs::read(directory.join("package-lock.json")).expect("a lock file");
    let installed = directory.join("node_modules/.installed");
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    // Without network `npm ci` takes minutes to fail.
    run(Command::new("npm").args(["view", "npm", "version", "--fetch-retries=0"]))?;
    let ci = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    run(Command::new("npm").args(ci).current_dir(directory))?;
    fs::write(installed, wanted).map_err(|error| error.to_string())
}

/// Runs a command to its end, or says in one line why that did not work.
fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let reason = stderr.lines().find(|line| line.contains(" code ")).unwrap_or("it fails");
    Err(format!("{program}: {reason}"))
}
