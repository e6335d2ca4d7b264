//! What recorded frames are.

pub(crate) mod coolkit;
pub(crate) mod lamarzocco;
mod lines;
pub(crate) mod placeos;

use std::fmt;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::{Args, Subcommand};
use serde::Serialize;

use self::lines::{Line, Lines};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum Decode {
    /// Frames of La Marzocco espresso machines, and answers of their local REST interface.
    ///
    /// Pass codes, serial numbers and network addresses are left out.
    Lamarzocco(lamarzocco::Lamarzocco),
    /// Frames of the CoolKit cloud, as an app gets them.
    ///
    /// Without --pending nothing is awaited, and no frame is an answer. Keys, network names and addresses are left out.
    Coolkit(coolkit::Coolkit),
    /// Frames of PlaceOS servers.
    Placeos(placeos::Placeos),
}

/// Where the frames are.
#[derive(Args)]
struct Input {
    /// A file with one frame per line. Without it, or with -, standard input.
    file: Option<PathBuf>,
    /// Take the whole file as one frame.
    #[arg(long)]
    whole: bool,
    /// How many bytes a line may have. A longer one is malformed.
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 20,
        value_parser = clap::value_parser!(u32).range(1..))]
    max_line: u32,
    /// End with exit code 1 if a line was malformed.
    #[arg(long)]
    strict: bool,
}

/// One that knows the frames of a vendor.
pub(crate) trait Decoder {
    /// Prints what a line is, and says whether it could be read. A line may be none that can be decoded at all.
    fn show(
        &mut self,
        number: u64,
        line: Result<&[u8], Fault>,
        output: &mut impl Put,
    ) -> io::Result<Verdict>;

    /// Takes note of what the recorded client sent, which decides what an answer is.
    fn sent(&mut self, frame: &[u8]) {
        let _ = frame;
    }
}

/// Where results go.
pub(crate) trait Put {
    fn put(&mut self, result: &(impl Serialize + fmt::Display)) -> io::Result<()>;
}

impl Put for Output {
    fn put(&mut self, result: &(impl Serialize + fmt::Display)) -> io::Result<()> {
        Self::put(self, result)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Read,
    Malformed,
}

/// What could not be read, and where.
#[derive(Clone, Serialize)]
pub(crate) struct Fault {
    pub(crate) error: String,
    pub(crate) at: Option<usize>,
}

impl Decode {
    pub(crate) fn run(self, output: Output) -> Result<(), Failure> {
        match self {
            Self::Lamarzocco(lamarzocco) => lamarzocco.run(output),
            Self::Coolkit(coolkit) => coolkit.run(output),
            Self::Placeos(placeos) => placeos.run(output),
        }
    }
}

impl Input {
    fn decode(self, mut decoder: impl Decoder, mut output: Output) -> Result<(), Failure> {
        let mut lines = Lines::open(&self)?;
        let (mut read, mut malformed) = (0_u64, 0_u64);
        loop {
            if lines.must_wait() {
                output.flush()?;
                lines.show_progress();
            }
            let Some((number, line)) = lines.next()? else { break };
            let line = match line {
                Line::Text([]) => continue,
                Line::Text(text) => Ok(text),
                Line::TooLong => Err(Fault::too_long(self.max_line)),
            };
            match decoder.show(number, line, &mut output)? {
                Verdict::Read => read += 1,
                Verdict::Malformed => malformed += 1,
            }
        }
        output.flush()?;
        lines.end_progress();
        let summary = format!("{} frames, {malformed} malformed", read + malformed);
        if self.strict && malformed > 0 {
            return Err(Failure::new(summary));
        }
        if io::stderr().is_terminal() {
            anstream::eprintln!("{summary}");
        }
        Ok(())
    }
}

impl Fault {
    fn too_long(longest: u32) -> Self {
        Self {
            error: format!("the line is longer than {longest} bytes (--max-line)"),
            at: Some(longest as usize),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error)
    }
}

/// The beginning of a line of text: its number, and what it is, in colour if the alternate form is asked for.
pub(crate) fn head(f: &mut fmt::Formatter<'_>, line: u64, kind: &str) -> fmt::Result {
    if !f.alternate() {
        return write!(f, "{line}  {kind}");
    }
    let style = style(kind);
    write!(f, "{line}  {style}{kind}{style:#}")
}

fn style(kind: &str) -> Style {
    let style = Style::new();
    match kind {
        "malformed" | "error" | "broken" | "failed" => style.fg_color(Some(AnsiColor::Red.into())),
        "unknown" | "unmatched" => style.fg_color(Some(AnsiColor::Yellow.into())),
        "heartbeat" | "ping" | "pong" => style.dimmed(),
        "settings" | "machine_configuration" | "handshake" | "debug" => {
            style.fg_color(Some(AnsiColor::Cyan.into()))
        }
        _ => style.fg_color(Some(AnsiColor::Green.into())),
    }
}
