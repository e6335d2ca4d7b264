//! What an error of the JSON parser means, where in the text it is, and how deep a text is nested.

use crate::error::{Malformed, Reason};

/// How deep lists and objects may stand inside of each other, the outermost one counted. It is what the parser reads
/// when values are decoded.
pub(super) const MAX_DEPTH: usize = 127;

/// Turns an error of the parser over `text` into ours.
pub(crate) fn malformed(error: &serde_json::Error, text: &str) -> Malformed {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let rest = text.trim_start_matches(blank);
    if rest.is_empty() {
        return Malformed::new(Reason::Empty, text, 0);
    }
    if error.is_eof() {
        return Malformed::new(Reason::Truncated, text, text.len());
    }
    if error.is_data() {
        return Malformed::new(Reason::NotAnObject, text, text.len() - rest.len());
    }
    // The parser tells this one apart only by its text.
    let reason = match error.to_string() {
        message if message.starts_with("trailing characters") => Reason::TrailingText,
        _ => Reason::NotJson,
    };
    Malformed::new(reason, text, offset(text, error.line(), error.column()))
}

/// Lines count from 1, columns are bytes of the line up to and including the one at fault.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

/// Where a part that was taken out of a text begins in it.
pub(crate) fn offset_of(part: &str, text: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// Refuses JSON that is nested too deeply. The parser passes over values without a look at their depth.
pub(crate) fn check_depth(text: &str) -> Result<(), Malformed> {
    let opens = |byte: &u8| matches!(byte, b'{' | b'[');
    // Most texts are too short, or have too few brackets, to go beyond.
    if text.len() < 2 * MAX_DEPTH || text.bytes().filter(opens).count() <= MAX_DEPTH {
        return Ok(());
    }
    match first_beyond(text) {
        Some(offset) => Err(Malformed::new(Reason::TooDeep, text, offset)),
        None => Ok(()),
    }
}

/// Where JSON first goes beyond the limit.
fn first_beyond(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    for (offset, byte) in text.bytes().enumerate() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' if depth == MAX_DEPTH => return Some(offset),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    None
}
