//! Frame after frame: what each one changed.

use std::fmt;
use std::ops::Range;

use super::diff::Diff;
use super::layout::{FRAME_START, Layout, Quoted};
use super::map::SettingsMap;
use super::scan;
use super::word::{self, WORD};
use crate::error::Malformed;

/// The settings of a machine as its frames come in, and what each frame changed.
///
/// It keeps two maps and decodes into them in turn, so that their memory is used again, and the text of the last frame,
/// so that only the values whose text has changed are read. That is up to 10 MiB; a machine sends 12 KB.
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
            last: Last { text: Vec::new(), values: Vec::new(), changed: Vec::new() },
            parsed: 0,
        }
    }

    /// The settings after the last frame.
    #[must_use]
    pub fn settings(&self) -> &SettingsMap {
        &self.current
    }

    /// How many frames went through the JSON parser, faulty ones included, as they were not of the one shape that
    /// machines are known to send. They are read as well, in up to forty times the time.
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
        let is_followed = self.last.follow(frame.as_bytes(), &mut self.previous).is_some();
        if !is_followed {
            self.read(frame)?;
        }
        std::mem::swap(&mut self.current, &mut self.previous);
        Ok(match is_followed {
            true => self.previous.diff_at(&self.current, &self.last.changed),
            false => self.previous.diff(&self.current),
        })
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
    /// Which entries the frame has changed that came last, if it was followed.
    changed: Vec<u32>,
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
        self.changed.clear();
        let (mut at, mut entry) = (0, 0);
        while let Some(same) = first_difference(&self.text[at..], &frame[at..]) {
            let block = at + same..frame.len().min(at + same + BLOCK);
            at = block.end;
            entry = self.follow_block(block, entry, frame, settings)?;
        }
        Some(())
    }

    /// Takes over the values that stand in a block, if only from this entry on, and returns the entry to go on from.
    fn follow_block(
        &mut self,
        block: Range<usize>,
        mut entry: usize,
        frame: &[u8],
        settings: &mut SettingsMap,
    ) -> Option<usize> {
        while let Some(&value) = self.values.get(entry).filter(|value| **value < block.end) {
            if value + WORD > block.start {
                let before = self.text[value..].first_chunk_mut()?;
                let text = frame[value..].first_chunk()?;
                if before != text {
                    settings.set_word(entry, word::decode(text)?)?;
                    *before = *text;
                    self.changed.push(u32::try_from(entry).ok()?);
                }
            }
            entry += 1;
        }
        // Values that reach out of the block are the same now, so what still differs is something else.
        (self.text[block.clone()] == frame[block]).then_some(entry)
    }
}

/// How many bytes are compared at once.
const BLOCK: usize = 256;

/// Where the first block is that differs; what is left over at the end is one, too.
fn first_difference(left: &[u8], right: &[u8]) -> Option<usize> {
    let blocks = left.chunks_exact(BLOCK).zip(right.chunks_exact(BLOCK));
    let same = BLOCK * blocks.take_while(|(left, right)| left == right).count();
    (left[same..] != right[same..]).then_some(same)
}
