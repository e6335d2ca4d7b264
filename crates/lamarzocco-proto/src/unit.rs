//! The members `unit` and `type` of a message.

use std::borrow::Cow;
use std::fmt;

use crate::open_enum::open_enum;

/// The unit of a message or a setting, as text.
///
/// The text of the wire is kept as it was sent: a captured frame says `C°`, not `°C`, and `N/A` where there is no
/// unit. Two units are equal if their texts are; ask [`is_degrees_celsius`](Self::is_degrees_celsius) rather than
/// comparing texts.
///
/// ```
/// use lamarzocco_proto::Unit;
///
/// let unit = Unit::from("C°");
/// assert!(unit.is_degrees_celsius());
/// assert_eq!(unit.as_str(), "C°");
/// assert!(Unit::from("N/A").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit(Cow<'static, str>);

impl Unit {
    /// `C°`: degrees Celsius as the machine spells them, seen in captured frames.
    pub const WIRE_CELSIUS: Self = Self::known("C°");
    /// `N/A`: no unit, seen in captured frames.
    pub const NOT_APPLICABLE: Self = Self::known("N/A");

    pub(crate) const fn known(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// The text as it was sent, or as the tables of this crate have it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is degrees Celsius in one of the spellings `C°`, `°C` and `C`.
    #[must_use]
    pub fn is_degrees_celsius(&self) -> bool {
        matches!(self.as_str(), "C°" | "°C" | "C")
    }

    /// Whether the text says that there is no unit: `N/A` or nothing at all.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self.as_str(), "N/A" | "")
    }
}

impl From<&str> for Unit {
    fn from(text: &str) -> Self {
        // The texts of captured frames cost no allocation.
        match text {
            "C°" => Self::WIRE_CELSIUS,
            "N/A" => Self::NOT_APPLICABLE,
            _ => Self(Cow::Owned(text.to_owned())),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

open_enum! {
    /// The member `type` of a message of the professional interface.
    ///
    /// It says little: the machine sends every value as text, and JSON inside that text under the type `string`.
    pub enum ValueType {
        /// The text is a number. Seen in captured frames.
        Number = "number",
        /// The text is a text, or JSON. Seen in captured frames.
        String = "string",
    }
}
