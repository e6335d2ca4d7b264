//! JSON values that stay as they were written.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::error::Malformed;
use crate::json;

/// Any JSON value, as its text: the value of a variable, the result of a function, an argument.
///
/// Numbers keep all of their digits, objects the order of their members. Reading it as a type is on demand. Values are
/// equal if their texts are. A clone is a counter, not a copy.
///
/// ```
/// use placeos_proto::Value;
///
/// let value = Value::parse(r#"{"volume":1.50,"serial":12345678901234567890}"#)?;
/// assert_eq!(value.json(), r#"{"volume":1.50,"serial":12345678901234567890}"#);
///
/// #[derive(serde::Deserialize)]
/// struct Speaker { volume: f64 }
/// assert_eq!(value.deserialize::<Speaker>().unwrap().volume, 1.5);
///
/// assert_eq!(Value::from("on").as_str().as_deref(), Some("on"));
/// assert_eq!(Value::from_serialize(&[1, 2]).unwrap().json(), "[1,2]");
/// # Ok::<(), placeos_proto::Malformed>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Value(Arc<str>);

impl Value {
    /// Reads JSON text; white space around it is left out.
    ///
    /// # Errors
    ///
    /// If the text is not one JSON value, or is nested deeper than 127 levels.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        json::one_value(text).map(Self::of_checked)
    }

    /// A piece of a text that was parsed.
    pub(crate) fn of_checked(raw: &str) -> Self {
        Self(raw.into())
    }

    /// Writes anything that has a JSON form.
    ///
    /// # Errors
    ///
    /// If it has none, such as a map whose keys are lists.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Self, ValueError> {
        let text = serde_json::to_string(value);
        text.map(|text| Self(text.into()))
            .map_err(|error| ValueError::of_serde("the type has no JSON form", &error))
    }

    /// `null`.
    #[must_use]
    pub fn null() -> Self {
        Self::of_checked("null")
    }

    /// The JSON text.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.0
    }

    /// Reads it as a type.
    ///
    /// # Errors
    ///
    /// If it is of another shape; also if a string in it has half of a surrogate pair, or a number is beyond the type.
    pub fn deserialize<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ValueError> {
        serde_json::from_str(&self.0)
            .map_err(|error| ValueError::of_serde("the value does not fit the type", &error))
    }

    /// The content, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<Cow<'_, str>> {
        json::unquote(&self.0)
    }

    /// The number, if it is one: an integer beyond 53 bits is rounded.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        self.deserialize().ok()
    }

    /// The integer, if it is written as one and fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The bool, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        self.0.parse().ok()
    }

    /// Whether it is `null`: what a variable that was set to null has.
    #[must_use]
    pub fn is_null(&self) -> bool {
        &*self.0 == "null"
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self(json::quote(text).into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self(number.to_string().into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self(value.to_string().into())
    }
}

/// As a part of JSON that `serde_json` writes; the text is written unchanged.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue =
            serde_json::from_str(&self.0).map_err(serde_core::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// As a part of JSON that `serde_json` reads; the text is kept unchanged.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|raw| Self::of_checked(raw.get()))
    }
}

/// The JSON text.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The JSON text if it is short, else how long it is.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({:?})", json::Shown(&self.0))
    }
}

/// A value that is of another shape than the type that was asked for, or a type that has no JSON form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ValueError(Box<str>);

impl ValueError {
    pub(crate) fn new(message: &str) -> Self {
        Self(message.into())
    }

    /// What a type says about a value may hold all of it: at most 64 bytes of that are kept.
    fn of_serde(what: &str, error: &serde_json::Error) -> Self {
        Self(format!("{what}: {}", json::excerpt(&error.to_string(), 0)).into())
    }
}
