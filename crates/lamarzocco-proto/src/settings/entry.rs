//! One entry: its bytes, and what they mean.

use std::fmt;

use super::hash::SettingKey;
use super::map::SettingsMap;
use super::registry::{Confidence, Setting, SettingType};
use crate::secret::REDACTED;

/// An entry of a [`SettingsMap`].
///
/// The bytes are all that a machine sends. They can be read as any type that has their length; [`value`](Self::value)
/// chooses the one that is known or likely. Nothing is converted: a float is not read as an integer.
///
/// ```
/// use lamarzocco_proto::settings::{SettingsMap, keys};
///
/// let mut settings = SettingsMap::new();
/// settings.set(keys::TIME_MONTH, 6_u32);
/// let month = settings.get(keys::TIME_MONTH).unwrap();
/// assert_eq!(month.bytes(), [6, 0, 0, 0]);
/// assert_eq!((month.as_u32(), month.as_bool(), month.as_f32()), (Some(6), None, Some(8.4e-45)));
/// assert!(!month.value().guessed);
/// assert_eq!(month.setting().unwrap().unit().unwrap().as_str(), "month (0 = January)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    hash: u32,
    bytes: &'a [u8],
}

/// A value of a setting in one of its types.
///
/// Everything that can be a value turns into it: `f32`, `u32`, `bool`, `&str` and `&[u8]`.
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum SettingData<'a> {
    /// Four bytes: a float, little-endian.
    F32(f32),
    /// Four bytes: an integer, little-endian.
    U32(u32),
    /// Four bytes: the integer 0 or 1.
    Bool(bool),
    /// Text without a length or an end mark.
    Text(&'a str),
    /// Bytes of which nothing is known.
    Bytes(&'a [u8]),
}

/// The value of an entry, and whether its type is a guess.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SettingValue<'a> {
    /// The value.
    pub data: SettingData<'a>,
    /// Whether the type was guessed from the bytes or rests on a setting whose name is not certain.
    pub guessed: bool,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(hash: u32, bytes: &'a [u8]) -> Self {
        Self { hash, bytes }
    }

    /// The hash on the wire.
    #[must_use]
    pub fn hash(self) -> u32 {
        self.hash
    }

    /// The hash as a key.
    #[must_use]
    pub fn key(self) -> SettingKey {
        SettingKey::from_hash(self.hash)
    }

    /// What is known about the setting.
    #[must_use]
    pub fn setting(self) -> Option<&'static Setting> {
        self.key().setting()
    }

    /// The value as it came; any length is possible.
    #[must_use]
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// The value as a float, if it is four bytes.
    #[must_use]
    pub fn as_f32(self) -> Option<f32> {
        self.word().map(f32::from_le_bytes)
    }

    /// The value as an integer, if it is four bytes.
    #[must_use]
    pub fn as_u32(self) -> Option<u32> {
        self.word().map(u32::from_le_bytes)
    }

    /// The value as a bool, if it is four bytes that hold 0 or 1.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.as_u32()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// The value as text, if it is UTF-8.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes).ok()
    }

    /// The value in the type that the registry gives the setting, or in the one that the bytes suggest.
    ///
    /// The guess takes four bytes below 0x0080_0000 for an integer and other finite floats for a float, five or more
    /// printable ASCII bytes for text, and nothing else. It is marked as one: four zero bytes are 0, 0.0 or `false`.
    #[must_use]
    pub fn value(self) -> SettingValue<'a> {
        let known = self.setting().and_then(|setting| {
            let data = match setting.setting_type() {
                SettingType::F32 => self.as_f32().map(SettingData::F32),
                SettingType::U32 => self.as_u32().map(SettingData::U32),
                SettingType::Bool => self.as_bool().map(SettingData::Bool),
                SettingType::Text => self.as_str().map(SettingData::Text),
                SettingType::Unknown => None,
            };
            Some((data?, setting.confidence()))
        });
        match known {
            Some((data, confidence)) => {
                SettingValue { data, guessed: confidence != Confidence::Certain }
            }
            None => SettingValue { data: self.hint(), guessed: true },
        }
    }

    /// Whether `Debug` leaves the value out: it is known to be a secret, or it has no known name and may be text.
    #[must_use]
    pub fn is_secret(self) -> bool {
        let printable = self.bytes.len() >= 4 && self.bytes.iter().all(u8::is_ascii_graphic);
        match self.setting() {
            Some(setting) if setting.name().is_some() => setting.is_secret(),
            _ => printable || self.bytes.len() > 4,
        }
    }

    /// Whether this is a float by the name of the setting, and not by a guess from a captured value.
    pub(super) fn is_known_float(self) -> bool {
        self.setting().is_some_and(|setting| {
            setting.name().is_some() && setting.setting_type() == SettingType::F32
        })
    }

    fn hint(self) -> SettingData<'a> {
        match (self.as_u32(), self.as_f32(), self.as_str()) {
            (Some(number), _, _) if number < 0x0080_0000 => SettingData::U32(number),
            (Some(_), Some(number), _) if number.is_finite() => SettingData::F32(number),
            (None, None, Some(text))
                if text.len() >= 5
                    && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) =>
            {
                SettingData::Text(text)
            }
            _ => SettingData::Bytes(self.bytes),
        }
    }

    fn word(self) -> Option<[u8; 4]> {
        self.bytes.try_into().ok()
    }
}

impl SettingData<'_> {
    /// The type as a word: `f32`, `u32`, `bool`, `string`, or `raw` for bytes of which nothing is known.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::F32(_) => "f32",
            Self::U32(_) => "u32",
            Self::Bool(_) => "bool",
            Self::Text(_) => "string",
            Self::Bytes(_) => "raw",
        }
    }

    /// Hands out the bytes as they stand on the wire.
    pub(super) fn with_bytes<T>(self, with: impl FnOnce(&[u8]) -> T) -> T {
        match self {
            Self::F32(number) => with(&number.to_le_bytes()),
            Self::U32(number) => with(&number.to_le_bytes()),
            Self::Bool(value) => with(&u32::from(value).to_le_bytes()),
            Self::Text(text) => with(text.as_bytes()),
            Self::Bytes(bytes) => with(bytes),
        }
    }
}

impl From<f32> for SettingData<'_> {
    fn from(number: f32) -> Self {
        Self::F32(number)
    }
}

impl From<u32> for SettingData<'_> {
    fn from(number: u32) -> Self {
        Self::U32(number)
    }
}

impl From<bool> for SettingData<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'a> From<&'a str> for SettingData<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for SettingData<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

/// Never shows a text: what a setting without a known name holds may be a password.
impl fmt::Debug for SettingData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::F32(number) => write!(f, "{number:?}"),
            Self::U32(number) => write!(f, "{number}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Text(_) => f.write_str("Text(<redacted>)"),
            Self::Bytes(bytes) => write!(f, "Bytes(<{} bytes>)", bytes.len()),
        }
    }
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.key())?;
        match self.value() {
            _ if self.is_secret() => f.write_str(REDACTED),
            SettingValue { data: SettingData::Text(text), .. } => write!(f, "{text:?}"),
            SettingValue { data, guessed } => {
                write!(f, "{data:?}{}", if guessed { " (guessed)" } else { "" })
            }
        }
    }
}

impl fmt::Debug for SettingsMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SettingsMap ")?;
        f.debug_set().entries(self.iter()).finish()
    }
}
