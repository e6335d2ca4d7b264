//! From a map to text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::layout::{FRAME_END, FRAME_START, Layout, Plain, Quoted};
use super::map::SettingsMap;
use super::number;
use super::word::{self, WORD};

impl SettingsMap {
    /// The inner text, as it stands in the member `data` of a frame: compact, in the order of the wire.
    ///
    /// A map that was decoded gives the hashes, the order and the base64 texts that it was decoded from.
    #[must_use]
    pub fn to_data(&self) -> String {
        encode::<Plain>(self, b"", b"")
    }

    /// The whole frame as a professional machine sends it, compact.
    #[must_use]
    pub fn to_frame(&self) -> String {
        encode::<Quoted>(self, FRAME_START, FRAME_END)
    }

    /// Appends what [`to_data`](Self::to_data) returns.
    pub fn write_data(&self, out: &mut String) {
        out.push_str(&self.to_data());
    }

    /// What [`to_data`](Self::to_data) returns, as a JSON text.
    pub(crate) fn to_quoted_data(&self) -> String {
        encode::<Quoted>(self, b"\"", b"\"")
    }
}

fn encode<L: Layout>(map: &SettingsMap, before: &[u8], after: &[u8]) -> String {
    const MAX_DIGITS: usize = 10;
    let entry = L::NEXT.len() + MAX_DIGITS + L::VALUE.len() + WORD;
    // Base64 of more than four bytes takes no more than twice their number.
    let around = before.len() + L::START.len() + L::END.len() + after.len();
    let mut text = vec![0; around + map.len() * entry + 2 * map.arena_len()];
    let mut room = &mut text[..];
    put(&mut room, before);
    put(&mut room, L::START);
    for (at, entry) in map.iter().enumerate() {
        put(&mut room, if at == 0 { L::HASH } else { L::NEXT });
        let (digits, count) = number::digits(entry.hash());
        // A copy of known length is faster; what is too much is written over.
        room[..MAX_DIGITS].copy_from_slice(&digits[..MAX_DIGITS]);
        room = &mut room[count..];
        put(&mut room, L::VALUE);
        match entry.bytes().try_into() {
            Ok(bytes) => put(&mut room, &word::encode(bytes)),
            Err(_) => {
                // There is room.
                let length = STANDARD.encode_slice(entry.bytes(), &mut *room).unwrap_or_default();
                room = &mut room[length..];
            }
        }
    }
    put(&mut room, if map.is_empty() { L::EMPTY_END } else { L::END });
    put(&mut room, after);
    let unused = room.len();
    text.truncate(text.len() - unused);
    // Checked once, which costs less than to write it in checked pieces.
    String::from_utf8(text).unwrap_or_default()
}

/// As `Vec::extend_from_slice`, which would store the length of the vector, and load it again, for each piece.
fn put(room: &mut &mut [u8], text: &[u8]) {
    let (place, rest) = std::mem::take(room).split_at_mut(text.len());
    place.copy_from_slice(text);
    *room = rest;
}
