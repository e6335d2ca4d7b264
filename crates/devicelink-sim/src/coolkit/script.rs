//! What the cloud does about one request in the place of its own answer.

use std::fmt;

use coolkit_proto::{Frame, FrameCode, Json};

/// What the cloud does about one login or command.
pub type Script = crate::Script<Reply>;

/// An answer to a login or a command.
#[derive(Clone, PartialEq)]
pub struct Reply {
    code: Option<FrameCode>,
    /// Members that are set, or taken out.
    edits: Vec<(String, Option<Json>)>,
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
                Some(value) => members.set(name, value.clone()),
                None => {
                    members.remove(name);
                }
            }
        }
        Frame::new(members)
    }

    fn edit(mut self, name: &str, value: Option<Json>) -> Self {
        self.edits.push((name.to_owned(), value));
        self
    }
}

/// Members may hold anything, and are not printed.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("code", &self.code).finish_non_exhaustive()
    }
}
