//! The map itself: one array in the order of the wire, and one arena for the long values.

use super::entry::{Entry, SettingData};
use super::hash::SettingKey;
use crate::error::Reason;

/// The largest number of entries that is decoded; a machine sends 249.
pub const MAX_ENTRIES: usize = 1 << 17;

/// The largest number of bytes in values of more than four bytes that is decoded; a machine sends 30.
pub const MAX_LONG_BYTES: usize = 1 << 20;

/// All settings of a machine.
///
/// Entries stand in the order of the wire, repeated ones included; [`get`](Self::get) finds the last one of a hash.
/// Two maps are equal if they hold the same entries in the same order.
///
/// A machine's 249 settings take 3 KB. Values of up to four bytes, which is nearly all of them, lie in the array
/// itself. `Debug` shows labels and values, and leaves out passwords, the serial number, and any value without a known
/// name that may be text.
#[derive(Default)]
pub struct SettingsMap {
    slots: Vec<Slot>,
    /// Values of more than four bytes.
    arena: Vec<u8>,
    /// Positions in the order of (hash, position); empty as long as the hashes themselves ascend without repeats.
    index: Vec<u32>,
    in_one_pass: bool,
}

/// Among how many slots around its likely place an entry is looked for, before it is looked for among all.
const NEAR: usize = 32;

/// How often the likely place is corrected; hashes are spread so evenly that a hundred thousand take two or three.
const TRIES: usize = 4;

/// Twelve bytes for each entry.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Slot {
    hash: u32,
    len: u32,
    /// The value, or where it starts in the arena if it is longer than this.
    word: [u8; 4],
}

impl SettingsMap {
    /// A map without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self { slots: Vec::new(), arena: Vec::new(), index: Vec::new(), in_one_pass: false }
    }

    /// How many entries there are, counted as on the wire: repeated ones count.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Whether it was read in one pass, from a whole frame of the one shape that machines are known to send.
    ///
    /// A frame of another shape goes through a JSON parser. It is read as well, in up to forty times the time. So it
    /// says nothing of what is in the map, and plays no part when maps are compared.
    #[must_use]
    pub fn was_read_in_one_pass(&self) -> bool {
        self.in_one_pass
    }

    /// The entry of a setting; the last one, if there are several.
    ///
    /// Takes a [`SettingKey`], a hash, a full name such as `"groups[1].dose[3].targetVolume"`, or a
    /// [`Setting`](super::Setting).
    ///
    /// ```
    /// use lamarzocco_proto::settings::{SettingsMap, by_label};
    ///
    /// let settings = SettingsMap::from_data(r#"{"Settings":[{"Hash":800486879,"Value":"AAD0Qg=="}]}"#)?;
    /// let steam = settings.get("steamBoiler.targetTemperature").unwrap();
    /// assert_eq!(settings.get(800_486_879), Some(steam));
    /// assert_eq!(settings.get(by_label("SteamBoiler.TargetTemperature").unwrap()), Some(steam));
    /// # Ok::<(), lamarzocco_proto::Malformed>(())
    /// ```
    #[must_use]
    pub fn get(&self, key: impl Into<SettingKey>) -> Option<Entry<'_>> {
        self.position(key.into().hash()).map(|at| self.entry(at))
    }

    /// The entry at a position, counted from 0 in the order of the wire.
    #[must_use]
    pub fn at(&self, position: usize) -> Option<Entry<'_>> {
        (position < self.slots.len()).then(|| self.entry(position))
    }

    /// All entries in the order of the wire.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter { map: self, positions: 0..self.slots.len() }
    }

    /// Gives a setting a value: its last entry gets it, or a new one is put in.
    ///
    /// A new entry goes where its hash belongs if the others ascend, as on a real machine, and to the end otherwise.
    ///
    /// ```
    /// use lamarzocco_proto::settings::{SettingsMap, keys};
    ///
    /// let mut settings = SettingsMap::new();
    /// settings.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, 124.0_f32);
    /// settings.set(keys::STEAM_BOILER_ENABLED, true);
    /// settings.set(keys::MACHINE_NAME, "BAR LEFT");
    /// assert_eq!(settings.len(), 3);
    /// ```
    pub fn set<'v>(&mut self, key: impl Into<SettingKey>, value: impl Into<SettingData<'v>>) {
        let (key, value) = (key.into(), value.into());
        value.with_bytes(|bytes| match self.position(key.hash()) {
            Some(at) => self.replace(at, bytes),
            None if self.index.is_empty() => {
                let at = self.slots.partition_point(|slot| slot.hash < key.hash());
                let slot = self.store(key.hash(), bytes);
                self.slots.insert(at, slot);
            }
            None => self.push(key, bytes),
        });
    }

    /// Adds an entry at the end, as it is, whether or not there is one of this hash already.
    pub fn push(&mut self, key: impl Into<SettingKey>, bytes: &[u8]) {
        let slot = self.store(key.into().hash(), bytes);
        self.slots.push(slot);
        if !self.index.is_empty() {
            let at = self.index.partition_point(|at| self.slots[*at as usize].hash <= slot.hash);
            self.index.insert(at, as_u32(self.slots.len() - 1));
        } else if let [.., before, last] = self.slots[..] {
            if before.hash >= last.hash {
                self.reindex();
            }
        }
    }

    /// Removes all entries of a setting, and says whether there were any.
    pub fn remove(&mut self, key: impl Into<SettingKey>) -> bool {
        let hash = key.into().hash();
        let before = self.slots.len();
        self.slots.retain(|slot| slot.hash != hash);
        self.compact();
        self.reindex();
        self.slots.len() != before
    }

    /// Removes all entries, and keeps the memory for the next ones.
    pub fn clear(&mut self) {
        self.slots.clear();
        self.arena.clear();
        self.index.clear();
        self.in_one_pass = false;
    }

    /// The entries in ascending order of hash, the last one of each.
    pub(super) fn by_hash(&self) -> ByHash<'_> {
        let positions = (!self.index.is_empty()).then_some(&self.index[..]);
        let mut entries = ByHash { map: self, positions, at: 0 };
        entries.pass_repeats();
        entries
    }

    /// As [`by_hash`](Self::by_hash), the entries at these positions alone; their hashes ascend.
    pub(super) fn by_hash_at<'a>(&'a self, positions: &'a [u32]) -> ByHash<'a> {
        ByHash { map: self, positions: Some(positions), at: 0 }
    }

    pub(super) fn bytes<'a>(&'a self, slot: &'a Slot) -> &'a [u8] {
        let len = slot.len as usize;
        if len <= slot.word.len() {
            return &slot.word[..len];
        }
        let start = u32::from_le_bytes(slot.word) as usize;
        &self.arena[start..start + len]
    }

    fn entry(&self, at: usize) -> Entry<'_> {
        let slot = &self.slots[at];
        Entry::new(slot.hash, self.bytes(slot))
    }

    fn position(&self, hash: u32) -> Option<usize> {
        let by_hash = |slot: &Slot| slot.hash;
        if self.index.is_empty() {
            return match self.near(hash) {
                Some((start, slots)) => {
                    slots.binary_search_by_key(&hash, by_hash).ok().map(|at| start + at)
                }
                None => self.slots.binary_search_by_key(&hash, by_hash).ok(),
            };
        }
        let after = self.index.partition_point(|at| self.slots[*at as usize].hash <= hash);
        let at = *self.index.get(after.checked_sub(1)?)? as usize;
        (self.slots[at].hash == hash).then_some(at)
    }

    /// The slots among which a hash must be if it is there at all; a search of known length takes half the time.
    ///
    /// Hashes are spread evenly: those of a machine are at most 12 places from where their value alone puts them.
    fn near(&self, hash: u32) -> Option<(usize, &[Slot; NEAR])> {
        let last = self.slots.len().checked_sub(NEAR)?;
        let (mut from_hash, mut from) = (0, 0);
        for _ in 0..TRIES {
            let distance = i64::from(hash) - i64::from(from_hash);
            let likely = from + ((distance * self.slots.len() as i64) >> 32);
            let start = usize::try_from(likely - NEAR as i64 / 2).unwrap_or(0).min(last);
            let slots: &[Slot; NEAR] = self.slots[start..].first_chunk()?;
            let [first, .., after] = slots;
            if first.hash <= hash && hash <= after.hash {
                return Some((start, slots));
            }
            (from_hash, from) = (first.hash, start as i64);
        }
        None
    }

    fn replace(&mut self, at: usize, bytes: &[u8]) {
        let long = self.slots[at].len as usize > 4;
        self.slots[at] = self.store(self.slots[at].hash, bytes);
        if long {
            self.compact();
        }
    }

    fn store(&mut self, hash: u32, bytes: &[u8]) -> Slot {
        let mut word = [0; 4];
        if bytes.len() <= word.len() {
            word[..bytes.len()].copy_from_slice(bytes);
        } else {
            word = as_u32(self.arena.len()).to_le_bytes();
            self.arena.extend_from_slice(bytes);
        }
        Slot { hash, len: as_u32(bytes.len()), word }
    }

    /// Frees the bytes of the arena that no entry points to.
    fn compact(&mut self) {
        let old = std::mem::take(&mut self.arena);
        for slot in &mut self.slots {
            if slot.len > 4 {
                let start = u32::from_le_bytes(slot.word) as usize;
                slot.word = as_u32(self.arena.len()).to_le_bytes();
                self.arena.extend_from_slice(&old[start..start + slot.len as usize]);
            }
        }
    }
}

/// What the decoder needs: entries come in one by one, and the index is made once at the end.
impl SettingsMap {
    pub(super) fn reserve(&mut self, entries: usize) {
        self.slots.reserve(entries);
    }

    /// Keeps an entry with a value of four bytes.
    #[inline]
    pub(super) fn push_word(&mut self, hash: u32, word: [u8; 4]) {
        self.slots.push(Slot { hash, len: 4, word });
    }

    /// Gives an entry with a value of four bytes another one; nothing if its value is of another length.
    pub(super) fn set_word(&mut self, position: usize, word: [u8; 4]) -> Option<()> {
        let slot = self.slots.get_mut(position).filter(|slot| slot.len == 4)?;
        slot.word = word;
        Some(())
    }

    pub(super) fn set_read_in_one_pass(&mut self) {
        self.in_one_pass = true;
    }

    /// How many bytes are in values of more than four bytes.
    pub(super) fn arena_len(&self) -> usize {
        self.arena.len()
    }

    /// Forgets the bytes that were kept since the arena was as long as this.
    pub(super) fn rewind(&mut self, arena_len: usize) {
        self.arena.truncate(arena_len);
    }

    /// Keeps a value of an entry whose hash may not be known yet.
    pub(super) fn keep(&mut self, bytes: &[u8]) -> Result<Slot, Reason> {
        if bytes.len() > 4 && self.arena.len() + bytes.len() > MAX_LONG_BYTES {
            return Err(Reason::TooLarge);
        }
        Ok(self.store(0, bytes))
    }

    pub(super) fn keep_slot(&mut self, hash: u32, slot: Slot) -> Result<(), Reason> {
        if self.slots.len() >= MAX_ENTRIES {
            return Err(Reason::TooLarge);
        }
        self.slots.push(Slot { hash, ..slot });
        Ok(())
    }

    /// Makes the index if the order of the wire does not serve as one.
    pub(super) fn reindex(&mut self) {
        self.index.clear();
        if self.slots.is_sorted_by(|left, right| left.hash < right.hash) {
            return;
        }
        self.index.extend(0..as_u32(self.slots.len()));
        self.index.sort_unstable_by_key(|at| (self.slots[*at as usize].hash, *at));
    }
}

impl Clone for SettingsMap {
    fn clone(&self) -> Self {
        let Self { slots, arena, index, in_one_pass } = self;
        let (slots, arena, index) = (slots.clone(), arena.clone(), index.clone());
        Self { slots, arena, index, in_one_pass: *in_one_pass }
    }

    /// Into the memory of this map.
    fn clone_from(&mut self, source: &Self) {
        self.slots.clone_from(&source.slots);
        self.arena.clone_from(&source.arena);
        self.index.clone_from(&source.index);
        self.in_one_pass = source.in_one_pass;
    }
}

impl PartialEq for SettingsMap {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<'a> IntoIterator for &'a SettingsMap {
    type Item = Entry<'a>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// The entries of a map in the order of the wire; see [`SettingsMap::iter`].
#[derive(Debug, Clone)]
pub struct Iter<'a> {
    map: &'a SettingsMap,
    positions: std::ops::Range<usize>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        self.positions.next().map(|at| self.map.entry(at))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.positions.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}

/// See [`SettingsMap::by_hash`].
#[derive(Debug, Clone)]
pub(super) struct ByHash<'a> {
    map: &'a SettingsMap,
    /// Of the entries, if they are not all entries in the order of the wire.
    positions: Option<&'a [u32]>,
    /// In the positions if there are any; at the last entry of its hash.
    at: usize,
}

impl<'a> ByHash<'a> {
    /// The hash of the entry that comes next.
    pub(super) fn peek(&self) -> Option<u32> {
        self.next_position().map(|at| self.map.slots[at].hash)
    }

    /// Passes over the entries that come next in both and are the same; over none if either has positions.
    pub(super) fn skip_same(&mut self, other: &mut Self) {
        if self.positions.is_none() && other.positions.is_none() {
            let slots = self.map.slots[self.at..].iter().zip(&other.map.slots[other.at..]);
            let is_same = |(left, right): &(&Slot, &Slot)| match left.len {
                ..=4 => left == right,
                _ => left.hash == right.hash && self.map.bytes(left) == other.map.bytes(right),
            };
            let same = slots.take_while(is_same).count();
            self.at += same;
            other.at += same;
        }
    }

    /// Of the entry that comes next.
    fn next_position(&self) -> Option<usize> {
        match self.positions {
            None => (self.at < self.map.slots.len()).then_some(self.at),
            Some(positions) => positions.get(self.at).map(|at| *at as usize),
        }
    }

    /// Only an index brings the same hash again.
    fn pass_repeats(&mut self) {
        let hash = |at: &u32| self.map.slots[*at as usize].hash;
        while let Some([this, next]) = self.map.index.get(self.at..self.at + 2) {
            if hash(this) != hash(next) {
                break;
            }
            self.at += 1;
        }
    }
}

impl<'a> Iterator for ByHash<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let entry = self.map.entry(self.next_position()?);
        self.at += 1;
        self.pass_repeats();
        Some(entry)
    }
}

/// Entries and bytes of a map in memory stay far below this; the decoder's limits see to it.
fn as_u32(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
