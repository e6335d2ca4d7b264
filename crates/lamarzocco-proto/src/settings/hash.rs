//! The hash that stands for the name of a setting.

use std::fmt;

use super::registry::{self, Setting};

/// The hash of a setting's full name, as the machine sends it in place of the name.
///
/// It starts at 5381 and takes every byte with `hash × 33 + byte`, modulo 2³². No public source says so; it was
/// inferred, and is settled by 202 names that re-hash to entries of a captured frame.
///
/// ```
/// const HASH: u32 = lamarzocco_proto::setting_hash("steamBoiler.targetTemperature");
/// assert_eq!(HASH, 800_486_879);
/// ```
#[must_use]
pub const fn setting_hash(name: &str) -> u32 {
    Hasher::new().text(name).finish()
}

/// What a setting is found by: the hash of its name.
///
/// Makes no difference between known and unknown settings. [`keys`](super::keys) has the known ones by name; a
/// [`Group`](crate::Group) and a [`Dose`](super::keys::Dose) lead to the ones that come in numbers.
///
/// ```
/// use lamarzocco_proto::SettingKey;
///
/// const MONTH: SettingKey = SettingKey::new("Machine.time.month");
/// assert_eq!(MONTH, SettingKey::from_hash(MONTH.hash()));
/// assert_eq!(MONTH.to_string(), "Machine.Time.Month");
/// // A setting that nobody knows has a key as well.
/// assert!(SettingKey::new("Machine.moonPhase").setting().is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SettingKey(u32);

impl SettingKey {
    /// The setting of this full name, for example `groups[1].dose[3].targetVolume`.
    #[must_use]
    pub const fn new(name: &str) -> Self {
        Self(setting_hash(name))
    }

    /// The setting of this hash.
    #[must_use]
    pub const fn from_hash(hash: u32) -> Self {
        Self(hash)
    }

    /// The hash on the wire.
    #[must_use]
    pub const fn hash(self) -> u32 {
        self.0
    }

    /// What is known about the setting.
    #[must_use]
    pub fn setting(self) -> Option<&'static Setting> {
        registry::by_hash(self.0)
    }
}

impl From<u32> for SettingKey {
    fn from(hash: u32) -> Self {
        Self(hash)
    }
}

impl From<&str> for SettingKey {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<&Setting> for SettingKey {
    fn from(setting: &Setting) -> Self {
        setting.key()
    }
}

/// Writes the label of the setting, or its hash if there is none.
impl fmt::Display for SettingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.setting().and_then(Setting::label) {
            Some(label) => f.write_str(label),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for SettingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SettingKey({self})")
    }
}

/// The hash of a name that is put together from parts.
#[derive(Clone, Copy)]
pub(crate) struct Hasher(u32);

impl Hasher {
    pub(crate) const fn new() -> Self {
        Self(5381)
    }

    pub(crate) const fn text(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            self = self.byte(bytes[at]);
            at += 1;
        }
        self
    }

    /// The digits of an index.
    pub(crate) const fn number(mut self, number: u8) -> Self {
        if number >= 100 {
            self = self.byte(b'0' + number / 100);
        }
        if number >= 10 {
            self = self.byte(b'0' + number / 10 % 10);
        }
        self.byte(b'0' + number % 10)
    }

    pub(crate) const fn key(self, text: &str) -> SettingKey {
        SettingKey(self.text(text).finish())
    }

    pub(crate) const fn finish(self) -> u32 {
        self.0
    }

    const fn byte(self, byte: u8) -> Self {
        Self(self.0.wrapping_mul(33).wrapping_add(byte as u32))
    }
}
