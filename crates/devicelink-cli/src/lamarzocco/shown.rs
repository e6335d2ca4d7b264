use std::fmt;

use devicelink::lamarzocco::proto::{JsonRef, Message, Value};
use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::output::printable;

/// What stands in the place of a value that is not shown.
pub(super) const REDACTED: &str = "<redacted>";

/// A message without what is secret in it.
#[derive(Serialize)]
pub(super) struct Shown {
    kind: &'static str,
    name: String,
    value: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    boiler: Option<u8>,
    /// The value for people.
    #[serde(skip)]
    text: String,
}

/// JSON without what is secret in it, in the order of the wire.
pub(super) struct ShownJson<'a>(pub(super) JsonRef<'a>);

impl Shown {
    pub(super) fn new(message: &Message) -> serde_json::Result<Self> {
        let name = message.name();
        let unit = message.unit().filter(|unit| !unit.is_none()).cloned().or_else(|| name.unit());
        let value = value(message)?;
        Ok(Self {
            kind: "message",
            name: name.to_string(),
            text: text(message).unwrap_or_else(|| printable(value.get())),
            value,
            // The machine spells them in ways of its own.
            unit: unit.map(|unit| match unit.is_degrees_celsius() {
                true => "°C".into(),
                false => unit.to_string(),
            }),
            group: name.group().map(|group| group.number()),
            boiler: name.boiler().map(|boiler| boiler.number()),
        })
    }
}

fn value(message: &Message) -> serde_json::Result<Box<RawValue>> {
    match message.value() {
        _ if message.is_secret() => to_raw_value(REDACTED),
        Value::Null => to_raw_value(&()),
        Value::Bool(value) => to_raw_value(value),
        Value::Number(number) => {
            whole(*number).map_or_else(|| to_raw_value(number), |whole| to_raw_value(&whole))
        }
        Value::Text(text) => to_raw_value(text),
        Value::Settings(settings) => to_raw_value(&serde_json::json!({ "count": settings.len() })),
        value => to_raw_value(&value.as_json().map(ShownJson)),
    }
}

/// What is shown in the place of the JSON.
fn text(message: &Message) -> Option<String> {
    Some(match message.value() {
        _ if message.is_secret() => REDACTED.into(),
        Value::Text(text) => printable(text),
        Value::Settings(settings) => format!("{} settings", settings.len()),
        Value::MachineConfiguration(configuration) => {
            printable(configuration.machine_mode()?.as_str())
        }
        _ => return None,
    })
}

/// The number without a point, as machines write it, if it is whole.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match (self.group, self.boiler) {
            (Some(group), _) => format!("group {group}"),
            (_, Some(boiler)) => format!("boiler {boiler}"),
            _ => String::new(),
        };
        write!(f, "{part:<9}{:<40} {}", printable(&self.name), self.text)?;
        self.unit.as_ref().map_or(Ok(()), |unit| write!(f, " {}", printable(unit)))
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
        let text = serde_json::to_string_pretty(self);
        let lines = text.as_deref().unwrap_or(REDACTED).lines().map(printable);
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use devicelink::lamarzocco::proto::{Frame, Json};

    use super::*;

    fn line(frame: &str) -> (String, String) {
        let frame = Frame::decode(frame).unwrap();
        let shown = Shown::new(frame.messages()[0].as_ref().unwrap()).unwrap();
        (shown.to_string(), serde_json::to_string(&shown).unwrap())
    }

    #[test]
    fn a_message_is_one_line_with_its_unit_and_its_boiler() {
        let (text, json) =
            line(r#"{"name":"CoffeeBoiler1UpdateTemperature","unit":"C°","data":"93.800000"}"#);
        assert_eq!(text, "boiler 1 CoffeeBoiler1UpdateTemperature           93.8 °C");
        assert_eq!(
            json,
            r#"{"kind":"message","name":"CoffeeBoiler1UpdateTemperature","value":93.8,"unit":"°C","boiler":1}"#
        );
    }

    #[test]
    fn a_message_without_a_unit_has_that_of_its_name() {
        let (text, _) = line(r#"{"BrewingUpdateGroup1Time":"3.7"}"#);
        assert_eq!(text, "group 1  BrewingUpdateGroup1Time                  3.7 s");
    }

    #[test]
    fn a_text_that_may_be_a_secret_is_not_shown() {
        for frame in [r#"{"machineSerial":"LM012345"}"#, r#"{"Wifi":"192.168.1.7"}"#] {
            let (text, json) = line(frame);
            assert!(
                text.ends_with(" <redacted>") && json.contains(r#":"<redacted>""#),
                "{text} {json}"
            );
        }
    }

    #[test]
    fn json_is_shown_in_the_order_of_the_wire_without_what_is_secret() {
        let text = r#"{"b":[1.50,{"serialNumber":["LM1"],"a":null}],"a":"x"}"#;
        let json = Json::from_text(text).unwrap();
        assert_eq!(
            serde_json::to_string(&ShownJson(json.root())).unwrap(),
            r#"{"b":[1.5,{"serialNumber":"<redacted>","a":null}],"a":"x"}"#
        );
    }
}
