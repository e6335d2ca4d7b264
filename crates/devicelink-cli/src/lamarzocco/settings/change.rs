use std::fmt;

use anstyle::{AnsiColor, Style};
use devicelink::lamarzocco::proto::settings::{Change as Found, Entry, Setting};
use serde::{Serialize, Serializer};

use crate::lamarzocco::row::Amount;

/// A setting that was added, removed or changed.
pub(super) struct Change<'a>(pub(super) Found<'a>);

#[derive(Serialize)]
struct Line<'a> {
    change: &'static str,
    hash: u32,
    label: Option<&'static str>,
    #[serde(rename = "type")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    before: Option<Amount<'a>>,
    after: Option<Amount<'a>>,
}

impl Change<'_> {
    fn name(&self) -> &'static str {
        match self.0 {
            Found::Added(_) => "added",
            Found::Removed(_) => "removed",
            _ => "changed",
        }
    }

    /// The newest entry.
    fn entry(&self) -> Option<Entry<'_>> {
        self.0.after().or_else(|| self.0.before())
    }
}

impl Serialize for Change<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let setting = self.0.key().setting();
        let line = Line {
            change: self.name(),
            hash: self.0.key().hash(),
            label: setting.and_then(Setting::label),
            kind: self.entry().map(|entry| Amount::of(entry).type_name()),
            unit: setting.and_then(|setting| Some(setting.unit()?.to_string())),
            before: self.0.before().map(Amount::of),
            after: self.0.after().map(Amount::of),
        };
        line.serialize(serializer)
    }
}

impl fmt::Display for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, color) = match self.0 {
            Found::Added(_) => ('+', AnsiColor::Green),
            Found::Removed(_) => ('-', AnsiColor::Red),
            _ => ('~', AnsiColor::Yellow),
        };
        let style = Style::new().fg_color(Some(color.into()));
        write!(f, "{style}{mark}{style:#} {:<38} ", self.0.key().to_string())?;
        match (self.0.before(), self.0.after()) {
            (Some(old), Some(new)) => write!(f, "{} -> {}", Amount::of(old), Amount::of(new)),
            _ => self.entry().map_or(Ok(()), |entry| Amount::of(entry).fmt(f)),
        }
    }
}
