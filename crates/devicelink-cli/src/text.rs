//! Texts of devices on a terminal.

use std::fmt::{self, Write};

/// A text that somebody else wrote: on one line, with escapes in the place of all that does not print, cut if it is long.
pub(crate) struct Plain<'a>(pub(crate) &'a str);

/// The same, but never cut: what somebody has asked for.
pub(crate) struct Whole<'a>(pub(crate) &'a str);

/// What stands in the place of a secret.
pub(crate) const REDACTED: &str = "<redacted>";

/// How many bytes of a text are shown.
const LONGEST: usize = 240;

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut end = self.0.len().min(LONGEST);
        while !self.0.is_char_boundary(end) {
            end -= 1;
        }
        let text = &self.0[..end];
        Whole(text).fmt(f)?;
        if text.len() == self.0.len() { Ok(()) } else { write!(f, "… ({} bytes)", self.0.len()) }
    }
}

impl fmt::Display for Whole<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            return f.write_str(self.0);
        }
        self.0.chars().try_for_each(|character| match character {
            '"' | '\'' | '\\' => f.write_char(character),
            _ => write!(f, "{}", character.escape_debug()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Plain;

    #[test]
    fn a_text_stays_on_its_line_and_moves_no_cursor() {
        assert_eq!(Plain(r#"{"a":"°C \n"}"#).to_string(), r#"{"a":"°C \n"}"#);
        assert_eq!(
            Plain("a\nb\u{1b}[2J\u{9b}2J\u{202e}\0").to_string(),
            "a\\nb\\u{1b}[2J\\u{9b}2J\\u{202e}\\0"
        );
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let shown = Plain(&"é".repeat(200)).to_string();
        assert_eq!(shown, format!("{}… (400 bytes)", "é".repeat(120)));
    }
}
