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
        let mut text = Vec::new();
        push_entries::<Plain>(self, &mut text);
        ascii(text)
    }

    /// The whole frame as a professional machine sends it, compact.
    #[must_use]
    pub fn to_frame(&self) -> String {
        let mut text = FRAME_START.to_vec();
        push_entries::<Quoted>(self, &mut text);
        text.extend_from_slice(FRAME_END);
        ascii(text)
    }

    /// Appends what [`to_data`](Self::to_data) returns.
    pub fn write_data(&self, out: &mut String) {
        out.push_str(&self.to_data());
    }

    /// What [`to_data`](Self::to_data) returns, escaped for the inside of a JSON text.
    pub(crate) fn to_quoted_data(&self) -> String {
        let mut text = Vec::new();
        push_entries::<Quoted>(self, &mut text);
        ascii(text)
    }
}

/// Checked once for the whole text, which costs less than to write it in checked pieces.
fn ascii(text: Vec<u8>) -> String {
    String::from_utf8(text).unwrap_or_default()
}

fn push_entries<L: Layout>(map: &SettingsMap, out: &mut Vec<u8>) {
    let around = L::HASH.len() + L::VALUE.len() + L::CLOSE.len() + 1;
    out.reserve(map.len() * (around + 10 + WORD) + 2 * map.arena_len());
    out.extend_from_slice(L::START);
    for (at, entry) in map.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(L::HASH);
        number::push(out, entry.hash());
        out.extend_from_slice(L::VALUE);
        match entry.bytes().try_into() {
            Ok(bytes) => out.extend_from_slice(&word::encode(bytes)),
            Err(_) => out.extend_from_slice(STANDARD.encode(entry.bytes()).as_bytes()),
        }
        out.extend_from_slice(L::CLOSE);
    }
    out.extend_from_slice(L::END);
}
