//! The value of a message, and how it is read from what stands on the wire.

use std::borrow::Cow;
use std::fmt;

use crate::configuration::MachineConfiguration;
use crate::json::{Json, JsonRef, Number};
use crate::name::{Kind, Name};
use crate::secret;
use crate::settings::SettingsMap;
use crate::unit::ValueType;

/// The value of a message.
///
/// Machines write the same quantity as a number, as numeric text, as a bool, as `true` in text, as an object, or as
/// JSON inside text, depending on firmware and interface. Here it is the same value in all of these cases; the text of
/// the wire is kept beside it, see [`Message::text`](crate::Message::text).
///
/// `Debug` leaves out secrets.
///
/// ```
/// use lamarzocco_proto::{Frame, Value};
///
/// for frame in [r#"{"SteamBoilerEnabled":true}"#, r#"{"name":"SteamBoilerEnabled","type":"string","data":"true"}"#] {
///     let frame = Frame::decode(frame)?;
///     let message = frame.messages()[0].as_ref().map_err(Clone::clone)?;
///     assert_eq!(message.value(), &Value::Bool(true));
/// }
/// # Ok::<(), lamarzocco_proto::Malformed>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Nothing, or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A finite number.
    Number(f64),
    /// A text, including one that does not fit the kind of its name.
    Text(Box<str>),
    /// An object or a list.
    Json(Box<Json>),
    /// The map of all settings.
    Settings(Box<SettingsMap>),
    /// The machine configuration.
    MachineConfiguration(Box<MachineConfiguration>),
}

impl Value {
    /// The value, if it is a bool.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The value, if it is a number.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The value, if it is text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value, if it is an object or a list, the machine configuration included.
    #[must_use]
    pub fn as_json(&self) -> Option<JsonRef<'_>> {
        match self {
            Self::Json(json) => Some(json.root()),
            Self::MachineConfiguration(configuration) => Some(configuration.raw()),
            _ => None,
        }
    }

    /// The value, if it is the map of all settings.
    #[must_use]
    pub fn as_settings(&self) -> Option<&SettingsMap> {
        match self {
            Self::Settings(settings) => Some(settings),
            _ => None,
        }
    }

    /// The value, if it is the machine configuration.
    #[must_use]
    pub fn as_machine_configuration(&self) -> Option<&MachineConfiguration> {
        match self {
            Self::MachineConfiguration(configuration) => Some(configuration),
            _ => None,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Bool(value) => write!(f, "Bool({value})"),
            Self::Number(number) => write!(f, "Number({number:?})"),
            Self::Text(text) if secret::is_printable(text) => write!(f, "Text({text:?})"),
            Self::Text(_) => write!(f, "Text({})", secret::REDACTED),
            Self::Json(json) => write!(f, "Json({json:?})"),
            Self::Settings(settings) => settings.fmt(f),
            Self::MachineConfiguration(configuration) => configuration.fmt(f),
        }
    }
}

/// A value as it stands on the wire.
pub(crate) enum Raw<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    Json(Json),
}

/// Reads a text under a name of this kind; nothing if it stays text.
pub(crate) fn read_text(name: &Name, value_type: Option<&ValueType>, text: &str) -> Option<Value> {
    if !name.is_known() && value_type == Some(&ValueType::Number) {
        return number(text);
    }
    match name.kind() {
        Kind::Text => None,
        Kind::Number => number(text),
        Kind::Bool => boolean(text),
        Kind::Json => json(text),
        Kind::Any => boolean(text)
            .or_else(|| text.starts_with(['{', '[']).then(|| json(text)).flatten())
            .or_else(|| (name.is_known() || value_type.is_none()).then(|| number(text)).flatten()),
    }
}

/// A JSON number after trimming, with a finite value.
fn number(text: &str) -> Option<Value> {
    let text = text.trim_ascii();
    // `f64::from_str` also reads "inf", "+5", "05", "1." and ".5", which are no JSON numbers.
    let unsigned = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let is_digit = |at| unsigned.get(at).is_some_and(u8::is_ascii_digit);
    let point = unsigned.iter().position(|byte| *byte == b'.');
    let is_json = is_digit(0)
        && !(unsigned[0] == b'0' && is_digit(1))
        && point.is_none_or(|point| is_digit(point + 1));
    let number = text.parse().ok().filter(|number: &f64| is_json && number.is_finite());
    number.map(Value::Number)
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn json(text: &str) -> Option<Value> {
    if !text.trim_ascii_start().starts_with(['{', '[']) {
        return None;
    }
    Json::from_text(text).map(|json| Value::Json(Box::new(json)))
}
