//! All about the selected row.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::super::event::State;
use super::super::model::{Binding, Boiler, Device, Link, Model, Panel, Value, Vendor};
use super::panel::ago;
use super::row::{cells, fit};

/// Lines below the panels where there is much room.
pub(super) const MAX_LINES: u16 = 3;

const MORE: &str = "… (Enter shows all)";

/// As much as there is room for.
pub(super) fn draw(model: &Model, area: Rect, buffer: &mut Buffer) {
    let mut lines = wrapped(&of_selected(model), area.width.into());
    let height = usize::from(area.height);
    if lines.len() > height {
        lines.truncate(height);
        if let Some(last) = lines.last_mut() {
            let room = usize::from(area.width).saturating_sub(cells(MORE));
            *last = fit(last, room).trim_end_matches('…').to_owned() + MORE;
        }
    }
    for (text, y) in lines.into_iter().zip(area.y..) {
        Line::styled(text, Style::new().italic()).render(Rect { y, height: 1, ..area }, buffer);
    }
}

/// The selected row in full.
pub(super) fn of_selected(model: &Model) -> String {
    let panel = model.focus();
    let at = model.selected(panel);
    let text = match panel {
        Panel::Links => model.links.get(at).map(|it| link(model, it)),
        Panel::Boilers => model.boilers.get(at).map(|it| boiler(model, it)),
        Panel::Devices => model.devices.get(at).map(|it| device(model, it)),
        Panel::Bindings => model.bindings.get(at).map(|it| binding(model, it)),
        Panel::Log => model.log.entry(at).map(|entry| {
            let time = model.clock(entry.time);
            format!("{time} {}: {entry}", model.links[entry.link].spec.name)
        }),
    };
    text.unwrap_or_default()
}

fn link(model: &Model, link: &Link) -> String {
    let vendor = match link.spec.vendor {
        Vendor::LaMarzocco => "La Marzocco",
        Vendor::CoolKit => "CoolKit",
        Vendor::PlaceOs => "PlaceOS",
    };
    let counters = link.counters;
    let next = match link.next_attempt {
        Some(at) => format!(", next attempt in {}", ago(model.until(at))),
        None if link.state == State::Stopped => ", r tries again".to_owned(),
        None => String::new(),
    };
    let error = match &link.error {
        Some(error) => format!(" Last error: {error}."),
        None => String::new(),
    };
    format!(
        "{} ({vendor}, {}): {} since {}{next}. {} frames ({} bytes) in, {} out.{error}",
        link.spec.name,
        link.spec.address,
        link.state.word(),
        model.clock(link.since),
        counters.frames_received,
        counters.bytes_received,
        counters.frames_sent,
    )
}

fn boiler(model: &Model, boiler: &Boiler) -> String {
    let degrees = |celsius: Option<f64>| match celsius {
        Some(celsius) => format!("{celsius:.1} °C"),
        None => "unknown".to_owned(),
    };
    let heated = match boiler.is_enabled {
        Some(true) => ", enabled",
        Some(false) => ", disabled",
        None => "",
    };
    format!(
        "{} of {}: {}, target {}{heated}.",
        boiler.name,
        model.links[boiler.link].spec.name,
        degrees(boiler.celsius),
        degrees(boiler.target),
    )
}

fn device(model: &Model, device: &Device) -> String {
    let presence = match device.known.online {
        Some(true) => "online",
        Some(false) => "offline",
        None => "online or offline, nothing said which",
    };
    let stale = if device.known.stale { ", as of before the connection was lost" } else { "" };
    format!(
        "{} ({} of {}): {presence}{stale}. {} Last heard of {}.",
        device.name(),
        device.known.device,
        model.links[device.link].spec.name,
        device.summary(),
        model.clock(device.heard),
    )
}

fn binding(model: &Model, binding: &Binding) -> String {
    let since = model.clock(binding.since);
    let value = match &binding.value {
        Value::Unknown => "no value yet".to_owned(),
        Value::Is(value) => format!("{value} since {since}"),
        Value::Refused(error) => format!("refused at {since}: {error}"),
    };
    format!("{} of {}: {value}", binding.name, model.links[binding.link].spec.name)
}

/// A text in lines of this width, broken between words where that is possible.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut word = word;
        while !word.is_empty() {
            let line = lines.last_mut().expect("there is one");
            let left = width.saturating_sub(cells(line) + usize::from(!line.is_empty()));
            if cells(word) <= left {
                line.extend((!line.is_empty()).then_some(' '));
                line.push_str(word);
                break;
            }
            if line.is_empty() {
                // Longer than a line.
                let part = fit(word, width + 1);
                let part = part.trim_end_matches('…');
                if part.is_empty() {
                    return lines;
                }
                line.push_str(part);
                word = &word[part.len()..];
            }
            lines.push(String::new());
        }
    }
    lines
}
