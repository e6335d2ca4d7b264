//! From text to a frame.

use std::borrow::Cow;

use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use super::parts::{DATA, FrameParts, KNOWN, NAME, Object, Parts, Shape, VALUE, last_of_each};
use super::{Frame, Item, Layout, MAX_MESSAGES, Messages, Slot, usual};
use crate::configuration::MachineConfiguration;
use crate::error::{Malformed, Reason};
use crate::json::{Json, syntax};
use crate::message::{Attributes, Message, ValueMember, Wire};
use crate::name::Name;
use crate::secret;
use crate::settings::{SettingsMap, scan};
use crate::unit::{Unit, ValueType};
use crate::value::{Raw, Value, read_text};

impl Frame {
    /// Reads a frame. White space and NUL characters around it do not count.
    ///
    /// # Errors
    ///
    /// If the text is not one JSON object or list, or holds more than [`MAX_MESSAGES`] messages or members. A message
    /// inside that cannot be read is not an error of the frame; it stands in its place among the others.
    pub fn decode(text: &str) -> Result<Self, Malformed> {
        let mut settings = SettingsMap::new();
        if scan::frame(text, &mut settings).is_some() {
            return Ok(Message::settings(settings).into());
        }
        let trimmed = trim(text);
        if u32::try_from(trimmed.len()).is_err() {
            return Err(Malformed::new(Reason::TooLarge));
        }
        if let Some(frame) = usual::frame(trimmed) {
            return Ok(frame);
        }
        let before = trimmed.as_ptr() as usize - text.as_ptr() as usize;
        let mut parts = Parts::default();
        let shape = parse(trimmed, &mut parts);
        let unreadable = |error: Malformed| {
            let offset = error.offset().unwrap_or(0);
            error.at(Some(before + offset)).with_excerpt(syntax::excerpt(trimmed, offset))
        };
        match shape {
            Err(_) if parts.is_too_large => Err(Malformed::new(Reason::TooLarge)),
            Err(error) => Err(unreadable(syntax::malformed(&error, trimmed))),
            Ok(Shape::Scalar) => Err(unreadable(Malformed::new(Reason::NotAFrame))),
            Ok(Shape::Object) => Ok(parts.object.into_frame(trimmed, before)),
            Ok(Shape::List) => {
                let mut list = parts.list;
                list.locate(trimmed, before);
                Ok(Self {
                    messages: Messages::Many(list.messages),
                    layout: Layout::List(list.slots),
                })
            }
        }
    }

    /// Reads a binary frame, which has to hold UTF-8.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode), and if the bytes are not UTF-8.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::decode(text),
            Err(error) => Err(Malformed::new(Reason::NotUtf8).at(Some(error.valid_up_to()))),
        }
    }
}

/// The inner text of a frame that is one message `Settings` with its value in text, as professional machines send it.
pub(crate) fn settings_data(frame: &str) -> Option<Cow<'_, str>> {
    let mut parts = Parts::default();
    let Ok(Shape::Object) = parse(trim(frame), &mut parts) else { return None };
    let [name, data, value, ..] = parts.object.known;
    match (name, data.or(value)) {
        (Some((_, Raw::Text(name))), Some((_, Raw::Text(data)))) if name == "Settings" => {
            Some(data)
        }
        _ => None,
    }
}

pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_ascii_whitespace() || character == '\0')
}

fn parse<'a>(text: &'a str, parts: &mut Parts<'a>) -> Result<Shape, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let shape = FrameParts(parts).deserialize(&mut deserializer)?;
    deserializer.end().map(|()| shape)
}

#[derive(Default)]
pub(super) struct List {
    messages: Vec<Item>,
    slots: Vec<Slot>,
}

impl List {
    /// Takes the members of an item that is an object.
    pub(super) fn push(&mut self, object: &mut Object<'_>) {
        let slot = if object.is_named() {
            self.messages.push(object.take_named());
            Slot::Named
        } else {
            Slot::Members(object.take_members(&mut self.messages))
        };
        self.slots.push(slot);
    }

    /// Takes an item that is no object.
    pub(super) fn push_other(&mut self, json: Json) {
        let error = Malformed::new(Reason::ItemNotAnObject).of_json(json);
        self.messages.push(Err(error));
        self.slots.push(Slot::Named);
    }

    pub(super) fn is_too_large(&self) -> bool {
        self.messages.len().max(self.slots.len()) > MAX_MESSAGES
    }

    /// Says where in the frame the items are that have a fault; reads it again, which only a faulty frame costs.
    fn locate(&mut self, text: &str, before: usize) {
        let is_lost = |item: &Item| matches!(item, Err(error) if error.offset().is_none());
        if !self.messages.iter().any(is_lost) {
            return;
        }
        let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) else { return };
        let may_show = !secret::may_hold_secret(text);
        let mut messages = self.messages.iter_mut();
        for (at, (item, slot)) in items.iter().zip(&self.slots).enumerate() {
            let count = match slot {
                Slot::Named => 1,
                Slot::Members(count) => *count,
            };
            let offset = item.get().as_ptr() as usize - text.as_ptr() as usize;
            for error in messages.by_ref().take(count).filter_map(|item| item.as_mut().err()) {
                let excerpt = may_show.then(|| syntax::shown(item.get(), 0));
                error.locate(Some(at), before + offset, excerpt);
            }
        }
    }
}

impl Object<'_> {
    fn into_frame(mut self, text: &str, before: usize) -> Frame {
        if self.is_named() {
            let mut message = self.take_named();
            if let Err(error) = &mut message {
                error.locate(None, before, syntax::excerpt(text, 0));
            }
            return Frame { messages: Messages::One(message), layout: Layout::Named };
        }
        let mut messages = Vec::new();
        self.take_members(&mut messages);
        for error in messages.iter_mut().filter_map(|item| item.as_mut().err()) {
            // Only messages that hold secrets fail here.
            error.locate(None, before, None);
        }
        Frame { messages: Messages::Many(messages), layout: Layout::Members }
    }

    /// Reads the object as one message, and leaves it empty.
    fn take_named(&mut self) -> Item {
        let name = match self.known[NAME].take() {
            Some((_, Raw::Text(text))) => Name::from(&*text),
            name => {
                self.known[NAME] = name;
                return Err(Malformed::new(Reason::NameNotText).of_json(self.take_json()));
            }
        };
        let (member, value) = match self.known[DATA].take() {
            Some((_, data)) => (ValueMember::Data, Some(data)),
            None => match self.known[VALUE].take() {
                Some((_, value)) => (ValueMember::Value, Some(value)),
                None => (ValueMember::Absent, None),
            },
        };
        let mut attributes = Attributes::default();
        for (member, value) in KNOWN.iter().zip(&mut self.known) {
            let Some((_, value)) = value.take() else { continue };
            match (*member, value) {
                ("type", Raw::Text(text)) => attributes.value_type = Some(ValueType::from(&*text)),
                ("displayName", Raw::Text(text)) => attributes.display_name = Some(text.into()),
                ("unit", Raw::Text(text)) => attributes.unit = Some(Unit::from(&*text)),
                ("recorded", Raw::Text(text)) => attributes.recorded = Some(text.into()),
                (member, value) => attributes.other.push((member.into(), value.into_json())),
            }
        }
        for (_, member, value) in last_of_each(std::mem::take(&mut self.rest)) {
            attributes.other.push((member.into(), value.into_json()));
        }
        read(name, value, member, attributes)
    }

    /// Reads every member as a message, says how many there were, and leaves the object empty.
    fn take_members(&mut self, messages: &mut Vec<Item>) -> usize {
        messages.extend(self.take_ordered().map(|(name, value)| {
            read(Name::from(&*name), Some(value), ValueMember::Value, Attributes::default())
        }));
        self.count
    }
}

/// Reads a value by its name.
pub(super) fn read(
    name: Name,
    raw: Option<Raw<'_>>,
    member: ValueMember,
    attributes: Attributes,
) -> Item {
    match name {
        Name::Settings => return read_settings(raw, member, attributes),
        Name::MachineConfiguration => return read_configuration(raw, member, attributes),
        _ => {}
    }
    let Some(Raw::Text(text)) = raw else {
        return Ok(Message::unread(name, raw, member, attributes));
    };
    Ok(match read_text(&name, attributes.value_type.as_ref(), &text) {
        Some(value) => Message::new(name, value, Wire::Text(text.into()), member, attributes),
        None => Message::unread(name, Some(Raw::Text(text)), member, attributes),
    })
}

fn read_settings(raw: Option<Raw<'_>>, member: ValueMember, attributes: Attributes) -> Item {
    let settings = match &raw {
        Some(Raw::Text(text)) => SettingsMap::from_data(text),
        Some(Raw::Json(json)) => SettingsMap::from_json(json),
        _ => Err(Malformed::new(Reason::SettingsShape)),
    };
    match (settings, raw) {
        (Ok(settings), raw) => {
            let wire = match raw {
                Some(Raw::Text(text)) if settings.to_data() == text => Wire::Written,
                Some(Raw::Text(text)) => Wire::Text(text.into()),
                Some(Raw::Json(json)) => Wire::Json(Box::new(json)),
                _ => Wire::Plain,
            };
            Ok(Message::new(
                Name::Settings,
                Value::Settings(Box::new(settings)),
                wire,
                member,
                attributes,
            ))
        }
        (Err(error), raw) => {
            Err(error.of_message(Message::unread(Name::Settings, raw, member, attributes)))
        }
    }
}

fn read_configuration(raw: Option<Raw<'_>>, member: ValueMember, attributes: Attributes) -> Item {
    let name = Name::MachineConfiguration;
    let (configuration, wire) = match raw {
        Some(Raw::Text(text)) => match MachineConfiguration::from_text(&text) {
            Ok(configuration) => (configuration, Wire::Text(text.into())),
            Err(error) => {
                let message = Message::unread(name, Some(Raw::Text(text)), member, attributes);
                return Err(error.of_message(message));
            }
        },
        Some(Raw::Json(json)) if json.root().is_object() => {
            (MachineConfiguration::new(json), Wire::Plain)
        }
        raw => {
            let message = Message::unread(name, raw, member, attributes);
            return Err(Malformed::new(Reason::ConfigurationNotAnObject).of_message(message));
        }
    };
    let value = Value::MachineConfiguration(Box::new(configuration));
    Ok(Message::new(name, value, wire, member, attributes))
}
