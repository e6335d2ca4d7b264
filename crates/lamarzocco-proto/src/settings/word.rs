//! The base64 text of four bytes, which is nearly every value.

/// Its characters, the padding counted.
pub(super) const WORD: usize = 8;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The six bits of each character, and all bits for a character that is not of the alphabet.
static BITS: [u64; 256] = {
    let mut bits = [u64::MAX; 256];
    let mut at = 0;
    while at < ALPHABET.len() {
        bits[ALPHABET[at] as usize] = at as u64;
        at += 1;
    }
    bits
};

/// The two characters of every twelve bits.
static PAIRS: [[u8; 2]; 1 << 12] = {
    let mut pairs = [[0; 2]; 1 << 12];
    let mut bits = 0;
    while bits < pairs.len() {
        pairs[bits] = [ALPHABET[bits >> 6], ALPHABET[bits & 63]];
        bits += 1;
    }
    pairs
};

pub(super) fn encode(bytes: [u8; 4]) -> [u8; WORD] {
    // 36 bits, the last four of which are zero.
    let bits = u64::from(u32::from_be_bytes(bytes)) << 4;
    let [a, b] = PAIRS[(bits >> 24 & 0xfff) as usize];
    let [c, d] = PAIRS[(bits >> 12 & 0xfff) as usize];
    let [e, f] = PAIRS[(bits & 0xfff) as usize];
    [a, b, c, d, e, f, b'=', b'=']
}

/// Nothing if it is anything else than what [`encode`] writes.
#[inline]
pub(super) fn decode(text: &[u8; WORD]) -> Option<[u8; 4]> {
    let [characters @ .., b'=', b'='] = text else { return None };
    let bits = characters.iter().fold(0, |bits, at| bits << 6 | BITS[usize::from(*at)]);
    // A character that is not of the alphabet has set some of the bits that must be zero.
    (bits & !0x000f_ffff_fff0 == 0).then(|| ((bits >> 4) as u32).to_be_bytes())
}
