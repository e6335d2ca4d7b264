//! Where results go.

use std::fmt::{self, Write as _};
use std::io::{self, BufWriter, Stdout, Write};

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use serde::Serialize;

use crate::cli::{Color, Display};

/// Prints results: lines of text, or of JSON.
pub(crate) struct Output {
    is_json: bool,
    is_colored: bool,
    /// The text that is being put.
    text: String,
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
        let is_colored = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        // What has no colour passes as it is: a stream that looks for colours takes one line at a time.
        let choice = if is_colored { choice } else { ColorChoice::AlwaysAnsi };
        let to = AutoStream::new(io::stdout(), choice);
        Self {
            is_json: display.json,
            is_colored,
            text: String::new(),
            to: BufWriter::with_capacity(BUFFER, to),
        }
    }

    /// Whether programs read the results.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Prints a result, as a line of JSON or as its text, which may have several lines. It may wait in the buffer.
    ///
    /// Colours are taken out where there are none; a text that is made a million times leaves them out itself unless
    /// the alternate form is asked for.
    pub(crate) fn put(&mut self, result: &(impl Serialize + fmt::Display)) -> io::Result<()> {
        if self.is_json {
            serde_json::to_writer(&mut self.to, result)?;
            return self.to.write_all(b"\n");
        }
        self.text.clear();
        let written = if self.is_colored {
            writeln!(self.text, "{result:#}")
        } else {
            writeln!(self.text, "{result}")
        };
        written.map_err(io::Error::other)?;
        if self.is_colored || !self.text.contains('\u{1b}') {
            self.to.write_all(self.text.as_bytes())
        } else {
            write!(self.to, "{}", strip_str(&self.text))
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
