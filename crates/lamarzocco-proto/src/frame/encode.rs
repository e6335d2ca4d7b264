//! From a frame to text.

use std::fmt::{self, Write};

use super::{Frame, Item, Layout, Slot};
use crate::error::Origin;
use crate::message::Message;

impl Frame {
    /// The frame as compact JSON, packed as it was decoded or made.
    ///
    /// What was decoded gives equal JSON again: texts as they were, members that are not known, messages and items
    /// that could not be read. The members of a named message come in the order name, type, displayName, unit,
    /// recorded, value, then all others in the order of the wire; the members of a frame of several messages, and those
    /// inside of values, keep the order of the wire and their repetitions. Of several members of one named message that
    /// have the same name only the last counts, and only it is written.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut out = String::new();
        self.encode_into(&mut out);
        out
    }

    /// Appends what [`encode`](Self::encode) returns.
    pub fn encode_into(&self, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = self.write(out);
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        let mut items = self.iter();
        match &self.layout {
            Layout::Named => items.try_for_each(|item| write_named(out, item)),
            Layout::Members => write_members(out, items),
            Layout::List(slots) => {
                out.push('[');
                for (at, slot) in slots.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    match slot {
                        Slot::Named => {
                            items.next().map_or(Ok(()), |item| write_named(out, item))?;
                        }
                        Slot::Members(count) => write_members(out, items.by_ref().take(*count))?,
                    }
                }
                out.push(']');
                Ok(())
            }
        }
    }
}

fn write_members<'a>(out: &mut String, items: impl Iterator<Item = &'a Item>) -> fmt::Result {
    out.push('{');
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        let message: Option<&Message> = match item {
            Ok(message) => Some(message),
            Err(error) => match error.origin() {
                Some(Origin::Message(message)) => Some(message),
                _ => None,
            },
        };
        message.map_or(Ok(()), |message| message.write_member(out))?;
    }
    out.push('}');
    Ok(())
}

fn write_named(out: &mut String, item: &Item) -> fmt::Result {
    match item {
        Ok(message) => message.write_named(out),
        Err(error) => match error.origin() {
            Some(Origin::Message(message)) => message.write_named(out),
            Some(Origin::Json(json)) => write!(out, "{json}"),
            None => out.write_str("null"),
        },
    }
}
