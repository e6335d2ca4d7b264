//! What could not be read, and where.

use std::fmt;

/// A text that is not JSON, or not JSON that this crate reads. It holds nothing of the text.
///
/// ```
/// use wirejson::{ErrorKind, Json};
///
/// let error = Json::<wirejson::Public>::parse("[1, 2, x]").unwrap_err();
/// assert_eq!((error.kind(), error.offset()), (ErrorKind::NotJson, 7));
/// assert_eq!(error.to_string(), "the text is not JSON, at byte 7");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Error {
    kind: ErrorKind,
    offset: usize,
}

/// Why a text could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is nothing but white space.
    Empty,
    /// The text ends in the middle of a JSON value.
    Truncated,
    /// The text is not JSON. A lone surrogate in a string is no JSON either.
    NotJson,
    /// There is text after the JSON value.
    TrailingText,
    /// Lists and objects are nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH), or than the lexer was told.
    TooDeep,
    /// A number is beyond `f64`.
    NumberOutOfRange,
    /// The text of a document is longer than 2 GiB.
    TooLarge,
}

impl Error {
    pub(crate) const fn new(kind: ErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }

    /// Why the text could not be read.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        self.kind
    }

    /// Where: bytes from the start of the text. Where the text ends too early that is its length.
    #[must_use]
    pub const fn offset(self) -> usize {
        self.offset
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {}", self.kind, self.offset)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the text is empty",
            Self::Truncated => "the text ends in the middle of a JSON value",
            Self::NotJson => "the text is not JSON",
            Self::TrailingText => "there is text after the JSON value",
            Self::TooDeep => "JSON is nested too deeply",
            Self::NumberOutOfRange => "a number is out of range",
            Self::TooLarge => "the text is longer than 2 GiB",
        })
    }
}

impl std::error::Error for Error {}
