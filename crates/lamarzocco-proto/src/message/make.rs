//! Messages that a program makes, for example a simulator.

use super::{Attributes, Message, ValueMember, Wire};
use crate::configuration::MachineConfiguration;
use crate::json::{Json, Number};
use crate::name::Name;
use crate::settings::SettingsMap;
use crate::unit::{Unit, ValueType};
use crate::value::{Value, read_text};

/// What a professional machine writes: every value as text.
impl Message {
    /// A number with six decimals under the type `number`.
    ///
    /// Display name and unit are a captured machine's for temperatures. For other names they are the name and the unit
    /// of [`Name::unit`], which is a guess.
    #[must_use]
    pub fn measurement(name: impl Into<Name>, value: f64) -> Self {
        let name = name.into();
        let unit = match name.unit() {
            Some(unit) if unit.is_degrees_celsius() => Unit::WIRE_CELSIUS,
            Some(unit) => unit,
            None => Unit::NOT_APPLICABLE,
        };
        let text = format!("{value:.6}");
        let value = if value.is_finite() {
            Value::Number(value)
        } else {
            Value::Text(text.as_str().into())
        };
        Self::pro(name, value, Wire::Text(text.into()), ValueType::Number).with_unit(unit)
    }

    /// `true` or `false` under the type `string`. No such frame was captured; the REST list writes bools so.
    #[must_use]
    pub fn flag(name: impl Into<Name>, value: bool) -> Self {
        let text = if value { "true" } else { "false" };
        Self::pro(name.into(), Value::Bool(value), Wire::Text(text.into()), ValueType::String)
    }

    /// A text under the type `string`, which is read as its name has it: see [`Kind`](crate::Kind).
    #[must_use]
    pub fn of_text(name: impl Into<Name>, text: &str) -> Self {
        let name = name.into();
        let value = read_text(&name, Some(&ValueType::String), text);
        Self::pro(
            name,
            value.unwrap_or_else(|| Value::Text(text.into())),
            Wire::Text(text.into()),
            ValueType::String,
        )
    }

    /// An object or a list, compact in text, under the type `string`.
    #[must_use]
    pub fn json(name: impl Into<Name>, json: Json) -> Self {
        let text = json.to_string();
        Self::pro(
            name.into(),
            Value::Json(Box::new(json)),
            Wire::Text(text.into()),
            ValueType::String,
        )
    }

    /// The map of all settings.
    #[must_use]
    pub fn settings(settings: SettingsMap) -> Self {
        Self::pro(
            Name::Settings,
            Value::Settings(Box::new(settings)),
            Wire::Written,
            ValueType::String,
        )
    }

    /// The machine configuration.
    #[must_use]
    pub fn machine_configuration(configuration: MachineConfiguration) -> Self {
        let text = configuration.to_string();
        let value = Value::MachineConfiguration(Box::new(configuration));
        Self::pro(Name::MachineConfiguration, value, Wire::Text(text.into()), ValueType::String)
    }

    /// A message as home machines write it: name and value, and the value as the JSON that it is.
    #[must_use]
    pub fn plain(name: impl Into<Name>, value: impl Into<Value>) -> Self {
        let value = value.into();
        let wire = match value {
            Value::Number(number) => Wire::Number(Number::shortest(number)),
            _ => Wire::Plain,
        };
        Self::new(name.into(), value, wire, ValueMember::Value, Attributes::default())
    }

    /// The same message with this display name.
    #[must_use]
    pub fn with_display_name(mut self, display_name: &str) -> Self {
        self.display_name = Some(display_name.into());
        self
    }

    /// The same message with this unit.
    #[must_use]
    pub fn with_unit(mut self, unit: impl Into<Unit>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// The same message with this time, as the REST list has it: `2024-07-12T14:52:43Z`.
    #[must_use]
    pub fn with_recorded(mut self, recorded: &str) -> Self {
        self.recorded = Some(recorded.into());
        self
    }

    /// The same message without type, display name and unit, and with `value` in place of `data`: as the REST list
    /// has it.
    #[must_use]
    pub fn into_latest_measurement(mut self, recorded: &str) -> Self {
        self.member = ValueMember::Value;
        (self.value_type, self.display_name, self.unit) = (None, None, None);
        self.with_recorded(recorded)
    }

    fn pro(name: Name, value: Value, wire: Wire, value_type: ValueType) -> Self {
        let display_name = match &name {
            Name::SteamBoilerUpdateTemperature => "SteamBoiler current temperature".to_owned(),
            Name::CoffeeBoilerUpdateTemperature(boiler) => format!("{boiler} current temperature"),
            Name::Settings => "Map of all the machine settings".to_owned(),
            Name::MachineConfiguration => "JSON machine configuration".to_owned(),
            name => name.to_string(),
        };
        let attributes = Attributes {
            value_type: Some(value_type),
            display_name: Some(display_name.into()),
            unit: Some(Unit::NOT_APPLICABLE),
            ..Attributes::default()
        };
        Self::new(name, value, wire, ValueMember::Data, attributes)
    }
}

macro_rules! value_from {
    ($($type:ty: $from:expr;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                $from(value)
            }
        }
    )*};
}

value_from! {
    bool: Value::Bool;
    f64: Value::Number;
    &str: |text: &str| Value::Text(text.into());
    Json: |json| Value::Json(Box::new(json));
    SettingsMap: |settings| Value::Settings(Box::new(settings));
    MachineConfiguration: |configuration| Value::MachineConfiguration(Box::new(configuration));
}
