//! The settings of a machine: a map from hashed names to bytes.
//!
//! A professional machine sends all of its settings in one message, as pairs of a hash and some bytes. Neither the name
//! nor the type of a setting is on the wire. This module keeps the bytes as they came, finds them by hash or by name,
//! and says what they are wherever that is known.
//!
//! ```
//! use lamarzocco_proto::Group;
//! use lamarzocco_proto::settings::{SettingsMap, keys::{self, Dose}};
//!
//! let text = r#"{"Settings":[{"Hash":452226719,"Value":"AMAJRA=="},{"Hash":800486879,"Value":"AAD0Qg=="}]}"#;
//! let settings = SettingsMap::from_data(text)?;
//!
//! let steam = settings.get(keys::STEAM_BOILER_TARGET_TEMPERATURE).and_then(|entry| entry.as_f32());
//! assert_eq!(steam, Some(122.0));
//! let volume = settings.get(keys::group(Group::ONE).dose(Dose::C).target_volume()).unwrap();
//! assert_eq!(volume.setting().unwrap().label(), Some("Group1.DoseC.TargetVolume"));
//! assert_eq!(volume.as_f32(), Some(551.0));
//! assert_eq!(settings.to_data(), text);
//! # Ok::<(), lamarzocco_proto::Malformed>(())
//! ```
//!
//! # How far the names can be trusted
//!
//! Nobody has published the names or the hash. Both were found by hashing names put together from the vocabulary of
//! the protocol: 202 full names re-hash to entries of one captured frame, among them complete grids of four groups by
//! four doses, which chance does not do. Values then agree with the machine configuration of the same machine. So the
//! names are inferred, not documented; [`Setting::confidence`] and [`Setting::evidence`] say how well each one stands,
//! and 47 of the 249 hashes have no name at all. An entry without a name is as readable as any other.

pub(crate) mod decode;
mod diff;
mod encode;
mod entry;
pub(crate) mod hash;
pub mod keys;
mod layout;
mod map;
mod number;
mod registry;
pub(crate) mod scan;
mod table;
mod tracker;
mod word;

pub use self::diff::{Change, Diff, approx_eq};
pub use self::entry::{Entry, SettingData, SettingValue};
pub use self::hash::{SettingKey, setting_hash};
pub use self::map::{Iter, MAX_ENTRIES, MAX_LONG_BYTES, SettingsMap};
pub use self::registry::{Confidence, Setting, SettingType, by_hash, by_label, by_name, registry};
pub use self::tracker::Tracker;
