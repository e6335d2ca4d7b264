#![doc = include_str!("../README.md")]
#![allow(rustdoc::bare_urls, reason = "the comments of arguments are their help on a terminal")]

mod cli;
mod coolkit;
#[cfg(feature = "dash")]
mod dash;
mod decode;
mod failure;
mod generate;
mod lamarzocco;
mod live;
mod output;
mod placeos;
mod record;
mod recording;
mod replay;
mod secret;
mod sim;
mod text;

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
