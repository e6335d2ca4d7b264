//! A row of columns.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// A line that is filled from the left, never wider than it may be.
pub(super) struct Row {
    spans: Vec<Span<'static>>,
    left: usize,
}

impl Row {
    pub(super) fn new(width: u16) -> Self {
        Self { spans: Vec::new(), left: width.into() }
    }

    /// A column of this width, and a space behind it.
    pub(super) fn cell(&mut self, width: usize, text: &str, style: Style) {
        let width = width.min(self.left);
        self.push(padded(text, width), style);
        self.space();
    }

    /// The same, with the text at its right end.
    pub(super) fn number(&mut self, width: usize, text: &str, style: Style) {
        let width = width.min(self.left);
        let text = fit(text, width);
        let padding = " ".repeat(width - cells(&text));
        self.push(padding + &text, style);
        self.space();
    }

    /// All the room that is left.
    pub(super) fn rest(&mut self, text: &str, style: Style) {
        self.push(padded(text, self.left), style);
    }

    /// How much room is left.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    pub(super) fn line(self) -> Line<'static> {
        Line::from(self.spans)
    }

    fn space(&mut self) {
        if self.left > 0 {
            self.push(" ".to_owned(), Style::new());
        }
    }

    fn push(&mut self, text: String, style: Style) {
        self.left -= cells(&text);
        self.spans.push(Span::styled(text, style));
    }
}

fn padded(text: &str, width: usize) -> String {
    let mut text = fit(text, width);
    text.extend(std::iter::repeat_n(' ', width - cells(&text)));
    text
}

/// As much of a text as there is room for; what is cut off is marked.
pub(super) fn fit(text: &str, width: usize) -> String {
    if cells(text) <= width {
        return text.to_owned();
    }
    let mut fitted = String::new();
    let mut left = width.saturating_sub(1);
    for grapheme in Span::raw(text).styled_graphemes(Style::new()) {
        let cells = cells(grapheme.symbol);
        if cells > left {
            break;
        }
        left -= cells;
        fitted.push_str(grapheme.symbol);
    }
    if width > 0 {
        fitted.push('…');
    }
    fitted
}

/// The same, with what is cut off at the beginning.
pub(super) fn fit_end(text: &str, width: usize) -> String {
    let reversed = |text: &str| {
        let graphemes: Vec<_> = Span::raw(text)
            .styled_graphemes(Style::new())
            .map(|grapheme| grapheme.symbol.to_owned())
            .collect();
        graphemes.into_iter().rev().collect::<String>()
    };
    reversed(&fit(&reversed(text), width))
}

/// How wide a text is on a terminal.
pub(super) fn cells(text: &str) -> usize {
    Span::raw(text).width()
}
