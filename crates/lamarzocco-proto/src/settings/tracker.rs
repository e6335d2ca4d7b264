//! Frame after frame: what each one changed.

use std::fmt;

use super::diff::Diff;
use super::layout::{FRAME_START, Layout, Quoted};
use super::map::SettingsMap;
use super::scan;
use super::word::{self, WORD};
use crate::error::Malformed;

/// The settings of a machine as its frames come in, and what each frame changed.
///
/// It keeps two maps and decodes into them in turn, so that their memory is used again, and the text of the last frame,
/// so that only the values whose text has changed are read. That is up to 1 MiB; a machine sends 12 KB.
///
/// ```
/// use lamarzocco_proto::settings::{SettingsMap, Tracker, keys};
///
/// let mut settings = SettingsMap::new();
/// settings.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, 122.0_f32);
/// let mut tracker = Tracker::new();
/// assert_eq!(tracker.frame(&settings.to_frame())?.count(), 1);
///
/// settings.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, 124.0_f32);
/// let changes = tracker.frame(&settings.to_frame())?;
/// assert_eq!(changes.map(|change| change.key()).collect::<Vec<_>>(), [keys::STEAM_BOILER_TARGET_TEMPERATURE]);
/// assert_eq!(tracker.frame(&settings.to_frame())?.count(), 0);
/// # Ok::<(), lamarzocco_proto::Malformed>(())
/// ```
#[derive(Clone, Default)]
pub struct Tracker {
    current: SettingsMap,
    previous: SettingsMap,
    last: Last,
    parsed: u64,
}

impl Tracker {
    /// Without settings; all that the first frame holds is new.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            current: SettingsMap::new(),
            previous: SettingsMap::new(),
            last: Last { text: Vec::new(), values: Vec::new() },
            parsed: 0,
        }
    }

    /// The settings after the last frame.
    #[must_use]
    pub fn settings(&self) -> &SettingsMap {
        &self.current
    }

    /// How many frames went through the JSON parser, faulty ones included, as they were not of the one shape that
    /// machines are known to send. They are read as well, in about ten times the time.
    #[must_use]
    pub fn parsed_frames(&self) -> u64 {
        self.parsed
    }

    /// Reads the text of a whole frame, and returns what it changed.
    ///
    /// # Errors
    ///
    /// As [`SettingsMap::from_frame`]. The settings then stay as they were before the frame; the error holds the
    /// entries that could be read.
    pub fn frame(&mut self, frame: &str) -> Result<Diff<'_>, Malformed> {
        self.previous.clone_from(&self.current);
        if self.last.follow(frame.as_bytes(), &mut self.previous).is_none() {
            self.read(frame)?;
        }
        std::mem::swap(&mut self.current, &mut self.previous);
        Ok(self.previous.diff(&self.current))
    }

    /// Reads all of a frame into the previous map.
    fn read(&mut self, frame: &str) -> Result<(), Malformed> {
        self.last.text.clear();
        if scan::frame(frame, &mut self.previous).is_some() {
            self.last.keep(frame, &self.previous);
            return Ok(());
        }
        self.parsed += 1;
        self.previous.parse_frame(frame).map_err(|error| match error.name() {
            Some(_) => error.with_settings(std::mem::take(&mut self.previous)),
            None => error,
        })
    }
}

/// The text may hold secrets, and the previous map is scratch.
impl fmt::Debug for Tracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracker").field("settings", &self.current).finish_non_exhaustive()
    }
}

/// The last frame, if it was of the shape of [`scan`]; otherwise no text.
#[derive(Clone, Default)]
struct Last {
    text: Vec<u8>,
    /// Where the value of each entry starts.
    values: Vec<usize>,
}

impl Last {
    fn keep(&mut self, frame: &str, settings: &SettingsMap) {
        self.text.extend_from_slice(frame.as_bytes());
        self.values.clear();
        let mut at = FRAME_START.len() + Quoted::START.len() + Quoted::HASH.len();
        self.values.extend(settings.iter().map(|entry| {
            let digits = entry.hash().ilog10() as usize + 1;
            let value = at + digits + Quoted::VALUE.len();
            at = value + entry.bytes().len().div_ceil(3) * 4 + Quoted::NEXT.len();
            value
        }));
    }

    /// Turns the settings of the last frame into those of this one; nothing if the two differ in more than in values
    /// of four bytes. Both are then in part this frame's, and no longer of use.
    fn follow(&mut self, frame: &[u8], settings: &mut SettingsMap) -> Option<()> {
        if self.text.is_empty() || frame.len() != self.text.len() {
            return None;
        }
        let mut at = 0;
        while let Some(same) = first_difference(&self.text[at..], &frame[at..]) {
            at += same;
            let entry = self.values.partition_point(|value| *value <= at).checked_sub(1)?;
            let value = self.values[entry];
            if at >= value + WORD {
                return None;
            }
            let text = frame[value..].first_chunk::<WORD>()?;
            settings.set_word(entry, word::decode(text)?)?;
            self.text[value..value + WORD].copy_from_slice(text);
            at = value + WORD;
        }
        Some(())
    }
}

fn first_difference(left: &[u8], right: &[u8]) -> Option<usize> {
    let mut at = 0;
    at += common::<64>(left, right);
    at += common::<8>(&left[at..], &right[at..]);
    at += common::<1>(&left[at..], &right[at..]);
    (at < left.len()).then_some(at)
}

/// How many bytes the two have in common, in blocks that the processor compares at once.
fn common<const BLOCK: usize>(left: &[u8], right: &[u8]) -> usize {
    let blocks = left.chunks_exact(BLOCK).zip(right.chunks_exact(BLOCK));
    BLOCK * blocks.take_while(|(left, right)| left == right).count()
}
