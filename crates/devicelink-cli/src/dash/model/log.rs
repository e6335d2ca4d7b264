//! What has happened, the newest last.

use std::collections::VecDeque;
use std::fmt;

use jiff::Timestamp;

/// Entries that are kept.
const MAX_ENTRIES: usize = 1000;

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) time: Timestamp,
    pub(crate) link: usize,
    pub(crate) level: Level,
    pub(crate) text: String,
    /// How often it happened, one after another.
    pub(crate) count: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Good,
    Note,
    Warn,
    Bad,
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: VecDeque<Entry>,
    /// How many of the newest came since it was paused.
    held_back: Option<usize>,
}

impl Log {
    /// Adds an entry, or counts the last one up. Whether there is a new one to show.
    pub(super) fn push(&mut self, entry: Entry) -> bool {
        let is_first_held_back = self.held_back == Some(0);
        let same = |last: &&mut Entry| last.link == entry.link && last.text == entry.text;
        if let Some(last) = self.entries.back_mut().filter(same).filter(|_| !is_first_held_back) {
            last.count += 1;
            last.time = entry.time;
            return false;
        }
        if self.entries.len() == MAX_ENTRIES {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
        if let Some(held_back) = &mut self.held_back {
            *held_back = (*held_back + 1).min(MAX_ENTRIES);
        }
        self.held_back.is_none()
    }

    /// Shows what comes only when it goes on.
    pub(super) fn pause_or_go_on(&mut self) {
        self.held_back = if self.held_back.is_some() { None } else { Some(0) };
    }

    /// How many entries wait, if it is paused.
    pub(crate) fn held_back(&self) -> Option<usize> {
        self.held_back
    }

    /// How many entries are shown.
    pub(crate) fn len(&self) -> usize {
        self.entries.len() - self.held_back.unwrap_or_default()
    }

    /// One of those that are shown, the oldest first.
    pub(crate) fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at).filter(|_| at < self.len())
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            1 => f.write_str(&self.text),
            count => write!(f, "{} ({count} times)", self.text),
        }
    }
}
