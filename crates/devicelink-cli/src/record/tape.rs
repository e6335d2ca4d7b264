//! From events to lines, without secrets.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::time::{Duration, Instant, SystemTime};

use devicelink::lamarzocco::longlink::Frame;
use devicelink::placeos::Generation;
use devicelink::placeos::proto::server::ClientMessage;
use devicelink::placeos::proto::{self as placeos, Incoming};
use devicelink::{coolkit, lamarzocco};
use serde::Serialize;

use super::events::{Event, What};
use crate::recording::{Direction, Header, Kind, Line, Settings, Vendor};

/// A recording that is being written.
pub(super) struct Tape<W> {
    to: W,
    vendor: Vendor,
    generation: Generation,
    keeps_malformed: bool,
    begun: Instant,
    /// How many frames may come in.
    most: Option<u64>,
    summary: Summary,
}

/// How much was recorded.
#[derive(Clone, Default, Serialize)]
pub(super) struct Summary {
    #[serde(rename = "in")]
    received: u64,
    #[serde(rename = "out")]
    sent: u64,
    redacted: u64,
    malformed: u64,
    missing: u64,
    connections: u64,
    ms: u64,
}

impl<W: Write> Tape<W> {
    pub(super) fn begin(mut to: W, header: &Header, most: Option<u64>) -> io::Result<Self> {
        write_line(&mut to, header)?;
        let Settings { keep_malformed, .. } = header.settings;
        Ok(Self {
            to,
            vendor: header.vendor,
            generation: header.settings.spoken(),
            keeps_malformed: keep_malformed,
            begun: Instant::now(),
            most,
            summary: Summary::default(),
        })
    }

    /// Whether as much came in as was wanted.
    pub(super) fn is_full(&self) -> bool {
        self.most.is_some_and(|most| self.summary.received >= most)
    }

    pub(super) fn write(&mut self, event: &Event) -> io::Result<()> {
        let line = match &event.what {
            What::State(state, error) => {
                self.summary.connections += u64::from(*state == crate::recording::State::Open);
                Line { state: Some(*state), error: error.clone(), ..Line::default() }
            }
            What::Frame(Direction::In, Frame::Text(_) | Frame::Binary(_)) if self.is_full() => {
                return Ok(());
            }
            What::Frame(direction, frame) => self.frame(*direction, frame),
        };
        let since = event.at.saturating_duration_since(self.begun);
        self.summary.ms = millis(since);
        self.summary.missing += event.missing;
        let line = Line {
            ms: millis(since),
            time: rfc3339(event.time),
            epoch: event.epoch,
            missing: Some(event.missing).filter(|missing| *missing > 0),
            ..line
        };
        write_line(&mut self.to, &line)
    }

    pub(super) fn end(self) -> Summary {
        self.summary
    }

    fn frame(&mut self, direction: Direction, frame: &Frame) -> Line {
        let (kind, text) = match frame {
            Frame::Text(text) => (Kind::Text, Ok(text.as_str())),
            Frame::Binary(bytes) => (Kind::Binary, str::from_utf8(bytes)),
            other => return self.control(direction, other),
        };
        match direction {
            Direction::In => self.summary.received += 1,
            Direction::Out => self.summary.sent += 1,
        }
        let line = Line { direction: Some(direction), kind, ..Line::default() };
        let read = text.map_err(|error| error.to_string());
        match read.and_then(|text| self.redact(direction, text)) {
            Ok(text) => {
                let redacted = matches!(text, Cow::Owned(_));
                self.summary.redacted += u64::from(redacted);
                Line { text: Some(text.into_owned()), redacted, ..line }
            }
            Err(error) => {
                self.summary.malformed += 1;
                let line = Line { length: Some(frame.len()), error: Some(error), ..line };
                match frame {
                    _ if !self.keeps_malformed => line,
                    Frame::Binary(bytes) if text.is_err() => Line { hex: Some(hex(bytes)), ..line },
                    _ => Line { text: text.ok().map(str::to_owned), ..line },
                }
            }
        }
    }

    /// What the frame says, without its secrets, or why it cannot be read, without a part of it that may be one.
    fn redact<'a>(&self, direction: Direction, text: &'a str) -> Result<Cow<'a, str>, String> {
        match (self.vendor, direction) {
            (Vendor::Lamarzocco, _) => {
                lamarzocco::proto::redact(text).map_err(|error| error.to_string())
            }
            (Vendor::Coolkit, _) => coolkit::proto::redact(text).map_err(|error| error.to_string()),
            (Vendor::Placeos, Direction::In) => match placeos::classify(text, self.generation) {
                Incoming::Malformed(error) => Err(error.to_string()),
                _ => Ok(text.into()),
            },
            (Vendor::Placeos, Direction::Out) => match ClientMessage::decode(text) {
                Err(error) => Err(error.to_string()),
                Ok(_) => Ok(text.into()),
            },
        }
    }

    fn control(&self, direction: Direction, frame: &Frame) -> Line {
        let line = Line { direction: Some(direction), ..Line::default() };
        let (kind, code, payload) = match frame {
            Frame::Pong(bytes) => (Kind::Pong, None, &bytes[..]),
            Frame::Close(Some(close)) => (Kind::Close, Some(close.code), close.reason.as_bytes()),
            Frame::Close(None) => (Kind::Close, None, &[][..]),
            Frame::Ping(bytes) | Frame::Binary(bytes) => (Kind::Ping, None, &bytes[..]),
            Frame::Text(text) => (Kind::Ping, None, text.as_bytes()),
        };
        let is_kept = self.keeps_malformed && !payload.is_empty();
        let hex = is_kept.then(|| hex(payload));
        Line { kind, code, length: Some(payload.len()), hex, ..line }
    }
}

/// Every line is whole when another program reads the file, or this one is killed.
fn write_line(to: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    to.write_all(&text)?;
    to.flush()
}

pub(super) fn rfc3339(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { received, sent, redacted, malformed, missing, connections, ms } = self;
        let seconds = Duration::from_millis(*ms).as_secs_f64();
        write!(
            f,
            "{received} frames in, {sent} out, {connections} connections in {seconds:.1} s; of {redacted} frames secrets were \
             removed, {malformed} could not be read"
        )?;
        match missing {
            0 => Ok(()),
            missing => write!(f, ", {missing} came too fast"),
        }
    }
}
