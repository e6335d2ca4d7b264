//! Results as a file, if one is wanted.

use std::fmt::{self, Write};
use std::path::PathBuf;
use std::{env, fs};

/// The directory into which each bench writes `<bench>.tsv`.
const VARIABLE: &str = "DEVICELINK_BENCH_OUT";

pub(crate) struct Table {
    path: Option<PathBuf>,
    text: String,
}

impl Table {
    pub(crate) fn new(bench: &str, columns: &str) -> Self {
        let directory = env::var_os(VARIABLE).map(PathBuf::from);
        let path = directory.map(|path| path.join(bench).with_extension("tsv"));
        Self { path, text: format!("{columns}\n") }
    }

    pub(crate) fn row(&mut self, row: fmt::Arguments<'_>) {
        writeln!(self.text, "{row}").expect("a string takes all");
    }

    /// Says whether it was wanted.
    pub(crate) fn write(self) -> bool {
        let Some(path) = self.path else { return false };
        fs::write(&path, self.text).expect("a directory to write to");
        println!("\nwritten: {}", path.display());
        true
    }
}
