//! The fast way of the shape that nearly all messages of professional machines have: five texts without escapes.

use super::decode::read;
use crate::message::{Attributes, Message, ValueMember};
use crate::name::Name;
use crate::unit::{Unit, ValueType};
use crate::value::Raw;

/// Reads a frame that is one message, exactly as [`Frame::encode`](super::Frame::encode) writes it. At anything else it
/// gives up, and the parser decides and reports.
pub(super) fn message(frame: &str) -> Option<Message> {
    let mut rest = frame;
    let name = text(&mut rest, "{\"name\":\"")?;
    let value_type = text(&mut rest, "\",\"type\":\"")?;
    let display_name = text(&mut rest, "\",\"displayName\":\"")?;
    let unit = text(&mut rest, "\",\"unit\":\"")?;
    let data = text(&mut rest, "\",\"data\":\"")?;
    if rest != "\"}" {
        return None;
    }
    let attributes = Attributes {
        value_type: Some(ValueType::from(value_type)),
        display_name: Some(display_name.into()),
        unit: Some(Unit::from(unit)),
        ..Attributes::default()
    };
    read(Name::from(name), Some(Raw::Text(data.into())), ValueMember::Data, attributes).ok()
}

/// What follows, up to the first character that does not stand for itself.
fn text<'a>(rest: &mut &'a str, before: &str) -> Option<&'a str> {
    let text = rest.strip_prefix(before)?;
    let end = text.bytes().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
    let (text, after) = text.split_at(end);
    *rest = after;
    Some(text)
}
