//! Completions and manual pages, made from the command line itself.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink completions bash > ~/.local/share/bash-completion/completions/devicelink
  devicelink completions fish > ~/.config/fish/completions/devicelink.fish")]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self, mut output: Output) -> Result<(), Failure> {
        // It does not take a stream that may end.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), NAME, &mut script);
        output.raw().write_all(&script)?;
        Ok(output.flush()?)
    }
}

/// What the program is called.
const NAME: &str = "devicelink";

#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink man | man -l -
  devicelink man /usr/local/share/man/man1")]
pub(crate) struct Man {
    /// Write a page for each command into this directory.
    directory: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(self, mut output: Output) -> Result<(), Failure> {
        let command = Cli::command().name(NAME);
        match self.directory {
            Some(directory) => {
                fs::create_dir_all(&directory)?;
                clap_mangen::generate_to(command, directory)?;
            }
            None => clap_mangen::Man::new(command).render(output.raw())?,
        }
        Ok(output.flush()?)
    }
}
