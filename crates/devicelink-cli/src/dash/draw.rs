//! How the model looks.

mod details;
mod layout;
mod overlay;
mod panel;
mod row;

#[cfg(test)]
mod svg;
#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget, Wrap};

use self::layout::Layout;
use self::row::{Row, fit};
use super::event::State;
use super::model::{Model, Overlay};

/// Below this a line says that there is too little room.
const MINIMUM: (u16, u16) = (40, 12);

/// Draws everything.
pub(crate) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    if area.width < MINIMUM.0 || area.height < MINIMUM.1 {
        let (width, height) = (area.width, area.height);
        let (needed, lines) = MINIMUM;
        let text = format!("{width}x{height} is too small: {needed}x{lines} is needed");
        Paragraph::new(text).wrap(Wrap { trim: true }).render(area, buffer);
        return;
    }
    let layout = Layout::of(model, area);
    title(model, layout.title, buffer);
    for (panel, area) in &layout.panels {
        panel::draw(model, *panel, *area, buffer);
    }
    details::draw(model, layout.details, buffer);
    keys(layout.keys, buffer);
    match model.overlay() {
        Some(Overlay::Help) => overlay::help(area, buffer),
        Some(Overlay::Details) => overlay::details(model, area, buffer),
        None => {}
    }
    if !model.is_coloured {
        for cell in &mut buffer.content {
            (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
        }
    }
}

fn title(model: &Model, area: Rect, buffer: &mut Buffer) {
    let count = |state: State| model.links.iter().filter(|link| link.state == state).count();
    let online = count(State::Online);
    let links = model.links.len();
    let stopped = match count(State::Stopped) {
        0 => String::new(),
        stopped => format!(", {stopped} stopped"),
    };
    let clock = model.clock(model.now());
    let mut row = Row::new(area.width);
    row.cell(10, "devicelink", Style::new().bold());
    row.cell(
        row.left().saturating_sub(9),
        &format!("{online} of {links} links online{stopped}"),
        Style::new(),
    );
    row.cell(8, &clock, Style::new());
    row.line().render(area, buffer);
}

const KEYS: &str = "q quit  Tab panel  ↑↓ row  Enter details  p pause  r retry  ? help";

fn keys(area: Rect, buffer: &mut Buffer) {
    // Where there is no room for all of them, help has them.
    let keys = if area.width < 66 { "q quit  Tab panel  Enter details  ? help" } else { KEYS };
    Line::from(fit(keys, area.width.into())).dim().render(area, buffer);
}
