//! The format of recordings: JSON Lines, first a [`Header`], then a [`Line`] for each frame or event.

use clap::ValueEnum;
use devicelink::placeos::Generation;
use serde::{Deserialize, Serialize};

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

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Vendor {
    Lamarzocco,
    Coolkit,
    Placeos,
}

/// What a reader has to know. No address: that of a home is nobody's business.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// What a PlaceOS server speaks: 1 to 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) generation: Option<u8>,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<State>,
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
        match self.generation {
            Some(1) => Generation::G1,
            Some(2) => Generation::G2,
            _ => Generation::G3,
        }
    }
}

impl Vendor {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Lamarzocco => "lamarzocco",
            Self::Coolkit => "coolkit",
            Self::Placeos => "placeos",
        }
    }
}
