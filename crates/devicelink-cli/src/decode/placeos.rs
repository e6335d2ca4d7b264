use std::borrow::Cow;
use std::fmt;
use std::io;

use clap::Args;
use devicelink::placeos::Generation;
use devicelink::placeos::proto::{BindingKey, Incoming, Kind, Response, Value, classify_bytes};
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::{Decoder, Fault, Input, Put, Verdict, head};
use crate::failure::Failure;
use crate::output::Output;
use crate::placeos::Speaks;
use crate::text::Plain;

#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink decode placeos frames.jsonl
  devicelink decode placeos --generation g2 frames.jsonl
  devicelink decode placeos --json < frames.jsonl | jq 'select(.kind == \"error\")'")]
pub(crate) struct Placeos {
    #[command(flatten)]
    input: Input,
    /// What the server speaks. Nothing is guessed from the frames.
    #[arg(long, value_enum, default_value_t)]
    generation: Speaks,
}

impl Placeos {
    pub(super) fn run(self, output: Output) -> Result<(), Failure> {
        self.input.decode(Frames(self.generation.into()), output)
    }
}

/// What servers of this generation say.
pub(crate) fn frames(generation: Generation) -> impl Decoder {
    Frames(generation)
}

struct Frames(Generation);

impl Decoder for Frames {
    fn show(
        &mut self,
        line: u64,
        text: Result<&[u8], Fault>,
        output: &mut impl Put,
    ) -> io::Result<Verdict> {
        let incoming = text.map(|text| classify_bytes(text, self.0));
        let line = match &incoming {
            Ok(incoming) => Line::of(line, incoming),
            Err(fault) => Line { fault: Some(fault.clone()), ..Line::new(line, "malformed") },
        };
        output.put(&line)?;
        Ok(if line.fault.is_some() { Verdict::Malformed } else { Verdict::Read })
    }
}

#[derive(Serialize)]
struct Line<'a> {
    line: u64,
    kind: &'static str,
    id: Option<Cow<'a, RawValue>>,
    meta: Option<Cow<'a, RawValue>>,
    value: Option<Cow<'a, RawValue>>,
    error_code: Option<Value>,
    code: Option<i64>,
    message: Option<Cow<'a, str>>,
    level: Option<Value>,
    module: Option<String>,
    #[serde(flatten)]
    fault: Option<Fault>,
    #[serde(skip)]
    response: Option<&'a Response<'a>>,
}

impl<'a> Line<'a> {
    fn of(line: u64, incoming: &'a Incoming<'a>) -> Self {
        let about = Self::new(line, incoming.as_str());
        match incoming {
            Incoming::Response(response) => about.with(response),
            Incoming::Malformed(error) => Self {
                id: error.id().and_then(|id| raw(id.to_string())),
                meta: error.key().and_then(|key| raw(meta(key).to_string())),
                fault: Some(Fault { error: error.to_string(), at: Some(error.offset()) }),
                ..about
            },
            _ => about,
        }
    }

    fn new(line: u64, kind: &'static str) -> Self {
        Self {
            line,
            kind,
            id: None,
            meta: None,
            value: None,
            error_code: None,
            code: None,
            message: None,
            level: None,
            module: None,
            fault: None,
            response: None,
        }
    }

    fn with(self, response: &'a Response<'a>) -> Self {
        let (mut id, mut meta, mut value) = (None, None, None);
        for (name, json) in response.members() {
            let member = match name {
                "id" if response.id().is_some() => &mut id,
                "meta" if response.meta().is_some() => &mut meta,
                "value" => &mut value,
                _ => continue,
            };
            *member = serde_json::from_str(json).ok().map(Cow::Borrowed);
        }
        Self {
            id,
            meta,
            value,
            error_code: response.error_code().map(|code| code.to_value()),
            code: response.status(),
            message: response.message(),
            level: response.level().map(|level| level.to_value()),
            module: response.module().map(|module| module.to_string()),
            response: Some(response),
            ..self
        }
    }
}

fn raw(json: String) -> Option<Cow<'static, RawValue>> {
    RawValue::from_string(json).ok().map(Cow::Owned)
}

fn meta(key: &BindingKey) -> serde_json::Value {
    json!({
        "sys": key.system(),
        "mod": key.module(),
        "index": key.index(),
        "name": key.name(),
    })
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        head(f, self.line, self.kind)?;
        match (self.response, &self.fault) {
            (_, Some(fault)) => write!(f, "  {fault}"),
            (Some(response), _) if response.kind() == Kind::Other => {
                write!(f, "  {}", Plain(&response.encode()))
            }
            (Some(response), _) => self.members(response, f),
            (None, None) => Ok(()),
        }
    }
}

impl Line<'_> {
    /// What is there, in words.
    fn members(&self, response: &Response<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(" ")?;
        if let Some(id) = &self.id {
            write!(f, " #{}", Plain(id.get()))?;
        }
        match (response.key(), &self.meta) {
            (Some(key), _) => write!(f, " {}", Plain(&key.to_string()))?,
            (None, Some(meta)) => write!(f, " {}", Plain(meta.get()))?,
            (None, None) => {}
        }
        if let Some(module) = &self.module {
            write!(f, " {}", Plain(module))?;
        }
        if let Some(level) = response.level() {
            write!(f, " {level}")?;
        }
        if let Some(error) = response.error() {
            return write!(f, " {error}");
        }
        if let Some(message) = &self.message {
            write!(f, ": {}", Plain(message))?;
        }
        match &self.value {
            Some(value) => write!(f, " = {}", Plain(value.get())),
            None => Ok(()),
        }
    }
}
