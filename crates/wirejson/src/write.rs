//! Values as compact text.

use std::fmt::Write as _;

use crate::lexer::special;
use crate::privacy::{Privacy, Public, REDACTED};
use crate::tape::Node;
use crate::view::{JsonRef, ObjectRef};

pub(crate) fn value<P: Privacy>(value: JsonRef<'_, P>) -> String {
    let mut out = String::with_capacity(room(value));
    write::<P, Public>(value, &mut out);
    out
}

pub(crate) fn redacted<P: Privacy>(value: JsonRef<'_, P>) -> String {
    let mut out = String::new();
    if value.is_hidden() && !value.is_null() {
        write_text(REDACTED, &mut out);
    } else {
        write::<P, P>(value, &mut out);
    }
    out
}

pub(crate) fn object<P: Privacy>(object: ObjectRef<'_, P>) -> String {
    let mut out = String::with_capacity(room(object.0));
    write_object::<P, Public>(object, &mut out);
    out
}

/// About as many bytes as a whole document needs: its texts and, for each of its nodes, quotes and a comma or a colon.
fn room<P: Privacy>(value: JsonRef<'_, P>) -> usize {
    let is_whole = value.at == 0;
    if is_whole { value.tape.text.len() + 4 * value.tape.nodes.len() } else { 0 }
}

/// Appends a text as a JSON string: with its quotes, escaped as far as JSON wants it and no further.
///
/// ```
/// let mut out = String::new();
/// wirejson::write_text("a\"b\u{1b}é", &mut out);
/// assert_eq!(out, r#""a\"b\u001bé""#);
/// ```
pub fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    loop {
        let at = special(text.as_bytes(), plain);
        out.push_str(&text[plain..at]);
        let Some(byte) = text.as_bytes().get(at) else { break };
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            // Writing into a String never fails.
            control => drop(write!(out, "\\u{control:04x}")),
        }
        plain = at + 1;
    }
    out.push('"');
}

/// Writes all but what `R` hides. Goes as deep as the value, which is no deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
fn write<P: Privacy, R: Privacy>(value: JsonRef<'_, P>, out: &mut String) {
    match value.node() {
        Node::Bool(true) => out.push_str("true"),
        Node::Bool(false) => out.push_str("false"),
        Node::Number(number) => drop(write!(out, "{number}")),
        Node::Text(_) => write_shown::<R>(value.as_str().unwrap_or_default(), out),
        Node::List(_) => {
            out.push('[');
            for (at, item) in value.items().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write::<P, R>(item, out);
            }
            out.push(']');
        }
        Node::Object(_) => write_object::<P, R>(ObjectRef(value), out),
        Node::Null | Node::Name(_) | Node::Open { .. } => out.push_str("null"),
    }
}

fn write_object<P: Privacy, R: Privacy>(object: ObjectRef<'_, P>, out: &mut String) {
    out.push('{');
    for (at, (name, value)) in object.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_shown::<R>(name, out);
        out.push(':');
        if R::hides_member(name) && !value.is_null() {
            write_text(REDACTED, out);
        } else {
            write::<P, R>(value, out);
        }
    }
    out.push('}');
}

fn write_shown<R: Privacy>(text: &str, out: &mut String) {
    write_text(if R::hides_text(text) { REDACTED } else { text }, out);
}
