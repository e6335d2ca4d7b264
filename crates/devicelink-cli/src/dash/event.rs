//! What happens on the links: what the model is fed with, and what programs read.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Something that happened on a link.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// The link is doing something else.
    State(Status),
    /// The counters of the link, since its client was made.
    Counters(Counters),
    /// The temperature of a boiler.
    Temperature { boiler: String, celsius: f64 },
    /// The temperature that a boiler shall have.
    Target { boiler: String, celsius: f64 },
    /// Whether a boiler is heated.
    Heated { boiler: String, enabled: bool },
    /// What else a machine did, such as a draw.
    Note { text: String },
    /// All that is known of a device.
    Device(Device),
    /// The value of a binding, as JSON.
    Value {
        binding: String,
        #[serde(serialize_with = "as_json")]
        value: String,
    },
    /// A binding was refused, for now or for good.
    Refused { binding: String, error: String, retrying: bool },
    /// From here on updates may be missing.
    Gap { error: String },
    /// Updates were dropped, because the dashboard was too slow.
    Lagged { dropped: u64 },
    /// Something that could not be read.
    Malformed { error: String },
}

/// What a link is doing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Status {
    pub(crate) state: State,
    /// Why there is no connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_attempt: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Idle,
    Connecting,
    Greeting,
    Online,
    Waiting,
    Stopped,
    Closing,
    Closed,
}

impl State {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting => "connecting",
            Self::Greeting => "greeting",
            Self::Online => "online",
            Self::Waiting => "waiting",
            Self::Stopped => "stopped",
            Self::Closing => "closing",
            Self::Closed => "closed",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counters {
    pub(crate) connections: u64,
    pub(crate) failures: u64,
    pub(crate) frames_received: u64,
    pub(crate) bytes_received: u64,
    pub(crate) frames_sent: u64,
    pub(crate) malformed: u64,
}

/// What is known of a device.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Device {
    /// Its identifier.
    pub(crate) device: String,
    /// What the user calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Whether it is online, if anything said so.
    pub(crate) online: Option<bool>,
    /// Whether some of it was last heard of before the connection was lost.
    pub(crate) stale: bool,
    pub(crate) switches: Vec<Switch>,
    pub(crate) readings: Vec<Reading>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Switch {
    /// Which channel, of a device with several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outlet: Option<u8>,
    pub(crate) on: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Reading {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
}

fn as_json<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let value: &RawValue = serde_json::from_str(text).map_err(serde::ser::Error::custom)?;
    value.serialize(serializer)
}
