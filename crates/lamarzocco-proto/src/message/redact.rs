//! Values for those who must not see secrets.

use serde_core::ser::{Error, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Message, Wire};
use crate::secret;
use crate::value::Value;

/// The value of a message, to be serialized without what `Debug` leaves out; see [`Message::redacted`].
#[derive(Debug, Clone, Copy)]
pub struct RedactedValue<'a>(&'a Message);

impl Message {
    /// The value for `serde_json`, with `"<redacted>"` in the place of all that `Debug` leaves out, and of the map of
    /// all settings.
    ///
    /// A number has all the digits of the wire, also if it came as text.
    ///
    /// ```
    /// use lamarzocco_proto::Frame;
    ///
    /// let shown = |text| {
    ///     let frame = Frame::decode(text).unwrap();
    ///     serde_json::to_string(&frame.messages()[0].as_ref().unwrap().redacted()).unwrap()
    /// };
    /// assert_eq!(shown(r#"{"name":"WaterTDS","type":"number","data":"193.280000"}"#), "193.280000");
    /// assert_eq!(shown(r#"{"scale":{"address":"44:55","battery":80}}"#), r#"{"address":"<redacted>","battery":80}"#);
    /// ```
    #[must_use]
    pub fn redacted(&self) -> RedactedValue<'_> {
        RedactedValue(self)
    }
}

impl Serialize for RedactedValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = self.0;
        if message.is_hidden() {
            return serializer.serialize_str(secret::REDACTED);
        }
        match (&message.value, &message.wire) {
            (Value::Null, _) => serializer.serialize_unit(),
            (Value::Bool(value), _) => serializer.serialize_bool(*value),
            (Value::Number(_), Wire::Text(text)) => {
                let digits: &RawValue =
                    serde_json::from_str(text.trim_ascii()).map_err(S::Error::custom)?;
                digits.serialize(serializer)
            }
            (Value::Number(_), Wire::Number(number)) => number.serialize(serializer),
            (Value::Number(number), _) => serializer.serialize_f64(*number),
            (Value::Text(text), _) if secret::is_printable(text) => serializer.serialize_str(text),
            (Value::Json(json), _) => json.root().redacted().serialize(serializer),
            (Value::MachineConfiguration(configuration), _) => {
                configuration.raw().redacted().serialize(serializer)
            }
            (Value::Text(_) | Value::Settings(_), _) => serializer.serialize_str(secret::REDACTED),
        }
    }
}
