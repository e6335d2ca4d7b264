//! JSON as text: objects whose members stay as they were written, and the few texts of them that are read.

mod members;
mod scan;
mod syntax;

use std::borrow::Cow;
use std::fmt;

pub(crate) use self::members::{Members, each_member};
pub(crate) use self::syntax::{check_depth, malformed, offset_of};
use crate::error::Malformed;

/// The whole text as one JSON value of at most 127 levels, without the white space around it.
pub(crate) fn one_value(text: &str) -> Result<&str, Malformed> {
    if scan::is_value(text) {
        return Ok(text);
    }
    let value: &serde_json::value::RawValue =
        serde_json::from_str(text).map_err(|error| malformed(&error, text))?;
    check_depth(text)?;
    Ok(value.get())
}

/// As [`one_value`], and keeps a text that needs no change.
pub(crate) fn into_value(text: Cow<'_, str>) -> Option<String> {
    let value = one_value(&text).ok()?;
    Some(if value.len() == text.len() { text.into_owned() } else { value.to_owned() })
}

/// The content of a string; nothing if the value is not a string. A lone surrogate makes it unreadable, too.
pub(crate) fn unquote(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    unescape(inner).or_else(|| serde_json::from_str(raw).ok()).map(Cow::Owned)
}

/// The content of a string whose escapes all are of two characters, which saves the parser's buffer.
fn unescape(inner: &str) -> Option<String> {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((before, escaped)) = rest.split_once('\\') {
        let (escape, after) = escaped.split_at_checked(1)?;
        text.push_str(before);
        text.push(match escape {
            "\"" => '"',
            "\\" => '\\',
            "/" => '/',
            "b" => '\u{8}',
            "f" => '\u{c}',
            "n" => '\n',
            "r" => '\r',
            "t" => '\t',
            _ => return None,
        });
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

/// A text as a JSON string.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    write_quoted(text, &mut quoted);
    quoted
}

fn write_quoted(text: &str, to: &mut String) {
    if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        to.push_str(&serde_json::Value::from(text).to_string());
    } else {
        to.push('"');
        to.push_str(text);
        to.push('"');
    }
}

/// Writes an object member by member.
pub(crate) struct ObjectWriter(String);

impl ObjectWriter {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let mut text = String::with_capacity(capacity);
        text.push('{');
        Self(text)
    }

    /// A member whose value is JSON already.
    pub(crate) fn raw(&mut self, name: &str, value: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        write_quoted(name, &mut self.0);
        self.0.push(':');
        self.0.push_str(value);
    }

    /// A member that is a string.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.raw(name, "");
        write_quoted(value, &mut self.0);
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// The longest piece of a text that prints.
const EXCERPT: usize = 64;

/// At most 64 bytes of a text around an offset, escaped.
pub(crate) fn excerpt(text: &str, offset: usize) -> String {
    piece(text, offset, EXCERPT)
}

/// At most so many bytes of a text around an offset, escaped.
pub(crate) fn piece(text: &str, offset: usize, most: usize) -> String {
    let mut start = offset.min(text.len()).saturating_sub(most / 2);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut shown = String::new();
    for character in text[start..].chars().flat_map(char::escape_debug) {
        if shown.len() + character.len_utf8() > most {
            break;
        }
        shown.push(character);
    }
    shown
}

/// How a value prints: its text, unless it is long.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.len() <= EXCERPT {
            f.write_str(self.0)
        } else {
            write!(f, "{} bytes", self.0.len())
        }
    }
}
