use std::collections::BTreeSet;
use std::io::read_to_string;
use std::path::Path;
use std::{fs, io};

use devicelink::lamarzocco::proto::{SettingKey, SettingsMap};
use serde::Deserialize;
use serde_json::{Value, from_str};

use crate::failure::Failure;
use crate::text::REDACTED;

/// Settings out of a file.
#[derive(Default)]
pub(super) struct Captured {
    settings: SettingsMap,
    /// Those that the file names without a value, since it was secret.
    hidden: BTreeSet<SettingKey>,
}

/// A line that this program has printed.
#[derive(Deserialize)]
struct Line {
    hash: u32,
    raw_hex: String,
}

/// A line of `devicelink decode`.
#[derive(Deserialize)]
struct Decoded {
    entries: Vec<Line>,
}

impl Captured {
    /// Reads a file, or standard input.
    pub(super) fn read(file: &Path) -> Result<Self, Failure> {
        let text = if file == Path::new("-") {
            read_to_string(io::stdin())
        } else {
            fs::read_to_string(file)
        };
        let shown = file.display();
        let text = text
            .map_err(|error| Failure::usage(format!("{shown} cannot be read as text: {error}")))?;
        Self::parse(&text).map_err(|error| Failure::new(format!("{shown}: {error}")))
    }

    pub(super) fn settings(&self) -> &SettingsMap {
        &self.settings
    }

    /// Whether a setting is there, but not its value.
    pub(super) fn hides(&self, key: SettingKey) -> bool {
        self.hidden.contains(&key)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let first = text.lines().next().unwrap_or_default();
        if let Ok(Decoded { entries }) = from_str(first) {
            return Self::of_entries(entries.into_iter().map(Ok));
        }
        if from_str::<Line>(first).is_ok() {
            return Self::of_entries(text.lines().map(from_str));
        }
        let is_inner =
            from_str::<Value>(text).is_ok_and(|it| it.get("Settings").is_some_and(Value::is_array));
        let read = if is_inner { SettingsMap::from_data } else { SettingsMap::from_frame };
        let settings = read(text).or_else(|error| {
            let why = error.to_string();
            match error.into_settings().filter(|settings| !settings.is_empty()) {
                Some(settings) => {
                    anstream::eprintln!("incomplete: {why}");
                    Ok(settings)
                }
                None => Err(format!("this is no frame of settings: {why}")),
            }
        })?;
        Ok(Self { settings, ..Self::default() })
    }

    fn of_entries(lines: impl Iterator<Item = serde_json::Result<Line>>) -> Result<Self, String> {
        let mut captured = Self::default();
        for (line, number) in lines.zip(1..) {
            let wrong = || format!("entry {number} is no setting");
            let Line { hash, raw_hex } = line.map_err(|_| wrong())?;
            if raw_hex == REDACTED {
                captured.hidden.insert(hash.into());
            } else {
                captured.settings.push(hash, &bytes(&raw_hex).ok_or_else(wrong)?);
            }
        }
        Ok(captured)
    }
}

/// The bytes of pairs of hexadecimal digits.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    (0..hex.len()).step_by(2).map(pair).collect()
}
