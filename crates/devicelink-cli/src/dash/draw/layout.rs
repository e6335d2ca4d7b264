//! Which panel is where.

use ratatui::layout::{Constraint, Layout as Split, Rect};

use super::super::model::{Model, Panel};
use super::details;
use super::panel::MAX_SPARKLINE;

pub(super) struct Layout {
    pub(super) title: Rect,
    pub(super) panels: Vec<(Panel, Rect)>,
    pub(super) details: Rect,
    pub(super) keys: Rect,
}

/// Below this only the focused panel is shown.
const ALL_PANELS: (u16, u16) = (70, 22);

/// From this on three panels stand side by side.
const WIDE: u16 = 150;

impl Layout {
    pub(super) fn of(model: &Model, area: Rect) -> Self {
        let is_small = area.width < ALL_PANELS.0 || area.height < ALL_PANELS.1;
        let details = match area.height {
            _ if is_small => 1,
            ..30 => 2,
            _ => details::MAX_LINES,
        };
        let [title, middle, details, keys] = Split::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(details),
            Constraint::Length(1),
        ])
        .areas(area);
        let panels =
            if is_small { vec![(model.focus(), middle)] } else { all_panels(model, middle) };
        Self { title, panels, details, keys }
    }
}

fn all_panels(model: &Model, area: Rect) -> Vec<(Panel, Rect)> {
    let others: Vec<_> =
        model.panels().filter(|panel| !matches!(panel, Panel::Links | Panel::Log)).collect();
    let links = needed(model, Panel::Links).min(area.height / 3);
    // What they do not need is the log's, but they do not shrink to nothing as long as little is known.
    let middle = match others.as_slice() {
        [] => 0,
        [first, second, third] if area.width < WIDE => {
            let left = needed(model, *first) + needed(model, *third);
            left.max(needed(model, *second)).max(area.height / 3)
        }
        others => {
            let needs = others.iter().map(|panel| needed(model, *panel));
            needs.max().unwrap_or_default().max(area.height / 3)
        }
    };
    let [top, middle, bottom] = Split::vertical([
        Constraint::Length(links),
        Constraint::Length(middle.min(area.height - links - MIN_LOG)),
        Constraint::Fill(1),
    ])
    .areas(area);
    let mut panels = vec![(Panel::Links, top)];
    panels.extend(side_by_side(model, &others, middle));
    panels.push((Panel::Log, bottom));
    panels
}

/// Lines of the log and its borders.
const MIN_LOG: u16 = 5;

/// The height of a panel that shows all of its rows.
fn needed(model: &Model, panel: Panel) -> u16 {
    let rows = rows(model, panel);
    let (lines, others) = match panel {
        Panel::Boilers => (rows * MAX_SPARKLINE, 2),
        // The names of the columns.
        Panel::Links => (rows, 3),
        _ => (rows, 2),
    };
    lines.max(1) + others
}

/// Up to three panels; where they do not fit beside each other, the first stands above the last.
fn side_by_side(model: &Model, panels: &[Panel], area: Rect) -> Vec<(Panel, Rect)> {
    let &[first, second, third] = panels else {
        let columns = Split::horizontal(vec![Constraint::Fill(1); panels.len()]).split(area);
        return panels.iter().copied().zip(columns.iter().copied()).collect();
    };
    if area.width >= WIDE {
        let columns: [Rect; 3] = Split::horizontal([Constraint::Fill(1); 3]).areas(area);
        return [first, second, third].into_iter().zip(columns).collect();
    }
    let [left, right] = Split::horizontal([Constraint::Fill(1); 2]).areas(area);
    // The one above gets more than a line for each of its rows when the one below has enough.
    let least = rows(model, first) + 2;
    let spare = left.height.saturating_sub(needed(model, third));
    let height = needed(model, first).min(least.max(spare)).min(left.height - 4).max(4);
    let [above, below] =
        Split::vertical([Constraint::Length(height), Constraint::Fill(1)]).areas(left);
    vec![(first, above), (second, right), (third, below)]
}

/// The rows of a panel, but not more than any terminal has lines.
fn rows(model: &Model, panel: Panel) -> u16 {
    u16::try_from(model.rows(panel)).unwrap_or(u16::MAX).min(1000)
}
