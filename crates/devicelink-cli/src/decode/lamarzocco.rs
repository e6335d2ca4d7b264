use std::fmt::{self, Write};
use std::io;

use clap::Args;
use devicelink::lamarzocco::proto::{
    Class, Frame, MachineConfiguration, Malformed, Message, RedactedValue, SettingsMap, Unit, Value,
};
use serde::ser::{Serialize, Serializer};

use super::{Decoder, Fault, Input, Put, Verdict, head};
use crate::failure::Failure;
use crate::lamarzocco::Row;
use crate::output::Output;
use crate::text::Plain;

#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink decode lamarzocco frames.jsonl
  devicelink decode lamarzocco --verbose --whole settings.json
  devicelink decode lamarzocco --json < frames.jsonl | jq 'select(.kind == \"malformed\")'")]
pub(crate) struct Lamarzocco {
    #[command(flatten)]
    input: Input,
    /// Show all messages and settings. A ~ marks a setting whose name is only probable, a ? one whose type is a guess.
    #[arg(short, long)]
    verbose: bool,
}

impl Lamarzocco {
    pub(super) fn run(self, output: Output) -> Result<(), Failure> {
        self.input.decode(Frames { is_verbose: self.verbose }, output)
    }
}

/// What machines say, without all details.
pub(crate) fn frames() -> impl Decoder {
    Frames { is_verbose: false }
}

struct Frames {
    is_verbose: bool,
}

impl Decoder for Frames {
    fn show(
        &mut self,
        line: u64,
        text: Result<&[u8], Fault>,
        output: &mut impl Put,
    ) -> io::Result<Verdict> {
        let frame = text.and_then(|text| Frame::from_bytes(text).map_err(|error| (&error).into()));
        let (kind, shape) = match &frame {
            Ok(frame) => (frame.class(), Shape::of(frame)),
            Err(fault) => {
                (Class::Malformed, Shape::Malformed { fault: fault.clone(), readable: None })
            }
        };
        let line = Line { line, kind: kind.as_str(), shape, is_verbose: self.is_verbose };
        output.put(&line)?;
        Ok(line.shape.verdict())
    }
}

#[derive(serde::Serialize)]
struct Line<'a> {
    line: u64,
    kind: &'static str,
    #[serde(flatten)]
    shape: Shape<'a>,
    #[serde(skip)]
    is_verbose: bool,
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum Shape<'a> {
    Settings(Settings<'a>),
    Configuration {
        #[serde(serialize_with = "redacted")]
        configuration: &'a MachineConfiguration,
    },
    Messages {
        #[serde(serialize_with = "each_message")]
        messages: &'a [Result<Message, Malformed>],
    },
    Malformed {
        #[serde(flatten)]
        fault: Fault,
        /// The settings that could be read in spite of it.
        #[serde(skip)]
        readable: Option<&'a SettingsMap>,
    },
}

#[derive(serde::Serialize)]
struct Settings<'a> {
    count: usize,
    #[serde(serialize_with = "each_entry")]
    entries: &'a SettingsMap,
}

impl<'a> Shape<'a> {
    fn of(frame: &'a Frame) -> Self {
        let messages = frame.messages();
        match messages {
            [Err(error)] => Self::Malformed { fault: error.into(), readable: error.settings() },
            [Ok(message)] => match message.value() {
                Value::Settings(settings) => Self::Settings(Settings::of(settings)),
                Value::MachineConfiguration(configuration) => Self::Configuration { configuration },
                _ => Self::Messages { messages },
            },
            _ => Self::Messages { messages },
        }
    }

    fn verdict(&self) -> Verdict {
        match self {
            Self::Malformed { .. } => Verdict::Malformed,
            Self::Messages { messages } if messages.iter().any(Result::is_err) => {
                Verdict::Malformed
            }
            _ => Verdict::Read,
        }
    }
}

impl<'a> Settings<'a> {
    fn of(entries: &'a SettingsMap) -> Self {
        Self { count: entries.len(), entries }
    }
}

impl From<&Malformed> for Fault {
    fn from(error: &Malformed) -> Self {
        Self { error: error.to_string(), at: error.offset() }
    }
}

fn redacted<S: Serializer>(
    configuration: &MachineConfiguration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    configuration.raw().redacted().serialize(serializer)
}

fn each_message<S: Serializer>(
    messages: &[Result<Message, Malformed>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(serde::Serialize)]
    #[serde(untagged)]
    enum Item<'a> {
        Message(Named<'a>),
        Malformed(Fault),
    }

    serializer.collect_seq(messages.iter().map(|message| match message {
        Ok(message) => Item::Message(Named::of(message)),
        Err(error) => Item::Malformed(error.into()),
    }))
}

/// A message.
#[derive(serde::Serialize)]
struct Named<'a> {
    name: String,
    value: Content<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    boiler: Option<u8>,
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Settings(Settings<'a>),
    Other(RedactedValue<'a>),
}

impl<'a> Named<'a> {
    fn of(message: &'a Message) -> Self {
        let name = message.name();
        Self {
            name: name.to_string(),
            value: match message.value() {
                Value::Settings(settings) => Content::Settings(Settings::of(settings)),
                _ => Content::Other(message.redacted()),
            },
            unit: unit(message),
            group: name.group().map(|group| group.number()),
            boiler: name.boiler().map(|boiler| boiler.number()),
        }
    }
}

/// As the machine writes it.
fn unit(message: &Message) -> Option<&str> {
    message.unit().filter(|unit| !unit.is_none()).map(Unit::as_str)
}

fn each_entry<S: Serializer>(settings: &SettingsMap, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(settings.iter().map(Row))
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        head(f, self.line, self.kind)?;
        match &self.shape {
            Shape::Settings(settings) => {
                write!(f, "  {settings}")?;
                if self.is_verbose { rows(settings.entries, f) } else { Ok(()) }
            }
            Shape::Configuration { configuration } => write!(f, "  {}", summary(configuration)),
            Shape::Messages { messages } if self.is_verbose => {
                messages.iter().try_for_each(|message| write!(f, "\n  {}", told(message)))
            }
            Shape::Messages { messages: [message] } => write!(f, "  {}", told(message)),
            Shape::Messages { messages } => {
                let all: Vec<String> = messages.iter().map(told).collect();
                match all.len() {
                    0 => f.write_str("  no message"),
                    count => write!(f, "  {count} messages: {}", Plain(&all.join("; "))),
                }
            }
            Shape::Malformed { fault, readable } => {
                write!(f, "  {fault}")?;
                readable.filter(|_| self.is_verbose).map_or(Ok(()), |settings| rows(settings, f))
            }
        }
    }
}

impl fmt::Display for Settings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |is: fn(&Row<'_>) -> bool| self.entries.iter().map(Row).filter(is).count();
        let labelled = count(|row| row.label().is_some());
        let secret = count(|row| row.is_secret());
        write!(f, "{} entries, {labelled} with a label, {secret} secret", self.count)
    }
}

fn rows(settings: &SettingsMap, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    settings.iter().try_for_each(|entry| write!(f, "\n  {}", Row(entry)))
}

fn summary(configuration: &MachineConfiguration) -> String {
    let machine = configuration.machine_capabilities().and_then(|machines| machines.first());
    let family = machine.and_then(|machine| machine.family()).or_else(|| configuration.family());
    let parts = [
        family.map(|family| family.as_str().to_owned()),
        configuration.sub_family().map(str::to_owned),
        machine
            .and_then(|machine| machine.groups_number())
            .map(|groups| format!("{groups} groups")),
        configuration.number_of_settings().map(|settings| format!("{settings} settings")),
        configuration.machine_mode().map(|mode| mode.as_str().to_owned()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    Plain(&parts.join(", ")).to_string()
}

/// A message in one line.
fn told(message: &Result<Message, Malformed>) -> String {
    let message = match message {
        Ok(message) => message,
        Err(error) => return format!("malformed: {error}"),
    };
    let mut line = Plain(&message.name().to_string()).to_string();
    let value = match message.value() {
        Value::Settings(settings) => Settings::of(settings).to_string(),
        Value::MachineConfiguration(configuration) => summary(configuration),
        // Nothing in memory fails to be written.
        _ => serde_json::to_string(&message.redacted()).unwrap_or_default(),
    };
    let _ = write!(line, " {}", Plain(&value));
    if let Some(unit) = unit(message) {
        let _ = write!(line, " {}", Plain(unit));
    }
    line
}
