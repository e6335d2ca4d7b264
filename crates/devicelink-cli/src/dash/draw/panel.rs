//! The panels and their rows.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Sparkline, Widget};

use super::super::event::State;
use super::super::model::{
    Binding, Boiler, Device, Entry, Level, Link, Model, Panel, Value, Vendor,
};
use super::row::{Row, fit_end};

/// The tallest sparkline.
pub(super) const MAX_SPARKLINE: u16 = 4;

pub(super) fn draw(model: &Model, panel: Panel, area: Rect, buffer: &mut Buffer) {
    let is_focused = model.focus() == panel;
    let mut inner = area.inner(Margin::new(1, 1));
    let rows = model.rows(panel);
    let has_header = panel == Panel::Links && inner.height > 1;
    let height_of_rows = inner.height - u16::from(has_header);
    let row_height = match panel {
        Panel::Boilers => {
            height_of_rows.checked_div(count(rows)).unwrap_or(1).clamp(1, MAX_SPARKLINE)
        }
        _ => 1,
    };
    let visible = usize::from(height_of_rows / row_height);
    let selected = model.selected(panel);
    // The selected row in the middle, where there are rows on both sides.
    let first = selected.saturating_sub(visible / 2).min(rows.saturating_sub(visible));
    let last = rows.min(first + visible);

    block(model, panel, is_focused, (first, last, rows)).render(area, buffer);
    if rows == 0 {
        Line::from(none_yet(model, panel)).dim().render(inner, buffer);
        return;
    }
    if has_header {
        header(inner.width).dim().render(inner, buffer);
        inner.y += 1;
        inner.height -= 1;
    }
    for (at, y) in (first..last).zip((inner.y..).step_by(row_height.into())) {
        let area = Rect { y, height: row_height, ..inner };
        row(model, panel, at, area, buffer);
        if is_focused && at == selected {
            let marker = Rect { x: area.x - 1, width: 1, height: 1, ..area };
            Line::from("›").bold().render(marker, buffer);
            buffer.set_style(Rect { height: 1, ..area }, Modifier::BOLD);
        }
    }
}

fn block(
    model: &Model,
    panel: Panel,
    is_focused: bool,
    (first, last, rows): (usize, usize, usize),
) -> Block<'static> {
    let mut block = Block::bordered();
    let mut title = format!(" {} ", panel.title());
    if let Some(waiting) = model.log.held_back().filter(|_| panel == Panel::Log) {
        title = format!(" Log, paused: {waiting} more ");
    }
    block = if is_focused {
        let style = Style::new().fg(Color::Cyan);
        block.border_type(BorderType::Thick).border_style(style).title(title.bold())
    } else {
        block.border_style(Style::new().fg(Color::DarkGray)).title(title)
    };
    if last - first < rows {
        let shown = format!(" {}–{last} of {rows} ", first + 1);
        block = block.title_bottom(Line::from(shown).right_aligned());
    }
    block
}

fn none_yet(model: &Model, panel: Panel) -> &'static str {
    match panel {
        Panel::Links => "There is no link.",
        Panel::Boilers => "No temperature was reported yet.",
        Panel::Devices => "No device was heard of yet.",
        Panel::Bindings => "Nothing is bound.",
        Panel::Log if model.log.held_back().is_some() => "Paused.",
        Panel::Log => "Nothing has happened yet.",
    }
}

/// The names of the columns.
fn header(width: u16) -> Line<'static> {
    let names = ["link", "state", "for", "next", "conn", "fail", "frames", "bad", "last error"];
    link_row(width, names, Style::new(), Style::new()).line()
}

fn row(model: &Model, panel: Panel, at: usize, area: Rect, buffer: &mut Buffer) {
    let line = match panel {
        Panel::Links => link(model, &model.links[at], area.width),
        Panel::Boilers => {
            boiler(model, &model.boilers[at], area, buffer);
            return;
        }
        Panel::Devices => device(model, &model.devices[at], area.width),
        Panel::Bindings => binding(model, &model.bindings[at], area.width),
        Panel::Log => match model.log.entry(at) {
            Some(entry) => log(model, entry, area.width),
            None => return,
        },
    };
    line.render(Rect { height: 1, ..area }, buffer);
}

fn link(model: &Model, link: &Link, width: u16) -> Line<'static> {
    let counters = link.counters;
    let next = link.next_attempt.map(|at| ago(model.until(at))).unwrap_or_default();
    let columns = [
        &link.spec.name,
        link.state.word(),
        &ago(model.since(link.since)),
        &next,
        &counters.connections.to_string(),
        &counters.failures.to_string(),
        &counters.frames_received.to_string(),
        &counters.malformed.to_string(),
        link.error.as_deref().unwrap_or_default(),
    ];
    let error = if link.is_online() { Style::new().dim() } else { Style::new() };
    link_row(width, columns, colour_of(link.state), error).line()
}

/// Name, state, since when, next attempt, connections, failures, frames, malformed ones, and the last error.
fn link_row(width: u16, columns: [&str; 9], state_style: Style, error_style: Style) -> Row {
    let [name, state, since, next, connections, failures, frames, malformed, error] = columns;
    let mut row = Row::new(width);
    let plain = Style::new();
    row.cell(if width < 100 { 10 } else { 16 }, name, plain);
    row.cell(10, state, state_style);
    row.number(6, since, plain);
    if width >= 60 {
        row.number(4, next, plain);
        row.number(4, connections, plain);
        row.number(4, failures, plain);
        row.number(7, frames, plain);
        row.number(3, malformed, plain);
    }
    row.rest(error, error_style);
    row
}

pub(super) fn colour_of(state: State) -> Style {
    match state {
        State::Online => Style::new().fg(Color::Green),
        State::Stopped => Style::new().fg(Color::Red).bold(),
        State::Idle | State::Closing | State::Closed => Style::new(),
        State::Connecting | State::Greeting | State::Waiting => Style::new().fg(Color::Yellow),
    }
}

fn boiler(model: &Model, boiler: &Boiler, area: Rect, buffer: &mut Buffer) {
    let is_live = model.links[boiler.link].is_online();
    let (word, style) = match boiler.word() {
        _ if !is_live => ("stale", Style::new().fg(Color::Yellow)),
        "heating" => ("heating", Style::new().fg(Color::LightRed)),
        "ready" => ("ready", Style::new().fg(Color::Green)),
        word => (word, Style::new()),
    };
    let celsius = degrees(boiler.celsius);
    let target = degrees(boiler.target);
    let mut row = Row::new(area.width);
    let is_machine = |link: &&Link| link.spec.vendor == Vendor::LaMarzocco;
    if model.links.iter().filter(is_machine).count() > 1 {
        row.cell(8, &model.links[boiler.link].spec.name, Style::new());
    }
    row.cell(7, &boiler.name.replace("Boiler", ""), Style::new());
    row.number(5, &celsius, if is_live { Style::new().bold() } else { Style::new().dim() });
    row.cell(6, &format!("→{target:>5}"), Style::new());
    row.cell(7, word, style);
    let left = row.left();
    row.line().render(Rect { height: 1, ..area }, buffer);
    // With room for little more than the text, a sparkline is below it, if that is possible.
    let sparkline = if area.height > 1 && left < 20 {
        Rect { y: area.y + 1, height: area.height - 1, ..area }
    } else {
        let width = u16::try_from(left).unwrap_or_default();
        Rect { x: area.right() - width, width, ..area }
    };
    sparkline_of(boiler, style, sparkline, buffer);
}

fn degrees(celsius: Option<f64>) -> String {
    celsius.map_or_else(|| "?".to_owned(), |celsius| format!("{celsius:.1}"))
}

/// The last temperatures, between the lowest and the highest that are known of and the target, but over 20 °C at least,
/// so that what flickers does not look like what boils.
fn sparkline_of(boiler: &Boiler, style: Style, area: Rect, buffer: &mut Buffer) {
    let known = boiler.history.iter().flatten().chain(&boiler.target);
    let (low, high) = known
        .fold((f64::MAX, f64::MIN), |(low, high), celsius| (low.min(*celsius), high.max(*celsius)));
    let high = high.max(low + 20.0);
    // The lowest shows, too.
    let level = |celsius: f64| (13.0 + (celsius - low) / (high - low) * 87.0) as u64;
    let hidden = boiler.history.len().saturating_sub(area.width.into());
    Sparkline::default()
        .data(boiler.history.iter().skip(hidden).map(|celsius| celsius.map(level)))
        .max(100)
        .style(style)
        .absent_value_symbol(" ")
        .render(area, buffer);
}

fn device(model: &Model, device: &Device, width: u16) -> Line<'static> {
    let is_live = model.links[device.link].is_online();
    let (word, style) = match device.known.online {
        _ if device.known.stale || !is_live => ("stale", Style::new().fg(Color::Yellow)),
        Some(true) => ("online", Style::new().fg(Color::Green)),
        Some(false) => ("offline", Style::new().fg(Color::Red)),
        None => ("unknown", Style::new().dim()),
    };
    let mut row = Row::new(width);
    row.cell(if width < 60 { 11 } else { 24 }, device.name(), Style::new());
    row.cell(7, word, style);
    row.rest(&device.summary(), Style::new());
    row.line()
}

fn binding(model: &Model, binding: &Binding, width: u16) -> Line<'static> {
    let is_live = model.links[binding.link].is_online();
    let (value, style) = match &binding.value {
        Value::Unknown => ("no value yet", Style::new().dim()),
        Value::Is(value) if is_live => (value.as_str(), Style::new()),
        Value::Is(value) => (value.as_str(), Style::new().dim()),
        Value::Refused(error) => (error.as_str(), Style::new().fg(Color::Red)),
    };
    let since = match binding.value {
        Value::Unknown => String::new(),
        Value::Refused(_) => "refused".to_owned(),
        Value::Is(_) if is_live => ago(model.since(binding.since)),
        Value::Is(_) => "stale".to_owned(),
    };
    let mut row = Row::new(width);
    let room = usize::from(width) / 2;
    row.cell(room, &fit_end(&binding.name, room), Style::new());
    let of_since = if since.is_empty() { 0 } else { 8 };
    row.cell(row.left().saturating_sub(of_since), value, style);
    row.number(of_since, &since, Style::new().dim());
    row.line()
}

fn log(model: &Model, entry: &Entry, width: u16) -> Line<'static> {
    let style = match entry.level {
        Level::Good => Style::new().fg(Color::Green),
        Level::Note => Style::new(),
        Level::Warn => Style::new().fg(Color::Yellow),
        Level::Bad => Style::new().fg(Color::Red),
    };
    let mut row = Row::new(width);
    row.cell(8, &model.clock(entry.time), Style::new().dim());
    row.cell(if width < 100 { 10 } else { 16 }, &model.links[entry.link].spec.name, Style::new());
    row.rest(&entry.to_string(), style);
    row.line()
}

/// A time that has passed, or is to pass, in few characters.
pub(super) fn ago(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        ..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds / 3600 % 24),
    }
}

fn count(rows: usize) -> u16 {
    rows.try_into().unwrap_or(u16::MAX)
}
