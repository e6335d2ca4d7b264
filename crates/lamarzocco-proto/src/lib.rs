#![doc = include_str!("../README.md")]
#![deny(clippy::disallowed_methods)]

mod configuration;
mod error;
mod frame;
mod json;
mod message;
mod name;
mod open_enum;
mod payload;
mod redact;
mod secret;
pub mod settings;
mod unit;
mod value;

pub use self::configuration::{MachineConfiguration, fields};
pub use self::error::{Malformed, Reason};
pub use self::frame::{Class, Frame, MAX_MESSAGES};
pub use self::json::view::{Entries, List, Scalar};
pub use self::json::{FromJson, Items, Json, JsonRef, Members, Redacted};
pub use self::message::{Message, RedactedValue};
pub use self::name::{Boiler, Group, IndexError, Kind, Name, Source, UnknownName};
pub use self::payload::{Payload, shapes};
pub use self::redact::redact;
pub use self::settings::{SettingKey, SettingsMap, setting_hash};
pub use self::unit::{Unit, ValueType};
pub use self::value::Value;

pub mod wire {
    //! The texts of the protocol that stand for a choice, as enums that stay open.
    //!
    //! Every one of them keeps a text it does not know in `Unknown`, writes it back unchanged and compares it equal
    //! to itself: a firmware that adds a mode, a dose type or a board breaks nothing here.
    //!
    //! ```
    //! use lamarzocco_proto::wire::DoseIndex;
    //!
    //! assert_eq!(DoseIndex::from("DoseC"), DoseIndex::DoseC);
    //! let new = DoseIndex::from("DoseE");
    //! assert_eq!((&new, new.as_str()), (&DoseIndex::Unknown("DoseE".into()), "DoseE"));
    //! ```
    pub use crate::configuration::enums::*;
}
