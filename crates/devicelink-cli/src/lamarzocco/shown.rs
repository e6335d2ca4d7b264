use std::fmt;

use devicelink::lamarzocco::proto::{Message, Value};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::text::{Plain, Whole};

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

impl Shown {
    pub(super) fn new(message: &Message) -> serde_json::Result<Self> {
        let name = message.name();
        let unit = message.unit().filter(|unit| !unit.is_none()).cloned().or_else(|| name.unit());
        let value = match message.value() {
            Value::Settings(settings) => {
                to_raw_value(&serde_json::json!({ "count": settings.len() }))?
            }
            _ => to_raw_value(&message.redacted())?,
        };
        Ok(Self {
            kind: "message",
            name: name.to_string(),
            text: text(message).unwrap_or_else(|| Whole(value.get()).to_string()),
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

/// What is shown in the place of JSON.
fn text(message: &Message) -> Option<String> {
    Some(match message.value() {
        Value::Number(number) => number.to_string(),
        Value::Settings(settings) => format!("{} settings", settings.len()),
        Value::MachineConfiguration(configuration) => {
            Plain(configuration.machine_mode()?.as_str()).to_string()
        }
        _ => return None,
    })
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match (self.group, self.boiler) {
            (Some(group), _) => format!("group {group}"),
            (_, Some(boiler)) => format!("boiler {boiler}"),
            _ => String::new(),
        };
        write!(f, "{part:<9}{:<40} {}", Plain(&self.name).to_string(), self.text)?;
        self.unit.as_ref().map_or(Ok(()), |unit| write!(f, " {}", Plain(unit)))
    }
}

#[cfg(test)]
mod tests {
    use devicelink::lamarzocco::proto::Frame;

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
            r#"{"kind":"message","name":"CoffeeBoiler1UpdateTemperature","value":93.800000,"unit":"°C","boiler":1}"#
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
                text.ends_with(r#" "<redacted>""#) && json.contains(r#":"<redacted>""#),
                "{text} {json}"
            );
        }
    }
}
