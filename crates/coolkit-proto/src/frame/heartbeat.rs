//! How often to say `ping`.

use std::time::Duration;

use super::Frame;
use crate::json::JsonRef;
use crate::params::numeric;

/// The interval that the cloud announces in its answer to the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Heartbeat {
    seconds: u32,
}

/// What an announced interval is held to, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeartbeatLimits {
    /// What counts if none is announced, or none that can be used: 90, as documented.
    pub default: u32,
    /// The shortest: 10.
    pub min: u32,
    /// The longest: 300.
    pub max: u32,
}

impl Default for HeartbeatLimits {
    fn default() -> Self {
        Self { default: 90, min: 10, max: 300 }
    }
}

impl Heartbeat {
    /// The text frame that keeps a connection alive. It is no JSON.
    pub const PING: &'static str = "ping";
    /// The text frame that answers it.
    pub const PONG: &'static str = "pong";

    /// Reads an accepted login: `hb` and `hbInterval` of `config`, or else of the frame itself. `hb` 0 (or `"0"`, or
    /// `false`) turns the heartbeat off: `None`.
    ///
    /// ```
    /// use coolkit_proto::{Frame, Heartbeat, HeartbeatLimits};
    ///
    /// let reply = Frame::decode(r#"{"error":0,"config":{"hb":1,"hbInterval":145}}"#)?;
    /// let heartbeat = Heartbeat::of_reply(&reply, &HeartbeatLimits::default()).unwrap();
    /// assert_eq!(heartbeat.interval().as_secs(), 145);
    /// assert_eq!(heartbeat.ping_interval().as_millis(), 130_500);
    /// # Ok::<(), coolkit_proto::Malformed>(())
    /// ```
    #[must_use]
    pub fn of_reply(reply: &Frame, limits: &HeartbeatLimits) -> Option<Self> {
        let member = |name| {
            reply.config().and_then(|config| config.present(name)).or_else(|| reply.get(name))
        };
        if member("hb").is_some_and(is_off) {
            return None;
        }
        let announced = member("hbInterval").and_then(numeric).filter(|seconds| *seconds > 0.0);
        // The conversion cuts fractions and saturates.
        let seconds = announced.map_or(limits.default, |seconds| seconds as u32);
        Some(Self { seconds: seconds.min(limits.max).max(limits.min) })
    }

    /// What the cloud announced, within the limits.
    #[must_use]
    pub fn interval(self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }

    /// How often to send `ping`: nine tenths of the interval, as the vendor's own program does.
    #[must_use]
    pub fn ping_interval(self) -> Duration {
        self.interval() * 9 / 10
    }

    /// The longest pause that is documented as legal: seven seconds more than the interval. The cloud cuts a silent
    /// connection about 15 seconds after the interval.
    #[must_use]
    pub fn longest_pause(self) -> Duration {
        self.interval() + Duration::from_secs(7)
    }
}

fn is_off(hb: JsonRef<'_>) -> bool {
    hb.as_bool() == Some(false) || hb.as_f64() == Some(0.0) || hb.as_str() == Some("0")
}
