//! What the cloud does about one request in the place of its own answer.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use coolkit_proto::{Frame, FrameCode, Json};

use crate::fault::Fault;

/// What the cloud does about one login or command, step by step; without a step, nothing.
///
/// ```
/// use std::time::Duration;
///
/// use devicelink_sim::coolkit::{Reply, Script};
///
/// let twice = Script::new().reply(Reply::own()).reply(Reply::own());
/// let later = Script::new().reply(Reply::code(411)).wait(Duration::from_secs(5)).reply(Reply::code(504));
/// let reversed = Script::new().hold().reply(Reply::own());
/// let anonymous = Script::from(Reply::own().without("sequence"));
/// ```
#[derive(Clone, Default)]
pub struct Script {
    pub(super) steps: VecDeque<Step>,
}

/// An answer to a login or a command.
#[derive(Clone, PartialEq)]
pub struct Reply {
    code: Option<FrameCode>,
    /// Members that are set, or taken out.
    edits: Vec<(String, Option<Json>)>,
}

#[derive(Clone)]
pub(super) enum Step {
    Reply(Reply),
    Text(String),
    Fault(Fault),
    Wait(Duration),
    Hold,
}

impl Script {
    /// Nothing: the request has no answer.
    #[must_use]
    pub const fn new() -> Self {
        Self { steps: VecDeque::new() }
    }

    /// Answers.
    #[must_use]
    pub fn reply(self, reply: Reply) -> Self {
        self.step(Step::Reply(reply))
    }

    /// Sends a text frame on this connection, whatever it holds: an event before the answer, an unknown action, no
    /// JSON. See [`coolkit_proto::server`] for frames.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.step(Step::Text(text.into()))
    }

    /// Makes a fault happen on this connection.
    #[must_use]
    pub fn fault(self, fault: impl Into<Fault>) -> Self {
        self.step(Step::Fault(fault.into()))
    }

    /// Waits before the next step. Other requests are answered meanwhile.
    #[must_use]
    pub fn wait(self, time: Duration) -> Self {
        self.step(Step::Wait(time))
    }

    /// Waits before the next step until the next login or command on this connection has had its turn, so that its
    /// answer comes first.
    #[must_use]
    pub fn hold(self) -> Self {
        self.step(Step::Hold)
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push_back(step);
        self
    }
}

impl Reply {
    /// The cloud's own answer: the device does what it is told, the login is judged.
    #[must_use]
    pub const fn own() -> Self {
        Self { code: None, edits: Vec::new() }
    }

    /// An answer of this code; the device does nothing. As the answer to a login, 0 accepts it whatever it holds, 406
    /// ends the connection, and after 400 the connection stays open and silent.
    #[must_use]
    pub const fn code(code: i64) -> Self {
        Self { code: Some(FrameCode::new(code)), edits: Vec::new() }
    }

    /// The answer with this member, or another value of it.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Json>) -> Self {
        self.edit(name, Some(value.into()))
    }

    /// The answer without this member.
    #[must_use]
    pub fn without(self, name: &str) -> Self {
        self.edit(name, None)
    }

    pub(super) fn scripted_code(&self) -> Option<FrameCode> {
        self.code
    }

    /// The same edits of an answer of this code.
    pub(super) fn with_code(self, code: FrameCode) -> Self {
        Self { code: Some(code), ..self }
    }

    pub(super) fn apply(&self, frame: Frame) -> Frame {
        let mut members = frame.into_members();
        for (name, value) in &self.edits {
            match value {
                Some(value) => drop(members.set(name, value.clone())),
                None => drop(members.remove(name)),
            }
        }
        Frame::new(members)
    }

    fn edit(mut self, name: &str, value: Option<Json>) -> Self {
        self.edits.push((name.to_owned(), value));
        self
    }
}

impl From<Reply> for Script {
    fn from(reply: Reply) -> Self {
        Self::new().reply(reply)
    }
}

/// Texts may hold anything, and are not printed.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("steps", &self.steps.len()).finish_non_exhaustive()
    }
}

/// Members may hold anything, and are not printed.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("code", &self.code).finish_non_exhaustive()
    }
}
