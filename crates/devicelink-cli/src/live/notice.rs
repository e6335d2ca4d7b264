use std::fmt;

use anstyle::{AnsiColor, Style};
use devicelink::lamarzocco::Failure;
use serde::Serialize;

/// What is to be said about a stream, between what comes over it.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Notice {
    /// The connection was lost, or could not be made.
    Gap { error: String },
    /// The connection is back.
    Resynced,
    /// This program was too slow.
    Lagged { dropped: u64 },
    /// A frame could not be read.
    Malformed { error: String },
    /// What was asked for is refused for now.
    Refused { error: String },
}

impl Notice {
    pub(crate) fn gap(failure: &Failure) -> Self {
        Self::Gap { error: failure.to_string() }
    }

    pub(crate) fn malformed(error: &impl fmt::Display) -> Self {
        Self::Malformed { error: error.to_string() }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yellow = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
        write!(f, "{yellow}-- ")?;
        match self {
            Self::Gap { error } => write!(f, "not connected: {error}")?,
            Self::Resynced => f.write_str("connected again")?,
            Self::Lagged { dropped } => write!(f, "{dropped} updates skipped")?,
            Self::Malformed { error } => write!(f, "unreadable: {error}")?,
            Self::Refused { error } => write!(f, "refused for now: {error}")?,
        }
        write!(f, "{yellow:#}")
    }
}
