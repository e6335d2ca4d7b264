//! What the building does about one request in the place of its own answer.

use std::fmt;

use placeos_proto::{Generation, Response, Value};

use super::function::Failure;

/// What the building does about one request.
///
/// ```
/// use devicelink_sim::placeos::{Reply, Script};
/// use placeos_proto::{ErrorCode, Value};
///
/// let busy = Script::from(Reply::error(ErrorCode::UnexpectedFailure));
/// let early = Script::new().reply(Reply::notify(true)).reply(Reply::own());
/// let stale = Script::from(Reply::own().with("id", 1));
/// let anonymous = Script::from(Reply::notify("on").without("meta"));
/// ```
pub type Script = crate::Script<Reply>;

/// An answer to a request.
#[derive(Clone, PartialEq)]
pub struct Reply {
    pub(super) kind: Kind,
    /// Members that are set, or taken out.
    edits: Vec<(String, Option<Value>)>,
}

#[derive(Clone, PartialEq)]
pub(super) enum Kind {
    Own,
    EmptyBody,
    Error(Failure),
    Notify(Value),
}

impl Reply {
    /// The building's own answer: the request is carried out. Given twice, it is a second answer; a function does not
    /// run again.
    #[must_use]
    pub const fn own() -> Self {
        Self::of(Kind::Own)
    }

    /// As [`own`](Self::own), but with nothing at all as the value of the result: no JSON. It is what the real server
    /// sends for a function that answers with an empty body.
    #[must_use]
    pub const fn empty_body() -> Self {
        Self::of(Kind::EmptyBody)
    }

    /// An error; the request is not carried out.
    #[must_use]
    pub fn error(failure: impl Into<Failure>) -> Self {
        Self::of(Kind::Error(failure.into()))
    }

    /// No answer, but a notify of this value, with the id and the target of the request.
    #[must_use]
    pub fn notify(value: impl Into<Value>) -> Self {
        Self::of(Kind::Notify(value.into()))
    }

    /// The answer with this member, or another value of it.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Value>) -> Self {
        self.edit(name, Some(value.into()))
    }

    /// The answer without this member; its `type` stays.
    #[must_use]
    pub fn without(self, name: &str) -> Self {
        self.edit(name, None)
    }

    /// Whether the request is carried out.
    pub(super) fn carries_out(&self) -> bool {
        matches!(self.kind, Kind::Own | Kind::EmptyBody)
    }

    /// The answer as text, given the building's own.
    pub(super) fn apply(&self, mut frame: Response<'static>, generation: Generation) -> String {
        for (name, value) in &self.edits {
            frame = match value {
                Some(value) => frame.with(name, value),
                None => without(&frame, name, generation),
            };
        }
        if self.kind == Kind::EmptyBody && frame.value().is_some() {
            let text = frame.with("value", &Value::null()).encode();
            return text.replacen(r#""value":null"#, r#""value":"#, 1);
        }
        frame.encode()
    }

    const fn of(kind: Kind) -> Self {
        Self { kind, edits: Vec::new() }
    }

    fn edit(mut self, name: &str, value: Option<Value>) -> Self {
        self.edits.push((name.to_owned(), value));
        self
    }
}

/// The frame without a member.
fn without(frame: &Response<'_>, name: &str, generation: Generation) -> Response<'static> {
    let others = frame.members().filter(|(other, _)| *other != name);
    others.fold(Response::new("", generation), |rest, (other, json)| match Value::parse(json) {
        Ok(value) => rest.with(other, &value),
        Err(_) => rest,
    })
}

/// Values may hold anything, and are not printed.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").finish_non_exhaustive()
    }
}
