//! Compact JSON text, and the printing of it that leaves secrets out.

use std::fmt::{self, Write};

use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Json, JsonRef, Node, Number};
use crate::secret;

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_value(f, self.root(), false)
    }
}

impl fmt::Display for JsonRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_value(f, *self, false)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_value(f, self.root(), true)
    }
}

impl fmt::Debug for JsonRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_value(f, *self, true)
    }
}

/// Writes a text with its quotes, escaped as JSON wants it and no further.
pub(crate) fn write_text(out: &mut impl Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    write_escaped(out, text)?;
    out.write_char('"')
}

/// Writes a text escaped for the inside of a JSON string.
pub(crate) fn write_escaped(out: &mut impl Write, text: &str) -> fmt::Result {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..0x20 => "",
            _ => continue,
        };
        out.write_str(&text[plain..at])?;
        if escape.is_empty() {
            write!(out, "\\u{byte:04x}")?;
        } else {
            out.write_str(escape)?;
        }
        plain = at + 1;
    }
    out.write_str(&text[plain..])
}

pub(crate) fn write_number(out: &mut impl Write, number: Number) -> fmt::Result {
    match number {
        Number::Unsigned(number) => write!(out, "{number}"),
        Number::Signed(number) => write!(out, "{number}"),
        Number::Float(number) => match serde_json::Number::from_f64(number) {
            Some(number) => write!(out, "{number}"),
            None => out.write_str("null"),
        },
    }
}

fn write_value(out: &mut impl Write, value: JsonRef<'_>, redact: bool) -> fmt::Result {
    if redact && value.is_left_out() {
        return write_text(out, secret::REDACTED);
    }
    match value.node() {
        Node::Null => out.write_str("null"),
        Node::Bool(value) => write!(out, "{value}"),
        Node::Number(number) => write_number(out, number),
        Node::Text { .. } => write_text(out, value.as_str().unwrap_or_default()),
        Node::Array { .. } => {
            out.write_char('[')?;
            for (at, item) in value.items().enumerate() {
                if at > 0 {
                    out.write_char(',')?;
                }
                write_value(out, item, redact)?;
            }
            out.write_char(']')
        }
        Node::Object { .. } => {
            out.write_char('{')?;
            for (at, (name, member)) in value.members().enumerate() {
                if at > 0 {
                    out.write_char(',')?;
                }
                write_text(out, name)?;
                out.write_char(':')?;
                write_value(out, member, redact)?;
            }
            out.write_char('}')
        }
    }
}

/// A value to be serialized without what `Debug` leaves out; see [`JsonRef::redacted`].
#[derive(Debug, Clone, Copy)]
pub struct Redacted<'a>(pub(super) JsonRef<'a>);

impl Serialize for Redacted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value) = *self;
        if value.is_left_out() {
            return serializer.serialize_str(secret::REDACTED);
        }
        match value.node() {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(value) => serializer.serialize_bool(value),
            Node::Number(number) => number.serialize(serializer),
            Node::Text { .. } => serializer.serialize_str(value.as_str().unwrap_or_default()),
            Node::Array { .. } => {
                let mut list = serializer.serialize_seq(None)?;
                for item in value.items() {
                    list.serialize_element(&Self(item))?;
                }
                list.end()
            }
            Node::Object { .. } => {
                let mut object = serializer.serialize_map(None)?;
                for (name, member) in value.members() {
                    object.serialize_entry(name, &Self(member))?;
                }
                object.end()
            }
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Unsigned(number) => serializer.serialize_u64(number),
            Self::Signed(number) => serializer.serialize_i64(number),
            Self::Float(number) => serializer.serialize_f64(number),
        }
    }
}
