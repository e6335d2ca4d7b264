//! What is different from vendor to vendor: where it is, and what belongs to a request.

use coolkit_proto::dispatch::Endpoint;
use coolkit_proto::{ClientFrame, Frame, Heartbeat};
use placeos_proto::server::ClientMessage;
use placeos_proto::{Generation, Id, PONG, Response, Value};

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// A La Marzocco machine: it says, and does not listen.
    Lamarzocco,
    /// The CoolKit cloud, with a dispatch that names the server itself.
    Coolkit,
    /// A PlaceOS server.
    Placeos(Generation),
}

/// What a client says, as far as it matters here.
pub(super) enum Heard {
    /// A heartbeat, and the answer to it.
    Ping(&'static str),
    Request(Request),
    Other,
}

/// Something that is answered.
pub(super) struct Request {
    /// What it asks of whom.
    pub(super) subject: String,
    pub(super) id: RequestId,
}

/// By which an answer is known.
#[derive(Clone, PartialEq)]
pub(super) enum RequestId {
    Sequence(String),
    Id(Id),
}

impl Protocol {
    /// The path of the WebSocket.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Lamarzocco => "/messages",
            Self::Coolkit => Endpoint::PATH,
            Self::Placeos(generation) => generation.path(),
        }
    }

    /// Reads what a client says.
    pub(super) fn hear(self, text: &str) -> Heard {
        let request = match self {
            Self::Lamarzocco => None,
            Self::Coolkit => match ClientFrame::decode(text) {
                Ok(ClientFrame::Ping) => return Heard::Ping(Heartbeat::PONG),
                Ok(frame) => frame.frame().and_then(request_to_cloud),
                Err(_) => None,
            },
            Self::Placeos(generation) => match ClientMessage::decode(text) {
                Ok(ClientMessage::Ping) => return Heard::Ping(PONG),
                Ok(ClientMessage::Request(frame)) => frame.check(generation).ok().map(|request| {
                    let subject = format!("{} {}", request.command().as_str(), request.key());
                    Request { subject, id: RequestId::Id(request.id().clone()) }
                }),
                Err(_) => None,
            },
        };
        request.map_or(Heard::Other, Heard::Request)
    }

    /// Whether the server says it as an answer to a heartbeat, or instead of one.
    pub(super) fn is_pong(self, text: &str) -> bool {
        match self {
            Self::Lamarzocco => false,
            Self::Coolkit => text.trim_ascii().eq_ignore_ascii_case(Heartbeat::PONG),
            Self::Placeos(_) => text == PONG,
        }
    }

    /// The request that the server speaks of.
    pub(super) fn refers_to(self, text: &str) -> Option<RequestId> {
        match self {
            Self::Lamarzocco => None,
            Self::Coolkit => {
                let frame = Frame::decode(text).ok()?;
                // With an action it is the sequence of another app.
                let sequence = frame.sequence().filter(|_| frame.action().is_none())?;
                Some(RequestId::Sequence(sequence.into_owned()))
            }
            Self::Placeos(generation) => {
                Response::decode(text, generation).ok()?.id().map(RequestId::Id)
            }
        }
    }

    /// What the server says, with another id.
    pub(super) fn with_id(self, text: &str, id: &RequestId) -> String {
        let frame = match (self, id) {
            (Self::Coolkit, RequestId::Sequence(sequence)) => {
                let frame = Frame::decode(text).ok();
                frame.map(|frame| frame.with("sequence", &**sequence).encode())
            }
            (Self::Placeos(generation), RequestId::Id(id)) => {
                let (frame, id) =
                    (Response::decode(text, generation).ok(), Value::parse(&id.to_string()).ok());
                frame.zip(id).map(|(frame, id)| frame.with("id", &id).encode())
            }
            _ => None,
        };
        frame.unwrap_or_else(|| text.to_owned())
    }
}

fn request_to_cloud(frame: &Frame) -> Option<Request> {
    let action = frame.action()?;
    let subject = format!("{} {}", action.as_str(), frame.device_id().unwrap_or_default());
    Some(Request { subject, id: RequestId::Sequence(frame.sequence()?.into_owned()) })
}
