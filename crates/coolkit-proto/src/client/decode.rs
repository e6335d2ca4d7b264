//! What a server reads.

use crate::error::Malformed;
use crate::frame::{Action, Frame, Heartbeat};
use crate::json::JsonRef;
use crate::params::numeric;
use crate::secret::Secret;

/// A text that an app sent, as a server or a simulator reads it.
///
/// ```
/// use coolkit_proto::ClientFrame;
///
/// assert_eq!(ClientFrame::decode("ping")?, ClientFrame::Ping);
/// let text = r#"{"action":"query","deviceid":"babecafe11","params":[],"sequence":"1519293442952"}"#;
/// assert!(matches!(ClientFrame::decode(text)?, ClientFrame::Query(_)));
/// # Ok::<(), coolkit_proto::Malformed>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ClientFrame {
    /// `ping`, to be answered by [`Heartbeat::PONG`].
    Ping,
    /// A login.
    UserOnline(Login),
    /// A command.
    Update(Frame),
    /// A query.
    Query(Frame),
    /// Anything else.
    Other(Frame),
}

/// A login of any version, as a server reads it. Members that are missing are `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Login(Frame);

impl ClientFrame {
    /// Reads a text frame of an app.
    ///
    /// # Errors
    ///
    /// If the text is neither `ping` nor a JSON object.
    pub fn decode(text: &str) -> Result<Self, Malformed> {
        if text.trim_ascii().eq_ignore_ascii_case(Heartbeat::PING) {
            return Ok(Self::Ping);
        }
        let frame = Frame::decode(text)?;
        Ok(match frame.action() {
            Some(Action::UserOnline) => Self::UserOnline(Login(frame)),
            Some(Action::Update) => Self::Update(frame),
            Some(Action::Query) => Self::Query(frame),
            _ => Self::Other(frame),
        })
    }

    /// The frame; `ping` is none.
    #[must_use]
    pub fn frame(&self) -> Option<&Frame> {
        match self {
            Self::Ping => None,
            Self::UserOnline(login) => Some(&login.0),
            Self::Update(frame) | Self::Query(frame) | Self::Other(frame) => Some(frame),
        }
    }
}

impl Login {
    /// The frame.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.0
    }

    /// The version: 8, or 6 from old apps.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.0.get("version").and_then(JsonRef::as_u64)
    }

    /// Unix time in seconds: a number in version 8, text in version 6.
    #[must_use]
    pub fn ts(&self) -> Option<u64> {
        self.0.get("ts").and_then(numeric).map(|seconds| seconds as u64)
    }

    /// The access token.
    #[must_use]
    pub fn at(&self) -> Option<Secret> {
        self.secret("at")
    }

    /// The apikey of the user.
    #[must_use]
    pub fn apikey(&self) -> Option<Secret> {
        self.secret("apikey")
    }

    /// The identifier of the app.
    #[must_use]
    pub fn appid(&self) -> Option<Secret> {
        self.secret("appid")
    }

    /// The nonce.
    #[must_use]
    pub fn nonce(&self) -> Option<Secret> {
        self.secret("nonce")
    }

    /// The identifier of a phone; version 6 only.
    #[must_use]
    pub fn imei(&self) -> Option<Secret> {
        self.secret("imei")
    }

    fn secret(&self, name: &str) -> Option<Secret> {
        self.0.members().text(name).map(Secret::from)
    }
}
