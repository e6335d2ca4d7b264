use std::fmt;

use devicelink::lamarzocco::proto::settings::{Confidence, Entry, Setting, SettingData};
use serde::Serialize;
use serde_json::{Value, json};

use crate::lamarzocco::shown::REDACTED;
use crate::output::printable;

/// One setting. Of a secret one there is no value.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) hash: u32,
    pub(super) label: Option<&'static str>,
    pub(super) name: Option<&'static str>,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) value: Option<Value>,
    pub(super) unit: Option<String>,
    raw_hex: Option<String>,
    guessed: bool,
    #[serde(skip)]
    mark: &'static str,
}

impl Row {
    pub(super) fn new(entry: Entry<'_>) -> Self {
        let setting = entry.setting();
        let is_shown = !entry.is_secret();
        let (kind, value) = read(entry);
        Self {
            hash: entry.hash(),
            label: setting.and_then(Setting::label),
            name: setting.and_then(Setting::name),
            kind,
            value: is_shown.then_some(value),
            unit: setting.and_then(|setting| Some(setting.unit()?.to_string())),
            raw_hex: is_shown.then(|| hex(entry.bytes())),
            guessed: entry.value().guessed,
            mark: match setting.map(|setting| setting.confidence()) {
                Some(Confidence::Certain) => "",
                Some(Confidence::Probable) => "~",
                _ => "?",
            },
        }
    }

    /// The label, or the hash where there is none.
    pub(super) fn title(&self) -> String {
        self.label.map_or_else(|| self.hash.to_string(), str::to_owned)
    }

    /// The value with its unit.
    pub(super) fn shown(&self) -> String {
        let value = match &self.value {
            None => REDACTED.into(),
            Some(Value::String(text)) => printable(text),
            Some(value) => value.to_string(),
        };
        match &self.unit {
            Some(unit) => format!("{value} {unit}"),
            None => value,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = self.label.unwrap_or("-");
        let Self { hash, mark, kind, .. } = self;
        write!(f, "{hash:>10}  {label:<38} {mark:<1} {kind:<5} {}", self.shown())
    }
}

/// The type of the value, and the value.
fn read(entry: Entry<'_>) -> (&'static str, Value) {
    match entry.value().data {
        // The shortest decimal of the 32 bits, not that of the 64 bits they widen to.
        SettingData::F32(number) => {
            let text = number.to_string();
            ("f32", text.parse::<f64>().map_or_else(|_| json!(text), |number| json!(number)))
        }
        SettingData::U32(number) => ("u32", json!(number)),
        SettingData::Bool(value) => ("bool", json!(value)),
        SettingData::Text(text) => ("text", json!(text)),
        _ => ("bytes", json!(hex(entry.bytes()))),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
