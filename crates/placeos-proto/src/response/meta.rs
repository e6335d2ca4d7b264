//! What a response is about.

use std::borrow::Cow;
use std::fmt;

use crate::json::{self, ObjectWriter, Shown};
use crate::key::BindingKey;
use crate::value::Value;

/// The member `meta` of a response: which variable, function or module it is about. Each part may be missing: the
/// answer to `debug` of [`Generation::G1`](crate::Generation::G1) has no name.
#[derive(Clone, PartialEq, Eq)]
pub struct Meta<'a> {
    /// As JSON, by [`NAMES`].
    parts: [Option<&'a str>; 4],
}

const NAMES: [&str; 4] = ["sys", "mod", "index", "name"];

impl<'a> Meta<'a> {
    /// Nothing, if it is no object.
    pub(crate) fn read(raw: &'a str) -> Option<Self> {
        let mut parts = [None; 4];
        json::each_member(raw, |name, value| {
            if let Some(place) = NAMES.iter().position(|known| *known == name) {
                parts[place] = Some(value);
            }
        })
        .ok()?;
        Some(Self { parts })
    }

    /// All four parts.
    #[must_use]
    pub fn key(&self) -> Option<BindingKey> {
        Some(BindingKey::new(&self.system()?, &self.module()?, self.index()?, &self.name()?))
    }

    /// The system.
    #[must_use]
    pub fn system(&self) -> Option<Cow<'_, str>> {
        json::unquote(self.parts[0]?)
    }

    /// The module: its name, or for log lines its id.
    #[must_use]
    pub fn module(&self) -> Option<Cow<'_, str>> {
        json::unquote(self.parts[1]?)
    }

    /// Which of the modules of that name, from 1.
    #[must_use]
    pub fn index(&self) -> Option<i32> {
        self.parts[2]?.parse().ok()
    }

    /// The variable, or the function.
    #[must_use]
    pub fn name(&self) -> Option<Cow<'_, str>> {
        json::unquote(self.parts[3]?)
    }

    /// As JSON.
    pub(crate) fn of(key: &BindingKey) -> Value {
        let mut object = target(key);
        object.text("name", key.name());
        Value::of_checked(&object.finish())
    }

    /// As JSON, without the name.
    pub(crate) fn without_name(key: &BindingKey) -> Value {
        Value::of_checked(&target(key).finish())
    }
}

fn target(key: &BindingKey) -> ObjectWriter {
    let mut object = ObjectWriter::with_capacity(64);
    object.text("sys", key.system());
    object.text("mod", key.module());
    object.raw("index", &key.index().to_string());
    object
}

impl fmt::Debug for Meta<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = NAMES.iter().zip(self.parts);
        f.debug_map().entries(parts.filter_map(|(name, json)| Some((name, Shown(json?))))).finish()
    }
}
