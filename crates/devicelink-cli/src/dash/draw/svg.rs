//! The picture of the dashboard in the documentation.
//!
//! `SNAPSHOTS=overwrite cargo test -p devicelink-cli --bin devicelink svg` draws it anew.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use snapbox::{assert_data_eq, file};

use super::row::cells;
use super::tests::{drawn, sample};

/// The size of a cell, in pixels.
const WIDTH: f64 = 8.43;
const HEIGHT: f64 = 16.0;
const MARGIN: f64 = 12.0;

const BACKGROUND: &str = "#11151c";

#[test]
fn the_picture_in_the_documentation_is_what_is_drawn() {
    let picture = svg(&drawn(&sample(), 120, 32));
    assert_data_eq!(picture, file!["../../../../../docs/dashboard.svg"].raw());
}

fn svg(buffer: &Buffer) -> String {
    let width = f64::from(buffer.area.width) * WIDTH + 2.0 * MARGIN;
    let height = f64::from(buffer.area.height) * HEIGHT + 2.0 * MARGIN;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1} {height:.1}" font-size="14" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace">
<title>The dashboard: three links, boilers as sparklines, devices, bindings and a log</title>
<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>
"#
    );
    for (row, line) in buffer.content.chunks(buffer.area.width.into()).enumerate() {
        let y = MARGIN + (row as f64 + 0.75) * HEIGHT;
        for (column, run) in runs(line) {
            let text: String = run.iter().map(Cell::symbol).collect();
            let x = MARGIN + column as f64 * WIDTH;
            let length = cells(&text) as f64 * WIDTH;
            let style = style(&run[0]);
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            // The length holds the columns together, whichever font there is.
            writeln!(
                svg,
                r#"<text x="{x:.1}" y="{y:.1}" textLength="{length:.1}" lengthAdjust="spacingAndGlyphs"{style}>{text}</text>"#
            )
            .unwrap();
        }
    }
    svg + "</svg>\n"
}

/// Words, with neighbours of the same style, and where they begin.
fn runs(line: &[Cell]) -> impl Iterator<Item = (usize, &[Cell])> {
    let is_space = |cell: &Cell| cell.symbol() == " ";
    let runs = line
        .chunk_by(move |one, next| style(one) == style(next) && is_space(one) == is_space(next));
    let placed = runs.scan(0, |column, run| {
        let begin = *column;
        *column += run.len();
        Some((begin, run))
    });
    placed.filter(move |(_, run)| !is_space(&run[0]))
}

fn style(cell: &Cell) -> String {
    let colour = match cell.fg {
        Color::Green => "#7bd88f",
        Color::Yellow => "#e5c07b",
        Color::Red => "#ff6b7a",
        Color::LightRed => "#ff9b7a",
        Color::Cyan => "#6cc7e8",
        Color::DarkGray => "#5c6675",
        _ if cell.modifier.contains(Modifier::DIM) => "#8892a2",
        _ => "#d8dee9",
    };
    let mut style = format!(r#" fill="{colour}""#);
    if cell.modifier.contains(Modifier::BOLD) {
        style += r#" font-weight="bold""#;
    }
    if cell.modifier.contains(Modifier::ITALIC) {
        style += r#" font-style="italic""#;
    }
    style
}
