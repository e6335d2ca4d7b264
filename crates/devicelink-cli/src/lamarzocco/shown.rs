use std::fmt;

use devicelink::lamarzocco::proto::{JsonRef, Message, Value};
use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value as Tree, json};

/// What stands in the place of a value that is not shown.
pub(super) const REDACTED: &str = "<redacted>";

/// A message without what is secret in it.
#[derive(Serialize)]
pub(super) struct Shown<'a> {
    kind: &'static str,
    name: String,
    value: Tree,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    boiler: Option<u8>,
}

/// JSON without what is secret in it, in the order of the wire.
pub(super) struct ShownJson<'a>(pub(super) JsonRef<'a>);

impl<'a> Shown<'a> {
    pub(super) fn new(message: &'a Message) -> Self {
        let name = message.name();
        // The machine spells them in ways of its own.
        let known = message.unit().filter(|unit| !unit.is_none()).map(|unit| match unit {
            unit if unit.is_degrees_celsius() => "°C",
            unit => unit.as_str(),
        });
        Self {
            kind: "message",
            name: name.to_string(),
            value: value(message),
            unit: known,
            group: name.group().map(|group| group.number()),
            boiler: name.boiler().map(|boiler| boiler.number()),
        }
    }
}

fn value(message: &Message) -> Tree {
    match message.value() {
        _ if message.is_secret() => json!(REDACTED),
        Value::Null => Tree::Null,
        Value::Bool(value) => json!(value),
        Value::Number(value) => number(*value),
        Value::Text(text) => json!(text),
        Value::Settings(settings) => json!({ "count": settings.len() }),
        value => value.as_json().map_or(Tree::Null, |json| json!(ShownJson(json))),
    }
}

/// A whole number without a point, as machines write it.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn number(number: f64) -> Tree {
    if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match (self.group, self.boiler) {
            (Some(group), _) => format!("group {group}"),
            (_, Some(boiler)) => format!("boiler {boiler}"),
            _ => String::new(),
        };
        // Names and texts may hold anything: control characters are not for the terminal.
        let name = self.name.escape_debug().to_string();
        write!(f, "{part:<9}{name:<40} ")?;
        match &self.value {
            Tree::String(text) => write!(f, "{}", text.escape_debug())?,
            value => write!(f, "{value}")?,
        }
        self.unit.map_or(Ok(()), |unit| write!(f, " {}", unit.escape_debug()))
    }
}

impl Serialize for ShownJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // `Debug` writes JSON, and a text in the place of what is hidden.
        let shown = format!("{:?}", self.0);
        if shown.starts_with('{') {
            let mut map = serializer.serialize_map(None)?;
            for (name, value) in self.0.members() {
                map.serialize_entry(name, &ShownJson(value))?;
            }
            map.end()
        } else if shown.starts_with('[') {
            let mut list = serializer.serialize_seq(None)?;
            for value in self.0.items() {
                list.serialize_element(&ShownJson(value))?;
            }
            list.end()
        } else {
            RawValue::from_string(shown).map_err(S::Error::custom)?.serialize(serializer)
        }
    }
}

impl fmt::Display for ShownJson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string_pretty(self).map_err(|_| fmt::Error)?)
    }
}
