//! What is on the command line.

use std::future::Future;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;

#[cfg(feature = "dash")]
use crate::dash;
use crate::failure::Failure;
use crate::output::Output;
use crate::{generate, lamarzocco};

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
    // The library below logs payloads at `trace`.
    let log = EnvFilter::from_default_env()
        .add_directive("tungstenite=info".parse().expect("a directive"));
    tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).init();
}

fn block_on(command: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}
