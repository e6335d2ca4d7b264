//! Messages as text.

use std::fmt::{self, Write};

use super::{Message, ValueMember, Wire};
use crate::json::{Number, write};
use crate::name::Name;
use crate::unit::{Unit, ValueType};
use crate::value::Value;

impl Message {
    /// Writes the object of a named message: name, type, displayName, unit, recorded, value, all others.
    pub(crate) fn write_named(&self, out: &mut String) -> fmt::Result {
        out.push_str("{\"name\":");
        write_display(out, &self.name)?;
        let known = [
            (",\"type\":", self.value_type.as_ref().map(ValueType::as_str)),
            (",\"displayName\":", self.display_name.as_deref()),
            (",\"unit\":", self.unit.as_ref().map(Unit::as_str)),
            (",\"recorded\":", self.recorded.as_deref()),
        ];
        for (member, text) in known {
            if let Some(text) = text {
                out.push_str(member);
                write::write_text(out, text)?;
            }
        }
        match self.member {
            ValueMember::Data => out.push_str(",\"data\":"),
            ValueMember::Value => out.push_str(",\"value\":"),
            ValueMember::Absent => {}
        }
        if self.member != ValueMember::Absent {
            self.write_value(out)?;
        }
        for (name, value) in &self.other {
            out.push(',');
            write::write_text(out, name)?;
            write!(out, ":{value}")?;
        }
        out.push('}');
        Ok(())
    }

    /// Writes name and value as a member of an object.
    pub(crate) fn write_member(&self, out: &mut String) -> fmt::Result {
        write_display(out, &self.name)?;
        out.push(':');
        self.write_value(out)
    }

    fn write_value(&self, out: &mut String) -> fmt::Result {
        match (&self.wire, &self.value) {
            (Wire::Text(text), _) => write::write_text(out, text),
            (Wire::Written, Value::Settings(settings)) => out.write_str(&settings.to_quoted_data()),
            (Wire::Number(number), _) => write::write_number(out, *number),
            (Wire::Json(json), _) => write!(out, "{json}"),
            (_, Value::Null) => out.write_str("null"),
            (_, Value::Bool(value)) => write!(out, "{value}"),
            (_, Value::Number(number)) => write::write_number(out, Number::Float(*number)),
            (_, Value::Text(text)) => write::write_text(out, text),
            (_, Value::Json(json)) => write!(out, "{json}"),
            (_, Value::Settings(settings)) => out.write_str(&settings.to_data()),
            (_, Value::MachineConfiguration(configuration)) => write!(out, "{configuration}"),
        }
    }
}

/// Names may hold anything that JSON text can.
fn write_display(out: &mut String, name: &Name) -> fmt::Result {
    match name {
        Name::Unknown(name) => write::write_text(out, name.as_str()),
        known => write!(out, "\"{known}\""),
    }
}
