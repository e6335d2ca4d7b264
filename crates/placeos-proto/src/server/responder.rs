//! What a server of each generation writes.

use super::{Refusal, RequestFrame};
use crate::code::ErrorCode;
use crate::generation::Generation;
use crate::id::Id;
use crate::key::ModuleId;
use crate::level::Level;
use crate::request::Request;
use crate::response::{Meta, Response};
use crate::value::Value;

/// Writes what a server of one generation writes. Each frame can be bent by [`Response::with`].
///
/// The shapes of [`Generation::G3`] were observed, the others are read from the servers' code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Responder {
    generation: Generation,
}

impl Responder {
    /// A server of that generation.
    #[must_use]
    pub fn new(generation: Generation) -> Self {
        Self { generation }
    }

    /// The answer to `bind`. Send the value after it, if there is one, and not for a key that is bound already.
    #[must_use]
    pub fn bind_success(&self, request: &Request) -> Response<'static> {
        self.reply("success", request).with("meta", &Meta::of(request.key()))
    }

    /// The answer to `unbind` and `ignore`, and to `debug` since [`Generation::G2`].
    #[must_use]
    pub fn success(&self, request: &Request) -> Response<'static> {
        self.reply("success", request)
    }

    /// The answer to `exec`. The status is the driver's, 200 unless it set one; only [`Generation::G3`] sends it.
    #[must_use]
    pub fn exec_success(&self, request: &Request, value: &Value, status: i64) -> Response<'static> {
        let success = self.reply("success", request).with("value", value);
        match self.generation {
            Generation::G1 => success,
            Generation::G2 => success.with("meta", &Meta::of(request.key())),
            Generation::G3 => {
                success.with("meta", &Meta::of(request.key())).with("code", &Value::from(status))
            }
        }
    }

    /// The answer to `debug` about a module of that id.
    #[must_use]
    pub fn debug_success(&self, request: &Request, module: &ModuleId) -> Response<'static> {
        let success = self.reply("success", request);
        match self.generation {
            Generation::G1 => success
                .with("mod_id", &Value::from(module.as_str()))
                .with("meta", &Meta::without_name(request.key())),
            Generation::G2 | Generation::G3 => success,
        }
    }

    /// A value for a binding, of which `request` is the first bind on this connection.
    #[must_use]
    pub fn notify(&self, request: &Request, value: &Value) -> Response<'static> {
        self.event("notify", request).with("value", value).with("meta", &Meta::of(request.key()))
    }

    /// A log line of a module, of which `request` is the first debug request on this connection. Only
    /// [`Generation::G1`] says the class that wrote it.
    #[must_use]
    pub fn log_line(
        &self,
        request: &Request,
        module: &ModuleId,
        class_name: &str,
        level: &Level,
        message: &str,
    ) -> Response<'static> {
        let line = self
            .event("debug", request)
            .with("msg", &Value::from(message))
            .with("mod", &Value::from(module.as_str()))
            .with("level", &level.to_value());
        match self.generation {
            Generation::G1 => line.with("klass", &Value::from(class_name)),
            Generation::G2 | Generation::G3 => line.with("meta", &Meta::of(request.key())),
        }
    }

    /// An error. The status is 500 for most; only [`Generation::G3`] sends it.
    #[must_use]
    pub fn error(
        &self,
        id: &Id,
        code: &ErrorCode,
        status: i64,
        message: &str,
    ) -> Response<'static> {
        self.error_frame(&id.to_json(), code, status, message)
    }

    /// What is said to a message that [`ClientMessage::decode`](super::ClientMessage::decode) cannot read, or that is
    /// binary: nothing since [`Generation::G3`].
    #[must_use]
    pub fn unreadable(&self) -> Option<Response<'static>> {
        match self.generation {
            Generation::G1 => Some(self.error_frame("null", &ErrorCode::ParseError, 500, "")),
            Generation::G2 => Some(self.error_frame("0", &ErrorCode::RequestFailed, 500, "")),
            Generation::G3 => None,
        }
    }

    /// What is said to a request that [`RequestFrame::check`] refuses: nothing since [`Generation::G3`], and only about
    /// ids in [`Generation::G2`].
    #[must_use]
    pub fn refuse(&self, frame: &RequestFrame<'_>, refusal: Refusal) -> Option<Response<'static>> {
        let code = match (self.generation, refusal) {
            (Generation::G1, Refusal::UnknownCommand) => ErrorCode::UnknownCommand,
            (Generation::G1, _) => ErrorCode::BadRequest,
            (Generation::G2, Refusal::Missing("id") | Refusal::WrongType("id")) => {
                return self.unreadable();
            }
            (Generation::G2 | Generation::G3, _) => return None,
        };
        let id = frame.id().map_or_else(|| "null".to_owned(), |id| id.to_json().into_owned());
        Some(self.error_frame(&id, &code, 500, &refusal.to_string()))
    }

    fn error_frame(
        &self,
        id: &str,
        code: &ErrorCode,
        status: i64,
        message: &str,
    ) -> Response<'static> {
        let error = Response::new("error", self.generation)
            .with("id", &Value::of_checked(id))
            .with("msg", &Value::from(message));
        let code = code.to_value();
        match self.generation {
            Generation::G1 => error.with("code", &code),
            Generation::G2 => error.with("error_code", &code),
            Generation::G3 => error.with("error_code", &code).with("code", &Value::from(status)),
        }
    }

    fn reply(&self, kind: &str, request: &Request) -> Response<'static> {
        Response::new(kind, self.generation).with("id", &Value::of_checked(&request.id().to_json()))
    }

    /// The first generation does not say which request made an event come.
    fn event(&self, kind: &str, request: &Request) -> Response<'static> {
        match self.generation {
            Generation::G1 => Response::new(kind, self.generation),
            Generation::G2 | Generation::G3 => self.reply(kind, request),
        }
    }
}
