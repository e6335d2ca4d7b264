//! What joins a reply to its request.

use std::borrow::Cow;
use std::fmt;

use crate::json;
use crate::value::Value;

/// The id of a request, which its reply repeats.
///
/// A reply belongs to a request only if type and text are equal: neither `"4"` nor `4.0` is the answer to `4`.
/// Replies come in any order; only the id joins them to requests.
///
/// Take numbers from 1. Servers since 2020 ignore requests with any other id, text included, without a reply; 0 is
/// what some of them put into an error about a request that they could not read.
///
/// ```
/// use placeos_proto::Id;
///
/// assert_eq!(Id::from(4).to_string(), "4");
/// assert_eq!(Id::from("4").to_string(), "\"4\"");
/// assert_ne!(Id::from(4), Id::from("4"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Id {
    /// An integer.
    Number(i64),
    /// A text: for [`Generation::G1`](crate::Generation::G1) only.
    Text(Box<str>),
    /// A number that is not written as an integer of 64 bits is, such as `1e3`: only ever in what others sent.
    Verbatim(Value),
}

impl Id {
    /// A number or a string; nothing else is an id.
    pub(crate) fn read(raw: &str) -> Option<Self> {
        match raw.as_bytes().first()? {
            b'"' => json::unquote(raw).map(|text| Self::Text(text.into())),
            b'-' | b'0'..=b'9' => Some(match raw.parse() {
                // Every other integer has only one text.
                Ok(number) if raw != "-0" => Self::Number(number),
                _ => Self::Verbatim(Value::of_checked(raw)),
            }),
            _ => None,
        }
    }

    /// As JSON.
    pub(crate) fn to_json(&self) -> Cow<'_, str> {
        match self {
            Self::Number(number) => number.to_string().into(),
            Self::Text(text) => json::quote(text).into(),
            Self::Verbatim(value) => value.json().into(),
        }
    }
}

impl From<i64> for Id {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// As on the wire: text in quotation marks.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}
