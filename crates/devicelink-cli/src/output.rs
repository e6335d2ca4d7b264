//! Where results go.

use std::fmt;
use std::io::{self, BufWriter, Stdout, Write};

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;

use crate::cli::{Color, Display};

/// Prints results: lines of text, or of JSON.
pub(crate) struct Output {
    is_json: bool,
    to: BufWriter<AutoStream<Stdout>>,
}

const BUFFER: usize = 64 << 10;

impl Output {
    pub(crate) fn new(display: &Display) -> Self {
        let choice = match display.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        choice.write_global();
        // JSON has no escape sequences that would have to be looked for.
        let choice = if display.json { ColorChoice::AlwaysAnsi } else { choice };
        let to = AutoStream::new(io::stdout(), choice);
        Self { is_json: display.json, to: BufWriter::with_capacity(BUFFER, to) }
    }

    /// Whether programs read the results.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Prints a result, as a line of JSON or as its text, which may have several lines. It may wait in the buffer.
    pub(crate) fn put(&mut self, result: &(impl Serialize + fmt::Display)) -> io::Result<()> {
        if self.is_json {
            serde_json::to_writer(&mut self.to, result)?;
            writeln!(self.to)
        } else {
            writeln!(self.to, "{result}")
        }
    }

    /// Prints a result at once.
    pub(crate) fn say(&mut self, result: &(impl Serialize + fmt::Display)) -> io::Result<()> {
        self.put(result)?;
        self.flush()
    }

    /// The stream itself, for what is neither text nor JSON.
    pub(crate) fn raw(&mut self) -> &mut impl Write {
        &mut self.to
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// A text of somebody else for the terminal: without characters that could control it.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            _ => shown.extend(character.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_somebody_else_cannot_control_the_terminal() {
        assert_eq!(printable("a \u{1b}[31m\n\u{202e}b"), r"a \u{1b}[31m\n\u{202e}b");
        assert_eq!(printable(r#"{"text":"it's é\n"}"#), r#"{"text":"it's é\n"}"#);
    }
}
