use std::borrow::Cow;
use std::fmt;
use std::io;
use std::str::FromStr;

use clap::Args;
use devicelink::coolkit::proto::{
    Action, Awaited, ErrorField, Frame, HandshakeOutcome, Incoming, JsonRef, Malformed, Pending,
    classify_bytes,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Decoder, Fault, Input, Put, Verdict, head};
use crate::failure::Failure;
use crate::output::Output;
use crate::text::Plain;

#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink decode coolkit frames.jsonl
  devicelink decode coolkit --pending 1519293433136::userOnline --pending 1519293442952:babecafe11 frames.jsonl
  devicelink decode coolkit --json < frames.jsonl | jq 'select(.class == \"outcome unknown\")'")]
pub(crate) struct Coolkit {
    #[command(flatten)]
    input: Input,
    /// A request that awaits its answer: its sequence, its device if that is known, and its action, userOnline for a
    /// login; or what the answer will be, handshake or reply. The first frame that fits is the answer.
    #[arg(long, value_name = "SEQUENCE[:DEVICEID[:KIND]]")]
    pending: Vec<Request>,
}

impl Coolkit {
    pub(super) fn run(self, output: Output) -> Result<(), Failure> {
        self.input.decode(Frames(Requests { open: self.pending, device_id: None }), output)
    }
}

/// A request that was sent.
#[derive(Clone)]
struct Request {
    sequence: String,
    device_id: Option<String>,
    is_login: bool,
}

impl Request {
    /// The request that an app has sent.
    fn of_frame(text: &str) -> Option<Self> {
        let frame = Frame::decode(text).ok()?;
        let sequence = frame.sequence()?.into_owned();
        let is_login = frame.action() == Some(Action::UserOnline);
        Some(Self { sequence, device_id: frame.device_id().map(str::to_owned), is_login })
    }
}

impl FromStr for Request {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        let mut part = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
        let (sequence, device_id, kind) = (part(), part(), part());
        let sequence = sequence
            .ok_or("expected SEQUENCE[:DEVICEID[:KIND]], for example 1519293442952:babecafe11")?;
        let is_login = match kind.as_deref() {
            Some("userOnline" | "handshake") => true,
            None
            | Some(
                "update" | "query" | "upgrade" | "share" | "updateShare" | "cancelShare" | "reply",
            ) => false,
            Some(other) => {
                return Err(format!(
                    "no request is of kind {other}: expected userOnline, update, query, upgrade, share, updateShare or \
                     cancelShare, or what the answer will be, handshake or reply"
                ));
            }
        };
        Ok(Self { sequence, device_id, is_login })
    }
}

/// The requests that await an answer.
struct Requests {
    open: Vec<Request>,
    /// The device of those of which it is not known.
    device_id: Option<String>,
}

impl Requests {
    /// Classifies a text, and takes out what it answers.
    fn classify(&mut self, text: &[u8]) -> Incoming {
        let mut incoming = classify_bytes(text, self);
        if let Incoming::Unmatched(unmatched) = incoming {
            self.device_id = unmatched.frame().device_id().map(str::to_owned);
            incoming = unmatched.into_frame().classify(self);
            self.device_id = None;
        }
        match &incoming {
            Incoming::Handshake(_) => self.open.retain(|request| !request.is_login),
            Incoming::Reply(reply) => {
                self.open
                    .retain(|request| request.is_login || request.sequence != reply.sequence());
            }
            _ => {}
        }
        incoming
    }
}

impl Pending for Requests {
    fn handshake(&self) -> Option<&str> {
        Some(&self.open.iter().find(|request| request.is_login)?.sequence)
    }

    fn request(&self, sequence: &str) -> Option<Awaited<'_>> {
        let is_it = |request: &&Request| !request.is_login && request.sequence == sequence;
        let request = self.open.iter().find(is_it)?;
        Some(Awaited {
            device_id: request.device_id.as_ref().or(self.device_id.as_ref()).map(|id| &**id),
        })
    }
}

/// What the cloud says to an app whose requests are noted as they are sent.
pub(crate) fn frames() -> impl Decoder {
    Frames(Requests { open: Vec::new(), device_id: None })
}

struct Frames(Requests);

impl Decoder for Frames {
    fn show(
        &mut self,
        line: u64,
        text: Result<&[u8], Fault>,
        output: &mut impl Put,
    ) -> io::Result<Verdict> {
        let incoming = text.map(|text| self.0.classify(text));
        let (kind, shape) = match &incoming {
            Ok(incoming) => (incoming.as_str(), Shape::of(incoming)),
            Err(fault) => ("malformed", Shape::Malformed(fault.clone())),
        };
        let line = Line { line, kind, shape };
        output.put(&line)?;
        Ok(match line.shape {
            Shape::Malformed(_) => Verdict::Malformed,
            _ => Verdict::Read,
        })
    }

    fn sent(&mut self, frame: &[u8]) {
        let Some(request) = str::from_utf8(frame).ok().and_then(Request::of_frame) else { return };
        // A login begins another connection, on which nothing else is awaited.
        if request.is_login {
            self.0.open.clear();
        }
        self.0.open.push(request);
    }
}

#[derive(Serialize)]
struct Line<'a> {
    line: u64,
    kind: &'static str,
    #[serde(flatten)]
    shape: Shape<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Shape<'a> {
    Heartbeat {},
    Event {
        action: &'a str,
        deviceid: Option<&'a str>,
        params: Option<Box<RawValue>>,
    },
    Handshake {
        ok: bool,
        heartbeat_interval_s: Option<u64>,
        #[serde(skip)]
        frame: &'a Frame,
    },
    Answer {
        sequence: Option<Cow<'a, str>>,
        error: Option<Code>,
        class: &'static str,
        deviceid: Option<&'a str>,
        #[serde(skip)]
        frame: &'a Frame,
    },
    Malformed(Fault),
}

/// The member `error`: as it was sent, if it is no code.
#[derive(Serialize)]
#[serde(untagged)]
enum Code {
    Known(i64),
    Other(Box<RawValue>),
}

impl<'a> Shape<'a> {
    fn of(incoming: &'a Incoming) -> Self {
        match incoming {
            Incoming::Event(event) => Self::Event {
                action: event.frame().members().text("action").unwrap_or_default(),
                deviceid: event.device_id(),
                params: event.frame().params_json().and_then(redacted),
            },
            Incoming::Handshake(handshake) => Self::Handshake {
                ok: handshake.is_accepted(),
                heartbeat_interval_s: match handshake.outcome() {
                    HandshakeOutcome::Accepted { heartbeat } => {
                        heartbeat.map(|heartbeat| heartbeat.interval().as_secs())
                    }
                    _ => None,
                },
                frame: handshake.frame(),
            },
            Incoming::Reply(reply) => Self::answer(reply.frame()),
            Incoming::Unmatched(unmatched) => Self::answer(unmatched.frame()),
            Incoming::Malformed(error) => Self::Malformed(error.into()),
            _ => Self::Heartbeat {},
        }
    }

    fn answer(frame: &'a Frame) -> Self {
        let error = frame.error();
        let other = || frame.get("error").and_then(redacted).map(Code::Other);
        Self::Answer {
            sequence: frame.sequence(),
            error: error.code().map(|code| Code::Known(code.get())).or_else(other),
            class: error.class().as_str(),
            deviceid: frame.device_id(),
            frame,
        }
    }
}

impl From<&Malformed> for Fault {
    fn from(error: &Malformed) -> Self {
        Self { error: error.to_string(), at: Some(error.offset()) }
    }
}

fn redacted(json: JsonRef<'_>) -> Option<Box<RawValue>> {
    RawValue::from_string(json.encode_redacted()).ok()
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        head(f, self.line, self.kind)?;
        match &self.shape {
            Shape::Heartbeat {} => Ok(()),
            Shape::Event { action, deviceid, params } => {
                write!(f, "  {} {}", Plain(action), Plain(deviceid.unwrap_or("-")))?;
                match params {
                    Some(params) => write!(f, " {}", Plain(params.get())),
                    None => Ok(()),
                }
            }
            Shape::Handshake { ok: true, heartbeat_interval_s: Some(seconds), .. } => {
                write!(f, "  accepted, heartbeat every {seconds} s")
            }
            Shape::Handshake { ok: true, .. } => f.write_str("  accepted, no heartbeat"),
            Shape::Handshake { frame, .. } => {
                f.write_str("  refused: ")?;
                verdict(frame, f)
            }
            Shape::Answer { sequence, deviceid, frame, .. } => {
                let sequence = sequence.as_deref().unwrap_or("-");
                write!(f, "  {} {} ", Plain(sequence), Plain(deviceid.unwrap_or("-")))?;
                verdict(frame, f)
            }
            Shape::Malformed(fault) => write!(f, "  {fault}"),
        }
    }
}

/// What a frame says went wrong, or that nothing did.
fn verdict(frame: &Frame, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match frame.error() {
        ErrorField::Absent => f.write_str("no code")?,
        ErrorField::Unreadable => f.write_str("a code that cannot be read")?,
        ErrorField::Code(code) if code.is_ok() => write!(f, "{code}")?,
        ErrorField::Code(code) => write!(f, "{code}, {}", code.class())?,
    }
    match frame.reason() {
        Some(reason) => write!(f, ": {}", Plain(reason)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use devicelink::coolkit::proto::Incoming;

    use super::{Decoder, Frames, Request, Requests};

    fn awaiting(pending: &[&str]) -> Requests {
        let open = pending.iter().map(|text| text.parse().unwrap()).collect();
        Requests { open, device_id: None }
    }

    #[test]
    fn the_first_answer_wins() {
        let mut requests = awaiting(&["1:dev:update", "2::userOnline"]);
        let kinds: Vec<_> = [
            r#"{"sequence":"2","error":0}"#,
            r#"{"sequence":"2","error":0}"#,
            r#"{"sequence":"1","error":0,"deviceid":"other"}"#,
            r#"{"sequence":1,"error":0}"#,
            r#"{"sequence":"1","error":504}"#,
        ]
        .iter()
        .map(|text| requests.classify(text.as_bytes()).as_str())
        .collect();
        assert_eq!(kinds, ["handshake", "unmatched", "unmatched", "reply", "unmatched"]);
    }

    #[test]
    fn what_was_sent_is_awaited_until_the_next_login() {
        let mut frames = Frames(awaiting(&[]));
        frames.sent(br#"{"action":"userOnline","sequence":"1"}"#);
        frames.sent(br#"{"action":"query","deviceid":"dev","sequence":"2"}"#);
        frames.sent(b"ping");
        frames.sent(br#"{"action":"userOnline","sequence":"3"}"#);
        let kinds = ["1", "2", "3"].map(|sequence| {
            let answer = format!(r#"{{"sequence":"{sequence}","error":0}}"#);
            frames.0.classify(answer.as_bytes()).as_str()
        });
        assert_eq!(kinds, ["unmatched", "unmatched", "handshake"]);
    }

    #[test]
    fn whoever_names_no_device_awaits_the_answer_of_any() {
        for (pending, text) in [
            ("1", r#"{"sequence":"1","deviceid":"dev"}"#),
            ("1", r#"{"sequence":"1"}"#),
            ("1::query", r#"{"sequence":"1","deviceid":"dev","params":{}}"#),
        ] {
            let incoming = awaiting(&[pending]).classify(text.as_bytes());
            assert!(matches!(incoming, Incoming::Reply(_)), "{text}");
        }
    }

    #[test]
    fn a_request_has_a_sequence_and_a_kind_of_the_wire() {
        for text in ["", ":dev", "::userOnline", "1:dev:pong", "1:dev:Update", "1::query:"] {
            assert!(text.parse::<Request>().is_err(), "{text}");
        }
        for (text, is_login) in [("1:dev:", false), ("1::reply", false), ("1::handshake", true)] {
            assert_eq!(text.parse::<Request>().map(|request| request.is_login), Ok(is_login));
        }
    }
}
