//! JSON as it is on this wire: kept whole, of repeated members the last, and silent about secrets when printed.

mod debug;
mod number;
mod object;
mod parse;
mod write;

use std::fmt;

pub use self::number::Number;
pub use self::object::{Members, Object};
use crate::error::Malformed;

/// A JSON value.
///
/// Nothing of `serde_json` shows in it, so it is the same whatever features another crate turns on there. `Debug`
/// leaves out [what may be a secret](crate#secrets); [`encode`](Json::encode) writes all of it.
///
/// ```
/// use coolkit_proto::Json;
///
/// let json = Json::parse(r#"{"switch":"on","rssi":-55,"switch":"off"}"#)?;
/// assert_eq!(json.get("rssi").and_then(Json::as_i64), Some(-55));
/// // Of two members with one name, the last one counts.
/// assert_eq!(json.encode(), r#"{"switch":"off","rssi":-55}"#);
/// # Ok::<(), coolkit_proto::Malformed>(())
/// ```
#[derive(Clone, PartialEq, Default)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Object),
}

impl Json {
    /// Reads a JSON text, nested up to 128 levels.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, is nested deeper, or holds a number beyond `f64`.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        parse::json(text)
    }

    /// The value as compact JSON, secrets included.
    #[must_use]
    pub fn encode(&self) -> String {
        write::json(self)
    }

    /// A member of an object; `None` for a value of any other type.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.as_object()?.get(name)
    }

    /// Whether this is `null`, which this protocol treats as absent.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The bool, if this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if this is one.
    #[must_use]
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The number, if this is an integer that `i64` holds.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    /// The number, if this is an integer that `u64` holds.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_number()?.as_u64()
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if this is an array.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Json]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if this is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug::json(self, f)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<N: Into<Number>> From<N> for Json {
    fn from(number: N) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}
