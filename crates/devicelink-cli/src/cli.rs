//! What is on the command line.

use std::future::Future;
use std::io::{IsTerminal, stderr};

use clap::{Args, Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

#[cfg(feature = "dash")]
use crate::dash;
use crate::failure::Failure;
use crate::output::Output;
use crate::{coolkit, decode, generate, lamarzocco, placeos, record, replay, sim};

/// Devices that speak over WebSockets: La Marzocco espresso machines, the CoolKit (eWeLink, Sonoff) cloud, PlaceOS.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) display: Display,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  devicelink lamarzocco pin 192.168.50.102      what to trust, once
  devicelink lamarzocco watch --simulate        what a machine says, without a machine
  devicelink sim coolkit                        a cloud to try the other commands with
  devicelink decode coolkit frames.jsonl        what recorded frames are
  devicelink record lamarzocco 192.168.50.102   what it says, kept without secrets
  devicelink replay machine.jsonl --serve       and said again
  devicelink completions bash > devicelink.bash

Exit codes: 0 done, 1 failed, 2 wrong usage.
RUST_LOG=longlink=debug in the environment shows what a connection does.";

/// How results are shown.
#[derive(Args)]
pub(crate) struct Display {
    /// One JSON object per line instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to colour text.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
enum Command {
    /// La Marzocco espresso machines.
    #[command(subcommand)]
    Lamarzocco(lamarzocco::Command),
    /// The CoolKit (eWeLink, Sonoff) cloud.
    #[command(subcommand)]
    Coolkit(coolkit::Command),
    /// PlaceOS building automation.
    #[command(subcommand)]
    Placeos(placeos::Command),
    /// Simulated devices to try the other commands with, and what goes wrong on request.
    #[command(subcommand)]
    Sim(sim::Command),
    /// Say what recorded frames are, one per line.
    #[command(subcommand)]
    Decode(decode::Decode),
    /// Keep what a connection says, without its secrets.
    Record(record::Record),
    Replay(replay::Replay),
    /// Show connections, boilers, devices, bindings and a log on the terminal, as they change.
    #[cfg(feature = "dash")]
    Dash(dash::Dash),
    /// Print a script that completes commands for a shell.
    Completions(generate::Completions),
    /// Print the manual page, or write those of all commands into a directory.
    Man(generate::Man),
}

impl Cli {
    pub(crate) fn run(self, output: Output) -> Result<(), Failure> {
        match self.command {
            Command::Lamarzocco(command) => wait_for(command.run(output)),
            Command::Coolkit(command) => wait_for(command.run(output)),
            Command::Placeos(command) => wait_for(command.run(output)),
            Command::Sim(command) => wait_for(command.run(output)),
            Command::Decode(decode) => decode.run(output),
            Command::Record(record) => wait_for(record.run(output)),
            Command::Replay(replay) => wait_for(replay.run(output)),
            #[cfg(feature = "dash")]
            Command::Dash(dash) => block_on(dash.run(output)),
            Command::Completions(completions) => completions.run(output),
            Command::Man(man) => man.run(output),
        }
    }
}

/// Runs a command that talks to a device.
fn wait_for(command: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    log();
    block_on(command)
}

/// Logs to the standard error stream what RUST_LOG names.
pub(crate) fn log() {
    let log = EnvFilter::builder()
        // What goes wrong is told by the command.
        .with_default_directive(LevelFilter::OFF.into())
        .from_env_lossy()
        // The library below logs payloads at `trace`.
        .add_directive("tungstenite=info".parse().expect("a directive"));
    tracing_subscriber::fmt()
        .with_env_filter(log)
        .with_ansi(stderr().is_terminal())
        .with_writer(stderr)
        .init();
}

fn block_on(command: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}
