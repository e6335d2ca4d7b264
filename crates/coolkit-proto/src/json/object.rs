//! Objects of JSON, which keep the order of their members.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroize;

use super::{Json, debug};
use crate::secret::is_secret_name;

/// A JSON object: each name once, in the order in which the names came.
///
/// Equality does not count the order. Texts under [names that may be secret](crate#secrets) are wiped on drop.
#[derive(Clone, Default)]
pub struct Object {
    members: Vec<(Box<str>, Json)>,
}

/// The members of an object, in their order.
#[derive(Debug, Clone)]
pub struct Members<'a>(std::slice::Iter<'a, (Box<str>, Json)>);

impl Object {
    /// An object without members.
    #[must_use]
    pub const fn new() -> Self {
        Self { members: Vec::new() }
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.members.iter().find(|(own, _)| **own == *name).map(|(_, value)| value)
    }

    /// The value of a member that is neither missing nor `null`.
    #[must_use]
    pub fn present(&self, name: &str) -> Option<&Json> {
        self.get(name).filter(|value| !value.is_null())
    }

    /// The text of a member, if it is a string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// Whether there is such a member.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets a member, in the place of one with the same name or at the end. Gives back what stood there.
    pub fn set(&mut self, name: &str, value: impl Into<Json>) -> Option<Json> {
        let value = value.into();
        if let Some((_, old)) = self.members.iter_mut().find(|(own, _)| **own == *name) {
            return Some(std::mem::replace(old, value));
        }
        self.members.push((name.into(), value));
        None
    }

    /// The object with one more member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.set(name, value);
        self
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let at = self.members.iter().position(|(own, _)| **own == *name)?;
        Some(self.members.remove(at).1)
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The members in their order.
    #[must_use]
    pub fn iter(&self) -> Members<'_> {
        Members(self.members.iter())
    }

    /// The object as compact JSON, secrets included.
    #[must_use]
    pub fn encode(&self) -> String {
        super::write::object(self)
    }

    /// The members, by value.
    pub(crate) fn into_members(mut self) -> Vec<(Box<str>, Json)> {
        std::mem::take(&mut self.members)
    }

    /// From members as they came: the last one of a name counts, in the place of the first.
    pub(super) fn from_members(members: Vec<(Box<str>, Json)>) -> Self {
        let mut object = Self { members };
        // Few members are compared in place; many, which nobody sends in good faith, are sorted first.
        let is_repeated = if object.len() <= 16 {
            let names = || object.members.iter().map(|(name, _)| name);
            names().enumerate().any(|(at, name)| names().take(at).any(|other| other == name))
        } else {
            object.index().len() < object.len()
        };
        if is_repeated {
            let all = std::mem::take(&mut object.members);
            let mut places: BTreeMap<Box<str>, usize> = BTreeMap::new();
            for (name, value) in all {
                if let Some(&place) = places.get(&name) {
                    object.members[place].1 = value;
                } else {
                    places.insert(name.clone(), object.members.len());
                    object.members.push((name, value));
                }
            }
        }
        object
    }

    /// Where each name stands.
    fn index(&self) -> BTreeMap<&str, &Json> {
        self.members.iter().map(|(name, value)| (&**name, value)).collect()
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.members == other.members
            || (self.len() == other.len() && self.index() == other.index())
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug::object(self, f)
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        for (name, value) in &mut self.members {
            if let Json::Text(text) = value {
                if is_secret_name(name) {
                    text.zeroize();
                }
            }
        }
    }
}

impl<N: AsRef<str>, V: Into<Json>> FromIterator<(N, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        let own = |(name, value): (N, V)| (name.as_ref().into(), value.into());
        Self::from_members(members.into_iter().map(own).collect())
    }
}

impl<'a> IntoIterator for &'a Object {
    type Item = (&'a str, &'a Json);
    type IntoIter = Members<'a>;

    fn into_iter(self) -> Members<'a> {
        self.iter()
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a Json);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (&**name, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Members<'_> {}
