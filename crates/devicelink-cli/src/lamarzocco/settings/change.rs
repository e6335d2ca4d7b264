use std::fmt;

use anstyle::{AnsiColor, Style};
use devicelink::lamarzocco::proto::settings::Change as Found;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::row::Row;

/// A setting that was added, removed or changed.
pub(super) enum Change {
    Added(Row),
    Removed(Row),
    Changed { old: Row, new: Row },
}

/// As a line of JSON. Of a secret setting there are no values.
#[derive(Serialize)]
struct Line<'a> {
    change: &'static str,
    hash: u32,
    label: Option<&'a str>,
    name: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'a str,
    unit: Option<&'a str>,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
}

impl Change {
    pub(super) fn new(found: Found<'_>) -> Option<Self> {
        Some(match (found.before().map(Row::new), found.after().map(Row::new)) {
            (Some(old), Some(new)) => Self::Changed { old, new },
            (Some(old), None) => Self::Removed(old),
            (None, new) => Self::Added(new?),
        })
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (change, row, before, after) = match self {
            Self::Added(new) => ("added", new, None, new.value.as_ref()),
            Self::Removed(old) => ("removed", old, old.value.as_ref(), None),
            Self::Changed { old, new } => ("changed", new, old.value.as_ref(), new.value.as_ref()),
        };
        let Row { hash, label, name, kind, unit, .. } = row;
        let (hash, unit) = (*hash, unit.as_deref());
        let line = Line { change, hash, label: *label, name: *name, kind, unit, before, after };
        line.serialize(serializer)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, color, row, values) = match self {
            Self::Added(new) => ('+', AnsiColor::Green, new, new.shown()),
            Self::Removed(old) => ('-', AnsiColor::Red, old, old.shown()),
            Self::Changed { old, new } => {
                ('~', AnsiColor::Yellow, new, format!("{} -> {}", old.shown(), new.shown()))
            }
        };
        let style = Style::new().fg_color(Some(color.into()));
        write!(f, "{style}{mark}{style:#} {:<38} {values}", row.title())
    }
}
