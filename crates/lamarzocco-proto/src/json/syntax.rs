//! What an error of the JSON parser means, and where in the text it is.

use crate::error::{Malformed, Reason};
use crate::secret;

/// The longest piece of a frame that an error shows.
const EXCERPT: usize = 64;

/// Turns an error of the parser over `text` into ours, without an excerpt.
pub(crate) fn malformed(error: &serde_json::Error, text: &str) -> Malformed {
    if error.is_eof() {
        return Malformed::new(Reason::Truncated).at(Some(text.len()));
    }
    // The parser tells these apart only by its text.
    let reason = match error.to_string() {
        message if message.starts_with("recursion limit") => Reason::TooDeep,
        message if message.starts_with("trailing characters") => Reason::TrailingText,
        _ => Reason::NotJson,
    };
    Malformed::new(reason).at(Some(offset(text, error.line(), error.column())))
}

/// The text around a fault, escaped; nothing if the frame may hold a secret.
pub(crate) fn excerpt(text: &str, offset: usize) -> Option<Box<str>> {
    (!secret::may_hold_secret(text)).then(|| shown(text, offset))
}

/// The text around a fault in a frame that holds no secret, escaped.
pub(crate) fn shown(text: &str, offset: usize) -> Box<str> {
    let mut start = offset.min(text.len()).saturating_sub(EXCERPT / 2);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut shown = String::new();
    for character in text[start..].chars().flat_map(char::escape_debug) {
        if shown.len() + character.len_utf8() > EXCERPT {
            break;
        }
        shown.push(character);
    }
    shown.into()
}

/// Lines count from 1, columns are bytes of the line up to and including the one at fault.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}
