//! What travels on a link.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use bytestring::ByteString;

/// One WebSocket message, control frames included.
#[derive(Clone, PartialEq, Eq)]
pub enum Frame {
    /// A text message.
    Text(Text),
    /// A binary message.
    Binary(Bytes),
    /// A protocol ping. The transport answers it; the engine takes it as a sign of life.
    Ping(Bytes),
    /// A protocol pong.
    Pong(Bytes),
    /// The peer closes, or we do.
    Close(Option<CloseFrame>),
}

impl Frame {
    /// A text frame.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Text::from(text.into()))
    }

    /// The payload's length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) | Self::Ping(bytes) | Self::Pong(bytes) => bytes.len(),
            Self::Close(None) => 0,
            Self::Close(Some(close)) => 2 + close.reason.len(),
        }
    }

    /// Whether the payload is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Shows the kind and the length, never the payload: payloads carry credentials.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => write!(f, "Text({} bytes)", self.len()),
            Self::Binary(_) => write!(f, "Binary({} bytes)", self.len()),
            Self::Ping(_) => write!(f, "Ping({} bytes)", self.len()),
            Self::Pong(_) => write!(f, "Pong({} bytes)", self.len()),
            Self::Close(close) => write!(f, "Close({:?})", close.as_ref().map(|c| c.code)),
        }
    }
}

/// The code and reason of a close frame.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CloseFrame {
    /// The code as of RFC 6455 section 7.4, for example 1001 (going away).
    pub code: u16,
    /// The peer's words, at most 123 bytes. Untrusted text.
    pub reason: Text,
}

impl CloseFrame {
    /// A close frame with this code and reason.
    #[must_use]
    pub fn new(code: u16, reason: impl Into<String>) -> Self {
        Self { code, reason: Text::from(reason.into()) }
    }
}

/// Text whose memory is shared with the read buffer: cloning does not copy.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Text(ByteString);

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(ByteString::from(text))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(ByteString::from(text))
    }
}

/// Takes the bytes over without copying if they are UTF-8.
impl TryFrom<Bytes> for Text {
    type Error = std::str::Utf8Error;

    fn try_from(bytes: Bytes) -> Result<Self, Self::Error> {
        ByteString::try_from(bytes).map(Self)
    }
}

impl From<Text> for Bytes {
    fn from(text: Text) -> Self {
        text.0.into_bytes()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.len())
    }
}
