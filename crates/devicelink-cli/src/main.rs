#![doc = include_str!("../README.md")]

mod cli;
mod coolkit;
#[cfg(feature = "dash")]
mod dash;
mod failure;
mod generate;
mod lamarzocco;
mod output;
mod placeos;
mod secret;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::output::Output;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(&cli.display);
    match cli.run(output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
