//! The names of messages.

mod index;
mod lookup;
mod table;

use std::convert::Infallible;
use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;

pub use self::index::{Boiler, Group, IndexError};
pub use self::table::Name;
use crate::unit::Unit;

/// How the text under a name is read.
///
/// Text that does not fit stays text; that is never an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A JSON number with a finite value becomes a number.
    Number,
    /// `true` and `false` become a bool.
    Bool,
    /// Text that holds a JSON object or list becomes that.
    Json,
    /// Text stays text, even if it looks like a number.
    Text,
    /// Text becomes whatever it looks like.
    Any,
}

/// How a name came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// A captured frame of a professional machine.
    Frame,
    /// The list of last measurements that the local REST interface of a professional machine answers.
    Rest,
    /// Cloud copies of what a professional machine sends; the local interface may never send it.
    Cloud,
    /// Captured messages of home machines, over their local interface or Bluetooth.
    Home,
    /// Public client code that handles the name; no message was captured.
    Client,
}

/// A name that this version of the crate does not know, as it was sent.
///
/// It can only be made by reading a name, so that a known name never hides in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownName(Box<str>);

impl UnknownName {
    /// The name as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One row of the table: every name that differs only in its index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Family {
    pub(crate) prefix: &'static str,
    /// What follows the index; absent if the name has none.
    pub(crate) suffix: Option<&'static str>,
    pub(crate) kind: Kind,
    pub(crate) unit: Option<&'static str>,
    pub(crate) source: Source,
}

impl Name {
    /// Every known name, with this index where the name has one.
    ///
    /// ```
    /// use std::num::NonZeroU8;
    /// use lamarzocco_proto::Name;
    ///
    /// assert!(Name::known(NonZeroU8::MIN).any(|name| name.to_string() == "CoffeeBoiler1Enabled"));
    /// ```
    pub fn known(index: NonZeroU8) -> impl Iterator<Item = Self> {
        (0..table::FAMILIES.len()).map(move |id| table::build(id, index))
    }

    /// Whether this version of the crate knows the name.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }

    /// How the text under this name is read; [`Kind::Any`] for an unknown one.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.family().map_or(Kind::Any, |family| family.kind)
    }

    /// The unit of the value as far as it is known, whatever the message says: `°C`, `s`, `ms`, `pulses`, `g`, `count`,
    /// `µS/cm`, `mg/L`.
    #[must_use]
    pub fn unit(&self) -> Option<Unit> {
        self.family()?.unit.map(Unit::known)
    }

    /// How the name came to be known.
    #[must_use]
    pub fn source(&self) -> Option<Source> {
        Some(self.family()?.source)
    }

    /// The brewing group that the name speaks of.
    #[must_use]
    pub fn group(&self) -> Option<Group> {
        let index = self.index()?;
        (!self.family()?.prefix.ends_with("Boiler")).then(|| index.into())
    }

    /// The coffee boiler that the name speaks of.
    #[must_use]
    pub fn boiler(&self) -> Option<Boiler> {
        let index = self.index()?;
        self.family()?.prefix.ends_with("Boiler").then(|| index.into())
    }

    fn family(&self) -> Option<&'static Family> {
        self.id().map(|id| &table::FAMILIES[id])
    }
}

/// Never fails: a name that is not known is kept in [`Name::Unknown`]. The case of letters counts.
impl From<&str> for Name {
    fn from(text: &str) -> Self {
        lookup::find(text).unwrap_or_else(|| Self::Unknown(UnknownName(text.into())))
    }
}

impl FromStr for Name {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

/// Writes the name exactly as it stands on the wire.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Unknown(name) = self {
            return f.write_str(name.as_str());
        }
        let Some(family) = self.family() else { return Ok(()) };
        f.write_str(family.prefix)?;
        match (family.suffix, self.index()) {
            (Some(suffix), Some(index)) => write!(f, "{index}{suffix}"),
            _ => Ok(()),
        }
    }
}
