//! A JSON value that keeps the order of the wire.

pub(crate) mod build;
pub(crate) mod syntax;
mod value;
pub(crate) mod view;
pub(crate) mod visit;
pub(crate) mod write;

use self::build::Builder;
pub use self::value::{Items, JsonRef, Members};
pub use self::write::Redacted;

/// A JSON value, kept whole: members in the order of the wire, members of the same name, and numbers as they were.
///
/// It lives in two allocations whatever its size, and is read through [`JsonRef`]. Two values are equal if they are
/// the same member by member in the same order; compare [`JsonRef::to_value`] where the order must not count.
///
/// `Debug` leaves out serial numbers and network addresses; `Display` writes the whole value as compact JSON.
///
/// ```
/// use lamarzocco_proto::Json;
///
/// let json = Json::from_text(r#"{"tea":{"count":3},"pump_ontime":17}"#).unwrap();
/// assert_eq!(json.root().get("tea").and_then(|tea| tea.get("count")).and_then(|count| count.as_f64()), Some(3.0));
/// assert_eq!(json.to_string(), r#"{"tea":{"count":3},"pump_ontime":17}"#);
/// ```
#[derive(Clone)]
pub struct Json {
    nodes: Vec<Node>,
    strings: String,
    /// Whether this is a copy of something that `Debug` leaves out.
    hidden: bool,
}

/// How deep lists and objects may stand inside of each other, the outermost one counted; the parser's own limit.
const MAX_DEPTH: usize = 127;

/// A type that can be read from a JSON value, leniently: `None` stands for "absent, null or of another type".
///
/// Implemented for numbers, bools, texts, the enums of [`wire`](crate::wire), indexes, and all views. Implement it to read
/// an object that this crate has no view of:
///
/// ```
/// use lamarzocco_proto::{FromJson, Json, JsonRef};
///
/// struct Pump { bar: f64 }
///
/// impl<'a> FromJson<'a> for Pump {
///     fn from_json(json: JsonRef<'a>) -> Option<Self> {
///         Some(Self { bar: json.get("pressure").and_then(f64::from_json)? })
///     }
/// }
///
/// let json = Json::from_text(r#"{"pump":{"pressure":9}}"#).unwrap();
/// assert_eq!(json.root().get("pump").and_then(Pump::from_json).unwrap().bar, 9.0);
/// ```
pub trait FromJson<'a>: Sized {
    /// Reads the value, or nothing if it is of another type.
    fn from_json(json: JsonRef<'a>) -> Option<Self>;
}

/// One value in depth-first order; the members of an object are a text for the name, then the value.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text {
        start: u32,
        end: u32,
    },
    /// `end` is the node after the last one inside.
    Array {
        end: u32,
    },
    Object {
        end: u32,
    },
}

/// A number as JSON can hold it without loss.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl Number {
    /// Nothing if it is beyond `f64`, which it can only be in a tree made elsewhere.
    fn of(number: &serde_json::Number) -> Option<Self> {
        let float = || number.as_f64().filter(|number| number.is_finite()).map(Self::Float);
        let signed = number.as_i64().filter(|number| *number < 0).map(Self::Signed);
        number.as_u64().map(Self::Unsigned).or(signed).or_else(float)
    }

    /// A whole number without a point, as machines write it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked"
    )]
    pub(crate) fn shortest(number: f64) -> Self {
        match number {
            _ if number.fract() != 0.0 || number.abs() > 9.0e15 => Self::Float(number),
            _ if number.is_sign_negative() => Self::Signed(number as i64),
            _ => Self::Unsigned(number as u64),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "integers beyond 53 bits are rounded, as documented"
    )]
    pub(crate) fn as_f64(self) -> f64 {
        match self {
            Self::Unsigned(number) => number as f64,
            Self::Signed(number) => number as f64,
            Self::Float(number) => number,
        }
    }
}

impl Json {
    /// Reads JSON text; nothing if it is not JSON, is nested deeper than 127 levels or is longer than 4 GiB.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let mut builder = Builder::with_capacity(text.len());
        let mut deserializer = serde_json::Deserializer::from_str(text);
        serde::de::DeserializeSeed::deserialize(&mut builder, &mut deserializer)?;
        deserializer.end()?;
        Ok(builder.finish())
    }

    /// The same object with another value for the members of this name, or with a new one at its end.
    pub(crate) fn with_member(&self, name: &str, value: JsonRef<'_>) -> Self {
        let mut builder = Builder::with_capacity(self.strings.len() * 2);
        let open = builder.open();
        let mut is_new = true;
        for (member, before) in self.root().members() {
            // A document that is made in memory stays far below 4 GiB.
            let _ = builder.text(member);
            builder.copy(if member == name { value } else { before });
            is_new &= member != name;
        }
        if is_new {
            let _ = builder.text(name);
            builder.copy(value);
        }
        let _ = builder.close_object(open);
        builder.finish()
    }

    /// The outermost value.
    #[must_use]
    pub fn root(&self) -> JsonRef<'_> {
        JsonRef::root_of(self)
    }
}

/// Lists and objects deeper than 127 levels, which could not be read again, become null.
impl From<&serde_json::Value> for Json {
    fn from(value: &serde_json::Value) -> Self {
        let mut builder = Builder::with_capacity(0);
        builder.tree(value, 0);
        builder.finish()
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.nodes == other.nodes && self.strings == other.strings
    }
}
