//! What a client sends, as a server reads it.

use std::borrow::Cow;
use std::fmt;

use crate::PING;
use crate::command::Command;
use crate::error::Malformed;
use crate::generation::Generation;
use crate::id::Id;
use crate::json::{self, Members, Shown};
use crate::key::BindingKey;
use crate::request::{Args, Request};
use crate::value::Value;

/// A text message of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientMessage<'a> {
    /// The heartbeat; the answer is [`PONG`](crate::PONG).
    Ping,
    /// Any JSON object.
    Request(RequestFrame<'a>),
}

impl<'a> ClientMessage<'a> {
    /// Reads a text message.
    ///
    /// # Errors
    ///
    /// If it is neither exactly `ping` nor one JSON object. [`Responder::unreadable`](super::Responder::unreadable) has
    /// what a server says to that, which is mostly nothing.
    pub fn decode(text: &'a str) -> Result<Self, Malformed> {
        if text == PING {
            return Ok(Self::Ping);
        }
        Members::decode(text, &NAMES).map(|members| Self::Request(RequestFrame { members }))
    }
}

/// A frame that a client sends: all members as they came. `Debug` does not show the arguments.
///
/// Of a member that is given twice the last counts. Nothing is lost: [`encode`](Self::encode) writes all of them.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestFrame<'a> {
    members: Members<'a, 7>,
}

/// In the order in which the vendor's client writes them.
const NAMES: [&str; 7] = ["id", "cmd", "sys", "mod", "index", "name", "args"];

/// Why a server does not carry out a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A member that must be there is missing or null.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A member is of the wrong type.
    #[error("`{0}` is of the wrong type")]
    WrongType(&'static str),
    /// There is no such command.
    #[error("the command is not known")]
    UnknownCommand,
    /// There is a member that requests do not have.
    #[error("there is a member that is not known")]
    UnknownMember,
}

impl RequestFrame<'_> {
    /// The id, if it is one.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        self.members.raw("id").and_then(Id::read)
    }

    /// What it asks for, as it is written.
    #[must_use]
    pub fn command(&self) -> Option<Command> {
        self.members.text("cmd").map(|text| Command::from(text.as_ref()))
    }

    /// Every member as name and JSON text, unknown ones last.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members.iter()
    }

    /// The frame as compact JSON.
    #[must_use]
    pub fn encode(&self) -> String {
        self.members.encode()
    }

    /// Reads it as a server of a generation does.
    ///
    /// An index that is missing or null is 1. Since [`Generation::G2`] commands are read in any case and without their
    /// underscores, ids must be integers of 64 bits, and members that are not known make the request invalid.
    /// [`Generation::G1`] takes any number or string as id, and integers in strings as index.
    ///
    /// # Errors
    ///
    /// If such a server does not carry it out; [`Responder::refuse`](super::Responder::refuse) has what it says to that.
    pub fn check(&self, generation: Generation) -> Result<Request, Refusal> {
        let is_old = generation == Generation::G1;
        let id = match self.required("id").map(Id::read)? {
            Some(id @ Id::Number(_)) => id,
            Some(id) if is_old => id,
            _ => return Err(Refusal::WrongType("id")),
        };
        if !is_old && self.members.others().next().is_some() {
            return Err(Refusal::UnknownMember);
        }
        let command = match self.text("cmd")? {
            text if is_old => Command::from(text.as_ref()),
            text => Command::from(text.replace('_', "").to_ascii_lowercase().as_str()),
        };
        let (system, module, name) = (self.text("sys")?, self.text("mod")?, self.text("name")?);
        let index = self.index(is_old)?;
        let args = self.args()?;
        if let Command::Other(_) = command {
            return Err(Refusal::UnknownCommand);
        }

        let key = BindingKey::new(&system, &module, index.unwrap_or(1), &name);
        let mut request = Request::new(id, command, key);
        if index.is_none() {
            request = request.without_index();
        }
        Ok(match args {
            Some(args) => request.with_args(args),
            None => request,
        })
    }

    /// A member that is there and not null.
    fn present(&self, name: &'static str) -> Option<&str> {
        self.members.raw(name).filter(|raw| *raw != "null")
    }

    fn required(&self, name: &'static str) -> Result<&str, Refusal> {
        self.present(name).ok_or(Refusal::Missing(name))
    }

    fn text(&self, name: &'static str) -> Result<Cow<'_, str>, Refusal> {
        json::unquote(self.required(name)?).ok_or(Refusal::WrongType(name))
    }

    fn index(&self, is_old: bool) -> Result<Option<i32>, Refusal> {
        let Some(raw) = self.present("index") else { return Ok(None) };
        let digits = match raw.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(text) if is_old => text,
            _ => raw,
        };
        digits.parse().map(Some).map_err(|_| Refusal::WrongType("index"))
    }

    fn args(&self) -> Result<Option<Args>, Refusal> {
        let Some(raw) = self.present("args") else { return Ok(None) };
        Args::read(&Value::of_checked(raw)).map(Some).ok_or(Refusal::WrongType("args"))
    }
}

impl fmt::Debug for RequestFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.members().filter(|(name, _)| *name != "args");
        f.write_str("RequestFrame ")?;
        f.debug_map().entries(shown.map(|(name, value)| (Shown(name), Shown(value)))).finish()
    }
}
