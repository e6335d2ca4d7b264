//! The numbers of groups and coffee boilers.

use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;

/// A text or number that is no index: not from 1 to 255, or with a leading zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an index is a number from 1 to 255 without leading zero")]
#[non_exhaustive]
pub struct IndexError;

/// Declares a newtype for an index with the word that stands before it on the wire.
macro_rules! index {
    ($( $(#[$meta:meta])* $name:ident = $word:literal; )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(NonZeroU8);

        impl $name {
            /// Number 1.
            pub const ONE: Self = Self(NonZeroU8::MIN);

            /// The one of this number; nothing for 0.
            #[must_use]
            pub const fn new(number: u8) -> Option<Self> {
                match NonZeroU8::new(number) {
                    Some(number) => Some(Self(number)),
                    None => None,
                }
            }

            /// The number, counted from 1.
            #[must_use]
            pub const fn number(self) -> u8 {
                self.0.get()
            }
        }

        impl From<NonZeroU8> for $name {
            fn from(number: NonZeroU8) -> Self {
                Self(number)
            }
        }

        impl TryFrom<u8> for $name {
            type Error = IndexError;

            fn try_from(number: u8) -> Result<Self, IndexError> {
                Self::new(number).ok_or(IndexError)
            }
        }

        #[doc = concat!("Writes `", $word, "1`, as member names of the machine configuration have it.")]
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($word, "{}"), self.0)
            }
        }

        #[doc = concat!("Reads `", $word, "1`.")]
        impl FromStr for $name {
            type Err = IndexError;

            fn from_str(text: &str) -> Result<Self, IndexError> {
                let digits = text.strip_prefix($word).ok_or(IndexError)?;
                number(digits.as_bytes()).map(Self).ok_or(IndexError)
            }
        }

        impl<'a> crate::json::FromJson<'a> for $name {
            fn from_json(json: crate::json::JsonRef<'a>) -> Option<Self> {
                json.as_str()?.parse().ok()
            }
        }
    )*};
}

index! {
    /// A brewing group, counted from 1. Captures show groups 1 and 2; a machine's settings have room for four.
    ///
    /// ```
    /// use lamarzocco_proto::Group;
    ///
    /// let group: Group = "Group2".parse()?;
    /// assert_eq!((group.number(), group.to_string().as_str()), (2, "Group2"));
    /// assert!("Group0".parse::<Group>().is_err());
    /// # Ok::<(), lamarzocco_proto::IndexError>(())
    /// ```
    Group = "Group";
    /// A coffee boiler, counted from 1. The steam boiler has no index in any capture.
    Boiler = "CoffeeBoiler";
}

/// A decimal index from 1 to 255 without leading zero, and nothing else.
pub(crate) fn number(digits: &[u8]) -> Option<NonZeroU8> {
    if digits.is_empty() || digits.len() > 3 || digits[0] == b'0' {
        return None;
    }
    let mut number: u16 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u16::from(digit - b'0');
    }
    u8::try_from(number).ok().and_then(NonZeroU8::new)
}
