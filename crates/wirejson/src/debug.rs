//! `Debug` of documents, without what may be a secret.

use std::fmt;

use crate::json::Json;
use crate::object::Object;
use crate::privacy::{Privacy, REDACTED};
use crate::tape::Node;
use crate::view::{Items, JsonRef, Members, ObjectRef};

/// The longest text that is shown whole.
const LONGEST: usize = 128;

/// A value of which is known that nothing around it is hidden.
struct Shown<'a, P: Privacy>(JsonRef<'a, P>);

/// A text, or a name.
struct Word<'a, P: Privacy>(&'a str, std::marker::PhantomData<fn() -> P>);

impl<P: Privacy> fmt::Debug for Shown<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.node() {
            Node::Bool(value) => write!(f, "{value}"),
            Node::Number(number) => write!(f, "{number}"),
            Node::Text(span) => word::<P>(self.0.tape.str(span)).fmt(f),
            Node::List(_) => f.debug_list().entries(self.0.items().map(Shown)).finish(),
            Node::Object(_) => members(ObjectRef(self.0).iter(), f),
            Node::Null | Node::Name(_) | Node::Open { .. } => f.write_str("null"),
        }
    }
}

impl<P: Privacy> fmt::Debug for Word<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if P::hides_text(self.0) {
            f.write_str(REDACTED)
        } else if self.0.len() > LONGEST {
            write!(f, "<text of {} bytes>", self.0.len())
        } else {
            self.0.fmt(f)
        }
    }
}

fn word<P: Privacy>(text: &str) -> Word<'_, P> {
    Word(text, std::marker::PhantomData)
}

fn members<P: Privacy>(members: Members<'_, P>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut map = f.debug_map();
    for (name, value) in members {
        map.key(&word::<P>(name));
        if P::hides_member(name) && !value.is_null() {
            map.value(&format_args!("{REDACTED}"));
        } else {
            map.value(&Shown(value));
        }
    }
    map.finish()
}

impl<P: Privacy> fmt::Debug for JsonRef<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_hidden() && !self.is_null() {
            f.write_str(REDACTED)
        } else {
            Shown(*self).fmt(f)
        }
    }
}

impl<P: Privacy> fmt::Debug for ObjectRef<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_hidden() { f.write_str(REDACTED) } else { members(self.iter(), f) }
    }
}

impl<P: Privacy> fmt::Debug for Json<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

impl<P: Privacy> fmt::Debug for Object<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

impl<P: Privacy> fmt::Debug for Items<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is around one of them is around all.
        if self.clone().next().is_some_and(JsonRef::is_hidden) {
            f.write_str(REDACTED)
        } else {
            f.debug_list().entries(self.clone().map(Shown)).finish()
        }
    }
}

impl<P: Privacy> fmt::Debug for Members<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.clone().next().is_some_and(JsonRef::is_hidden) {
            f.write_str(REDACTED)
        } else {
            members(self.clone(), f)
        }
    }
}
