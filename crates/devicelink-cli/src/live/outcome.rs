use std::fmt;

use serde::Serialize;

/// What became of something that was asked for.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It was done.
    Done,
    /// It ran, and failed.
    Failed,
    /// It was answered with an error.
    Refused,
    /// It may have been done, or not.
    Unknown,
    /// It was never sent.
    NotSent,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Unknown => "not known whether it was done",
            Self::NotSent => "not sent",
        })
    }
}
