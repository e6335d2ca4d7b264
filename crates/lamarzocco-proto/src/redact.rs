//! Frames to give away.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Malformed, Reason};
use crate::frame::{Frame, trim};
use crate::json::build::Builder;
use crate::json::{Json, JsonRef, Node, Number};
use crate::secret::{self, REDACTED};
use crate::settings::Entry;

/// The text of a frame without [secrets](crate#secrets): for recordings and reports.
///
/// A text without secrets is returned as it is; else it is written anew, compact. A secret setting keeps its length, in
/// asterisks. In the place of any other secret stands `<redacted>`, 0, or an empty list or object. So the rest reads as
/// before: settings have the same hashes in the same order.
///
/// # Errors
///
/// As [`Frame::decode`]. A message inside that cannot be read is no error; all of it that may be secret is left out.
///
/// ```
/// use lamarzocco_proto::redact;
///
/// let text = r#"{"Settings":{"Settings":[{"Hash":696674017,"Value":"MTIzMzIx"},{"Hash":800486879,"Value":"AAD0Qg=="}]}}"#;
/// assert_eq!(
///     redact(text)?,
///     r#"{"Settings":{"Settings":[{"Hash":696674017,"Value":"KioqKioq"},{"Hash":800486879,"Value":"AAD0Qg=="}]}}"#,
/// );
/// # Ok::<(), lamarzocco_proto::Malformed>(())
/// ```
pub fn redact(text: &str) -> Result<Cow<'_, str>, Malformed> {
    Frame::decode(text)?;
    // What is a frame is JSON.
    let json = Json::from_text(trim(text)).ok_or_else(|| Malformed::new(Reason::NotJson))?;
    let mut copy = Copy::new(0);
    copy.value(json.root(), "");
    Ok(copy.finish().map_or(Cow::Borrowed(text), |json| json.to_string().into()))
}

/// How many texts that are JSON may stand inside of each other; a machine sends one.
const MAX_TEXTS: u8 = 2;

/// A copy without secrets.
struct Copy {
    builder: Builder,
    /// Texts that this stands in.
    texts: u8,
    /// Whether something was left out.
    is_other: bool,
}

impl Copy {
    fn new(texts: u8) -> Self {
        Self { builder: Builder::with_capacity(0), texts, is_other: false }
    }

    /// The copy, if it is another value.
    fn finish(self) -> Option<Json> {
        self.is_other.then(|| self.builder.finish())
    }

    /// Copies a value that stands under this name.
    fn value(&mut self, value: JsonRef<'_>, name: &str) {
        match value.node() {
            Node::Text { .. } if is_settings(name) => self.settings(value),
            Node::Text { .. } => self.json_or_text(value, name, Self::value),
            Node::Array { .. } | Node::Object { .. } if is_settings(name) => self.settings(value),
            Node::Array { .. } => self.list(value, |copy, item| copy.value(item, name)),
            Node::Object { .. } => {
                let is_named = |(member, _): &(&str, _)| *member == "name";
                let message =
                    value.members().filter(is_named).last().and_then(|(_, name)| name.as_str());
                self.object(value, |copy, member, value| {
                    let is_value = matches!(member, "data" | "value");
                    let name = message.filter(|_| is_value).unwrap_or(member);
                    let of_settings = message.is_some_and(secret::names_settings) && !is_value;
                    let is_secret = secret::is_secret(name) && !is_settings(name);
                    match is_secret || (of_settings && !is_attribute(member, value)) {
                        true => copy.hidden(value),
                        false => copy.value(value, name),
                    }
                });
            }
            _ => self.builder.copy(value),
        }
    }

    /// Copies settings: the document, the list of entries, or JSON text of them.
    fn settings(&mut self, value: JsonRef<'_>) {
        match value.node() {
            Node::Text { .. } => {
                self.json_or_text(value, "Settings", |copy, value, _| copy.settings(value));
            }
            Node::Array { .. } => self.list(value, Self::entry),
            Node::Object { .. } => {
                self.object(value, |copy, member, value| match is_settings(member) {
                    true => copy.settings(value),
                    false => copy.hidden(value),
                });
            }
            _ => self.hidden(value),
        }
    }

    /// Copies an entry. Of what is none nothing is known.
    fn entry(&mut self, entry: JsonRef<'_>) {
        if !entry.is_object() {
            return self.hidden(entry);
        }
        let mut hashes = entry.members().filter(|(member, _)| *member == "Hash");
        let hash = match (hashes.next(), hashes.next()) {
            (Some((_, hash)), None) => hash.as_i64().and_then(|hash| u32::try_from(hash).ok()),
            _ => None,
        };
        self.object(entry, |copy, member, value| match (member, hash, value.as_str()) {
            ("Hash", Some(_), _) => copy.builder.copy(value),
            ("Value", Some(hash), Some(text)) => copy.setting(hash, text),
            _ => copy.hidden(value),
        });
    }

    fn setting(&mut self, hash: u32, base64: &str) {
        let Ok(bytes) = STANDARD.decode(base64) else { return self.leave_out() };
        let asterisks = vec![b'*'; bytes.len()];
        if bytes == asterisks || !Entry::new(hash, &bytes).is_secret() {
            return self.text(base64);
        }
        self.is_other = true;
        self.text(&STANDARD.encode(asterisks));
    }

    /// Copies a text, which may be JSON.
    fn json_or_text(
        &mut self,
        value: JsonRef<'_>,
        name: &str,
        copy_inner: impl FnOnce(&mut Self, JsonRef<'_>, &str),
    ) {
        let text = value.as_str().unwrap_or_default();
        let is_json = text.trim_ascii_start().starts_with(['{', '[']);
        let json = (is_json && self.texts < MAX_TEXTS).then(|| Json::from_text(text)).flatten();
        if let Some(json) = json {
            let mut inner = Self::new(self.texts + 1);
            copy_inner(&mut inner, json.root(), name);
            return match inner.finish() {
                Some(json) => {
                    self.is_other = true;
                    self.text(&json.to_string());
                }
                None => self.text(text),
            };
        }
        let is_whole =
            ["MachineConfiguration", "SystemInfo"].contains(&name) || secret::names_settings(name);
        match secret::is_printable(text) && !is_whole {
            true => self.text(text),
            false => self.hidden(value),
        }
    }

    /// Copies a value of which nothing may be seen.
    fn hidden(&mut self, value: JsonRef<'_>) {
        match value.node() {
            Node::Text { .. } if value.as_str() == Some(REDACTED) => self.text(REDACTED),
            Node::Text { .. } => self.leave_out(),
            Node::Number(number) => {
                self.is_other |= number != Number::Unsigned(0);
                self.builder.number(Number::Unsigned(0));
            }
            Node::Array { .. } => {
                self.is_other |= value.items().next().is_some();
                let open = self.builder.open();
                let _ = self.builder.close_array(open);
            }
            Node::Object { .. } => {
                self.is_other |= value.members().next().is_some();
                let open = self.builder.open();
                let _ = self.builder.close_object(open);
            }
            Node::Null | Node::Bool(_) => self.builder.copy(value),
        }
    }

    fn list(&mut self, list: JsonRef<'_>, mut copy: impl FnMut(&mut Self, JsonRef<'_>)) {
        let open = self.builder.open();
        for item in list.items() {
            copy(self, item);
        }
        // A copy is no longer than the original, but for what stands in the place of secrets.
        let _ = self.builder.close_array(open);
    }

    fn object(&mut self, object: JsonRef<'_>, mut copy: impl FnMut(&mut Self, &str, JsonRef<'_>)) {
        let open = self.builder.open();
        for (name, value) in object.members() {
            match secret::is_printable(name) || name == REDACTED {
                true => self.text(name),
                false => self.leave_out(),
            }
            copy(self, name, value);
        }
        let _ = self.builder.close_object(open);
    }

    fn leave_out(&mut self) {
        self.is_other = true;
        self.text(REDACTED);
    }

    fn text(&mut self, text: &str) {
        let _ = self.builder.text(text);
    }
}

/// Whether a member of a message says nothing of its value.
fn is_attribute(member: &str, value: JsonRef<'_>) -> bool {
    const ATTRIBUTES: [&str; 5] = ["name", "type", "displayName", "unit", "recorded"];
    ATTRIBUTES.contains(&member) && value.as_str().is_some()
}

fn is_settings(name: &str) -> bool {
    name == "Settings"
}
