use std::fmt;

use anstyle::{AnsiColor, Style};
use devicelink::lamarzocco::proto::settings::Change as Found;
use serde::Serialize;

use super::row::Row;

/// A setting that was added, removed or changed.
#[derive(Serialize)]
pub(super) struct Change {
    change: Kind,
    hash: u32,
    label: String,
    before: Option<Row>,
    after: Option<Row>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Added,
    Removed,
    Changed,
}

impl Change {
    pub(super) fn new(found: Found<'_>) -> Self {
        let (before, after) = (found.before().map(Row::new), found.after().map(Row::new));
        Self {
            change: match (&before, &after) {
                (None, _) => Kind::Added,
                (_, None) => Kind::Removed,
                _ => Kind::Changed,
            },
            hash: found.key().hash(),
            label: found.key().to_string(),
            before,
            after,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, color) = match self.change {
            Kind::Added => ('+', AnsiColor::Green),
            Kind::Removed => ('-', AnsiColor::Red),
            Kind::Changed => ('~', AnsiColor::Yellow),
        };
        let style = Style::new().fg_color(Some(color.into()));
        let shown = |row: &Option<Row>| row.as_ref().map(Row::shown);
        let values: Vec<_> =
            [shown(&self.before), shown(&self.after)].into_iter().flatten().collect();
        write!(f, "{style}{mark}{style:#} {:<38} {}", self.label, values.join(" -> "))
    }
}
