//! The server, as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::{env, process};

use tokio::runtime::{Builder, Runtime};

pub(crate) struct Stage {
    /// As `127.0.0.1:port`.
    pub(crate) address: String,
    is_pinned: bool,
    server: Child,
}

impl Stage {
    /// Where there are two processors and `taskset`, client and server have one each.
    pub(crate) fn new() -> Self {
        let is_pinned = pin_this();
        let (server, address) = start(is_pinned, "0");
        Self { address, is_pinned, server }
    }

    /// Kills the server, and starts another one at the same address.
    #[allow(dead_code, reason = "not every bench needs it")]
    pub(crate) fn restart(&mut self) {
        self.server.kill().expect("it runs");
        self.server.wait().expect("it ends");
        let port = self.address.rsplit(':').next().expect("a port");
        self.server = start(self.is_pinned, port).0;
    }
}

/// Starts a server at this port, and gives the address.
fn start(is_pinned: bool, port: &str) -> (Child, String) {
    let this = env::current_exe().expect("a program");
    let mut command = if is_pinned { Command::new("taskset") } else { Command::new(&this) };
    if is_pinned {
        command.args(["--cpu-list", SERVER]).arg(this);
    }
    command.args(["serve", port]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut server = command.spawn().expect("a server");
    let mut address = String::new();
    let output = server.stdout.take().expect("piped");
    BufReader::new(output).read_line(&mut address).expect("an address");
    (server, address.trim_end().to_owned())
}

/// A runtime on this thread. Each way has its own: what it does not wait for stands still while others are measured.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        // It ends with its input.
        let _ = self.server.wait();
    }
}

const CLIENT: &str = "0";
const SERVER: &str = "1";

/// Keeps this program on one processor, if that can be done.
fn pin_this() -> bool {
    let is_several = std::thread::available_parallelism().is_ok_and(|count| count.get() > 1);
    let mut taskset = Command::new("taskset");
    taskset.args(["--cpu-list", "--pid", CLIENT, &process::id().to_string()]);
    let quietly = taskset.stdout(Stdio::null()).stderr(Stdio::null());
    is_several && quietly.status().is_ok_and(|status| status.success())
}
