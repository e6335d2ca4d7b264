//! What could not be read, where, and why.

use std::error::Error;
use std::fmt;

use wirejson::ErrorKind;

use crate::secret::{self, Secret};

/// A text that is no frame, or no JSON.
///
/// It keeps the text for those who ask for it by [`text`](Self::text), wipes it on drop, and never prints it whole:
/// a frame of this protocol nearly always holds keys of the account.
///
/// ```
/// use coolkit_proto::{Frame, Reason};
///
/// let error = Frame::decode("[1, 2, x]").unwrap_err();
/// assert_eq!((error.reason(), error.offset()), (Reason::NotJson, 7));
/// assert_eq!(error.to_string(), "the text is not JSON, at byte 7 of 9: [1, 2, x]");
///
/// let error = Frame::decode(r#"{"apikey":"ea017bb3"#).unwrap_err();
/// assert_eq!(error.to_string(), "the text ends in the middle of a JSON value, at byte 19 of 19");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Malformed(Box<Detail>);

#[derive(Clone, PartialEq, Eq)]
struct Detail {
    reason: Reason,
    offset: usize,
    text: Secret,
    excerpt: Option<Box<str>>,
}

/// Why a text is no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The bytes are not UTF-8.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// There is nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// The text is not JSON. A lone surrogate in a string is no JSON either.
    #[error("the text is not JSON")]
    NotJson,
    /// The text ends in the middle of a JSON value.
    #[error("the text ends in the middle of a JSON value")]
    Truncated,
    /// There is text after the JSON value.
    #[error("there is text after the JSON value")]
    TrailingText,
    /// JSON is nested deeper than 128 levels.
    #[error("JSON is nested too deeply")]
    TooDeep,
    /// A number is beyond `f64`.
    #[error("a number is out of range")]
    NumberOutOfRange,
    /// The text is longer than 2 GiB.
    #[error("the text is longer than 2 GiB")]
    TooLarge,
    /// The text is JSON, but no object.
    #[error("the text is not a JSON object")]
    NotAnObject,
}

impl Malformed {
    pub(crate) fn new(reason: Reason, text: &str, offset: usize) -> Self {
        let excerpt = secret::excerpt(text, offset).filter(|shown| !shown.is_empty());
        Self(Box::new(Detail { reason, offset, text: text.into(), excerpt }))
    }

    pub(crate) fn of_json(error: wirejson::Error, text: &str) -> Self {
        let reason = match error.kind() {
            ErrorKind::Empty => Reason::Empty,
            ErrorKind::Truncated => Reason::Truncated,
            ErrorKind::TrailingText => Reason::TrailingText,
            ErrorKind::TooDeep => Reason::TooDeep,
            ErrorKind::NumberOutOfRange => Reason::NumberOutOfRange,
            ErrorKind::TooLarge => Reason::TooLarge,
            _ => Reason::NotJson,
        };
        Self::new(reason, text, error.offset())
    }

    /// Why it could not be read.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.0.reason
    }

    /// Where: bytes from the start of the text.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// The whole text; bytes that are not UTF-8 are replaced in it. It may hold secrets.
    #[must_use]
    pub fn text(&self) -> &Secret {
        &self.0.text
    }

    /// At most 64 bytes of the text around the fault, escaped. Absent wherever the text may hold a secret, which is
    /// to say, in every text that has a quotation mark or something like a key.
    #[must_use]
    pub fn excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }

    /// What a program should do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.0.reason {
            Reason::NotUtf8 | Reason::Empty | Reason::NotJson | Reason::NotAnObject => {
                "the cloud does not send this: check that the address is the cloud's, and read the next frame"
            }
            Reason::Truncated => "the frame was cut: check the size limit of the connection",
            Reason::TrailingText
            | Reason::TooDeep
            | Reason::NumberOutOfRange
            | Reason::TooLarge => {
                "nobody sends this in good faith: skip the frame and read the next one"
            }
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Detail { reason, offset, text, excerpt } = &*self.0;
        write!(f, "{reason}, at byte {offset} of {}", text.expose().len())?;
        match excerpt {
            Some(excerpt) => write!(f, ": {excerpt}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Malformed")
            .field("reason", &self.0.reason)
            .field("offset", &self.0.offset)
            .field("length", &self.0.text.expose().len())
            .field("excerpt", &self.0.excerpt)
            .finish()
    }
}

impl Error for Malformed {}
