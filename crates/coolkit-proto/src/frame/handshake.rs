//! The answer to the login.

use super::{Frame, Heartbeat, HeartbeatLimits};
use crate::code::{ErrorClass, ErrorField};

/// The answer to a pending login.
#[derive(Debug, Clone, PartialEq)]
pub struct Handshake {
    frame: Frame,
    is_own: bool,
}

/// What the answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandshakeOutcome {
    /// The login is accepted; commands may be sent.
    Accepted {
        /// How often the cloud expects a sign of life; `None` if it wants no `ping`.
        heartbeat: Option<Heartbeat>,
    },
    /// The login is not accepted.
    Refused {
        /// The code, if there is a readable one.
        error: ErrorField,
        /// Its class: after [`ErrorClass::Auth`] and [`ErrorClass::Permanent`] the same login is refused again.
        class: ErrorClass,
    },
}

impl Handshake {
    pub(super) fn new(frame: Frame, is_own: bool) -> Self {
        Self { frame, is_own }
    }

    /// The frame.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Whether the code is 0 and the sequence is that of the login. Neither `config` nor its members are needed.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.is_own && self.frame.error().is_ok()
    }

    /// What it says, with the usual limits of the heartbeat.
    #[must_use]
    pub fn outcome(&self) -> HandshakeOutcome {
        self.outcome_within(&HeartbeatLimits::default())
    }

    /// What it says, with limits of the heartbeat that a test may want small.
    #[must_use]
    pub fn outcome_within(&self, limits: &HeartbeatLimits) -> HandshakeOutcome {
        let error = self.frame.error();
        if self.is_accepted() {
            HandshakeOutcome::Accepted { heartbeat: Heartbeat::of_reply(&self.frame, limits) }
        } else {
            // A code 0 for another login says nothing about ours.
            let class = if error.is_ok() { ErrorClass::Unknown } else { error.class() };
            HandshakeOutcome::Refused { error, class }
        }
    }
}
