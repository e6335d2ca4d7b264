//! Whole documents.

use crate::error::Error;
use crate::number::Number;
use crate::object::Object;
use crate::parse;
use crate::privacy::Privacy;
use crate::tape::{Container, Node, Tape};
use crate::view::{JsonRef, ObjectRef};

/// A JSON value, kept whole: members in the order of the wire, repeated members, integers of 64 bits.
///
/// It lives in two allocations whatever its size, and is read through [`JsonRef`]. `P` says what is [private](Privacy)
/// in it: `Debug` leaves that out, [`encode`](Self::encode) writes all.
///
/// Two values are equal if they say the same: the order of the members of an object does not count, nor does a member
/// after which another one of the same name comes.
///
/// ```
/// type Json = wirejson::Json<wirejson::Public>;
///
/// let text = r#"{"switch":"on","rssi":-55,"switch":"off"}"#;
/// let json = Json::parse(text)?;
/// assert_eq!(json.view().get("rssi").and_then(|rssi| rssi.as_i64()), Some(-55));
/// assert_eq!(json.view().get("switch").and_then(|switch| switch.as_str()), Some("off"));
/// assert_eq!(json.encode(), text);
/// assert_eq!(json, Json::parse(r#"{"rssi": -55, "switch": "off"}"#)?);
/// # Ok::<(), wirejson::Error>(())
/// ```
pub struct Json<P: Privacy>(pub(crate) Tape<P>);

impl<P: Privacy> Json<P> {
    /// `null`.
    #[must_use]
    pub const fn null() -> Self {
        // No node at all is null, too.
        Self(Tape::new())
    }

    /// Reads a JSON text, nested up to [`MAX_DEPTH`](crate::MAX_DEPTH) levels.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, is nested deeper, holds a number beyond `f64`, or is longer than 2 GiB.
    pub fn parse(text: &str) -> Result<Self, Error> {
        parse::tape(text).map(Self)
    }

    /// A list of values. One that would stand deeper than [`MAX_DEPTH`](crate::MAX_DEPTH) becomes null.
    #[must_use]
    pub fn list<V: Into<Self>>(items: impl IntoIterator<Item = V>) -> Self {
        let mut tape = Tape::new();
        let open = tape.open();
        for item in items {
            let Self(item) = item.into();
            tape.push_copy(&item, 0, 1);
            tape.is_hidden |= item.is_hidden;
        }
        tape.close(Container::List, open);
        Self(tape)
    }

    /// The whole value, to read.
    #[must_use]
    pub fn view(&self) -> JsonRef<'_, P> {
        JsonRef { tape: &self.0, at: 0 }
    }

    /// The object, if this is one.
    #[must_use]
    pub fn into_object(self) -> Option<Object<P>> {
        self.view().as_object().is_some().then_some(Object(self.0))
    }

    /// The value as compact JSON, secrets included.
    #[must_use]
    pub fn encode(&self) -> String {
        self.view().encode()
    }
}

impl<P: Privacy> Default for Json<P> {
    fn default() -> Self {
        Self::null()
    }
}

impl<P: Privacy> Clone for Json<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P: Privacy> From<bool> for Json<P> {
    fn from(value: bool) -> Self {
        Self(Tape::of(Node::Bool(value)))
    }
}

impl<P: Privacy> From<Number> for Json<P> {
    fn from(number: Number) -> Self {
        Self(Tape::of(Node::Number(number)))
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl<P: Privacy> From<$integer> for Json<P> {
            fn from(number: $integer) -> Self {
                Number::from(number).into()
            }
        }
    )*};
}

from_integers!(u8 u16 u32 u64 i8 i16 i32 i64);

impl<P: Privacy> From<&str> for Json<P> {
    fn from(text: &str) -> Self {
        let mut tape = Tape::new();
        let text = tape.store(text);
        tape.nodes.push(Node::Text(text));
        Self(tape)
    }
}

impl<P: Privacy> From<String> for Json<P> {
    fn from(mut text: String) -> Self {
        let json = Self::from(&*text);
        P::wipe(&mut text);
        json
    }
}

impl<P: Privacy> From<Object<P>> for Json<P> {
    fn from(object: Object<P>) -> Self {
        let Object(mut tape) = object;
        if tape.nodes.is_empty() {
            let open = tape.open();
            tape.close(Container::Object, open);
        }
        Self(tape)
    }
}

impl<P: Privacy> From<JsonRef<'_, P>> for Json<P> {
    fn from(value: JsonRef<'_, P>) -> Self {
        value.to_json()
    }
}

impl<P: Privacy> From<ObjectRef<'_, P>> for Json<P> {
    fn from(object: ObjectRef<'_, P>) -> Self {
        object.to_object().into()
    }
}

impl<P: Privacy, V: Into<Json<P>>> From<Vec<V>> for Json<P> {
    fn from(items: Vec<V>) -> Self {
        Self::list(items)
    }
}
