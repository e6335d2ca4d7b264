use std::fmt;
use std::io;

use serde::Serialize;

use super::reader::{Numbered, Reader};
use crate::decode::{self, Decoder, Fault, Put, head};
use crate::failure::Failure;
use crate::output::Output;
use crate::recording::{Direction, Kind, Line, State, Vendor};
use crate::text::Plain;

/// Prints what a recording holds.
pub(super) fn show(reader: Reader, mut output: Output) -> Result<(), Failure> {
    let generation = reader.header.settings.spoken();
    output.put(&reader.header)?;
    match reader.header.vendor {
        Vendor::Lamarzocco => show_lines(reader, decode::lamarzocco::frames(), output),
        Vendor::Coolkit => show_lines(reader, decode::coolkit::frames(), output),
        Vendor::Placeos => show_lines(reader, decode::placeos::frames(generation), output),
    }
}

fn show_lines(
    mut reader: Reader,
    mut decoder: impl Decoder,
    mut output: Output,
) -> Result<(), Failure> {
    while let Some(Numbered { number, line }) = reader.next()? {
        let at = line.as_ref().ok().map(|line| (line.ms, line.epoch));
        let direction = line.as_ref().ok().and_then(|line| line.direction);
        let mut stamp = Stamp { output: &mut output, at, direction };
        match line {
            Ok(line) => show_line(number, line, &mut decoder, &mut stamp)?,
            Err(error) => {
                stamp.put(&Note { error: Some(&error), ..Note::new(number, "broken") })?;
            }
        }
    }
    Ok(output.flush()?)
}

fn show_line(
    number: u64,
    line: Line,
    decoder: &mut impl Decoder,
    to: &mut impl Put,
) -> io::Result<()> {
    if let Some(missing) = line.missing {
        to.put(&Note { missing: Some(missing), ..Note::new(number, "missing") })?;
    }
    let bytes = line.bytes();
    match (line.kind, line.direction, &bytes) {
        (Kind::Text | Kind::Binary, Some(Direction::Out), Some(text)) => {
            decoder.sent(text);
            match &*String::from_utf8_lossy(text) {
                "ping" => to.put(&Note::new(number, "ping")),
                text => to.put(&Note { text: Some(text), ..Note::new(number, "request") }),
            }
        }
        (Kind::Text | Kind::Binary, _, Some(bytes)) => {
            decoder.show(number, Ok(bytes), to).map(drop)
        }
        (Kind::Text | Kind::Binary, _, None) => {
            let error = line.error.unwrap_or_else(|| "it was not kept".to_owned());
            decoder.show(number, Err(Fault { error, at: None }), to).map(drop)
        }
        (kind, ..) => to.put(&Note {
            state: line.state,
            error: line.error.as_deref(),
            code: line.code,
            ..Note::new(number, kind.as_str())
        }),
    }
}

/// Puts the time and the direction before each result.
struct Stamp<'a> {
    output: &'a mut Output,
    /// The time in milliseconds and the epoch; nothing of a line that cannot be read.
    at: Option<(u64, u64)>,
    direction: Option<Direction>,
}

impl Put for Stamp<'_> {
    fn put(&mut self, result: &(impl Serialize + fmt::Display)) -> io::Result<()> {
        let (ms, epoch) = self.at.unzip();
        let direction = self.direction;
        self.output.put(&Stamped { ms, epoch, direction, result })
    }
}

#[derive(Serialize)]
struct Stamped<'a, T> {
    ms: Option<u64>,
    epoch: Option<u64>,
    direction: Option<Direction>,
    #[serde(flatten)]
    result: &'a T,
}

impl<T: fmt::Display> fmt::Display for Stamped<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = self.direction.map_or("", Direction::as_str);
        let seconds = self.ms.map(|ms| format!("{}.{:03}", ms / 1000, ms % 1000));
        write!(f, "{:>9}  {direction:<3}  ", seconds.unwrap_or_default())?;
        self.result.fmt(f)
    }
}

/// What is no frame of the vendor's, or one of the client.
#[derive(Default, Serialize)]
struct Note<'a> {
    line: u64,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<State>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<u64>,
}

impl Note<'_> {
    fn new(line: u64, kind: &'static str) -> Self {
        Self { line, kind, ..Self::default() }
    }
}

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        head(f, self.line, self.state.map_or(self.kind, State::as_str))?;
        if let Some(text) = self.text {
            write!(f, "  {}", Plain(text))?;
        }
        if let Some(code) = self.code {
            write!(f, "  {code}")?;
        }
        if let Some(error) = self.error {
            write!(f, "  {}", Plain(error))?;
        }
        match self.missing {
            Some(missing) => write!(f, "  {missing} events came too fast to be recorded"),
            None => Ok(()),
        }
    }
}
