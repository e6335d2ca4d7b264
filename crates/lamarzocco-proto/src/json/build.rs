//! From a deserializer to [`Json`], in one pass.

use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::visit::seed;
use super::{Json, JsonRef, MAX_DEPTH, Node, Number};

/// Collects the nodes of one value.
pub(crate) struct Builder {
    nodes: Vec<Node>,
    strings: String,
}

impl Builder {
    /// `text` is the length of the JSON text, if it is known.
    pub(crate) fn with_capacity(text: usize) -> Self {
        Self { nodes: Vec::with_capacity(text / 12), strings: String::with_capacity(text / 2) }
    }

    pub(crate) fn finish(self) -> Json {
        Json { nodes: self.nodes, strings: self.strings, hidden: false }
    }

    pub(crate) fn null(&mut self) {
        self.nodes.push(Node::Null);
    }

    pub(crate) fn bool(&mut self, value: bool) {
        self.nodes.push(Node::Bool(value));
    }

    pub(crate) fn number(&mut self, number: Number) {
        self.nodes.push(Node::Number(number));
    }

    pub(crate) fn text(&mut self, text: &str) -> Result<(), TooLarge> {
        let start = self.strings.len();
        self.strings.push_str(text);
        self.nodes.push(Node::Text { start: position(start)?, end: position(self.strings.len())? });
        Ok(())
    }

    /// Opens an object; the caller pushes names and values, then closes it.
    pub(crate) fn open(&mut self) -> usize {
        self.nodes.push(Node::Null);
        self.nodes.len() - 1
    }

    pub(crate) fn close_object(&mut self, open: usize) -> Result<(), TooLarge> {
        self.nodes[open] = Node::Object { end: position(self.nodes.len())? };
        Ok(())
    }

    pub(crate) fn close_array(&mut self, open: usize) -> Result<(), TooLarge> {
        self.nodes[open] = Node::Array { end: position(self.nodes.len())? };
        Ok(())
    }

    /// Copies a value out of another document, which was small enough once.
    pub(crate) fn copy(&mut self, value: JsonRef<'_>) {
        match value.node() {
            Node::Text { .. } => {
                let _ = self.text(value.as_str().unwrap_or_default());
            }
            Node::Array { .. } => {
                let open = self.open();
                for item in value.items() {
                    self.copy(item);
                }
                let _ = self.close_array(open);
            }
            Node::Object { .. } => {
                let open = self.open();
                for (name, member) in value.members() {
                    let _ = self.text(name);
                    self.copy(member);
                }
                let _ = self.close_object(open);
            }
            node => self.nodes.push(node),
        }
    }

    /// Copies a tree that may be nested deeper than it could be read; what is too deep becomes null.
    pub(super) fn tree(&mut self, value: &Value, depth: usize) {
        // Like `copy`, this stays below 4 GiB wherever the tree fits into memory that is worth having.
        match value {
            Value::Bool(value) => self.bool(*value),
            Value::Number(number) => match Number::of(number) {
                Some(number) => self.number(number),
                None => self.null(),
            },
            Value::String(text) => self.text(text).unwrap_or_else(|TooLarge| self.null()),
            Value::Array(items) if depth < MAX_DEPTH => {
                let open = self.open();
                for item in items {
                    self.tree(item, depth + 1);
                }
                let _ = self.close_array(open);
            }
            Value::Object(members) if depth < MAX_DEPTH => {
                let open = self.open();
                for (name, member) in members {
                    let _ = self.text(name);
                    self.tree(member, depth + 1);
                }
                let _ = self.close_object(open);
            }
            Value::Null | Value::Array(_) | Value::Object(_) => self.null(),
        }
    }

    pub(crate) fn array<'de, A: SeqAccess<'de>>(&mut self, mut items: A) -> Result<(), A::Error> {
        let open = self.open();
        while items.next_element_seed(&mut *self)?.is_some() {}
        self.close_array(open).map_err(A::Error::custom)
    }

    pub(crate) fn object<'de, A: MapAccess<'de>>(
        &mut self,
        mut members: A,
    ) -> Result<(), A::Error> {
        let open = self.open();
        while members.next_key_seed(&mut *self)?.is_some() {
            members.next_value_seed(&mut *self)?;
        }
        self.close_object(open).map_err(A::Error::custom)
    }
}

/// More than 4 GiB of strings or nodes.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("more than 4 GiB")
    }
}

fn position(at: usize) -> Result<u32, TooLarge> {
    u32::try_from(at).map_err(|_| TooLarge)
}

impl<'de> Visitor<'de> for &mut Builder {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.null();
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.bool(value);
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.number(Number::Unsigned(value));
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.number(Number::Signed(value));
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.number(Number::Float(value));
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.text(text).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        self.array(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        self.object(members)
    }
}

seed!(&mut Builder => ());
