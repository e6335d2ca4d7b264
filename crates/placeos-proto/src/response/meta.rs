//! What a response is about.

use std::borrow::Cow;

use serde::Deserialize;

use crate::json::{Members, ObjectWriter};
use crate::key::BindingKey;
use crate::value::Value;

/// The member `meta` of a response: which variable, function or module it is about. Each part may be missing: the
/// answer to `debug` of [`Generation::G1`](crate::Generation::G1) has no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta<'a>(Members<'a, 4>);

const NAMES: [&str; 4] = ["sys", "mod", "index", "name"];

impl<'a> Meta<'a> {
    /// Nothing, if it is no object.
    pub(crate) fn read(raw: &'a str) -> Option<Self> {
        Members::decode(raw, &NAMES).ok().map(Self)
    }

    /// All four parts.
    #[must_use]
    pub fn key(&self) -> Option<BindingKey> {
        Some(BindingKey::new(&self.system()?, &self.module()?, self.index()?, &self.name()?))
    }

    /// The system.
    #[must_use]
    pub fn system(&self) -> Option<Cow<'_, str>> {
        self.0.text("sys")
    }

    /// The module: its name, or for log lines its id.
    #[must_use]
    pub fn module(&self) -> Option<Cow<'_, str>> {
        self.0.text("mod")
    }

    /// Which of the modules of that name, from 1.
    #[must_use]
    pub fn index(&self) -> Option<i32> {
        self.0.integer("index")
    }

    /// The variable, or the function.
    #[must_use]
    pub fn name(&self) -> Option<Cow<'_, str>> {
        self.0.text("name")
    }

    /// The key in an object, if it has one.
    pub(crate) fn read_key(raw: &str) -> Option<BindingKey> {
        if !raw.starts_with('{') {
            return None;
        }
        // Nearly all that arrives is of this shape, and reads in half of the time.
        match serde_json::from_str::<Usual<'_>>(raw) {
            Ok(Usual { sys, module, index, name }) => {
                Some(BindingKey::new(sys, module, index, name))
            }
            Err(_) => Meta::read(raw)?.key(),
        }
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

/// A meta without escapes and members that are given twice.
#[derive(Deserialize)]
struct Usual<'a> {
    sys: &'a str,
    #[serde(rename = "mod")]
    module: &'a str,
    index: i32,
    name: &'a str,
}

fn target(key: &BindingKey) -> ObjectWriter {
    let mut object = ObjectWriter::with_capacity(64);
    object.text("sys", key.system());
    object.text("mod", key.module());
    object.raw("index", &key.index().to_string());
    object
}
