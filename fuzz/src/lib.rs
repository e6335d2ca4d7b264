//! What the targets share: `serde_json` as the reference for all that is JSON, and lives of a session.

pub mod life;

use std::fmt::Debug;
use std::str;

use serde_json::Value;

/// The text to read, with what `serde_json` reads in it; nothing where that is no reference.
///
/// Some names mean something to `serde_json` itself.
#[must_use]
pub fn text_and_reference(bytes: &[u8]) -> Option<(&str, Option<Value>)> {
    let text = str::from_utf8(bytes).ok().filter(|text| !text.contains("serde_json::private"))?;
    Some((text, serde_json::from_str(text).ok()))
}

/// Prints a value, which must not panic.
pub fn look(value: &impl Debug) {
    assert!(!format!("{value:?}").is_empty());
}
