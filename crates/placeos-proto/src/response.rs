//! What a server sends, but for the heartbeat.

mod classify;
mod log;
mod meta;

use std::borrow::Cow;
use std::fmt;

pub use self::classify::{Incoming, classify, classify_bytes};
pub use self::log::LogLine;
pub use self::meta::Meta;
use crate::code::{ErrorCode, RemoteError};
use crate::error::{Malformed, Reason};
use crate::generation::{ErrorCodeMember, ValueEncoding, Wire};
use crate::id::Id;
use crate::json::{self, Members};
use crate::key::{BindingKey, ModuleId};
use crate::level::Level;
use crate::value::Value;

/// A frame that a server sends: all members as they came, with typed access to those that are known.
///
/// A member that is missing or of another type reads as `None` and costs no other member; of a member that is given
/// twice the last counts. Nothing is lost: [`encode`](Self::encode) writes all of them, in the order in which servers
/// of today write theirs. It borrows from the text; what its methods return by value does not.
///
/// ```
/// use placeos_proto::{BindingKey, Generation, Kind, Response};
///
/// let text = r#"{"id":1,"type":"notify","value":[1.50],"meta":{"sys":"sys-1","mod":"Display","index":1,"name":"list"}}"#;
/// let notify = Response::decode(text, Generation::G3)?;
/// assert_eq!(notify.kind(), Kind::Notify);
/// assert_eq!(notify.key(), Some(BindingKey::new("sys-1", "Display", 1, "list")));
/// assert_eq!(notify.value().unwrap().json(), "[1.50]");
/// assert_eq!(notify.encode(), text);
/// # Ok::<(), placeos_proto::Malformed>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response<'a> {
    members: Members<'a, 11>,
    wire: Wire,
}

/// In the order in which servers write them.
const NAMES: [&str; 11] =
    ["id", "type", "mod_id", "msg", "value", "error_code", "meta", "mod", "klass", "level", "code"];

/// What a response says, by its member `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A request was carried out. For `exec` the value is the result. For `bind` it does not say that the variable, the
    /// module or the system exists.
    Success,
    /// A bound variable has this value. Take it to the binding by [`Response::key`], and by the id only if there is no
    /// key: the id is that of the *first* bind on this connection. It may come before the success of the bind; an equal
    /// value may come again, and one more may come after `unbind`.
    Notify,
    /// A log line of a module: [`Response::log_line`].
    Debug,
    /// A request was refused, or failed: [`Response::error`].
    Error,
    /// Something else, or there is no type. It is no fault; all members are kept.
    Other,
}

impl Kind {
    /// The kind as a word: `success`, `notify`, `debug`, `error`, or `unknown` for all else.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Notify => "notify",
            Self::Debug => "debug",
            Self::Error => "error",
            Self::Other => "unknown",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'a> Response<'a> {
    /// Reads a text frame other than `pong`; [`classify`] knows that one.
    ///
    /// # Errors
    ///
    /// If the text is not one JSON object, or if [`ValueEncoding::StringifiedNotify`] is expected and the value of a
    /// notify does not fit that.
    pub fn decode(text: &'a str, wire: impl Into<Wire>) -> Result<Self, Malformed> {
        let mut response = Self::empty(wire.into());
        response.read(text)?;
        Ok(response)
    }

    /// The frame as compact JSON.
    #[must_use]
    pub fn encode(&self) -> String {
        match self.members.raw("value") {
            Some(value) if self.is_stringified() => {
                let mut members = self.members.clone();
                members.set("value", json::quote(value));
                members.encode()
            }
            _ => self.members.encode(),
        }
    }

    /// What it says.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.members.text("type").as_deref() {
            Some("success") => Kind::Success,
            Some("notify") => Kind::Notify,
            Some("debug") => Kind::Debug,
            Some("error") => Kind::Error,
            _ => Kind::Other,
        }
    }

    /// The id of a request: of the one that is answered, or of the one that made this come.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        self.members.raw("id").and_then(Id::read)
    }

    /// The id of the request that this answers: that of a success or an error, unless it is 0.
    ///
    /// Servers of [`Generation::G2`](crate::Generation::G2) put 0 into the error about a request that they could not
    /// read; others do not answer such a request at all. So every request needs a deadline. An id that nothing waits
    /// for is to be counted, not more: [`Generation::G1`](crate::Generation::G1) may answer twice.
    #[must_use]
    pub fn reply_to(&self) -> Option<Id> {
        let is_reply = matches!(self.kind(), Kind::Success | Kind::Error);
        self.id().filter(|id| is_reply && *id != Id::Number(0))
    }

    /// The value, any JSON. Absent and `null` differ: a function without result has the value `null`, and so has a
    /// variable that was set to null.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        self.members.raw("value").map(Value::of_checked)
    }

    /// What it is about, if that is an object.
    #[must_use]
    pub fn meta(&self) -> Option<Meta<'_>> {
        self.members.raw("meta").and_then(Meta::read)
    }

    /// What it is about, if all four parts of that are there.
    #[must_use]
    pub fn key(&self) -> Option<BindingKey> {
        self.meta()?.key()
    }

    /// The error, if this is one.
    #[must_use]
    pub fn error(&self) -> Option<RemoteError> {
        (self.kind() == Kind::Error).then(|| RemoteError {
            code: self.error_code(),
            status: self.status(),
            message: self.message().map(Into::into),
        })
    }

    /// The log line, if this is one.
    #[must_use]
    pub fn log_line(&self) -> Option<LogLine> {
        (self.kind() == Kind::Debug).then(|| LogLine {
            id: self.id(),
            key: self.key(),
            module: self.module(),
            class_name: self.class_name().map(Into::into),
            level: self.level(),
            message: self.message().map(Into::into),
        })
    }

    /// The error code, from the member that the generation has it in.
    #[must_use]
    pub fn error_code(&self) -> Option<ErrorCode> {
        let name = match self.wire.error_code {
            ErrorCodeMember::ErrorCode => "error_code",
            ErrorCodeMember::Code => "code",
        };
        self.members.raw(name).and_then(ErrorCode::read)
    }

    /// The status like those of HTTP: what the driver set, 200 or 500 otherwise. It is never an error code.
    #[must_use]
    pub fn status(&self) -> Option<i64> {
        match self.wire.error_code {
            ErrorCodeMember::ErrorCode => self.members.integer("code"),
            ErrorCodeMember::Code => None,
        }
    }

    /// The message of an error, or the text of a log line. Absent and empty differ.
    #[must_use]
    pub fn message(&self) -> Option<Cow<'_, str>> {
        self.members.text("msg")
    }

    /// The level of a log line.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        self.members.raw("level").and_then(Level::read)
    }

    /// The class that wrote a log line, in [`Generation::G1`](crate::Generation::G1).
    #[must_use]
    pub fn class_name(&self) -> Option<Cow<'_, str>> {
        self.members.text("klass")
    }

    /// The module: that of a log line, or the one that a success of `debug` names in
    /// [`Generation::G1`](crate::Generation::G1).
    #[must_use]
    pub fn module(&self) -> Option<ModuleId> {
        let name = if self.kind() == Kind::Success { "mod_id" } else { "mod" };
        self.members.text(name).map(|id| ModuleId::from(id.as_ref()))
    }

    /// Every member as name and JSON text, unknown ones last; a value that was stringified stands as itself.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members.iter()
    }

    /// The same without the text that it was read from.
    #[must_use]
    pub fn into_owned(self) -> Response<'static> {
        Response { members: self.members.into_owned(), wire: self.wire }
    }

    /// A frame without members but its type; [`server`](crate::server) makes whole ones.
    #[must_use]
    pub fn new(kind: &str, wire: impl Into<Wire>) -> Self {
        Self::empty(wire.into()).with("type", &kind.into())
    }

    /// The frame with a member, known or not, in its place.
    #[must_use]
    pub fn with(mut self, name: &str, value: &Value) -> Self {
        self.members.set(name, value.json().to_owned());
        self
    }

    fn empty(wire: Wire) -> Self {
        Self { members: Members::new(&NAMES), wire }
    }

    /// Fills in what [`decode`](Self::decode) reads. A response is large: it is filled where it will stay.
    fn read(&mut self, text: &'a str) -> Result<(), Malformed> {
        self.members.read(text)?;
        if self.is_stringified() { self.destringify(text) } else { Ok(()) }
    }

    /// Whether the value stands in a string.
    fn is_stringified(&self) -> bool {
        self.wire.values == ValueEncoding::StringifiedNotify && self.kind() == Kind::Notify
    }

    /// Takes the value out of its string, once: a string in there stays a string.
    fn destringify(&mut self, text: &str) -> Result<(), Malformed> {
        let Some(raw) = self.members.raw("value") else { return Ok(()) };
        let Some(value) = json::unquote(raw).and_then(json::into_value) else {
            let at = json::offset_of(raw, text);
            let error = Malformed::new(Reason::NotStringified, text, at);
            return Err(error.of(self.id(), self.key()));
        };
        self.members.set("value", value);
        Ok(())
    }
}
