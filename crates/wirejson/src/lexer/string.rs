//! Strings: where they end, and what they stand for.

use std::borrow::Cow;

use super::Lexer;
use crate::error::{Error, ErrorKind};

/// A string as it is written, without its quotes. Its escapes are legal, but it may have lone surrogates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    raw: &'a str,
    start: usize,
    is_escaped: bool,
}

impl<'a> Text<'a> {
    /// What stands between the quotes.
    #[must_use]
    pub fn raw(self) -> &'a str {
        self.raw
    }

    /// Where that begins: bytes from the start of the text that is read.
    #[must_use]
    pub fn start(self) -> usize {
        self.start
    }

    /// Whether there is an escape, so that [`raw`](Self::raw) is not what the string stands for.
    #[must_use]
    pub fn is_escaped(self) -> bool {
        self.is_escaped
    }

    /// What the string stands for, borrowed if it has no escapes.
    ///
    /// # Errors
    ///
    /// If there is a lone surrogate.
    #[inline]
    pub fn decode(self) -> Result<Cow<'a, str>, Error> {
        if !self.is_escaped {
            return Ok(Cow::Borrowed(self.raw));
        }
        // Escapes are longer than what they stand for.
        let mut decoded = String::with_capacity(self.raw.len());
        self.decode_to(&mut decoded)?;
        Ok(Cow::Owned(decoded))
    }

    /// Appends what the string stands for; never more than [`raw`](Self::raw) is long.
    ///
    /// # Errors
    ///
    /// If there is a lone surrogate.
    pub fn decode_to(self, out: &mut String) -> Result<(), Error> {
        let bytes = self.raw.as_bytes();
        let mut plain = 0;
        loop {
            let escape = special(bytes, plain);
            out.push_str(&self.raw[plain..escape]);
            // A string has no other special bytes inside.
            let Some(kind) = bytes.get(escape + 1) else { return Ok(()) };
            plain = escape + 2;
            out.push(match kind {
                b'n' => '\n',
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'u' => self.unicode(&mut plain)?,
                other => char::from(*other),
            });
        }
    }

    /// The character whose hexadecimal digits begin there, by one escape or a pair of two.
    fn unicode(self, at: &mut usize) -> Result<char, Error> {
        let digits = |at: usize| self.raw.get(at..at + 4);
        let unit = |at| digits(at).and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let units = [unit(*at), self.raw[*at + 4..].strip_prefix("\\u").and(unit(*at + 6))];
        *at += 4;
        match char::decode_utf16(units.into_iter().map_while(|unit| unit)).next() {
            Some(Ok(character)) => {
                *at += if character.len_utf16() == 2 { 6 } else { 0 };
                Ok(character)
            }
            _ => Err(Error::new(ErrorKind::NotJson, self.start + *at)),
        }
    }
}

impl<'a> Lexer<'a> {
    /// The last token, which is a string.
    #[inline]
    pub(crate) fn last_text(&self) -> Text<'a> {
        let start = self.start + 1;
        Text { raw: &self.text[start..self.end - 1], start, is_escaped: !self.is_plain }
    }

    #[inline]
    pub(super) fn string(&mut self) -> Result<(), Error> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        self.is_plain = true;
        loop {
            self.at = special(bytes, self.at);
            match bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                _ => return self.wrong(),
            }
            self.is_plain = false;
        }
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Error> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        match bytes.get(self.at) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                for _ in 0..4 {
                    self.at += 1;
                    if !bytes.get(self.at).is_some_and(u8::is_ascii_hexdigit) {
                        return self.wrong();
                    }
                }
                self.at += 1;
            }
            _ => return self.wrong(),
        }
        Ok(())
    }
}

/// Where the next byte is that does not stand for itself in a string: a quote, a backslash or a control character. The
/// length of the text if there is none.
#[inline]
pub(crate) fn special(bytes: &[u8], start: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let mut at = start;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*eight);
        // The high bit of each byte that is 0 after this; above the lowest one there may be false ones.
        let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
        let quotes = zeros(word ^ (ONES * u64::from(b'"')));
        let backslashes = zeros(word ^ (ONES * u64::from(b'\\')));
        let controls = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (quotes | backslashes | controls) & HIGH;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    at + bytes[at..].iter().position(is_special).unwrap_or(bytes.len() - at)
}
