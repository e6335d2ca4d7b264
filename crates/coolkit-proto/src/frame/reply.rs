//! Answers to commands and queries.

use super::Frame;
use crate::code::{ErrorClass, ErrorField, FrameCode};
use crate::json::ObjectRef;
use crate::params::ParamsRef;

/// The answer to a request that was pending.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    frame: Frame,
    sequence: Box<str>,
}

/// What an answer says about the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The code is 0.
    Acknowledged,
    /// Another code.
    Rejected {
        /// The code.
        code: FrameCode,
        /// Its class: [`ErrorClass::OutcomeUnknown`] says that the device may have acted.
        class: ErrorClass,
    },
    /// The answer has no readable code: the outcome is not known.
    NoVerdict,
}

impl Reply {
    pub(super) fn new(frame: Frame, sequence: Box<str>) -> Self {
        Self { frame, sequence }
    }

    /// The sequence of the request that it answers.
    #[must_use]
    pub fn sequence(&self) -> &str {
        &self.sequence
    }

    /// The frame.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// What it says about the request.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.frame.error() {
            ErrorField::Code(FrameCode::OK) => Verdict::Acknowledged,
            ErrorField::Code(code) => Verdict::Rejected { code, class: code.class() },
            ErrorField::Absent | ErrorField::Unreadable => Verdict::NoVerdict,
        }
    }

    /// The params that were asked for.
    #[must_use]
    pub fn params(&self) -> Option<ParamsRef<'_>> {
        self.frame.params()
    }

    /// Data beside the params: the energy history of a meter, see
    /// [`EnergyHistory`](crate::params::EnergyHistory).
    #[must_use]
    pub fn config(&self) -> Option<ObjectRef<'_>> {
        self.frame.config()
    }

    /// What the cloud says about a failure.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.frame.reason()
    }
}
