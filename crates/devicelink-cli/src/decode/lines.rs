//! Lines of a file of any length, in memory that does not grow with it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use super::Input;
use crate::failure::Failure;

pub(super) struct Lines {
    name: String,
    from: BufReader<Box<dyn Read>>,
    /// How many bytes of the buffer are lines with their ends.
    complete: usize,
    line: Vec<u8>,
    number: u64,
    longest: u64,
    is_whole: bool,
    read: u64,
    progress: Option<ProgressBar>,
}

#[derive(Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// Without its end.
    Text(&'a [u8]),
    TooLong,
}

/// How much is read at once.
const BUFFER: usize = 256 << 10;

/// From how many bytes on a file takes so long that progress is shown.
const LONG: u64 = 64 << 20;

impl Lines {
    pub(super) fn open(input: &Input) -> Result<Self, Failure> {
        match input.file.as_deref().filter(|file| *file != Path::new("-")) {
            None => Ok(Self::of("standard input".into(), Box::new(io::stdin()), input)),
            Some(file) => {
                let name = file.display().to_string();
                let open = File::open(file).and_then(|file| Ok((file.metadata()?, file)));
                let (about, file) = open.map_err(|error| unreadable(&name, &error))?;
                let mut lines = Self::of(name, Box::new(file), input);
                if about.is_file() && about.len() >= LONG {
                    lines.progress = progress(about.len());
                }
                Ok(lines)
            }
        }
    }

    fn of(name: String, from: Box<dyn Read>, input: &Input) -> Self {
        Self {
            name,
            from: BufReader::with_capacity(BUFFER, from),
            complete: 0,
            line: Vec::new(),
            number: 0,
            longest: input.max_line.into(),
            is_whole: input.whole,
            read: 0,
            progress: None,
        }
    }

    /// Whether the next line has not yet arrived as a whole.
    pub(super) fn must_wait(&mut self) -> bool {
        if self.complete == 0 {
            let end = self.from.buffer().iter().rposition(|byte| *byte == b'\n');
            self.complete = end.map_or(0, |end| end + 1);
        }
        self.complete == 0
    }

    /// The next line with its number, counted from 1; nothing at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Line<'_>)>, Failure> {
        if self.is_whole && self.number > 0 {
            return Ok(None);
        }
        match self.fill() {
            Ok(0) => return Ok(None),
            Ok(read) => {
                self.read += read;
                self.complete = self.complete.saturating_sub(read as usize);
            }
            Err(error) => return Err(unreadable(&self.name, &error)),
        }
        self.number += 1;
        let text = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let is_too_long = text.len() as u64 > self.longest;
        Ok(Some((self.number, if is_too_long { Line::TooLong } else { Line::Text(text) })))
    }

    /// Takes in the next line, of one that is too long only as much as shows that it is; says how much was read.
    fn fill(&mut self) -> io::Result<u64> {
        self.line.clear();
        // A line may end in two characters.
        let most = self.longest + 2;
        let mut start = (&mut self.from).take(most);
        if self.is_whole {
            return start.read_to_end(&mut self.line).map(|read| read as u64);
        }
        let read = start.read_until(b'\n', &mut self.line)? as u64;
        let is_cut = read == most && !self.line.ends_with(b"\n");
        Ok(read + if is_cut { self.from.skip_until(b'\n')? as u64 } else { 0 })
    }

    pub(super) fn show_progress(&self) {
        if let Some(progress) = &self.progress {
            progress.set_position(self.read);
        }
    }

    pub(super) fn end_progress(&self) {
        if let Some(progress) = &self.progress {
            progress.finish_and_clear();
        }
    }
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::new(format!("{name} cannot be read: {error}"))
}

/// Nothing where nobody looks, or where lines come out.
fn progress(length: u64) -> Option<ProgressBar> {
    const STYLE: &str = "{wide_bar} {bytes} of {total_bytes}, {binary_bytes_per_sec}, {eta} left";
    let is_seen = io::stderr().is_terminal() && !io::stdout().is_terminal();
    is_seen.then(|| {
        let style = ProgressStyle::with_template(STYLE).expect("a template");
        ProgressBar::new(length).with_style(style)
    })
}
