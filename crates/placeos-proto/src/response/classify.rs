//! What an inbound text is, decided in one place.

use super::Response;
use crate::PONG;
use crate::error::Malformed;
use crate::generation::Wire;

/// A text from a server, classified.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "one at a time, and a box would cost each of them an allocation"
)]
pub enum Incoming<'a> {
    /// `pong`, asked for or not: a sign of life, as is everything else that arrives.
    Pong,
    /// A frame, of a kind that is known or not.
    Response(Response<'a>),
    /// No frame. Count it; the connection lives.
    Malformed(Malformed),
}

impl Incoming<'_> {
    /// What it is as a word: `pong`, `malformed`, or that of [`Kind::as_str`](super::Kind::as_str).
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pong => "pong",
            Self::Response(response) => response.kind().as_str(),
            Self::Malformed(_) => "malformed",
        }
    }
}

/// Classifies a text from a server. It is total: any text gives a value, and none should close the connection.
///
/// Exactly `pong` is [`Incoming::Pong`]. Every JSON object is [`Incoming::Response`], with white space around it or not,
/// whatever its type: [`Response::kind`] says more. All else is [`Incoming::Malformed`], as are binary messages, by
/// [`Malformed::binary`].
///
/// ```
/// use placeos_proto::{classify, BindingKey, Generation, Id, Incoming, Kind};
///
/// assert_eq!(classify("pong", Generation::G3), Incoming::Pong);
///
/// let text = r#"{"id":9,"type":"error","msg":"could not find function missing","error_code":1,"code":500}"#;
/// let Incoming::Response(response) = classify(text, Generation::G3) else { panic!() };
/// assert_eq!((response.kind(), response.reply_to()), (Kind::Error, Some(Id::from(9))));
/// assert_eq!(response.error().unwrap().to_string(), "error 1 (bad request): could not find function missing");
/// ```
pub fn classify(text: &str, wire: impl Into<Wire>) -> Incoming<'_> {
    if text == PONG {
        return Incoming::Pong;
    }
    let mut response = Response::empty(wire.into());
    match response.read(text) {
        Ok(()) => Incoming::Response(response),
        Err(error) => Incoming::Malformed(error),
    }
}

/// As [`classify`], for bytes that were the text of a message, as in a log; bytes that are not UTF-8 are
/// [`Incoming::Malformed`].
pub fn classify_bytes(bytes: &[u8], wire: impl Into<Wire>) -> Incoming<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => classify(text, wire),
        Err(error) => Incoming::Malformed(Malformed::not_utf8(bytes, error.valid_up_to())),
    }
}
