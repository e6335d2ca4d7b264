//! Values inside of a document.

use crate::json::Json;
use crate::number::Number;
use crate::object::Object;
use crate::privacy::Privacy;
use crate::tape::{Inside, Node, Span, Tape};
use crate::write;

/// A value inside of a [`Json`] or an [`Object`].
///
/// Asking for a type that it is not gives nothing. `Debug` prints nothing of a value that was reached through a member
/// whose value is a secret.
pub struct JsonRef<'a, P: Privacy> {
    pub(crate) tape: &'a Tape<P>,
    pub(crate) at: usize,
}

/// An object inside of a document.
///
/// Its members are in the order of the wire, repeated ones included. Asked for by name, the last one of the name counts.
pub struct ObjectRef<'a, P: Privacy>(pub(crate) JsonRef<'a, P>);

/// The items of a list, in their order; see [`JsonRef::items`].
pub struct Items<'a, P: Privacy> {
    tape: &'a Tape<P>,
    at: usize,
    end: usize,
}

/// The members of an object, in their order, repeated ones included; see [`ObjectRef::iter`].
pub struct Members<'a, P: Privacy>(pub(crate) Items<'a, P>);

impl<'a, P: Privacy> JsonRef<'a, P> {
    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.node(), Node::Null)
    }

    /// The bool, if this is one.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.node() {
            Node::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number, if this is one.
    #[must_use]
    pub fn as_number(self) -> Option<Number> {
        match self.node() {
            Node::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The number, if it was written as an integer and `i64` holds it.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    /// The number, if it was written as an integer and `u64` holds it.
    #[must_use]
    pub fn as_u64(self) -> Option<u64> {
        self.as_number()?.as_u64()
    }

    /// The nearest `f64`, if this is a number.
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        self.as_number().map(Number::as_f64)
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        match self.node() {
            Node::Text(span) => Some(self.tape.str(span)),
            _ => None,
        }
    }

    /// Whether this is a list.
    #[must_use]
    pub fn is_list(self) -> bool {
        matches!(self.node(), Node::List(_))
    }

    /// The items of a list; none of anything else.
    #[must_use]
    pub fn items(self) -> Items<'a, P> {
        match self.node() {
            Node::List(inside) => self.inside(inside),
            _ => self.inside(Inside { nodes: 0, height: 0 }),
        }
    }

    /// The object, if this is one.
    #[must_use]
    pub fn as_object(self) -> Option<ObjectRef<'a, P>> {
        matches!(self.node(), Node::Object(_)).then_some(ObjectRef(self))
    }

    /// The member of this name, the last one if there are several; nothing of anything but an object.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Self> {
        self.as_object()?.get(name)
    }

    /// The value as compact JSON, secrets included.
    #[must_use]
    pub fn encode(self) -> String {
        write::value(self)
    }

    /// The value as compact JSON, with `"<redacted>"` in the place of all that `Debug` leaves out as a secret.
    #[must_use]
    pub fn encode_redacted(self) -> String {
        write::redacted(self)
    }

    /// A copy of this value alone.
    #[must_use]
    pub fn to_json(self) -> Json<P> {
        let mut tape = Tape::new();
        tape.push_copy(self.tape, self.at, 0);
        tape.is_hidden = self.is_hidden();
        Json(tape)
    }

    /// Whether `Debug` leaves the value out: it, or something around it, is the value of a secret member.
    pub(crate) fn is_hidden(self) -> bool {
        let (mut at, mut is_hidden) = (0, self.tape.is_hidden);
        // Down to this value, past all that ends before it.
        while at < self.at && !is_hidden {
            match self.tape.nodes[at] {
                Node::Name(name) if self.at < at + 1 + self.tape.nodes[at + 1].size() => {
                    is_hidden = P::hides_member(self.tape.str(name));
                    at += 1;
                }
                node if self.at < at + node.size() => at += 1,
                node => at += node.size(),
            }
        }
        is_hidden
    }

    pub(crate) fn node(self) -> Node {
        self.tape.nodes.get(self.at).copied().unwrap_or(Node::Null)
    }

    /// Whether this is no value, but this name.
    #[inline]
    fn is_name(self, name: &str) -> bool {
        // Most names differ in their length.
        let is_as_long = |span: Span| (span.end - span.start) as usize == name.len();
        matches!(self.node(), Node::Name(own) if is_as_long(own) && self.tape.str(own) == name)
    }

    fn inside(self, inside: Inside) -> Items<'a, P> {
        let at = self.at + 1;
        Items { tape: self.tape, at, end: at + inside.nodes as usize }
    }
}

impl<'a, P: Privacy> ObjectRef<'a, P> {
    /// The value of a member; of several with this name, of the last one.
    #[must_use]
    pub fn get(self, name: &str) -> Option<JsonRef<'a, P>> {
        let Members(mut nodes) = self.iter();
        let mut found = None;
        while let (Some(own), Some(value)) = (nodes.next(), nodes.next()) {
            if own.is_name(name) {
                found = Some(value);
            }
        }
        found
    }

    /// The value of a member that is neither missing nor `null`.
    #[must_use]
    pub fn present(self, name: &str) -> Option<JsonRef<'a, P>> {
        self.get(name).filter(|value| !value.is_null())
    }

    /// The text of a member, if it is a string.
    #[must_use]
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    /// Whether there is such a member.
    #[must_use]
    pub fn contains(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// How many members there are, repeated ones counted each time.
    #[must_use]
    pub fn len(self) -> usize {
        self.iter().count()
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }

    /// The members in their order, repeated ones included.
    #[must_use]
    pub fn iter(self) -> Members<'a, P> {
        match self.0.node() {
            Node::Object(inside) => Members(self.0.inside(inside)),
            // An object without members needs no node.
            _ => Members(self.0.inside(Inside { nodes: 0, height: 0 })),
        }
    }

    /// The object as compact JSON, secrets included.
    #[must_use]
    pub fn encode(self) -> String {
        write::object(self)
    }

    /// A copy of this object alone.
    #[must_use]
    pub fn to_object(self) -> Object<P> {
        // What has no members may have no node.
        if self.is_empty() { Object::new() } else { Object(self.0.to_json().0) }
    }
}

impl<'a, P: Privacy> Iterator for Items<'a, P> {
    type Item = JsonRef<'a, P>;

    fn next(&mut self) -> Option<JsonRef<'a, P>> {
        let item = JsonRef { tape: self.tape, at: self.at };
        let is_inside = self.at < self.end;
        self.at += if is_inside { item.node().size() } else { 0 };
        is_inside.then_some(item)
    }
}

impl<'a, P: Privacy> Iterator for Members<'a, P> {
    type Item = (&'a str, JsonRef<'a, P>);

    fn next(&mut self) -> Option<Self::Item> {
        let name = self.0.next()?;
        let Node::Name(span) = name.node() else { return None };
        Some((name.tape.str(span), self.0.next()?))
    }
}

impl<'a, P: Privacy> IntoIterator for ObjectRef<'a, P> {
    type Item = (&'a str, JsonRef<'a, P>);
    type IntoIter = Members<'a, P>;

    fn into_iter(self) -> Members<'a, P> {
        self.iter()
    }
}

// Derived, these would ask the same of the privacy.
impl<P: Privacy> Copy for JsonRef<'_, P> {}
impl<P: Privacy> Copy for ObjectRef<'_, P> {}

impl<P: Privacy> Clone for JsonRef<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Privacy> Clone for ObjectRef<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Privacy> Clone for Items<'_, P> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<P: Privacy> Clone for Members<'_, P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
