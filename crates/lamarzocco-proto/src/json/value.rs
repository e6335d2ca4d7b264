//! A value inside of a JSON document.

use std::fmt;

use super::build::Builder;
use super::write::Redacted;
use super::{Json, Node, Number};
use crate::secret;

/// A value inside a [`Json`].
///
/// `Debug` prints it as that of [`Json`] does, and nothing of a value that was reached through a member which holds
/// serial numbers or addresses.
///
/// ```
/// use lamarzocco_proto::Json;
///
/// let json = Json::from_text(r#"{"tea":{"count":3},"names":["a",null]}"#).unwrap();
/// let names: Vec<&str> = json.root().members().map(|(name, _)| name).collect();
/// assert_eq!(names, ["tea", "names"]);
/// assert_eq!(json.root().get("names").unwrap().items().filter_map(|item| item.as_str()).collect::<Vec<_>>(), ["a"]);
/// // What is not there is nothing, at every depth.
/// assert!(json.root().get("coffee").is_none() && json.root().get("tea").unwrap().get("count").unwrap().get("x").is_none());
/// ```
#[derive(Clone, Copy)]
pub struct JsonRef<'a> {
    json: &'a Json,
    at: usize,
    hidden: bool,
}

impl<'a> JsonRef<'a> {
    pub(super) fn root_of(json: &'a Json) -> Self {
        Self { json, at: 0, hidden: json.hidden }
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.node(), Node::Null)
    }

    /// Whether this is an object.
    #[must_use]
    pub fn is_object(self) -> bool {
        matches!(self.node(), Node::Object { .. })
    }

    /// Whether this is a list.
    #[must_use]
    pub fn is_array(self) -> bool {
        matches!(self.node(), Node::Array { .. })
    }

    /// The value, if it is `true` or `false`.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.node() {
            Node::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The value, if it is a number, with or without a fraction.
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        match self.node() {
            Node::Number(number) => Some(number.as_f64()),
            _ => None,
        }
    }

    /// The value, if it is a whole number; `17.0` is one.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range is checked, and a fraction is refused"
    )]
    pub fn as_i64(self) -> Option<i64> {
        match self.node() {
            Node::Number(Number::Unsigned(number)) => i64::try_from(number).ok(),
            Node::Number(Number::Signed(number)) => Some(number),
            Node::Number(Number::Float(number)) => {
                (number.fract() == 0.0 && number.abs() < 9.0e15).then_some(number as i64)
            }
            _ => None,
        }
    }

    /// The value, if it is text.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        match self.node() {
            Node::Text { start, end } => Some(&self.json.strings[start as usize..end as usize]),
            _ => None,
        }
    }

    /// The member of this name, if this is an object that has it; the last one, if there are several.
    #[must_use]
    pub fn get(self, name: &str) -> Option<JsonRef<'a>> {
        let mut found = None;
        let mut members = self.members();
        while let Some((member, value)) = members.next_pair() {
            if member == name {
                found = Some(value);
            }
        }
        found.map(|value| value.under(name))
    }

    /// The values of a list, in order; nothing if this is not a list.
    #[must_use]
    pub fn items(self) -> Items<'a> {
        match self.node() {
            Node::Array { end } => self.inside(end),
            _ => self.inside(0),
        }
    }

    /// The members of an object, in the order of the wire; nothing if this is not an object.
    #[must_use]
    pub fn members(self) -> Members<'a> {
        match self.node() {
            Node::Object { end } => Members(self.inside(end)),
            _ => Members(self.inside(0)),
        }
    }

    /// The value as a tree of `serde_json`; the last of several members of the same name wins.
    #[must_use]
    pub fn to_value(self) -> serde_json::Value {
        use serde_json::Value;
        match self.node() {
            Node::Null => Value::Null,
            Node::Bool(value) => Value::Bool(value),
            Node::Number(Number::Unsigned(number)) => Value::from(number),
            Node::Number(Number::Signed(number)) => Value::from(number),
            Node::Number(Number::Float(number)) => Value::from(number),
            Node::Text { .. } => Value::from(self.as_str().unwrap_or_default()),
            // Loops, as iterators would take much more of the stack for each level.
            Node::Array { .. } => {
                let mut items = Vec::new();
                for item in self.items() {
                    items.push(item.to_value());
                }
                Value::Array(items)
            }
            Node::Object { .. } => {
                let mut members = serde_json::Map::new();
                for (name, member) in self.members() {
                    members.insert(name.to_owned(), member.to_value());
                }
                Value::Object(members)
            }
        }
    }

    /// The value for a serializer, with `"<redacted>"` in the place of all that `Debug` leaves out.
    ///
    /// ```
    /// use lamarzocco_proto::Json;
    ///
    /// let json = Json::from_text(r#"{"machine_sn":"MR000001","clock":"12:00","doses":[30,32.5]}"#).unwrap();
    /// assert_eq!(
    ///     serde_json::to_string(&json.root().redacted()).unwrap(),
    ///     r#"{"machine_sn":"<redacted>","clock":"12:00","doses":[30,32.5]}"#,
    /// );
    /// ```
    #[must_use]
    pub fn redacted(self) -> Redacted<'a> {
        Redacted(self)
    }

    /// A copy of this value alone.
    #[must_use]
    pub fn to_json(self) -> Json {
        let mut builder = Builder::with_capacity(0);
        builder.copy(self);
        Json { hidden: self.hidden, ..builder.finish() }
    }

    /// The same value, not to be printed if this is the name of a member that is not.
    pub(crate) fn under(self, name: &str) -> Self {
        Self { hidden: self.hidden || secret::is_secret(name), ..self }
    }

    /// Whether `Debug` leaves the value out: for where it stands, or for what it says.
    pub(super) fn is_left_out(self) -> bool {
        self.hidden || self.as_str().is_some_and(|text| !secret::is_printable(text))
    }

    fn inside(self, end: u32) -> Items<'a> {
        Items { json: self.json, at: self.at + 1, end: end as usize, hidden: self.hidden }
    }

    pub(crate) fn node(self) -> Node {
        self.json.nodes.get(self.at).copied().unwrap_or(Node::Null)
    }
}

/// The values of a list; see [`JsonRef::items`].
#[derive(Clone)]
pub struct Items<'a> {
    json: &'a Json,
    at: usize,
    end: usize,
    hidden: bool,
}

impl<'a> Iterator for Items<'a> {
    type Item = JsonRef<'a>;

    fn next(&mut self) -> Option<JsonRef<'a>> {
        if self.at >= self.end {
            return None;
        }
        let item = JsonRef { json: self.json, at: self.at, hidden: self.hidden };
        self.at = match item.node() {
            Node::Array { end } | Node::Object { end } => end as usize,
            _ => self.at + 1,
        };
        Some(item)
    }
}

/// The members of an object with their names; see [`JsonRef::members`].
#[derive(Clone)]
pub struct Members<'a>(Items<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, JsonRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.next_pair().map(|(name, value)| (name, value.under(name)))
    }
}

impl<'a> Members<'a> {
    fn next_pair(&mut self) -> Option<(&'a str, JsonRef<'a>)> {
        let name = self.0.next()?.as_str().unwrap_or_default();
        Some((name, self.0.next()?))
    }
}

impl PartialEq for JsonRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.node(), other.node()) {
            (Node::Text { .. }, Node::Text { .. }) => self.as_str() == other.as_str(),
            (Node::Array { .. }, Node::Array { .. }) => self.items().eq(other.items()),
            (Node::Object { .. }, Node::Object { .. }) => self.members().eq(other.members()),
            (Node::Array { .. } | Node::Object { .. }, _)
            | (_, Node::Array { .. } | Node::Object { .. }) => false,
            (left, right) => left == right,
        }
    }
}

impl fmt::Debug for Items<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl fmt::Debug for Members<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}
