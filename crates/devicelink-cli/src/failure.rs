//! How a command fails.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

/// Why a command failed, told in one line.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    error: Box<dyn Error>,
}

const FAILED: u8 = 1;
const USAGE: u8 = 2;

impl Failure {
    /// Wrong input: nothing was tried.
    pub(crate) fn usage(error: impl Into<Box<dyn Error>>) -> Self {
        Self { code: USAGE, error: error.into() }
    }

    pub(crate) fn new(error: impl Into<Box<dyn Error>>) -> Self {
        Self { code: FAILED, error: error.into() }
    }

    /// Prints it, and gives what the program ends with.
    pub(crate) fn report(self) -> ExitCode {
        // Whoever reads has heard enough, as `head` has.
        let closed = |error: &io::Error| error.kind() == ErrorKind::BrokenPipe;
        if self.error.downcast_ref().is_some_and(closed) {
            return ExitCode::SUCCESS;
        }
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        anstream::eprintln!("{red}error:{red:#} {self}");
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}
