//! One message: a name, a value, and what the machine says about it.

mod make;
mod redact;
mod write;

use std::borrow::Cow;
use std::fmt;

pub use self::redact::RedactedValue;
use crate::configuration::MachineConfiguration;
use crate::json::{Json, JsonRef, Number};
use crate::name::Name;
use crate::payload::Payload;
use crate::secret;
use crate::settings::SettingsMap;
use crate::unit::{Unit, ValueType};
use crate::value::{Raw, Value};

/// A message of a machine.
///
/// Read one from a [`Frame`](crate::Frame); make one with a constructor to write what a machine writes, for example in
/// a simulator. Two messages are equal if they are written the same: 6 and `"6"` are equal values, not equal messages.
///
/// ```
/// use lamarzocco_proto::{Boiler, Frame, Message, Name};
///
/// let message = Message::measurement(Name::CoffeeBoilerUpdateTemperature(Boiler::ONE), 93.8);
/// assert_eq!(
///     Frame::from(message).encode(),
///     r#"{"name":"CoffeeBoiler1UpdateTemperature","type":"number","displayName":"CoffeeBoiler1 current temperature","unit":"C°","data":"93.800000"}"#,
/// );
/// ```
#[derive(Clone, PartialEq)]
pub struct Message {
    name: Name,
    value: Value,
    wire: Wire,
    member: ValueMember,
    value_type: Option<ValueType>,
    display_name: Option<Box<str>>,
    unit: Option<Unit>,
    recorded: Option<Box<str>>,
    other: Vec<(Box<str>, Json)>,
}

/// How the value stands on the wire.
#[derive(Clone, PartialEq)]
pub(crate) enum Wire {
    /// As the JSON that it is.
    Plain,
    /// As a number that need not be an `f64`.
    Number(Number),
    /// As this text.
    Text(Box<str>),
    /// As this JSON, which holds more than the value.
    Json(Box<Json>),
    /// As the text that the settings are written as.
    Written,
}

/// Under which member of a named message the value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueMember {
    Data,
    Value,
    Absent,
}

/// Everything beside name and value.
#[derive(Default)]
pub(crate) struct Attributes {
    pub(crate) value_type: Option<ValueType>,
    pub(crate) display_name: Option<Box<str>>,
    pub(crate) unit: Option<Unit>,
    pub(crate) recorded: Option<Box<str>>,
    pub(crate) other: Vec<(Box<str>, Json)>,
}

impl Message {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The text of the value as it was sent; nothing if it was not sent as text.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match (&self.wire, &self.value) {
            (Wire::Text(text), _) | (Wire::Plain, Value::Text(text)) => Some(Cow::Borrowed(text)),
            (Wire::Written, Value::Settings(settings)) => Some(Cow::Owned(settings.to_data())),
            _ => None,
        }
    }

    /// The member `type`.
    #[must_use]
    pub fn value_type(&self) -> Option<&ValueType> {
        self.value_type.as_ref()
    }

    /// The member `displayName`: the machine's own words for the name.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.display_name.as_deref()
    }

    /// The member `unit`, as it was sent. [`Name::unit`] has what is known without it.
    #[must_use]
    pub fn unit(&self) -> Option<&Unit> {
        self.unit.as_ref()
    }

    /// The member `recorded` of the REST list: a time in UTC such as `2024-07-12T14:52:43Z`. It may be years ago.
    #[must_use]
    pub fn recorded(&self) -> Option<&str> {
        self.recorded.as_deref()
    }

    /// The members that this crate does not know, in the order of the wire.
    pub fn other(&self) -> impl Iterator<Item = (&str, JsonRef<'_>)> {
        self.other.iter().map(|(name, value)| (&**name, value.root().under(name)))
    }

    /// The value as the type that its name calls for, if it is an object or a list.
    #[must_use]
    pub fn payload(&self) -> Option<Payload<'_>> {
        Payload::of(&self.name, self.value.as_json()?)
    }

    /// The map of all settings, if the message is that.
    #[must_use]
    pub fn into_settings(self) -> Option<SettingsMap> {
        match self.value {
            Value::Settings(settings) => Some(*settings),
            _ => None,
        }
    }

    /// The machine configuration, if the message is that.
    #[must_use]
    pub fn into_machine_configuration(self) -> Option<MachineConfiguration> {
        match self.value {
            Value::MachineConfiguration(configuration) => Some(*configuration),
            _ => None,
        }
    }
}

impl Message {
    pub(crate) fn new(
        name: Name,
        value: Value,
        wire: Wire,
        member: ValueMember,
        attributes: Attributes,
    ) -> Self {
        let Attributes { value_type, display_name, unit, recorded, other } = attributes;
        let wire = match (wire, &value) {
            // One way to say it, so that equal messages compare equal.
            (Wire::Text(_), Value::Text(_)) | (Wire::Number(Number::Float(_)), _) => Wire::Plain,
            (wire, _) => wire,
        };
        Self { name, value, wire, member, value_type, display_name, unit, recorded, other }
    }

    /// A message whose value is kept as it came.
    pub(crate) fn unread(
        name: Name,
        raw: Option<Raw<'_>>,
        member: ValueMember,
        attributes: Attributes,
    ) -> Self {
        let (value, wire) = match raw {
            None | Some(Raw::Null) => (Value::Null, Wire::Plain),
            Some(Raw::Bool(value)) => (Value::Bool(value), Wire::Plain),
            Some(Raw::Number(number)) => (Value::Number(number.as_f64()), Wire::Number(number)),
            Some(Raw::Text(text)) => (Value::Text(text.into()), Wire::Plain),
            Some(Raw::Json(json)) => (Value::Json(Box::new(json)), Wire::Plain),
        };
        Self::new(name, value, wire, member, attributes)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Message");
        debug.field("name", &format_args!("{}", self.name));
        if self.is_hidden() {
            debug.field("value", &format_args!("{}", secret::REDACTED));
        } else {
            debug.field("value", &self.value);
        }
        debug.field("type", &self.value_type.as_ref().map(ValueType::as_str));
        debug.field("unit", &self.unit.as_ref().map(Unit::as_str));
        if let Some(recorded) = &self.recorded {
            debug.field("recorded", recorded);
        }
        debug.finish_non_exhaustive()
    }
}

impl Message {
    /// Whether the value is never printed: what has a secret name, and text of messages that hold secrets.
    fn is_hidden(&self) -> bool {
        match &self.name {
            Name::Settings | Name::MachineConfiguration | Name::SystemInfo => {
                matches!(self.value, Value::Text(_))
            }
            Name::Unknown(name) => {
                secret::is_secret(name.as_str())
                    || (secret::names_settings(name.as_str())
                        && matches!(self.value, Value::Text(_)))
            }
            _ => false,
        }
    }
}
