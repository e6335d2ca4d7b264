//! The parts of a frame: objects, lists of them, and what is neither.

use std::borrow::Cow;
use std::fmt;

use serde_core::de::{Error, MapAccess, SeqAccess, Visitor};

use super::MAX_MESSAGES;
use super::decode::List;
use crate::error::Reason;
use crate::json::build::Builder;
use crate::json::visit::seed;
use crate::json::{Json, Number};
use crate::value::Raw;

/// What a frame is, seen from outside.
pub(super) enum Shape {
    Object,
    List,
    Scalar,
}

/// What has been read of a frame.
#[derive(Default)]
pub(super) struct Parts<'a> {
    /// The frame itself, or the item of the list that is being read.
    pub(super) object: Object<'a>,
    pub(super) list: List,
    /// Whether there were more than [`MAX_MESSAGES`].
    pub(super) is_too_large: bool,
}

/// The members of an object before it is known whether it is a message or holds messages.
#[derive(Default)]
pub(super) struct Object<'a> {
    /// By [`KNOWN`], each with its place among all members.
    pub(super) known: [Option<(usize, Raw<'a>)>; KNOWN.len()],
    pub(super) rest: Vec<(usize, Cow<'a, str>, Raw<'a>)>,
    pub(super) count: usize,
}

pub(super) const KNOWN: [&str; 7] =
    ["name", "data", "value", "type", "displayName", "unit", "recorded"];
pub(super) const NAME: usize = 0;
pub(super) const DATA: usize = 1;
pub(super) const VALUE: usize = 2;

impl<'a> Object<'a> {
    pub(super) fn push(&mut self, name: Cow<'a, str>, value: Raw<'a>) {
        let place = self.count;
        self.count += 1;
        match KNOWN.iter().position(|known| *known == name) {
            Some(known) => {
                if let Some((place, before)) = self.known[known].replace((place, value)) {
                    self.rest.push((place, name, before));
                }
            }
            None => self.rest.push((place, name, value)),
        }
    }

    pub(super) fn is_named(&self) -> bool {
        self.known[NAME].is_some()
    }

    pub(super) fn take_json(&mut self) -> Json {
        let mut builder = Builder::with_capacity(0);
        let open = builder.open();
        for (name, value) in self.take_ordered() {
            // The frame is shorter than 4 GiB, and so is any part of it.
            let _ = builder.text(&name);
            value.push_to(&mut builder);
        }
        let _ = builder.close_object(open);
        builder.finish()
    }

    /// The members in the order of the wire.
    pub(super) fn take_ordered(
        &mut self,
    ) -> impl Iterator<Item = (Cow<'a, str>, Raw<'a>)> + use<'a> {
        let mut members = std::mem::take(&mut self.rest);
        for (member, name) in self.known.iter_mut().zip(KNOWN) {
            members.extend(member.take().map(|(at, value)| (at, Cow::Borrowed(name), value)));
        }
        members.sort_unstable_by_key(|(at, ..)| *at);
        members.into_iter().map(|(_, name, value)| (name, value))
    }
}

/// The members that no known name took, the last one of each name, in the order of the wire.
pub(super) fn last_of_each<'a>(
    mut members: Vec<(usize, Cow<'a, str>, Raw<'a>)>,
) -> Vec<(usize, Cow<'a, str>, Raw<'a>)> {
    members.retain(|(_, name, _)| !KNOWN.contains(&&**name));
    if members.len() > 1 {
        members.sort_unstable_by(|left, right| (&left.1, right.0).cmp(&(&right.1, left.0)));
        members.dedup_by(|after, before| after.1 == before.1);
        members.sort_unstable_by_key(|(place, ..)| *place);
    }
    members
}

impl Raw<'_> {
    pub(super) fn into_json(self) -> Json {
        let mut builder = Builder::with_capacity(0);
        if let Self::Json(json) = self {
            return json;
        }
        self.push_to(&mut builder);
        builder.finish()
    }

    fn push_to(self, builder: &mut Builder) {
        match self {
            Self::Null => builder.null(),
            Self::Bool(value) => builder.bool(value),
            Self::Number(number) => builder.number(number),
            // Shorter than the frame, which is shorter than 4 GiB.
            Self::Text(text) => builder.text(&text).unwrap_or_default(),
            Self::Json(json) => builder.copy(json.root()),
        }
    }
}

/// Hands every value that is neither a list nor an object on as a [`Raw`], with the visitor.
macro_rules! scalars {
    ($hand_on:expr) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any JSON value")
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok($hand_on(Raw::Null, self))
        }

        fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
            Ok($hand_on(Raw::Bool(value), self))
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
            Ok($hand_on(Raw::Number(Number::Unsigned(number)), self))
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
            Ok($hand_on(Raw::Number(Number::Signed(number)), self))
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
            Ok($hand_on(Raw::Number(Number::Float(number)), self))
        }

        fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
            Ok($hand_on(Raw::Text(Cow::Borrowed(text)), self))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok($hand_on(Raw::Text(Cow::Owned(text.to_owned())), self))
        }
    };
}

/// The whole frame.
pub(super) struct FrameParts<'p, 'a>(pub(super) &'p mut Parts<'a>);

impl<'de> Visitor<'de> for FrameParts<'_, 'de> {
    type Value = Shape;

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Shape, A::Error> {
        self.0.object(members)?;
        Ok(Shape::Object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
        while items.next_element_seed(ItemParts(self.0))?.is_some() {
            if self.0.list.is_too_large() {
                self.0.is_too_large = true;
                return Err(A::Error::custom(Reason::TooLarge));
            }
        }
        Ok(Shape::List)
    }

    scalars!(|_, _| Shape::Scalar);
}

seed!(FrameParts<'_, 'de> => Shape);

/// An item of a list.
struct ItemParts<'p, 'a>(&'p mut Parts<'a>);

impl<'de> Visitor<'de> for ItemParts<'_, 'de> {
    type Value = ();

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        self.0.object(members)?;
        self.0.list.push(&mut self.0.object);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        let raw = RawParts.visit_seq(items)?;
        self.0.list.push_other(raw.into_json());
        Ok(())
    }

    scalars!(|raw: Raw<'_>, item: Self| item.0.list.push_other(raw.into_json()));
}

seed!(ItemParts<'_, 'de> => ());

impl<'de> Parts<'de> {
    fn object<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        self.object.count = 0;
        while let Some(name) = members.next_key_seed(RawParts)? {
            let value = members.next_value_seed(RawParts)?;
            if let Raw::Text(name) = name {
                self.object.push(name, value);
            }
            if self.object.count > MAX_MESSAGES {
                self.is_too_large = true;
                return Err(A::Error::custom(Reason::TooLarge));
            }
        }
        Ok(())
    }
}

/// The value of a member.
struct RawParts;

impl<'de> Visitor<'de> for RawParts {
    type Value = Raw<'de>;

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Raw<'de>, A::Error> {
        let mut builder = Builder::with_capacity(0);
        builder.object(members)?;
        Ok(Raw::Json(builder.finish()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Raw<'de>, A::Error> {
        let mut builder = Builder::with_capacity(0);
        builder.array(items)?;
        Ok(Raw::Json(builder.finish()))
    }

    scalars!(|raw, _| raw);
}

seed!(RawParts => Raw<'de>);
