//! The fast way of the shape that nearly all messages of professional machines have: five texts without escapes.

use super::decode::read;
use super::{Frame, Layout, Messages};
use crate::message::{Attributes, ValueMember};
use crate::name::Name;
use crate::unit::{Unit, ValueType};
use crate::value::Raw;

/// Reads a frame that is one message, exactly as [`Frame::encode`] writes it. At anything else it
/// gives up, and the parser decides and reports.
pub(super) fn frame(text: &str) -> Option<Frame> {
    let mut rest = text;
    let name = take(&mut rest, "{\"name\":\"")?;
    let value_type = take(&mut rest, "\",\"type\":\"")?;
    let display_name = take(&mut rest, "\",\"displayName\":\"")?;
    let unit = take(&mut rest, "\",\"unit\":\"")?;
    let data = take(&mut rest, "\",\"data\":\"")?;
    if rest != "\"}" {
        return None;
    }
    let attributes = Attributes {
        value_type: Some(ValueType::from(value_type)),
        display_name: Some(display_name.into()),
        unit: Some(Unit::from(unit)),
        ..Attributes::default()
    };
    let data = Some(Raw::Text(data.into()));
    let message = read(Name::from(name), data, ValueMember::Data, attributes);
    message.is_ok().then_some(Frame { messages: Messages::One(message), layout: Layout::Named })
}

/// What follows, up to the first character that does not stand for itself.
fn take<'a>(rest: &mut &'a str, before: &str) -> Option<&'a str> {
    let text = rest.strip_prefix(before)?;
    let (text, after) = text.split_at_checked(plain(text.as_bytes()))?;
    *rest = after;
    Some(text)
}

/// How many bytes at the start of a text stand for themselves in a JSON string.
fn plain(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(word) = text[at..].first_chunk() {
        let specials = specials(u64::from_le_bytes(*word));
        if specials != 0 {
            return at + specials.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..b' ');
    text[at..].iter().position(is_special).map_or(text.len(), |more| at + more)
}

/// Sets the highest bit of the first of eight bytes that does not stand for itself, and maybe of later ones.
fn specials(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, b' ') | is(b'"') | is(b'\\')) & (ONES << 7)
}
