//! What changed from one map to the next.

use std::cmp::Ordering;

use super::entry::Entry;
use super::hash::SettingKey;
use super::map::{ByHash, SettingsMap};

/// One difference between two maps.
///
/// ```
/// use lamarzocco_proto::settings::{Change, SettingsMap, keys};
///
/// let mut settings = SettingsMap::new();
/// settings.set(keys::MACHINE_NAME, "BAR LEFT");
/// for change in SettingsMap::new().diff(&settings) {
///     match change {
///         Change::Added(entry) => println!("new: {entry:?}"),
///         Change::Removed(entry) => println!("gone: {entry:?}"),
///         Change::Changed { old, new } => println!("{old:?} is now {:?}", new.value()),
///         _ => {}
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change<'a> {
    /// Only the new map has it.
    Added(Entry<'a>),
    /// Only the old map has it.
    Removed(Entry<'a>),
    /// The bytes are not the same.
    Changed {
        /// As it was.
        old: Entry<'a>,
        /// As it is.
        new: Entry<'a>,
    },
}

impl<'a> Change<'a> {
    /// The setting.
    #[must_use]
    pub fn key(&self) -> SettingKey {
        match self {
            Self::Added(entry) | Self::Removed(entry) | Self::Changed { new: entry, .. } => {
                entry.key()
            }
        }
    }

    /// The entry of the old map.
    #[must_use]
    pub fn before(&self) -> Option<Entry<'a>> {
        match self {
            Self::Added(_) => None,
            Self::Removed(entry) | Self::Changed { old: entry, .. } => Some(*entry),
        }
    }

    /// The entry of the new map.
    #[must_use]
    pub fn after(&self) -> Option<Entry<'a>> {
        match self {
            Self::Removed(_) => None,
            Self::Added(entry) | Self::Changed { new: entry, .. } => Some(*entry),
        }
    }
}

/// Whether two numbers are the same as far as machines keep them: to a relative 1e-5 or an absolute 1e-4.
///
/// A captured machine says 93.80003 in its settings and 93.8 in its configuration for the same temperature.
///
/// ```
/// assert!(lamarzocco_proto::settings::approx_eq(93.800_03, 93.8));
/// assert!(!lamarzocco_proto::settings::approx_eq(93.9, 93.8));
/// ```
#[must_use]
pub fn approx_eq(left: f64, right: f64) -> bool {
    let difference = (left - right).abs();
    // Infinities are equal only to themselves.
    left == right
        || difference <= 1e-4
        || (difference.is_finite() && difference <= 1e-5 * left.abs().max(right.abs()))
}

impl SettingsMap {
    /// The differences from this map to a newer one, in ascending order of hash; only the last entry of a hash counts.
    ///
    /// ```
    /// use lamarzocco_proto::settings::{Change, SettingsMap, keys};
    ///
    /// let mut old = SettingsMap::new();
    /// old.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, 122.0_f32);
    /// let mut new = old.clone();
    /// new.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, 124.0_f32);
    ///
    /// let changes: Vec<Change<'_>> = old.diff(&new).collect();
    /// assert_eq!(changes.len(), 1);
    /// assert_eq!(changes[0].after().and_then(|entry| entry.as_f32()), Some(124.0));
    /// ```
    #[must_use]
    pub fn diff<'a>(&'a self, new: &'a Self) -> Diff<'a> {
        Diff { old: self.by_hash(), new: new.by_hash(), tolerant: false }
    }

    /// As [`diff`](Self::diff), for maps that differ in the values at these positions and in nothing else.
    pub(super) fn diff_at<'a>(&'a self, new: &'a Self, positions: &'a [u32]) -> Diff<'a> {
        let (old, new) = (self.by_hash_at(positions), new.by_hash_at(positions));
        Diff { old, new, tolerant: false }
    }
}

/// The differences between two maps; see [`SettingsMap::diff`].
#[derive(Debug, Clone)]
pub struct Diff<'a> {
    old: ByHash<'a>,
    new: ByHash<'a>,
    tolerant: bool,
}

impl Diff<'_> {
    /// Passes over floats that are the same by [`approx_eq`].
    ///
    /// Only settings that the registry knows as floats are compared so; a guess is not enough to hide a change.
    ///
    /// ```
    /// use lamarzocco_proto::settings::{SettingsMap, keys};
    ///
    /// let (mut old, mut new) = (SettingsMap::new(), SettingsMap::new());
    /// old.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, 93.8_f32);
    /// new.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, 93.800_03_f32);
    /// assert_eq!(old.diff(&new).count(), 1);
    /// assert_eq!(old.diff(&new).tolerant().count(), 0);
    /// ```
    #[must_use]
    pub fn tolerant(mut self) -> Self {
        self.tolerant = true;
        self
    }

    fn is_same(&self, old: Entry<'_>, new: Entry<'_>) -> bool {
        let is_same = match (old.as_u32(), new.as_u32()) {
            (Some(old), Some(new)) => old == new,
            _ => old.bytes() == new.bytes(),
        };
        if is_same {
            return true;
        }
        match (self.tolerant && old.is_known_float(), old.as_f32(), new.as_f32()) {
            (true, Some(old), Some(new)) => approx_eq(old.into(), new.into()),
            _ => false,
        }
    }
}

impl<'a> Iterator for Diff<'a> {
    type Item = Change<'a>;

    fn next(&mut self) -> Option<Change<'a>> {
        loop {
            self.old.skip_same(&mut self.new);
            let order = match (self.old.peek(), self.new.peek()) {
                (Some(old), Some(new)) => old.cmp(&new),
                (Some(_), None) => Ordering::Less,
                (None, _) => Ordering::Greater,
            };
            match order {
                Ordering::Less => return self.old.next().map(Change::Removed),
                Ordering::Greater => return self.new.next().map(Change::Added),
                Ordering::Equal => {
                    let (old, new) = (self.old.next()?, self.new.next()?);
                    if !self.is_same(old, new) {
                        return Some(Change::Changed { old, new });
                    }
                }
            }
        }
    }
}
