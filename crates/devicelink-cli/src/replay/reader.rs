use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde::Deserialize;

use crate::failure::Failure;
use crate::recording::{Header, Line, VERSION};
use crate::text::Plain;

/// Reads a recording line by line.
pub(super) struct Reader {
    pub(super) header: Header,
    source: Source,
}

struct Source {
    name: String,
    from: BufReader<Box<dyn Read + Send>>,
    line: Vec<u8>,
    number: u64,
}

/// The longest line that is read, in bytes: a frame has 64 MiB at most, each byte of which may be escaped.
const LONGEST: u64 = 400 << 20;

impl Reader {
    /// Opens a recording, and reads its header. With -, standard input.
    pub(super) fn open(file: &Path) -> Result<Self, Failure> {
        if file == Path::new("-") {
            return Self::of("standard input".to_owned(), Box::new(io::stdin()));
        }
        let name = file.display().to_string();
        match File::open(file) {
            Ok(file) => Self::of(name, Box::new(file)),
            Err(error) => Err(Failure::usage(format!("{name} cannot be read: {error}"))),
        }
    }

    fn of(name: String, from: Box<dyn Read + Send>) -> Result<Self, Failure> {
        let (from, line) = (BufReader::new(from), Vec::new());
        let mut source = Source { name, from, line, number: 0 };
        let header = source.header()?;
        Ok(Self { header, source })
    }

    /// The next line; nothing at the end.
    pub(super) fn next(&mut self) -> Result<Option<Numbered>, Failure> {
        let Some(line) = self.source.next()? else { return Ok(None) };
        let line = line.and_then(|text| serde_json::from_slice(text).map_err(|error| told(&error)));
        Ok(Some(Numbered { number: self.source.number, line }))
    }
}

/// A line with its number in the file, counted from 1, or why it cannot be read.
pub(super) struct Numbered {
    pub(super) number: u64,
    pub(super) line: Result<Line, String>,
}

impl Source {
    fn header(&mut self) -> Result<Header, Failure> {
        /// All versions have this.
        #[derive(Deserialize)]
        struct Versioned {
            devicelink_recording: u32,
        }
        let name = self.name.clone();
        let Some(line) = self.next()? else {
            return Err(Failure::usage(format!("{name} is empty: no recording")));
        };
        let none = "is no recording: the first line is no header of one";
        let text = line.map_err(|_| Failure::usage(format!("{name} {none}")))?;
        let Ok(Versioned { devicelink_recording }) = serde_json::from_slice(text) else {
            return Err(Failure::usage(format!("{name} {none}")));
        };
        if devicelink_recording > VERSION {
            return Err(Failure::usage(format!(
                "{name} has version {devicelink_recording} of the format, which is newer than this program, which knows \
                 {VERSION}"
            )));
        }
        serde_json::from_slice(text).map_err(|error| {
            Failure::usage(format!("{name} has a header that cannot be read: {}", told(&error)))
        })
    }

    /// The next line that is not empty, without its end; an error if it is too long.
    fn next(&mut self) -> Result<Option<Result<&[u8], String>>, Failure> {
        loop {
            self.line.clear();
            self.number += 1;
            let mut start = (&mut self.from).take(LONGEST);
            let read = start
                .read_until(b'\n', &mut self.line)
                .map_err(|error| Failure::new(format!("{} cannot be read: {error}", self.name)))?;
            if read == 0 {
                return Ok(None);
            }
            if read as u64 == LONGEST && !self.line.ends_with(b"\n") {
                self.from.skip_until(b'\n')?;
                return Ok(Some(Err("it is too long".to_owned())));
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some(Ok(self.line.trim_ascii())));
            }
        }
    }
}

/// What is wrong with a line, without its number in the text of that line alone.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split_once(" at line ").map_or(&*text, |(what, _)| what);
    format!("{}, at column {}", Plain(what), error.column())
}
