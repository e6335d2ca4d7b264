//! What was recorded of one connection.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use tokio_tungstenite::tungstenite::Message;

use crate::fault::Fault;

/// One recorded connection, line by line in the order of the recording. Times count from when it was opened.
#[derive(Clone, Default)]
#[must_use = "it is given to a builder"]
pub struct Connection {
    pub(super) lines: Vec<Line>,
}

#[derive(Clone)]
pub(super) struct Line {
    pub(super) at: Duration,
    pub(super) what: What,
}

#[derive(Clone)]
pub(super) enum What {
    Said(Message),
    Heard(String),
    Ended(Fault),
}

impl Connection {
    /// A connection on which nothing happens, and that stays.
    pub const fn new() -> Self {
        Self { lines: Vec::new() }
    }

    /// The server says this text.
    pub fn says(self, at: Duration, text: impl Into<String>) -> Self {
        self.line(at, What::Said(Message::text(text.into())))
    }

    /// The server says these bytes.
    pub fn says_binary(self, at: Duration, bytes: impl Into<Bytes>) -> Self {
        self.line(at, What::Said(Message::Binary(bytes.into())))
    }

    /// The client says this text.
    pub fn hears(self, at: Duration, text: impl Into<String>) -> Self {
        self.line(at, What::Heard(text.into()))
    }

    /// The server closes with this code.
    pub fn closes(self, at: Duration, code: u16) -> Self {
        self.line(at, What::Ended(Fault::Close(code)))
    }

    /// The connection ends without a close frame.
    pub fn drops(self, at: Duration) -> Self {
        self.line(at, What::Ended(Fault::Drop))
    }

    fn line(mut self, at: Duration, what: What) -> Self {
        self.lines.push(Line { at, what });
        self
    }
}

/// Frames may hold anything, and are not printed.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("lines", &self.lines.len()).finish_non_exhaustive()
    }
}
