//! One frame: the messages of one text of the connection.

mod decode;
mod encode;
mod parts;
mod usual;

use std::fmt;
use std::slice;
use std::vec;

pub(crate) use self::decode::{settings_data, trim};
use crate::error::Malformed;
use crate::message::Message;
use crate::name::Name;
use crate::value::Value;

/// The largest number of messages in a frame, and of members in a message; a machine sends 91 messages at once.
///
/// A frame of 256 KiB cannot hold more, so a client that limits frames to that loses none.
pub const MAX_MESSAGES: usize = 1 << 17;

/// A frame, decoded: a sequence of messages, each of which could be read or not.
///
/// Machines pack messages in different ways: one object for one message, a list of them, an object whose members are
/// messages, a list of such objects. All of them come out the same here, in the order of the wire. How they were packed
/// is kept, so that [`encode`](Self::encode) gives JSON equal to what was decoded.
///
/// ```
/// use lamarzocco_proto::{Frame, Value};
///
/// let frame = Frame::decode(r#"[{"BrewingUpdateGroup1Time":3.7},5,{"Sleep":"command","TankStatus":"full"}]"#)?;
/// let mut messages = frame.iter();
/// assert_eq!(messages.next().unwrap().as_ref().unwrap().value(), &Value::Number(3.7));
/// assert!(messages.next().unwrap().is_err());
/// assert_eq!(messages.count(), 2);
/// # Ok::<(), lamarzocco_proto::Malformed>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    messages: Messages,
    layout: Layout,
}

/// What a frame holds.
///
/// ```
/// use lamarzocco_proto::{Class, Frame};
///
/// assert_eq!(Frame::decode(r#"{"Settings":{"Settings":[]}}"#)?.class(), Class::Settings);
/// assert_eq!(Frame::decode("[]")?.class(), Class::Batch);
/// assert_eq!(Class::of(&Frame::decode("hello")).as_str(), "malformed");
/// # Ok::<(), lamarzocco_proto::Malformed>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// One message with a known name and a number, a bool, a text or nothing.
    Measurement,
    /// One message: the map of all settings.
    Settings,
    /// One message: the machine configuration.
    MachineConfiguration,
    /// One message with a known name and an object or a list.
    Json,
    /// One message with a name that is not known.
    Unknown,
    /// No message, or more than one.
    Batch,
    /// One message that could not be read, or a frame that could not be.
    Malformed,
}

type Item = Result<Message, Malformed>;

/// Most frames hold one message, which needs no list.
#[derive(Debug, Clone, PartialEq)]
enum Messages {
    One(Item),
    Many(Vec<Item>),
}

/// How the messages are packed.
#[derive(Debug, Clone, PartialEq)]
enum Layout {
    /// An object that is a message, or a failed one.
    Named,
    /// An object whose members are messages.
    Members,
    List(Vec<Slot>),
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq)]
enum Slot {
    /// An object that is a message, or anything that is none.
    Named,
    /// An object of that many members.
    Members(usize),
}

impl Frame {
    /// An object that is one message, as professional machines send it.
    #[must_use]
    pub fn named(message: Message) -> Self {
        Self { messages: Messages::One(Ok(message)), layout: Layout::Named }
    }

    /// An object whose members are messages, as home machines and Bluetooth have it. Only names and values are written.
    ///
    /// ```
    /// use lamarzocco_proto::{Frame, Message};
    ///
    /// let frame = Frame::members([Message::plain("Sleep", "command"), Message::plain("TankStatus", "full")]);
    /// assert_eq!(frame.encode(), r#"{"Sleep":"command","TankStatus":"full"}"#);
    /// ```
    #[must_use]
    pub fn members(messages: impl IntoIterator<Item = Message>) -> Self {
        Self {
            messages: Messages::Many(messages.into_iter().map(Ok).collect()),
            layout: Layout::Members,
        }
    }

    /// A list of objects that are one message each, as home machines and the REST list have it.
    #[must_use]
    pub fn list(messages: impl IntoIterator<Item = Message>) -> Self {
        let messages: Vec<Item> = messages.into_iter().map(Ok).collect();
        let layout = Layout::List(vec![Slot::Named; messages.len()]);
        Self { messages: Messages::Many(messages), layout }
    }

    /// The messages in the order of the wire.
    pub fn messages(&self) -> &[Result<Message, Malformed>] {
        match &self.messages {
            Messages::One(message) => slice::from_ref(message),
            Messages::Many(messages) => messages,
        }
    }

    /// As [`messages`](Self::messages), one by one.
    pub fn iter(&self) -> slice::Iter<'_, Result<Message, Malformed>> {
        self.messages().iter()
    }

    /// How many messages there are, failed ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.messages().len()
    }

    /// Whether there are none, which is no error.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages().is_empty()
    }

    /// What the frame holds. A frame that could not be decoded at all is [`Class::Malformed`], too.
    #[must_use]
    pub fn class(&self) -> Class {
        let [message] = self.messages() else { return Class::Batch };
        let Ok(message) = message else { return Class::Malformed };
        match (message.name(), message.value()) {
            (Name::Settings, _) => Class::Settings,
            (Name::MachineConfiguration, _) => Class::MachineConfiguration,
            (Name::Unknown(_), _) => Class::Unknown,
            (_, Value::Json(_)) => Class::Json,
            _ => Class::Measurement,
        }
    }
}

impl Class {
    /// The class of what [`Frame::decode`] returned.
    #[must_use]
    pub fn of(frame: &Result<Frame, Malformed>) -> Self {
        frame.as_ref().map_or(Self::Malformed, Frame::class)
    }

    /// The class as a word: `measurement`, `settings`, `machine_configuration`, `json`, `unknown`, `batch` or
    /// `malformed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Measurement => "measurement",
            Self::Settings => "settings",
            Self::MachineConfiguration => "machine_configuration",
            Self::Json => "json",
            Self::Unknown => "unknown",
            Self::Batch => "batch",
            Self::Malformed => "malformed",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Message> for Frame {
    fn from(message: Message) -> Self {
        Self::named(message)
    }
}

impl<'a> IntoIterator for &'a Frame {
    type Item = &'a Result<Message, Malformed>;
    type IntoIter = slice::Iter<'a, Result<Message, Malformed>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Frame {
    type Item = Result<Message, Malformed>;
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        IntoIter(match self.messages {
            Messages::One(message) => Remaining::One(Some(message)),
            Messages::Many(messages) => Remaining::Many(messages.into_iter()),
        })
    }
}

/// The messages of a frame.
#[derive(Debug)]
pub struct IntoIter(Remaining);

#[derive(Debug)]
enum Remaining {
    One(Option<Item>),
    Many(vec::IntoIter<Item>),
}

impl Iterator for IntoIter {
    type Item = Result<Message, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Remaining::One(message) => message.take(),
            Remaining::Many(messages) => messages.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Remaining::One(message) => {
                (usize::from(message.is_some()), Some(usize::from(message.is_some())))
            }
            Remaining::Many(messages) => messages.size_hint(),
        }
    }
}

impl ExactSizeIterator for IntoIter {}
