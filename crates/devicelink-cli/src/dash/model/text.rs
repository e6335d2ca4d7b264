//! Text of others.

/// Characters of a text that are kept.
const MAX_CHARS: usize = 4096;

/// A text of others as one line that does nothing to a terminal: no controls, no change of the writing direction.
pub(crate) fn plain(text: &str) -> String {
    let mut plain: String = text
        .chars()
        .take(MAX_CHARS)
        .map(|c| match c {
            '\n' | '\t' | '\r' => ' ',
            c if c.is_control() || changes_direction(c) => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        plain.push('…');
    }
    plain
}

fn changes_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
