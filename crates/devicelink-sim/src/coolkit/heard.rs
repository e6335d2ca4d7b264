//! What clients have said.

use coolkit_proto::{ClientFrame, Frame, Login};
use tokio::time::Instant;

/// What clients have said to a cloud since it was started, restarts included. All of it is kept.
///
/// Its frames hold the secrets that clients have sent; `Debug` leaves them out.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Heard {
    /// All text messages that can be read, in their order.
    pub frames: Vec<Said>,
    /// Text messages that are neither `ping` nor a JSON object.
    pub malformed: u64,
}

/// One message of a client.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Said {
    /// When it was read.
    pub at: Instant,
    /// On which connection, counted from 1 as in a [`FaultPlan`](crate::FaultPlan) that was never replaced.
    pub connection: u64,
    /// What was said.
    pub frame: ClientFrame,
}

impl Heard {
    /// The logins, whatever became of them.
    pub fn logins(&self) -> impl Iterator<Item = &Login> {
        self.frames.iter().filter_map(|said| match &said.frame {
            ClientFrame::UserOnline(login) => Some(login),
            _ => None,
        })
    }

    /// All other frames but pings: commands, queries, and what nobody knows.
    pub fn commands(&self) -> impl Iterator<Item = &Frame> {
        self.frames.iter().filter_map(|said| command(&said.frame))
    }

    /// How many `ping`s there were. Those of WebSocket are in [`Seen`](crate::Seen).
    #[must_use]
    pub fn pings(&self) -> usize {
        self.frames.iter().filter(|said| said.frame == ClientFrame::Ping).count()
    }
}

/// The frame, if it is neither a login nor a ping.
pub(super) fn command(frame: &ClientFrame) -> Option<&Frame> {
    match frame {
        ClientFrame::Update(frame) | ClientFrame::Query(frame) | ClientFrame::Other(frame) => {
            Some(frame)
        }
        _ => None,
    }
}
