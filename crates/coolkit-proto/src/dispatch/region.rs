//! The regions of the cloud.

use std::fmt;
use std::str::FromStr;

/// Where an account lives. Documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Region {
    /// China.
    Cn,
    /// Asia.
    As,
    /// America.
    Us,
    /// Europe.
    Eu,
}

/// A text that is no region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the region is none of cn, as, us and eu")]
pub struct UnknownRegion;

impl Region {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cn, Self::As, Self::Us, Self::Eu];

    /// The text of the region on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cn => "cn",
            Self::As => "as",
            Self::Us => "us",
            Self::Eu => "eu",
        }
    }

    /// The domain of the cloud there.
    #[must_use]
    pub fn domain(self) -> &'static str {
        match self {
            Self::Cn => "coolkit.cn",
            _ => "coolkit.cc",
        }
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(text: &str) -> Result<Self, UnknownRegion> {
        Self::ALL
            .into_iter()
            .find(|region| region.as_str().eq_ignore_ascii_case(text))
            .ok_or(UnknownRegion)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
