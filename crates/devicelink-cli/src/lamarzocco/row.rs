//! Settings as they are shown: never a secret one.

use std::fmt;

use devicelink::lamarzocco::proto::settings::{Confidence, Entry, Setting, SettingData};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::text::{Plain, REDACTED};

/// A setting.
pub(crate) struct Row<'a>(pub(crate) Entry<'a>);

/// The value of a setting; as text, with its unit.
pub(super) struct Amount<'a> {
    entry: Entry<'a>,
    data: SettingData<'a>,
    is_secret: bool,
}

/// Bytes in hexadecimal digits.
struct Hex<'a>(&'a [u8]);

impl Row<'_> {
    pub(crate) fn label(&self) -> Option<&'static str> {
        self.0.setting()?.label()
    }

    pub(crate) fn is_secret(&self) -> bool {
        self.0.is_secret()
    }
}

impl<'a> Amount<'a> {
    pub(super) fn of(entry: Entry<'a>) -> Self {
        Self { entry, data: entry.value().data, is_secret: entry.is_secret() }
    }

    pub(super) fn type_name(&self) -> &'static str {
        self.data.type_name()
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(entry) = *self;
        let (setting, amount) = (entry.setting(), Amount::of(entry));
        let mut row = serializer.serialize_struct("Row", 6)?;
        row.serialize_field("hash", &entry.hash())?;
        row.serialize_field("label", &setting.and_then(Setting::label))?;
        row.serialize_field("type", amount.type_name())?;
        row.serialize_field("value", &amount)?;
        match setting.and_then(Setting::unit) {
            Some(unit) => row.serialize_field("unit", unit.as_str())?,
            None => row.skip_field("unit")?,
        }
        if amount.is_secret {
            row.serialize_field("raw_hex", REDACTED)?;
        } else {
            row.serialize_field("raw_hex", &Hex(entry.bytes()))?;
        }
        row.end()
    }
}

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(entry) = *self;
        let mark = match entry.setting().map(|setting| setting.confidence()) {
            Some(Confidence::Certain) => "",
            Some(Confidence::Probable) => "~",
            _ => "?",
        };
        let (label, amount) = (self.label().unwrap_or("-"), Amount::of(entry));
        let kind = amount.type_name();
        write!(f, "{:>10}  {label:<38} {mark:1} {kind:<6} {amount}", entry.hash())
    }
}

impl Serialize for Amount<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.data {
            _ if self.is_secret => serializer.serialize_str(REDACTED),
            SettingData::F32(number) => serializer.serialize_f32(number),
            SettingData::U32(number) => serializer.serialize_u32(number),
            SettingData::Bool(value) => serializer.serialize_bool(value),
            SettingData::Text(text) => serializer.serialize_str(text),
            _ => serializer.serialize_unit(),
        }
    }
}

impl fmt::Display for Amount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.data {
            _ if self.is_secret => return f.write_str(REDACTED),
            SettingData::F32(number) => write!(f, "{number}")?,
            SettingData::U32(number) => write!(f, "{number}")?,
            SettingData::Bool(value) => write!(f, "{value}")?,
            SettingData::Text(text) => write!(f, "{}", Plain(text))?,
            _ => write!(f, "{}", Hex(self.entry.bytes()))?,
        }
        match self.entry.setting().and_then(Setting::unit) {
            Some(unit) => write!(f, " {unit}"),
            None => Ok(()),
        }
    }
}

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.0.chunks(16).try_for_each(|bytes| {
            let mut digits = [0; 32];
            for (two, byte) in digits.chunks_mut(2).zip(bytes) {
                two[0] = DIGITS[usize::from(byte >> 4)];
                two[1] = DIGITS[usize::from(byte & 15)];
            }
            let digits = str::from_utf8(&digits[..2 * bytes.len()]);
            f.write_str(digits.unwrap_or_default())
        })
    }
}
