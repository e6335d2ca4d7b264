//! What could not be read, where, and why.

use std::error::Error;
use std::fmt;

use crate::json::Json;
use crate::message::Message;
use crate::name::Name;
use crate::settings::{SettingKey, SettingsMap};
use crate::value::Value;

/// A frame or a message that could not be read.
///
/// One message that cannot be read costs only itself: [`Frame`](crate::Frame) yields it in its place, between the
/// others. Neither `Debug` nor `Display` shows a value of the settings or a part of the machine configuration.
///
/// ```
/// use lamarzocco_proto::{Frame, Reason};
///
/// let error = Frame::decode("{\"name\":\"WaterTDS\",").unwrap_err();
/// assert_eq!(error.reason(), Reason::Truncated);
/// assert_eq!(error.offset(), Some(19));
/// ```
///
/// A bad entry of the settings does not cost the others:
///
/// ```
/// use lamarzocco_proto::{Reason, SettingsMap};
///
/// let text = r#"{"Settings":[{"Hash":1,"Value":"AgAAAA=="},{"Hash":2,"Value":"?"}]}"#;
/// let error = SettingsMap::from_data(text).unwrap_err();
/// assert_eq!((error.reason(), error.index()), (Reason::SettingsBase64, Some(1)));
/// assert_eq!(error.into_settings().unwrap().get(1).unwrap().as_u32(), Some(2));
/// ```
#[derive(Clone, PartialEq)]
pub struct Malformed(Box<Detail>);

#[derive(Clone, PartialEq)]
struct Detail {
    reason: Reason,
    offset: Option<usize>,
    index: Option<usize>,
    key: Option<SettingKey>,
    excerpt: Option<Box<str>>,
    settings: Option<Box<SettingsMap>>,
    origin: Option<Origin>,
}

/// What the error was read from, so that a frame can be written again as it came.
#[derive(Clone, PartialEq)]
pub(crate) enum Origin {
    Message(Box<Message>),
    Json(Json),
}

/// Why a frame or a message could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// A binary frame does not hold UTF-8.
    #[error("the frame is not UTF-8")]
    NotUtf8,
    /// The text is not JSON.
    #[error("the text is not JSON")]
    NotJson,
    /// The text ends in the middle of a JSON value.
    #[error("the text ends in the middle of a JSON value")]
    Truncated,
    /// There is text after the JSON value.
    #[error("there is text after the JSON value")]
    TrailingText,
    /// JSON is nested deeper than this crate reads; 100 levels always are, 129 never.
    #[error("JSON is nested too deeply")]
    TooDeep,
    /// The frame is JSON, but neither an object nor a list.
    #[error("the frame is neither an object nor a list")]
    NotAFrame,
    /// An item of a list frame is not an object.
    #[error("an item of the list is not an object")]
    ItemNotAnObject,
    /// The member `name` of an object is not text.
    #[error("the name is not text")]
    NameNotText,
    /// The frame can be read, but holds no message `Settings`.
    #[error("the frame holds no message Settings")]
    NoSettings,
    /// The value of `Settings` is not an object with a list `Settings`.
    #[error("the settings are not an object with a list `Settings`")]
    SettingsShape,
    /// An entry of the settings is not an object.
    #[error("an entry of the settings is not an object")]
    SettingsEntry,
    /// The `Hash` of an entry is missing or is not an integer from 0 to 4294967295.
    #[error("the hash of an entry of the settings is not an unsigned 32-bit integer")]
    SettingsHash,
    /// The `Value` of an entry is missing or is not text.
    #[error("the value of an entry of the settings is not text")]
    SettingsValue,
    /// The `Value` of an entry is not canonical base64.
    #[error("the value of an entry of the settings is not canonical base64")]
    SettingsBase64,
    /// There is more than [`MAX_MESSAGES`](crate::MAX_MESSAGES), [`MAX_ENTRIES`](crate::settings::MAX_ENTRIES) or
    /// [`MAX_LONG_BYTES`](crate::settings::MAX_LONG_BYTES) allow, or the text is longer than 4 GiB.
    #[error("there is more than the limits of this crate allow")]
    TooLarge,
    /// The value of `MachineConfiguration` is not an object.
    #[error("the machine configuration is not an object")]
    ConfigurationNotAnObject,
}

impl Malformed {
    pub(crate) fn new(reason: Reason) -> Self {
        Self(Box::new(Detail {
            reason,
            offset: None,
            index: None,
            key: None,
            excerpt: None,
            settings: None,
            origin: None,
        }))
    }

    /// Why it could not be read.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.0.reason
    }

    /// Where: bytes from the start of the text that was read.
    ///
    /// If that text is a frame, and the fault is in `Settings` or `MachineConfiguration` whose value is text, as
    /// professional machines send it, the bytes count from the start of that inner text. Absent if a frame is beyond
    /// the limits, and if what was read was no text.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
    }

    /// Which one, counted from 0: the item of a list frame, or the entry of the settings.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        self.0.index
    }

    /// The setting whose entry could not be read, if its hash could be.
    #[must_use]
    pub fn key(&self) -> Option<SettingKey> {
        self.0.key
    }

    /// At most 64 bytes of the text around the fault, escaped. Absent wherever the frame may hold a secret.
    #[must_use]
    pub fn excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }

    /// The name of the message that failed, if the frame could be read that far.
    #[must_use]
    pub fn name(&self) -> Option<&Name> {
        match &self.0.origin {
            Some(Origin::Message(message)) => Some(message.name()),
            _ => None,
        }
    }

    /// The entries of a settings message that could be read in spite of the fault.
    #[must_use]
    pub fn settings(&self) -> Option<&SettingsMap> {
        self.0.settings.as_deref()
    }

    /// As [`settings`](Self::settings), without a copy.
    #[must_use]
    pub fn into_settings(self) -> Option<SettingsMap> {
        self.0.settings.map(|settings| *settings)
    }

    /// What a program should do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.0.reason {
            Reason::NotUtf8
            | Reason::NotJson
            | Reason::Truncated
            | Reason::TrailingText
            | Reason::NotAFrame => {
                "this is no frame of a machine: check that the address is the machine's, and read the next frame"
            }
            Reason::TooDeep | Reason::TooLarge => {
                "no machine sends this: skip the frame and read the next one"
            }
            Reason::NoSettings => "decode the frame with Frame::decode: it holds another message",
            Reason::ItemNotAnObject | Reason::NameNotText => {
                "skip this message: the others of the frame are intact"
            }
            Reason::SettingsEntry
            | Reason::SettingsHash
            | Reason::SettingsValue
            | Reason::SettingsBase64 => {
                "use the entries that could be read, and report the frame with the values left out"
            }
            Reason::SettingsShape | Reason::ConfigurationNotAnObject => {
                "keep the last value of this message: this firmware may write it in a way not seen before"
            }
        }
    }

    pub(crate) fn origin(&self) -> Option<&Origin> {
        self.0.origin.as_ref()
    }

    pub(crate) fn at(mut self, offset: Option<usize>) -> Self {
        self.0.offset = offset;
        self
    }

    pub(crate) fn in_item(mut self, index: usize) -> Self {
        self.0.index = Some(index);
        self
    }

    /// Fills in where in a frame it is, unless that is known.
    pub(crate) fn locate(
        &mut self,
        index: Option<usize>,
        offset: usize,
        excerpt: Option<Box<str>>,
    ) {
        if self.0.offset.is_none() {
            self.0.offset = Some(offset);
            self.0.index = self.0.index.or(index);
            self.0.excerpt = excerpt;
        }
    }

    pub(crate) fn of_key(mut self, key: Option<SettingKey>) -> Self {
        self.0.key = key;
        self
    }

    pub(crate) fn with_excerpt(mut self, excerpt: Option<Box<str>>) -> Self {
        self.0.excerpt = excerpt;
        self
    }

    pub(crate) fn with_settings(mut self, settings: SettingsMap) -> Self {
        self.0.settings = Some(Box::new(settings));
        self
    }

    pub(crate) fn of_json(mut self, json: Json) -> Self {
        self.0.origin = Some(Origin::Json(json));
        self
    }

    pub(crate) fn of_message(mut self, message: Message) -> Self {
        self.0.origin = Some(Origin::Message(Box::new(message)));
        self
    }

    /// The message itself is not kept.
    pub(crate) fn of_settings(self) -> Self {
        self.of_message(Message::plain(Name::Settings, Value::Null))
    }

    pub(crate) fn take_settings(&mut self) -> Option<SettingsMap> {
        self.0.settings.take().map(|settings| *settings)
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail = &*self.0;
        write!(f, "{}", detail.reason)?;
        if let Some(index) = detail.index {
            write!(f, ", item {index}")?;
        }
        if let Some(key) = detail.key {
            write!(f, ", hash {}", key.hash())?;
        }
        if let Some(offset) = detail.offset {
            write!(f, ", at byte {offset}")?;
        }
        if let Some(settings) = &detail.settings {
            write!(f, ", {} entries could be read", settings.len())?;
        }
        match &detail.excerpt {
            Some(excerpt) if !excerpt.is_empty() => write!(f, ": {excerpt}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail = &*self.0;
        f.debug_struct("Malformed")
            .field("reason", &detail.reason)
            .field("name", &self.name())
            .field("offset", &detail.offset)
            .field("index", &detail.index)
            .field("key", &detail.key)
            .field("excerpt", &detail.excerpt)
            .field("settings", &self.settings().map(SettingsMap::len))
            .finish()
    }
}

impl Error for Malformed {}
