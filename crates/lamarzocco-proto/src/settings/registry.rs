//! What is known about each setting.

use super::hash::SettingKey;
use super::keys::Dose;
use super::table::SETTINGS;
use crate::name::{Boiler, Group};
use crate::unit::Unit;

/// What is known about a setting.
///
/// All of it is inferred; [`confidence`](Self::confidence) and [`evidence`](Self::evidence) say how well it stands.
///
/// ```
/// use lamarzocco_proto::settings::{Confidence, SettingType, by_label};
///
/// let setting = by_label("Group1.DoseA.TargetVolume").unwrap();
/// assert_eq!(setting.name(), Some("groups[1].dose[1].targetVolume"));
/// assert_eq!(setting.setting_type(), SettingType::F32);
/// assert_eq!(setting.unit().unwrap().as_str(), "pulses");
/// assert_eq!(setting.confidence(), Confidence::Certain);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    pub(super) hash: u32,
    pub(super) label: Option<&'static str>,
    pub(super) name: Option<&'static str>,
    pub(super) member: Option<&'static str>,
    pub(super) group: u8,
    pub(super) boiler: u8,
    pub(super) dose: u8,
    pub(super) index: u8,
    pub(super) setting_type: SettingType,
    pub(super) unit: Option<&'static str>,
    pub(super) confidence: Confidence,
    pub(super) secret: bool,
    pub(super) evidence: &'static str,
}

/// The type of a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SettingType {
    /// Four bytes: a float, little-endian.
    F32,
    /// Four bytes: an integer, little-endian.
    U32,
    /// Four bytes: the integer 0 or 1.
    Bool,
    /// Text without a length or an end mark.
    Text,
    /// Not known, as a rule because every captured value is zero.
    Unknown,
}

/// How well the name of a setting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// The full name re-hashes, and equal values elsewhere, its indexes, or names with the same beginning back it.
    Certain,
    /// The full name re-hashes, but stands alone: a chance hit is possible.
    Probable,
    /// The label comes from the value alone. No setting is of this kind today.
    ValueOnly,
    /// There is no name, and the type is a guess from a captured value.
    Unknown,
}

/// All 249 settings of the captured machine, in ascending order of hash.
///
/// A machine may send others, and need not send these.
///
/// ```
/// use lamarzocco_proto::settings::registry;
///
/// let named = registry().iter().filter(|setting| setting.name().is_some()).count();
/// assert_eq!((registry().len(), named), (249, 202));
/// ```
#[must_use]
pub fn registry() -> &'static [Setting] {
    SETTINGS
}

/// The setting of a hash.
#[must_use]
pub fn by_hash(hash: u32) -> Option<&'static Setting> {
    HASHES.binary_search(&hash).ok().map(|at| &SETTINGS[at])
}

/// The hashes of all settings, close together: a search among them stays in a few lines of the cache.
static HASHES: [u32; SETTINGS.len()] = {
    let mut hashes = [0; SETTINGS.len()];
    let mut at = 0;
    while at < hashes.len() {
        hashes[at] = SETTINGS[at].hash;
        at += 1;
    }
    hashes
};

/// The setting of a full name, for example `coffeeBoilers[1].targetTemperature`.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Setting> {
    by_hash(super::setting_hash(name)).filter(|setting| setting.name == Some(name))
}

/// The setting of a label, for example `CoffeeBoiler1.TargetTemperature`. Looks at one after the other.
#[must_use]
pub fn by_label(label: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.label == Some(label))
}

impl Setting {
    /// What the setting is found by.
    #[must_use]
    pub const fn key(&self) -> SettingKey {
        SettingKey::from_hash(self.hash)
    }

    /// The hash on the wire.
    #[must_use]
    pub const fn hash(&self) -> u32 {
        self.hash
    }

    /// A readable label, for example `Group1.DoseC.TargetVolume`. It follows from the name.
    #[must_use]
    pub const fn label(&self) -> Option<&'static str> {
        self.label
    }

    /// The full name that gives the hash, for example `groups[1].dose[3].targetVolume`.
    #[must_use]
    pub const fn name(&self) -> Option<&'static str> {
        self.name
    }

    /// The label without its owner, for example `TargetVolume`.
    #[must_use]
    pub const fn member(&self) -> Option<&'static str> {
        self.member
    }

    /// The brewing group it belongs to. Four are in the map, whatever the machine has.
    #[must_use]
    pub const fn group(&self) -> Option<Group> {
        Group::new(self.group)
    }

    /// The coffee boiler it belongs to. Four are in the map, whatever the machine has.
    #[must_use]
    pub const fn boiler(&self) -> Option<Boiler> {
        Boiler::new(self.boiler)
    }

    /// The dose it belongs to.
    #[must_use]
    pub const fn dose(&self) -> Option<Dose> {
        Dose::from_number(self.dose)
    }

    /// Another index in its name, counted from 1; also of settings without a name, where a pattern of hashes shows it.
    #[must_use]
    pub const fn index(&self) -> Option<u8> {
        match self.index {
            0 => None,
            index => Some(index),
        }
    }

    /// The type of the value; a guess if the confidence is [`Confidence::Unknown`].
    #[must_use]
    pub const fn setting_type(&self) -> SettingType {
        self.setting_type
    }

    /// The unit: `°C`, `s`, `g`, `pulses`, `ratio`, `count`, `L`, `h`, `min`, or words for the parts of a date.
    ///
    /// Units of times without a second source in [`evidence`](Self::evidence) rest on the name alone.
    #[must_use]
    pub fn unit(&self) -> Option<Unit> {
        self.unit.map(|unit| Unit::known(if unit == "degC" { "°C" } else { unit }))
    }

    /// How well the name stands.
    #[must_use]
    pub const fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// Whether `Debug` leaves the value out: passwords and the serial number.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        self.secret
    }

    /// What speaks for the name and the type, in words.
    #[must_use]
    pub const fn evidence(&self) -> &'static str {
        self.evidence
    }
}
