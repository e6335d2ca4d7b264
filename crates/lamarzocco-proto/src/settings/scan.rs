//! The fast way from text to a map, for the one shape that machines send.
//!
//! Every JSON parser stops at each of the many quotes of such a text. This scanner knows what stands between hashes and
//! values, and compares it as a whole. It reads exactly the texts that [`SettingsMap::to_data`] and
//! [`SettingsMap::to_frame`] write for a map whose hashes ascend; at anything else it gives up, and the parser decides
//! and reports. So it has no errors of its own, and may leave entries in the map when it gives up.

use super::decode;
use super::layout::{FRAME_END, FRAME_START, Layout, Plain, Quoted};
use super::map::{MAX_ENTRIES, MAX_LONG_BYTES, SettingsMap};
use super::number;
use super::word;

/// The shortest entry with a value of four bytes, to reserve the memory once.
const ENTRY: usize = 40;

/// No text of this shape that is within the limits of the map is longer.
const LONGEST: usize = MAX_ENTRIES * 64 + MAX_LONG_BYTES * 2;

/// Reads the text of a whole frame.
pub(crate) fn frame(frame: &str, map: &mut SettingsMap) -> Option<()> {
    let text = frame.as_bytes().strip_prefix(FRAME_START)?.strip_suffix(FRAME_END)?;
    entries::<Quoted>(text, map)?;
    map.set_read_in_one_pass();
    Some(())
}

/// Reads the inner text.
pub(super) fn data(data: &str, map: &mut SettingsMap) -> Option<()> {
    entries::<Plain>(data.as_bytes(), map)
}

fn entries<L: Layout>(text: &[u8], map: &mut SettingsMap) -> Option<()> {
    if text.len() > LONGEST {
        return None;
    }
    map.clear();
    map.reserve(text.len() / ENTRY);
    let mut text = text.strip_prefix(L::START)?.strip_prefix(L::HASH)?;
    let mut before = None;
    loop {
        let (hash, rest) = number(text)?;
        // Texts in which hashes repeat or descend need the index, which the parser's way makes.
        if before.is_some_and(|before| hash <= before) {
            return None;
        }
        before = Some(hash);
        let rest = value::<L>(hash, rest.strip_prefix(L::VALUE)?, map)?;
        match rest.strip_prefix(L::NEXT) {
            Some(rest) => text = rest,
            None => return (rest == L::END && map.len() <= MAX_ENTRIES).then_some(()),
        }
    }
}

#[inline]
fn value<'t, L: Layout>(hash: u32, text: &'t [u8], map: &mut SettingsMap) -> Option<&'t [u8]> {
    if let Some((characters, rest)) = text.split_first_chunk() {
        if let Some(bytes) = word::decode(characters) {
            map.push_word(hash, bytes);
            return Some(rest);
        }
    }
    let end = text.iter().position(|byte| *byte == L::QUOTE)?;
    let (characters, rest) = text.split_at(end);
    let slot = decode::base64(characters, map).ok()?;
    map.keep_slot(hash, slot).ok()?;
    Some(rest)
}

/// An integer from 1 as JSON has it, and what follows. Nearly all have ten digits.
#[inline]
fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    let (first, after) = text.split_first_chunk()?;
    if first[0] == b'0' {
        return None;
    }
    let Some(eight) = number::parse_eight(*first).map(u64::from) else {
        return short_number(text);
    };
    let value = |digit: &u8| u64::from(digit - b'0');
    let (number, rest) = match after {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => {
            (eight * 100 + value(a) * 10 + value(b), rest)
        }
        [a @ b'0'..=b'9', rest @ ..] => (eight * 10 + value(a), rest),
        rest => (eight, rest),
    };
    Some((u32::try_from(number).ok()?, rest))
}

/// One to seven digits, and what follows.
fn short_number(text: &[u8]) -> Option<(u32, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(count);
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}
