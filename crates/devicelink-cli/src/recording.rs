//! The format of recordings: JSON Lines, first a [`Header`], then a [`Line`] for each frame or event.

use std::fmt;

use devicelink::placeos::Generation;
use serde::{Deserialize, Serialize};

use crate::placeos::Speaks;
use crate::text::Plain;

/// The version of the format that this program writes. It reads all up to this.
pub(crate) const VERSION: u32 = 1;

/// What a recording begins with.
#[derive(Serialize, Deserialize)]
pub(crate) struct Header {
    /// The version of the format.
    pub(crate) devicelink_recording: u32,
    pub(crate) vendor: Vendor,
    /// Who wrote it.
    pub(crate) program: String,
    /// When it was begun, as RFC 3339 has it.
    pub(crate) time: String,
    #[serde(default)]
    pub(crate) settings: Settings,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Vendor {
    Lamarzocco,
    Coolkit,
    Placeos,
}

/// What a reader has to know. No address: that of a home is nobody's business.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// What a PlaceOS server speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) generation: Option<Speaks>,
    /// What was bound.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) bind: Vec<String>,
    #[serde(default)]
    pub(crate) simulated: bool,
    #[serde(default)]
    pub(crate) keep_malformed: bool,
}

/// A frame, or what became of a connection.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Milliseconds since the recording was begun.
    pub(crate) ms: u64,
    /// The time on the wall, as RFC 3339 has it.
    #[serde(default)]
    pub(crate) time: String,
    /// The number of the attempt to connect, from 1.
    pub(crate) epoch: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) direction: Option<Direction>,
    pub(crate) kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<State>,
    /// The frame without its secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// Whether there were secrets.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) redacted: bool,
    /// Bytes that are no text, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hex: Option<String>,
    /// Of what is not kept, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) length: Option<usize>,
    /// Why a frame cannot be read, or a connection failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// Of a close frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<u16>,
    /// How many frames came too fast to be recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) missing: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    In,
    Out,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Text,
    Binary,
    Ping,
    Pong,
    Close,
    #[default]
    State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Connecting,
    Open,
    Failed,
    Closed,
}

impl Settings {
    pub(crate) fn of(simulated: bool) -> Self {
        Self { simulated, ..Self::default() }
    }

    /// What a PlaceOS server speaks.
    pub(crate) fn spoken(&self) -> Generation {
        self.generation.unwrap_or_default().into()
    }
}

impl Line {
    /// The frame, as far as it was kept.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        match (&self.text, &self.hex) {
            (Some(text), _) => Some(text.clone().into_bytes()),
            (None, Some(hex)) => bytes(hex),
            (None, None) => None,
        }
    }
}

/// Bytes in hexadecimal digits.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    hex.as_bytes().chunks(2).map(pair).collect()
}

impl Direction {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Close => "close",
            Self::State => "state",
        }
    }
}

impl State {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Open => "open",
            Self::Failed => "failed",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { vendor, program, time, .. } = self;
        let whose = match vendor {
            Vendor::Lamarzocco => "a La Marzocco machine",
            Vendor::Coolkit => "the CoolKit cloud",
            Vendor::Placeos => "a PlaceOS server",
        };
        write!(f, "What {whose} said from {} on, recorded by {}", Plain(time), Plain(program))
    }
}
