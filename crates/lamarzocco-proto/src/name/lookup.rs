//! From the text of a name to its row of the table, without an allocation.

use super::index::number;
use super::table::{self, FAMILIES};
use super::{Family, Name};

const SLOTS: usize = 512;

/// Open addressing over the hash of what a name has beside its index; 0 is an empty slot, others are row + 1.
static TABLE: [u8; SLOTS] = fill();

/// The known name of this text.
pub(super) fn find(text: &str) -> Option<Name> {
    let bytes = text.as_bytes();
    let Some(start) = bytes.iter().position(u8::is_ascii_digit) else {
        return row(text, None).map(|id| table::build(id, std::num::NonZeroU8::MIN));
    };
    let digits = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let index = number(&bytes[start..start + digits])?;
    row(&text[..start], Some(&text[start + digits..])).map(|id| table::build(id, index))
}

fn row(prefix: &str, suffix: Option<&str>) -> Option<usize> {
    let mut slot = slot(prefix, suffix);
    while TABLE[slot] != 0 {
        let id = usize::from(TABLE[slot] - 1);
        let family = &FAMILIES[id];
        if family.prefix == prefix && family.suffix == suffix {
            return Some(id);
        }
        slot = (slot + 1) % SLOTS;
    }
    None
}

const fn slot(prefix: &str, suffix: Option<&str>) -> usize {
    let mut hash = mix(0, prefix);
    if let Some(suffix) = suffix {
        hash = mix(hash, suffix);
    }
    // The low bits of this hash depend on few letters alone.
    (hash ^ (hash >> 9) ^ (hash >> 18)) as usize % SLOTS
}

/// Takes the length and every third letter, the last one included: enough to tell the names apart.
const fn mix(hash: u32, text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut at = bytes.len();
    let mut hash = hash.wrapping_mul(33).wrapping_add(at as u32);
    while at > 0 {
        hash = hash.wrapping_mul(33).wrapping_add(bytes[at - 1] as u32);
        at = at.saturating_sub(3);
    }
    hash
}

const fn fill() -> [u8; SLOTS] {
    assert!(
        FAMILIES.len() < 256 && FAMILIES.len() * 3 < SLOTS,
        "a row is one byte, and the table is to stay sparse"
    );
    let mut table = [0; SLOTS];
    let mut id = 0;
    while id < FAMILIES.len() {
        let Family { prefix, suffix, .. } = FAMILIES[id];
        let mut slot = slot(prefix, suffix);
        while table[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        #[expect(clippy::cast_possible_truncation, reason = "less than 256 rows, asserted above")]
        {
            table[slot] = id as u8 + 1;
        }
        id += 1;
    }
    table
}
