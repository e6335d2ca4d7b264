//! How a document lies in memory: one text, and one list of nodes.

use std::marker::PhantomData;

use crate::lexer::MAX_DEPTH;
use crate::number::Number;
use crate::privacy::Privacy;
use crate::view::JsonRef;

/// One value or the name of a member, in the order of the text.
#[derive(Clone, Copy)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(Span),
    /// The name of a member; the node after it is the value.
    Name(Span),
    List(Inside),
    Object(Inside),
    /// A list or an object that is being read: where the one around it is, and the height of what is in it until now.
    Open {
        around: u32,
        height: u8,
    },
}

/// A piece of the tape's text.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// What is in a list or an object.
#[derive(Clone, Copy)]
pub(crate) struct Inside {
    /// How many nodes follow that belong to it.
    pub(crate) nodes: u32,
    /// How many levels of lists and objects it has, itself counted; at most [`MAX_DEPTH`].
    pub(crate) height: u8,
}

/// A value, or none yet.
pub(crate) struct Tape<P: Privacy> {
    pub(crate) text: String,
    pub(crate) nodes: Vec<Node>,
    /// Whether it is a copy of something that `Debug` leaves out.
    pub(crate) is_hidden: bool,
    privacy: PhantomData<fn() -> P>,
}

/// A list or an object that is being written.
#[derive(Clone, Copy)]
pub(crate) enum Container {
    List,
    Object,
}

impl Node {
    /// How many nodes this value is.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::List(inside) | Self::Object(inside) => 1 + inside.nodes as usize,
            _ => 1,
        }
    }

    pub(crate) fn height(self) -> u8 {
        match self {
            Self::List(inside) | Self::Object(inside) => inside.height,
            _ => 0,
        }
    }
}

impl<P: Privacy> Tape<P> {
    pub(crate) const fn new() -> Self {
        Self { text: String::new(), nodes: Vec::new(), is_hidden: false, privacy: PhantomData }
    }

    pub(crate) fn with_capacity(bytes: usize, nodes: usize) -> Self {
        let mut tape = Self::new();
        tape.text.reserve_exact(bytes);
        tape.nodes.reserve_exact(nodes);
        tape
    }

    pub(crate) fn of(node: Node) -> Self {
        let mut tape = Self::new();
        tape.nodes.push(node);
        tape
    }

    pub(crate) fn str(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// Appends to the text, without leaving a copy of it behind that would not be wiped.
    pub(crate) fn store(&mut self, text: &str) -> Span {
        let needed = self.text.len() + text.len();
        if needed > self.text.capacity() {
            let mut larger = String::with_capacity(needed.max(2 * self.text.capacity()));
            larger.push_str(&self.text);
            P::wipe(&mut std::mem::replace(&mut self.text, larger));
        }
        let start = position(self.text.len());
        self.text.push_str(text);
        Span { start, end: position(self.text.len()) }
    }

    /// Opens a list or an object; what is pushed from now on is in it until it is closed.
    pub(crate) fn open(&mut self) -> usize {
        self.nodes.push(Node::Null);
        self.nodes.len() - 1
    }

    pub(crate) fn close(&mut self, container: Container, open: usize) {
        let height = self.nodes[open + 1..].iter().map(|node| node.height()).max().unwrap_or(0);
        self.close_over(container, open, height);
    }

    /// Closes what is open over values of this height.
    #[inline]
    pub(crate) fn close_over(&mut self, container: Container, open: usize, height: u8) {
        let inside = Inside { nodes: position(self.nodes.len() - open - 1), height: height + 1 };
        self.nodes[open] = match container {
            Container::List => Node::List(inside),
            Container::Object => Node::Object(inside),
        };
    }

    /// Puts in a member; call it only inside of an object that stands in nothing.
    pub(crate) fn push_member(&mut self, name: &str, value: JsonRef<'_, P>) {
        let span = self.store(name);
        self.nodes.push(Node::Name(span));
        self.push_copy(value.tape, value.at, 1);
        self.is_hidden |= value.is_hidden() && !P::hides_member(name);
    }

    /// Copies a value out of another tape, into something that stands in so many levels. One that would reach beyond
    /// [`MAX_DEPTH`] becomes null: nobody could read it again.
    pub(crate) fn push_copy(&mut self, from: &Self, at: usize, depth: usize) {
        let value = from.nodes.get(at).copied().unwrap_or(Node::Null);
        if usize::from(value.height()) + depth > MAX_DEPTH || from.nodes.is_empty() {
            self.nodes.push(Node::Null);
            return;
        }
        for node in &from.nodes[at..at + value.size()] {
            let copy = match node {
                Node::Text(span) => Node::Text(self.store(from.str(*span))),
                Node::Name(span) => Node::Name(self.store(from.str(*span))),
                other => *other,
            };
            self.nodes.push(copy);
        }
    }
}

impl<P: Privacy> Clone for Tape<P> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            nodes: self.nodes.clone(),
            is_hidden: self.is_hidden,
            privacy: PhantomData,
        }
    }
}

impl<P: Privacy> Drop for Tape<P> {
    fn drop(&mut self) {
        P::wipe(&mut self.text);
    }
}

/// A place in a text or in a list of nodes. A text that is parsed is checked to be shorter than this; a document that is
/// made in memory, node by node, would have to be 4 GiB.
#[inline]
pub(crate) fn position(at: usize) -> u32 {
    u32::try_from(at).expect("a document is smaller than 4 GiB")
}
