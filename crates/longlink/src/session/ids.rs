//! Maps by ids that this side gives out.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map whose keys are ids of ours. What a peer sends is looked up and never put in, so nobody can fill it with keys that
/// collide: they are spread fast instead of safely.
pub(crate) type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IdHasher(u64);

/// Odd, and without a pattern: the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(SPREAD);
    }

    fn write_i64(&mut self, word: i64) {
        self.write_u64(word as u64);
    }

    /// A table takes its place from the low bits, which a product has mixed least.
    fn finish(&self) -> u64 {
        self.0.rotate_left(32)
    }
}
