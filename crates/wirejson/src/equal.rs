//! Equality: what two values say, not how they say it.
//!
//! It goes as deep as the values, which is no deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).

use std::collections::BTreeMap;

use crate::json::Json;
use crate::object::Object;
use crate::privacy::Privacy;
use crate::tape::Node;
use crate::view::{JsonRef, ObjectRef};

impl<P: Privacy> PartialEq for JsonRef<'_, P> {
    fn eq(&self, other: &Self) -> bool {
        match (self.node(), other.node()) {
            (Node::Null, Node::Null) => true,
            (Node::Bool(own), Node::Bool(other)) => own == other,
            (Node::Number(own), Node::Number(other)) => own == other,
            (Node::Text(_), Node::Text(_)) => self.as_str() == other.as_str(),
            (Node::List(_), Node::List(_)) => self.items().eq(other.items()),
            (Node::Object(_), Node::Object(_)) => ObjectRef(*self) == ObjectRef(*other),
            _ => false,
        }
    }
}

impl<P: Privacy> PartialEq for ObjectRef<'_, P> {
    fn eq(&self, other: &Self) -> bool {
        // Of a name that comes again the map keeps the last value.
        let members: BTreeMap<_, _> = self.iter().collect();
        members == other.iter().collect()
    }
}

impl<P: Privacy> PartialEq for Json<P> {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}

impl<P: Privacy> PartialEq for Object<P> {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}
