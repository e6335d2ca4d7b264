//! What an inbound text is, decided in one place.

use std::fmt;

use super::{Action, Event, Frame, Handshake, Pending, Reply};
use crate::code::ErrorClass;
use crate::error::{Malformed, Reason};
use crate::params::ParamsRef;

/// An inbound text, classified.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Incoming {
    /// The answer to `ping`.
    Heartbeat,
    /// No frame. The connection lives.
    Malformed(Malformed),
    /// A frame with an action: it is no answer to anything, whatever else it has.
    Event(Event),
    /// The answer to the login that is pending.
    Handshake(Handshake),
    /// The answer to a request that is pending.
    Reply(Reply),
    /// Something else, that answers nothing.
    Unmatched(Unmatched),
}

/// Classifies an inbound text. It is total: any text gives a value, and none should close the socket.
///
/// In this order:
///
/// 1. `pong`, in any case, is [`Incoming::Heartbeat`]. White space around a frame does not count.
/// 2. What is no JSON object is [`Incoming::Malformed`].
/// 3. A frame with an action is [`Incoming::Event`], even if it has a sequence of ours: the cloud passes on commands of
///    other apps with *their* sequence. Only the action `pong` is a heartbeat.
/// 4. While a login is pending, a frame with its sequence, or with `actionName` `userOnline`, is
///    [`Incoming::Handshake`].
/// 5. A frame with a pending sequence, and with no `deviceid` or the one of that request, is [`Incoming::Reply`].
/// 6. The rest is [`Incoming::Unmatched`].
///
/// ```
/// use coolkit_proto::{classify, Incoming, PendingRequests, Sequences};
///
/// let mut pending = PendingRequests::new();
/// pending.begin_handshake(&Sequences::new().next(1_519_293_433_136));
///
/// // The first frame may well be an event.
/// let text = r#"{"action":"update","deviceid":"babecafe11","params":{"switch":"on"},"sequence":"1519293433136"}"#;
/// assert!(matches!(classify(text, &pending), Incoming::Event(_)));
///
/// let text = r#"{"error":0,"config":{"hb":1,"hbInterval":145},"sequence":"1519293433136"}"#;
/// assert!(matches!(classify(text, &pending), Incoming::Handshake(_)));
/// ```
pub fn classify<P: Pending + ?Sized>(text: &str, pending: &P) -> Incoming {
    let trimmed = text.trim_matches([' ', '\t', '\r', '\n']);
    if trimmed.eq_ignore_ascii_case("pong") {
        return Incoming::Heartbeat;
    }
    match Frame::decode(text) {
        Ok(frame) => frame.classify(pending),
        Err(error) => Incoming::Malformed(error),
    }
}

/// As [`classify`], for bytes; bytes that are not UTF-8 are [`Incoming::Malformed`].
pub fn classify_bytes<P: Pending + ?Sized>(bytes: &[u8], pending: &P) -> Incoming {
    match std::str::from_utf8(bytes) {
        Ok(text) => classify(text, pending),
        Err(error) => Incoming::Malformed(not_utf8(bytes, error)),
    }
}

pub(crate) fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Malformed {
    Malformed::new(Reason::NotUtf8, &String::from_utf8_lossy(bytes), error.valid_up_to())
}

impl Frame {
    /// Classifies a decoded frame, as [`classify`] does from its third step on.
    #[must_use]
    pub fn classify<P: Pending + ?Sized>(self, pending: &P) -> Incoming {
        match self.action() {
            Some(Action::Pong) => return Incoming::Heartbeat,
            Some(action) => return Incoming::Event(Event::new(self, action)),
            None => {}
        }
        let sequence = self.sequence().map(Into::<Box<str>>::into);
        if let Some(own) = pending.handshake() {
            let is_own = sequence.as_deref() == Some(own);
            if is_own || self.action_name() == Some(Action::UserOnline) {
                return Incoming::Handshake(Handshake::new(self, is_own));
            }
        }
        let Some(sequence) = sequence else {
            return Incoming::Unmatched(Unmatched(self));
        };
        let is_answer = pending.request(&sequence).is_some_and(|awaited| {
            self.device_id().is_none_or(|device| awaited.device_id == Some(device))
        });
        if is_answer {
            Incoming::Reply(Reply::new(self, sequence))
        } else {
            Incoming::Unmatched(Unmatched(self))
        }
    }
}

impl Incoming {
    /// What it is as a word: `heartbeat`, `malformed`, `event`, `handshake`, `reply` or `unmatched`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Heartbeat => "heartbeat",
            Self::Malformed(_) => "malformed",
            Self::Event(_) => "event",
            Self::Handshake(_) => "handshake",
            Self::Reply(_) => "reply",
            Self::Unmatched(_) => "unmatched",
        }
    }

    /// Whether this refuses the login that is pending: a handshake that is not accepted, or any answer of class
    /// [`ErrorClass::Auth`]. The cloud answers to a command on a socket that is not logged in without saying which.
    /// Ask only while the login is pending.
    #[must_use]
    pub fn refuses_login(&self) -> bool {
        match self {
            Self::Handshake(handshake) => !handshake.is_accepted(),
            Self::Reply(reply) => reply.frame().error().class() == ErrorClass::Auth,
            Self::Unmatched(unmatched) => unmatched.frame().error().class() == ErrorClass::Auth,
            _ => false,
        }
    }
}

/// A frame without action that answers nothing: a second answer, one that came too late, one without sequence.
///
/// It is a diagnostic, not an error.
#[derive(Clone, PartialEq)]
pub struct Unmatched(Frame);

impl Unmatched {
    /// The frame.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.0
    }

    /// The frame, by value.
    #[must_use]
    pub fn into_frame(self) -> Frame {
        self.0
    }

    /// Device and params, if the frame speaks of no error: a late answer to a query, of which a client may as well
    /// take the state.
    #[must_use]
    pub fn state(&self) -> Option<(&str, ParamsRef<'_>)> {
        let is_clean = self.0.get("error").is_none() || self.0.error().is_ok();
        is_clean.then(|| Some((self.0.device_id()?, self.0.params()?))).flatten()
    }
}

impl fmt::Debug for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Unmatched").field(&self.0).finish()
    }
}
