//! From text to a map: one pass of the JSON parser, entries straight into their place.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::hash::SettingKey;
use super::map::{MAX_LONG_BYTES, SettingsMap, Slot};
use super::scan;
use crate::error::{Malformed, Reason};
use crate::frame::{Frame, settings_data};
use crate::json::visit::{self, seed};
use crate::json::{Json, syntax};
use crate::name::Name;

impl SettingsMap {
    /// Reads the text of a whole frame that holds the message `Settings`, in any of the shapes that
    /// [`Frame::decode`] reads.
    ///
    /// # Errors
    ///
    /// If the frame cannot be read, holds no such message, or one of its entries cannot be read. In the last case the
    /// error holds the other entries, see [`Malformed::settings`].
    pub fn from_frame(frame: &str) -> Result<Self, Malformed> {
        let mut map = Self::new();
        map.read_frame(frame).map_err(|error| match error.name() {
            Some(_) => with_rest(error, &mut map),
            None => error,
        })?;
        Ok(map)
    }

    /// Reads the inner text, which stands in the member `data` of the frame.
    ///
    /// # Errors
    ///
    /// If one of the entries cannot be read. The error holds the others, see [`Malformed::settings`].
    pub fn from_data(data: &str) -> Result<Self, Malformed> {
        let mut map = Self::new();
        map.read_data(data).map_err(|error| with_rest(error, &mut map))?;
        Ok(map)
    }

    /// Reads the value of the message: an object, or text that holds one.
    ///
    /// # Errors
    ///
    /// If one of the entries cannot be read. The error holds the others, see [`Malformed::settings`].
    pub fn from_value(value: &serde_json::Value) -> Result<Self, Malformed> {
        if let Some(data) = value.as_str() {
            return Self::from_data(data);
        }
        Self::from_json(&Json::from(value))
    }

    /// As text again, which is no detour for any machine that is known: all of them send the settings as text.
    pub(crate) fn from_json(json: &Json) -> Result<Self, Malformed> {
        Self::from_data(&json.to_string()).map_err(|error| error.at(None))
    }

    /// As [`from_frame`](Self::from_frame), into the memory of this map.
    ///
    /// # Errors
    ///
    /// As [`from_frame`](Self::from_frame); the entries that could be read are in this map, not in the error. If the
    /// frame itself cannot be read, the map is empty.
    pub fn read_frame(&mut self, frame: &str) -> Result<(), Malformed> {
        if scan::frame(frame, self).is_some() {
            return Ok(());
        }
        self.parse_frame(frame)
    }

    /// As [`read_frame`](Self::read_frame), by the JSON parser alone.
    pub(super) fn parse_frame(&mut self, frame: &str) -> Result<(), Malformed> {
        if let Some(data) = settings_data(frame) {
            return self.read_data(&data).map_err(Malformed::of_settings);
        }
        self.clear();
        let frame = Frame::decode(frame)?;
        for message in frame {
            match message {
                Ok(message) if *message.name() == Name::Settings => {
                    *self = message.into_settings().unwrap_or_default();
                    return Ok(());
                }
                Err(mut error) if error.name() == Some(&Name::Settings) => {
                    *self = error.take_settings().unwrap_or_default();
                    return Err(error);
                }
                _ => {}
            }
        }
        Err(Malformed::new(Reason::NoSettings))
    }

    /// As [`from_data`](Self::from_data), into the memory of this map.
    ///
    /// # Errors
    ///
    /// As [`from_data`](Self::from_data); the entries that could be read are in this map, not in the error.
    pub fn read_data(&mut self, data: &str) -> Result<(), Malformed> {
        if scan::data(data, self).is_some() {
            return Ok(());
        }
        let mut reader = Reader::new(self);
        let mut deserializer = serde_json::Deserializer::from_str(data);
        let result = DeserializeSeed::deserialize(&mut reader, &mut deserializer)
            .and_then(|()| deserializer.end());
        reader.finish(result, data)
    }
}

/// Hands the entries that could be read over to the error.
fn with_rest(error: Malformed, map: &mut SettingsMap) -> Malformed {
    error.with_settings(std::mem::take(map))
}

/// Reads one document into a map; the first fault is kept, and the entries after it are still read.
struct Reader<'m> {
    map: &'m mut SettingsMap,
    fault: Option<Fault>,
}

#[derive(Clone, Copy)]
struct Fault {
    reason: Reason,
    entry: Option<usize>,
    key: Option<SettingKey>,
}

impl Fault {
    fn new(reason: Reason) -> Self {
        Self { reason, entry: None, key: None }
    }
}

impl<'m> Reader<'m> {
    fn new(map: &'m mut SettingsMap) -> Self {
        map.clear();
        Self { map, fault: Some(Fault::new(Reason::SettingsShape)) }
    }

    fn finish(self, result: Result<(), serde_json::Error>, text: &str) -> Result<(), Malformed> {
        self.map.reindex();
        let fault = match (self.fault, result) {
            // The limits end the reading with an error of the parser.
            (Some(fault), _) if fault.reason == Reason::TooLarge => fault,
            (_, Err(error)) => return Err(syntax::malformed(&error, text)),
            (Some(fault), Ok(())) => fault,
            (None, Ok(())) => return Ok(()),
        };
        let error = Malformed::new(fault.reason).of_key(fault.key);
        Err(match fault.entry {
            Some(entry) => error.in_item(entry).at(offset_of(entry, text).or(Some(0))),
            None => error.at(Some(0)),
        })
    }

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        mut members: A,
        entry: usize,
    ) -> Result<(), A::Error> {
        let mark = self.map.arena_len();
        let mut hash = Err(Reason::SettingsHash);
        let mut value = Err(Reason::SettingsValue);
        while let Some(member) = members.next_key_seed(MemberName)? {
            match member {
                Member::Hash => hash = members.next_value_seed(Hash)?,
                Member::Value => {
                    // As everywhere, the last of several members of the same name counts.
                    self.map.rewind(mark);
                    value = members.next_value_seed(Base64(self.map))?;
                }
                Member::Settings | Member::Other => members.next_value_seed(Skip)?,
            }
        }
        let reason = match (hash, value) {
            (Ok(hash), Ok(slot)) => match self.map.keep_slot(hash, slot) {
                Ok(()) => return Ok(()),
                Err(reason) => reason,
            },
            (Err(reason), _) | (_, Err(reason)) => reason,
        };
        self.map.rewind(mark);
        self.fail(Fault { reason, entry: Some(entry), key: hash.ok().map(SettingKey::from_hash) })
    }

    fn fail<E: Error>(&mut self, fault: Fault) -> Result<(), E> {
        if fault.reason == Reason::TooLarge {
            self.fault = Some(fault);
            return Err(E::custom(fault.reason));
        }
        self.fault.get_or_insert(fault);
        Ok(())
    }
}

/// Where an entry starts; read again from the beginning, which only a faulty message costs.
fn offset_of(entry: usize, text: &str) -> Option<usize> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    let entries: Vec<&RawValue> = serde_json::from_str(members.get("Settings")?.get()).ok()?;
    let entry = entries.get(entry)?.get();
    (entry.as_ptr() as usize).checked_sub(text.as_ptr() as usize)
}

/// Takes every JSON value that is not of the wanted type, to its end and with all checks of the parser.
macro_rules! otherwise {
    ($result:expr; $($kind:ident)*) => { $( otherwise!(@ $kind $result); )* };
    (@ unit $result:expr) => {
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> { Ok($result) }
        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> { Ok($result) }
        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> { Ok($result) }
        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> { Ok($result) }
    };
    (@ u64 $result:expr) => {
        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> { Ok($result) }
    };
    (@ str $result:expr) => {
        fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> { Ok($result) }
    };
    (@ seq $result:expr) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            while items.next_element_seed(Skip)?.is_some() {}
            Ok($result)
        }
    };
    (@ map $result:expr) => {
        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            while members.next_key_seed(Skip)?.is_some() {
                members.next_value_seed(Skip)?;
            }
            Ok($result)
        }
    };
}

/// The whole document.
impl<'de> Visitor<'de> for &mut Reader<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of settings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(member) = members.next_key_seed(MemberName)? {
            if let Member::Settings = member {
                // The last of several members of the same name counts.
                self.map.clear();
                self.fault = Some(Fault::new(Reason::SettingsShape));
                members.next_value_seed(Entries(self))?;
            } else {
                members.next_value_seed(Skip)?;
            }
        }
        Ok(())
    }

    otherwise!((); unit u64 str seq);
}

seed!(&mut Reader<'_> => ());

/// The list of entries.
struct Entries<'r, 'm>(&'r mut Reader<'m>);

impl<'de> Visitor<'de> for Entries<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of settings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.0.fault = None;
        let mut entry = 0;
        while items.next_element_seed(EntryAt(self.0, entry))?.is_some() {
            entry += 1;
        }
        Ok(())
    }

    otherwise!((); unit u64 str map);
}

seed!(Entries<'_, '_> => ());

/// One entry of the list.
struct EntryAt<'r, 'm>(&'r mut Reader<'m>, usize);

impl<'de> DeserializeSeed<'de> for EntryAt<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self(reader, entry) = self;
        if visit::any(deserializer, EntryVisitor(reader, entry))? {
            return Ok(());
        }
        reader.fail(Fault { entry: Some(entry), ..Fault::new(Reason::SettingsEntry) })
    }
}

/// Says whether it was an object.
struct EntryVisitor<'r, 'm>(&'r mut Reader<'m>, usize);

impl<'de> Visitor<'de> for EntryVisitor<'_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a setting")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<bool, A::Error> {
        self.0.entry(members, self.1).map(|()| true)
    }

    otherwise!(false; unit u64 str seq);
}

enum Member {
    Settings,
    Hash,
    Value,
    Other,
}

struct MemberName;

impl<'de> Visitor<'de> for MemberName {
    type Value = Member;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Member, E> {
        Ok(match name {
            "Settings" => Member::Settings,
            "Hash" => Member::Hash,
            "Value" => Member::Value,
            _ => Member::Other,
        })
    }
}

seed!(MemberName => Member);

/// An unsigned 32-bit integer without a point or an exponent.
struct Hash;

impl<'de> Visitor<'de> for Hash {
    type Value = Result<u32, Reason>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a hash")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(u32::try_from(number).map_err(|_| Reason::SettingsHash))
    }

    otherwise!(Err(Reason::SettingsHash); unit str seq map);
}

seed!(Hash => Result<u32, Reason>);

/// Text in base64, decoded to where it stays.
struct Base64<'m>(&'m mut SettingsMap);

impl<'de> Visitor<'de> for Base64<'_> {
    type Value = Result<Slot, Reason>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value in base64")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(base64(text.as_bytes(), self.0))
    }

    otherwise!(Err(Reason::SettingsValue); unit u64 seq map);
}

seed!(Base64<'_> => Result<Slot, Reason>);

pub(super) fn base64(text: &[u8], map: &mut SettingsMap) -> Result<Slot, Reason> {
    // Nearly every value is four bytes, which are eight characters.
    let mut short = [0; 48];
    let decoded = |length: Result<usize, _>| {
        length.map_err(|_: base64::DecodeSliceError| Reason::SettingsBase64)
    };
    if text.len() <= 64 {
        let length = decoded(STANDARD.decode_slice(text, &mut short))?;
        return map.keep(&short[..length]);
    }
    if text.len() / 4 > MAX_LONG_BYTES / 3 + 1 {
        return Err(Reason::TooLarge);
    }
    let mut long = vec![0; text.len() / 4 * 3 + 3];
    let length = decoded(STANDARD.decode_slice(text, &mut long))?;
    map.keep(&long[..length])
}

/// Any value, checked as the others are: nested too deeply, a number out of range.
struct Skip;

impl<'de> Visitor<'de> for Skip {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    otherwise!((); unit u64 str seq map);
}

seed!(Skip => ());
