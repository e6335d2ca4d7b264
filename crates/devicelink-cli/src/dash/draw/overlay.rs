//! What lies over the panels.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use super::super::model::Model;
use super::details::{of_selected, wrapped};
use super::row::fit;

const HELP: [&str; 14] = [
    "q, Ctrl-C  leave",
    "Esc        close this, or leave",
    "Tab, → ←   next, former panel",
    "↑ ↓        next, former row",
    "PgUp PgDn  ten rows",
    "Home End   first, last row",
    "Enter      all about the row",
    "p          pause the log, go on",
    "r          let the row's link try now",
    "",
    "stale: as of before the link was lost",
    "next: seconds to the next attempt",
    "bad: messages that cannot be read",
    "One column of a sparkline is 2 s.",
];

pub(super) fn help(area: Rect, buffer: &mut Buffer) {
    window(" Help ", HELP.map(str::to_owned).to_vec(), area, buffer);
}

pub(super) fn details(model: &Model, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width.min(100) - 4);
    window(" Details ", wrapped(&of_selected(model), width), area, buffer);
}

fn window(title: &'static str, lines: Vec<String>, area: Rect, buffer: &mut Buffer) {
    let width = area.width.min(100);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(area.height);
    let window = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    Clear.render(window, buffer);
    Block::bordered()
        .border_type(BorderType::Double)
        .border_style(Style::new().fg(Color::Cyan))
        .title(title.bold())
        .render(window, buffer);
    let inner = window.inner(Margin::new(2, 1));
    for (text, y) in lines.into_iter().zip(inner.y..inner.bottom()) {
        Line::from(fit(&text, inner.width.into())).render(Rect { y, height: 1, ..inner }, buffer);
    }
}
