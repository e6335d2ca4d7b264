//! Objects that are made, or changed.

use std::collections::BTreeMap;

use crate::json::Json;
use crate::privacy::Privacy;
use crate::tape::{Container, Tape};
use crate::view::{JsonRef, ObjectRef};

/// A JSON object of one's own: what one makes and changes. It is read through [`ObjectRef`].
///
/// A value that would stand deeper than [`MAX_DEPTH`](crate::MAX_DEPTH) becomes null when it is put in.
///
/// ```
/// type Object = wirejson::Object<wirejson::Public>;
///
/// let mut object = Object::new().with("outlet", 1).with("reaction", Object::new().with("switch", "on"));
/// object.set("outlet", 2);
/// assert_eq!(object.encode(), r#"{"outlet":2,"reaction":{"switch":"on"}}"#);
/// assert!(object.remove("reaction") && !object.remove("reaction"));
/// assert_eq!(object.view().get("outlet").and_then(|outlet| outlet.as_u64()), Some(2));
/// ```
// No node at all, or one object.
pub struct Object<P: Privacy>(pub(crate) Tape<P>);

impl<P: Privacy> Object<P> {
    /// An object without members.
    #[must_use]
    pub const fn new() -> Self {
        Self(Tape::new())
    }

    /// An object without members, with memory for so many bytes of names and texts, and for so many names and values.
    #[must_use]
    pub fn with_capacity(bytes: usize, nodes: usize) -> Self {
        Self(Tape::with_capacity(bytes, nodes + 1))
    }

    /// A copy of members that stand elsewhere, repeated ones included.
    ///
    /// ```
    /// type Object = wirejson::Object<wirejson::Public>;
    ///
    /// let object = Object::new().with("outlet", 1).with("switch", "on").with("rssi", -55);
    /// let part = Object::of_members(object.view().iter().filter(|(name, _)| *name != "rssi"));
    /// assert_eq!(part.encode(), r#"{"outlet":1,"switch":"on"}"#);
    /// ```
    #[must_use]
    pub fn of_members<'a>(members: impl IntoIterator<Item = (&'a str, JsonRef<'a, P>)>) -> Self {
        let mut tape = Tape::new();
        let open = tape.open();
        for (name, value) in members {
            tape.push_member(name, value);
        }
        tape.close(Container::Object, open);
        Self(tape)
    }

    /// All members, to read.
    #[must_use]
    pub fn view(&self) -> ObjectRef<'_, P> {
        ObjectRef(JsonRef { tape: &self.0, at: 0 })
    }

    /// The object with one more member, or another value of one.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Json<P>>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a member, in the place of the first one with the same name or at the end.
    pub fn set(&mut self, name: &str, value: impl Into<Json<P>>) {
        let value = value.into();
        if self.view().contains(name) {
            let members = self.view().iter().map(|(own, old)| (own, old.to_json()));
            *self = members.chain([(name, value)]).collect();
            return;
        }
        if self.0.nodes.is_empty() {
            self.0.open();
        }
        self.0.push_member(name, value.view());
        self.0.close(Container::Object, 0);
    }

    /// Takes out all members of this name; whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let is_there = self.view().contains(name);
        if is_there {
            *self = Self::of_members(self.view().iter().filter(|(own, _)| *own != name));
        }
        is_there
    }

    /// The object as compact JSON, secrets included.
    #[must_use]
    pub fn encode(&self) -> String {
        self.view().encode()
    }
}

/// Of several members with one name the value of the last one counts, in the place of the first.
impl<P: Privacy, N: AsRef<str>, V: Into<Json<P>>> FromIterator<(N, V)> for Object<P> {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        let members: Vec<(N, Json<P>)> =
            members.into_iter().map(|(name, value)| (name, value.into())).collect();
        let mut last: BTreeMap<&str, &Json<P>> =
            members.iter().map(|(name, value)| (name.as_ref(), value)).collect();
        let mut tape = Tape::new();
        let open = tape.open();
        for (name, _) in &members {
            if let Some(value) = last.remove(name.as_ref()) {
                tape.push_member(name.as_ref(), value.view());
            }
        }
        tape.close(Container::Object, open);
        Self(tape)
    }
}

impl<P: Privacy> Default for Object<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Privacy> Clone for Object<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
