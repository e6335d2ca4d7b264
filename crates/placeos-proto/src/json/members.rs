//! The members of an object, as they were written.

use std::borrow::Cow;
use std::fmt;

use serde_core::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{ObjectWriter, Shown, check_depth, malformed, scan, unquote};
use crate::error::Malformed;

/// An object: the members that have a place, and the others, all as JSON text.
///
/// Of a member with a place that is given twice the last counts. The others stay as they are, in their order.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Members<'a, const N: usize> {
    names: &'static [&'static str; N],
    values: [Option<Cow<'a, str>>; N],
    others: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a, const N: usize> Members<'a, N> {
    pub(crate) fn new(names: &'static [&'static str; N]) -> Self {
        Self { names, values: [const { None }; N], others: Vec::new() }
    }

    /// Reads a text that is one object, with white space around it.
    pub(crate) fn decode(
        text: &'a str,
        names: &'static [&'static str; N],
    ) -> Result<Self, Malformed> {
        let mut members = Self::new(names);
        members.read(text)?;
        Ok(members)
    }

    /// As [`decode`](Self::decode), into an object without members.
    pub(crate) fn read(&mut self, text: &'a str) -> Result<(), Malformed> {
        if scan::object(text, |name, value| self.put(name.into(), value)).is_some() {
            return Ok(());
        }
        self.others.clear();
        parse(text, |name, value| self.put(name, value))
    }

    /// The JSON text of a member that has a place.
    pub(crate) fn raw(&self, name: &'static str) -> Option<&str> {
        self.values[self.place(name)?].as_deref()
    }

    /// A member that is a string, as its content.
    pub(crate) fn text(&self, name: &'static str) -> Option<Cow<'_, str>> {
        self.raw(name).and_then(unquote)
    }

    /// A member that is an integer, written as one, and within the range of the type.
    pub(crate) fn integer<T: std::str::FromStr>(&self, name: &'static str) -> Option<T> {
        self.raw(name)?.parse().ok()
    }

    /// Gives a member another value.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        match self.place(name) {
            Some(place) => self.values[place] = Some(value.into()),
            None => {
                self.others.retain(|(other, _)| other != name);
                self.others.push((name.to_owned().into(), value.into()));
            }
        }
    }

    /// Takes the next member of a text.
    fn put(&mut self, name: Cow<'a, str>, value: &'a str) {
        match self.place(&name) {
            Some(place) => self.values[place] = Some(value.into()),
            None => self.others.push((name, value.into())),
        }
    }

    /// The members that have no place.
    pub(crate) fn others(&self) -> impl Iterator<Item = (&str, &str)> {
        self.others.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// All members: those that have a place, then the others.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let placed = self.names.iter().zip(&self.values);
        placed.filter_map(|(name, value)| Some((*name, value.as_deref()?))).chain(self.others())
    }

    pub(crate) fn encode(&self) -> String {
        let length: usize = self.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        let mut object = ObjectWriter::with_capacity(length + 2);
        for (name, value) in self.iter() {
            object.raw(name, value);
        }
        object.finish()
    }

    pub(crate) fn into_owned(self) -> Members<'static, N> {
        let owned = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        Members {
            names: self.names,
            values: self.values.map(|value| value.map(owned)),
            others: self
                .others
                .into_iter()
                .map(|(name, value)| (owned(name), owned(value)))
                .collect(),
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| *known == name)
    }
}

/// Hands on every member of the object that is all of a text, in their order; more than once, if a later one counts.
pub(crate) fn each_member<'a>(
    text: &'a str,
    mut member: impl FnMut(&str, &'a str),
) -> Result<(), Malformed> {
    match scan::object(text, &mut member) {
        Some(()) => Ok(()),
        None => parse(text, |name, value| member(&name, value)),
    }
}

impl<const N: usize> fmt::Debug for Members<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (Shown(name), Shown(value)))).finish()
    }
}

/// Hands on every member of the object that is all of a text, with white space around it.
fn parse<'a>(text: &'a str, member: impl FnMut(Cow<'a, str>, &'a str)) -> Result<(), Malformed> {
    let mut parser = serde_json::Deserializer::from_str(text);
    parser
        .deserialize_map(InOrder(member))
        .and_then(|()| parser.end())
        .map_err(|error| malformed(&error, text))?;
    check_depth(text)
}

struct InOrder<F>(F);

impl<'de, F: FnMut(Cow<'de, str>, &'de str)> Visitor<'de> for InOrder<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        while let Some((Name(name), value)) = members.next_entry::<Name<'de>, &'de RawValue>()? {
            (self.0)(name, value.get());
        }
        Ok(())
    }
}

/// The name of a member, borrowed where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowed;

        impl<'de> Visitor<'de> for Borrowed {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(name.into()))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(name.to_owned().into()))
            }
        }

        deserializer.deserialize_str(Borrowed)
    }
}
