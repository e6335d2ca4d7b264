//! The fast way through JSON as servers write it: without white space, and without escapes in names.
//!
//! One pass finds the members of an object, and checks their values and how deep they are nested. At anything else than
//! such JSON it gives up, and the parser decides and reports. So it has no errors of its own.

use super::syntax::MAX_DEPTH;

/// Hands on every member of the object that is all of a text, by its name and the JSON of its value.
pub(super) fn object<'a>(text: &'a str, member: impl FnMut(&'a str, &'a str)) -> Option<()> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.object(MAX_DEPTH, member)?;
    (scanner.at == text.len()).then_some(())
}

/// Whether all of a text is one value.
pub(super) fn is_value(text: &str) -> bool {
    let mut scanner = Scanner { text, at: 0 };
    scanner.value(MAX_DEPTH).is_some() && scanner.at == text.len()
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// `levels` is how many may stand inside of each other, this one counted.
    fn object(&mut self, levels: usize, mut member: impl FnMut(&'a str, &'a str)) -> Option<()> {
        let inside = levels.checked_sub(1)?;
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            self.take(b'"')?;
            let start = self.at;
            self.plain();
            let name = self.text.get(start..self.at)?;
            self.take(b'"')?;
            self.take(b':')?;
            let start = self.at;
            self.value(inside)?;
            member(name, self.text.get(start..self.at)?);
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    fn array(&mut self, levels: usize) -> Option<()> {
        let inside = levels.checked_sub(1)?;
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            self.value(inside)?;
            if self.take(b',').is_none() {
                return self.take(b']');
            }
        }
    }

    fn value(&mut self, levels: usize) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            b'{' => self.object(levels, |_, _| {}),
            b'[' => self.array(levels),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            self.plain();
            if self.take(b'"').is_some() {
                return Some(());
            }
            self.take(b'\\')?;
            let (escape, rest) = self.rest().split_first()?;
            let length = match escape {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 1,
                // Half of a surrogate pair makes a string unreadable, but is JSON.
                b'u' if rest.get(..4)?.iter().all(u8::is_ascii_hexdigit) => 5,
                _ => return None,
            };
            self.at += length;
        }
    }

    /// Goes on to the end of a string, or to what does not stand for itself in it.
    fn plain(&mut self) {
        while let Some(word) = self.rest().first_chunk() {
            let special = specials(u64::from_le_bytes(*word));
            if special != 0 {
                self.at += special.trailing_zeros() as usize / 8;
                return;
            }
            self.at += 8;
        }
        self.skip_while(|byte| !matches!(byte, b'"' | b'\\' | ..b' '));
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.take(b'-');
        if self.take(b'0').is_none() {
            self.digits()?;
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        if self.take(b'e').or_else(|| self.take(b'E')).is_some() {
            let _ = self.take(b'+').or_else(|| self.take(b'-'));
            self.digits()?;
        }
        Some(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        self.skip_while(|byte| byte.is_ascii_digit());
        (self.at > start).then_some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.rest().starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn skip_while(&mut self, is_part: impl Fn(u8) -> bool) {
        let rest = self.rest();
        self.at += rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len());
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }
}

/// Eight bytes of a string: sets the highest bit of the first one that does not stand for itself, and maybe of later
/// ones.
fn specials(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, b' ') | is(b'"') | is(b'\\')) & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn compact_texts_are_values_exactly_if_the_parser_takes_them() {
        #[rustfmt::skip]
        const TEXTS: &[&str] = &[
            "", "0", "-0", "01", "-", "-01", "+1", "10", "1.", ".5", "1.50", "1e", "1e+", "1e-05", "1E5", "1e999", "1.e5", "0x1",
            "null", "nul", "nulls", "true", "false", "True", "NaN", "[]", "[1,]", "[,1]", "[1,2]", "[1", "[1}", "{}", "{,}",
            r#"{"a":1}"#, r#"{"a":1,}"#, r#"{"a"}"#, r#"{"a":}"#, r#"{a:1}"#, r#"{"a":1,"a":[{}]}"#, r#"{"a":1]"#, r#"{"a",1}"#,
            r#""""#, r#"""#, r#""a"b"#, r#""\""#, r#""\\""#, r#""\/\b\f\n\r\t\"""#, r#""\x""#, r#""\u00e9""#, r#""\u00e""#,
            r#""\u00eg""#, r#""\u""#, r#""\ud800""#, "\"\u{1f}\"", "\"\u{7f}é\"", "\"12345678\u{1f}\"", "\"1234567\\",
            r#""longer than eight bytes, \n and é""#, r#"[1]2"#,
        ];
        for text in TEXTS {
            assert_eq!(is_value(text), serde_json::from_str::<&RawValue>(text).is_ok(), "{text}");
        }
    }
}
