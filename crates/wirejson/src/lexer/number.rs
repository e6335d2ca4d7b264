//! Numbers: where they end, and what they stand for.

use super::Lexer;
use crate::error::{Error, ErrorKind};
use crate::number::Number;

/// A number as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberText<'a> {
    raw: &'a str,
    start: usize,
    is_integer: bool,
}

impl<'a> NumberText<'a> {
    /// The text of the number.
    #[must_use]
    pub fn raw(self) -> &'a str {
        self.raw
    }

    /// The number: exactly if it is an integer of 64 bits, or else as the nearest `f64`.
    ///
    /// # Errors
    ///
    /// If it is beyond `f64`.
    #[inline]
    pub fn read(self) -> Result<Number, Error> {
        if self.is_integer {
            if let Ok(number) = self.raw.parse::<u64>() {
                return Ok(number.into());
            }
            match self.raw.parse::<i64>() {
                // Only a float has a negative zero.
                Ok(number) if number != 0 => return Ok(number.into()),
                _ => {}
            }
        }
        let end = self.start + self.raw.len();
        let float = self.raw.parse().ok().and_then(Number::from_f64);
        float.ok_or(Error::new(ErrorKind::NumberOutOfRange, end))
    }
}

impl<'a> Lexer<'a> {
    /// The last token, which is a number.
    #[inline]
    pub(crate) fn last_number(&self) -> NumberText<'a> {
        let raw = &self.text[self.start..self.end];
        NumberText { raw, start: self.start, is_integer: self.is_plain }
    }

    #[inline]
    pub(super) fn number(&mut self) -> Result<(), Error> {
        self.is_plain = true;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.is_plain = false;
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            self.is_plain = false;
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(())
    }

    /// One digit and all that follow.
    #[inline]
    fn digits(&mut self) -> Result<(), Error> {
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { self.wrong() } else { Ok(()) }
    }

    #[inline]
    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(is_next);
        is_next
    }
}
