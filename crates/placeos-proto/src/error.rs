//! What could not be read, where, and why.

use std::error::Error;
use std::fmt;

use crate::id::Id;
use crate::json;
use crate::key::BindingKey;

/// A message that is no frame.
///
/// It is no reason to close the connection: count it, and read the next one. If it was the reply to a request, that
/// request ends by its deadline: a real server sends `{"id":5,"type":"success","value":,…}` for a function that answers
/// with nothing, and an id in broken text is no id.
///
/// ```
/// use placeos_proto::{Generation, Reason, Response};
///
/// let error = Response::decode(r#"{"id":5,"type":"success","value":,"meta":{}}"#, Generation::G3).unwrap_err();
/// assert_eq!((error.reason(), error.offset(), error.id()), (Reason::NotJson, 33, None));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Malformed(Box<Detail>);

#[derive(Clone, PartialEq, Eq)]
struct Detail {
    reason: Reason,
    offset: usize,
    length: usize,
    excerpt: String,
    id: Option<Id>,
    key: Option<BindingKey>,
}

/// Why a message is no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// It is a binary message; servers send only text.
    #[error("the message is binary")]
    Binary,
    /// The bytes are not UTF-8.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// There is nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// The text is not JSON.
    #[error("the text is not JSON")]
    NotJson,
    /// The text ends in the middle of a JSON value.
    #[error("the text ends in the middle of a JSON value")]
    Truncated,
    /// There is text after the JSON value.
    #[error("there is text after the JSON value")]
    TrailingText,
    /// JSON is nested deeper than 127 levels, the frame being the first.
    #[error("JSON is nested too deeply")]
    TooDeep,
    /// The text is no JSON object.
    #[error("the text is not a JSON object")]
    NotAnObject,
    /// Under [`ValueEncoding::StringifiedNotify`](crate::ValueEncoding::StringifiedNotify) the value of a notify is not
    /// a string that holds JSON. All else of the frame is well: [`Malformed::id`] and [`Malformed::key`] are there.
    #[error("the value of the notify is not a string that holds JSON")]
    NotStringified,
}

impl Malformed {
    /// A binary message.
    #[must_use]
    pub fn binary(bytes: &[u8]) -> Self {
        let head = &bytes[..bytes.len().min(64)];
        let mut error = Self::new(Reason::Binary, &String::from_utf8_lossy(head), 0);
        error.0.length = bytes.len();
        error
    }

    pub(crate) fn not_utf8(bytes: &[u8], offset: usize) -> Self {
        let mut error = Self::new(Reason::NotUtf8, &String::from_utf8_lossy(bytes), offset);
        error.0.length = bytes.len();
        error
    }

    pub(crate) fn new(reason: Reason, text: &str, offset: usize) -> Self {
        let excerpt = json::excerpt(text, offset);
        Self(Box::new(Detail { reason, offset, length: text.len(), excerpt, id: None, key: None }))
    }

    pub(crate) fn of(mut self, id: Option<Id>, key: Option<BindingKey>) -> Self {
        self.0.id = id;
        self.0.key = key;
        self
    }

    /// Why it could not be read.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.0.reason
    }

    /// Where, to within a byte: bytes from the start of the message.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// At most 64 bytes of the message around the fault, escaped.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.0.excerpt
    }

    /// The id of the frame, with [`Reason::NotStringified`] only.
    #[must_use]
    pub fn id(&self) -> Option<&Id> {
        self.0.id.as_ref()
    }

    /// The binding whose value could not be read, with [`Reason::NotStringified`] only.
    #[must_use]
    pub fn key(&self) -> Option<&BindingKey> {
        self.0.key.as_ref()
    }

    /// What a program should do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.0.reason {
            Reason::Binary | Reason::NotUtf8 | Reason::Empty | Reason::NotAnObject => {
                "no server sends this: check that the address is the server's, and read the next message"
            }
            Reason::NotJson => {
                "read the next message; if a function answers with nothing, have its driver return null"
            }
            Reason::Truncated => "the message was cut: check the size limit of the connection",
            Reason::TrailingText | Reason::TooDeep => {
                "nobody sends this in good faith: skip the message and read the next one"
            }
            Reason::NotStringified => {
                "the server may be newer than the chosen generation: choose Generation::G3"
            }
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Detail { reason, offset, length, excerpt, .. } = &*self.0;
        write!(f, "{reason}, at byte {offset} of {length}")?;
        if excerpt.is_empty() { Ok(()) } else { write!(f, ": {excerpt}") }
    }
}

impl fmt::Debug for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Detail { reason, offset, length, excerpt, id, key } = &*self.0;
        f.debug_struct("Malformed")
            .field("reason", reason)
            .field("offset", offset)
            .field("length", length)
            .field("excerpt", excerpt)
            .field("id", id)
            .field("key", key)
            .finish()
    }
}

impl Error for Malformed {}
