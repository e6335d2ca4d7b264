//! What a server says, and when.

use fastrand::Rng;

use super::frames;

/// Requests wait until there are `hold` of them; then `batch` are answered, in random order. Events are told round by
/// round, as many as are asked for, before who asked is answered.
pub(super) struct Script {
    /// What is to be written.
    pub(super) output: Vec<u8>,
    /// Frames of events that take turns.
    pub(super) events: Vec<Vec<u8>>,
    hold: usize,
    batch: usize,
    held: Vec<u64>,
    flood: u64,
    at: usize,
    after: Vec<u8>,
    rng: Rng,
}

impl Default for Script {
    fn default() -> Self {
        let (output, events, held, after) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let rng = Rng::with_seed(1);
        Self { output, events, hold: 1, batch: 1, held, flood: 0, at: 0, after, rng }
    }
}

impl Script {
    pub(super) fn say(&mut self, text: &str) {
        frames::put(0x81, text.as_bytes(), &mut self.output);
    }

    /// From now on requests are held back.
    pub(super) fn hold(&mut self, hold: usize, batch: usize) {
        (self.hold, self.batch) = (hold.max(1), batch.clamp(1, hold.max(1)));
        self.held.clear();
    }

    /// Takes a request, and answers those whose time has come.
    pub(super) fn answer(&mut self, id: u64, mut reply: impl FnMut(u64) -> String) {
        self.held.push(id);
        if self.held.len() >= self.hold {
            for _ in 0..self.batch {
                let id = self.held.swap_remove(self.rng.usize(..self.held.len()));
                self.say(&reply(id));
            }
        }
    }

    /// Tells so many events, and then this.
    pub(super) fn flood(&mut self, events: u64, after: Option<&str>) {
        self.flood = if self.events.is_empty() { 0 } else { events };
        self.after = after.map(frames::text).unwrap_or_default();
    }

    /// Fills up the output; whether there is any.
    pub(super) fn speak(&mut self, most: usize) -> bool {
        while self.flood > 0 && self.output.len() < most {
            self.at = (self.at + 1) % self.events.len();
            self.output.extend_from_slice(&self.events[self.at]);
            self.flood -= 1;
        }
        if self.flood == 0 {
            self.output.append(&mut self.after);
        }
        !self.output.is_empty()
    }
}

/// What follows the name of a member, wherever that stands.
pub(super) fn member<'a>(text: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let at = find(text, &[b"\"", name.as_bytes(), b"\""].concat())?;
    let value = text[at + name.len() + 2..].trim_ascii_start();
    Some(value.strip_prefix(b":")?.trim_ascii_start())
}

pub(super) fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|it| it == part)
}

/// The digits in front, those of a text included.
pub(super) fn number(value: &[u8]) -> u64 {
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

/// The numbers of a list.
pub(super) fn numbers(list: &[u8]) -> Vec<u64> {
    let list = list.strip_prefix(b"[").unwrap_or(list);
    let end = find(list, b"]").unwrap_or(list.len());
    list[..end].split(|byte| *byte == b',').map(|it| number(it.trim_ascii_start())).collect()
}
