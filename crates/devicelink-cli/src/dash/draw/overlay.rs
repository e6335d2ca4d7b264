//! What lies over the panels.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use super::super::model::Model;
use super::details::{of_selected, wrapped};
use super::row::fit;

/// No more and no longer lines than the smallest terminal has room for.
const HELP: [&str; 10] = [
    "q Ctrl-C   leave; Esc closes this",
    "Tab → ←    panels",
    "↑ ↓        rows; PgUp PgDn, Home End",
    "Enter      all about the row",
    "p          pause the log, go on",
    "r          try the row's link now",
    "next       time to the next attempt",
    "bad        messages nobody can read",
    "stale      of before the link broke",
    "sparkline  2 s a column",
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
