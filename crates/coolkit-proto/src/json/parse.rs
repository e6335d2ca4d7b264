//! From text to [`Json`], in one pass and without recursion: how deep a stranger nests does not move the stack.

use super::{Json, Number, Object};
use crate::error::{Malformed, Reason};

/// How deep lists and objects may stand inside of each other, the outermost one counted.
const MAX_DEPTH: usize = 128;

pub(super) fn json(text: &str) -> Result<Json, Malformed> {
    let mut parser = Parser { text, at: 0 };
    parser.document().map_err(|Fault(reason)| Malformed::new(reason, text, parser.at))
}

struct Parser<'a> {
    text: &'a str,
    /// The byte to read next; where the fault is, after one.
    at: usize,
}

struct Fault(Reason);

/// A list or an object that is not closed yet.
enum Open {
    List(Vec<Json>),
    /// The members that are read, and the name of the next one.
    Object(Vec<(Box<str>, Json)>, Box<str>),
}

impl Parser<'_> {
    fn document(&mut self) -> Result<Json, Fault> {
        self.space();
        if self.peek().is_none() {
            return Err(Fault(Reason::Empty));
        }
        let value = self.value()?;
        self.space();
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(Fault(Reason::TrailingText)),
        }
    }

    fn value(&mut self) -> Result<Json, Fault> {
        let mut open = Vec::new();
        loop {
            if let Some(value) = self.scalar_or_opening(&mut open)? {
                if let Some(value) = self.close(&mut open, value)? {
                    return Ok(value);
                }
            }
        }
    }

    /// Reads a value that is whole, or opens a list or an object that is not empty.
    fn scalar_or_opening(&mut self, open: &mut Vec<Open>) -> Result<Option<Json>, Fault> {
        self.space();
        let first = self.peek().ok_or(Fault(Reason::Truncated))?;
        if matches!(first, b'[' | b'{') {
            if open.len() == MAX_DEPTH {
                return Err(Fault(Reason::TooDeep));
            }
            self.at += 1;
            self.space();
        }
        Ok(Some(match first {
            b'[' if self.eat(b']') => Json::List(Vec::new()),
            b'{' if self.eat(b'}') => Json::Object(Object::new()),
            b'[' => {
                open.push(Open::List(Vec::new()));
                return Ok(None);
            }
            b'{' => {
                let name = self.name()?;
                open.push(Open::Object(Vec::new(), name));
                return Ok(None);
            }
            b'"' => Json::Text(self.string()?),
            b'-' | b'0'..=b'9' => Json::Number(self.number()?),
            b't' => self.word("true", Json::Bool(true))?,
            b'f' => self.word("false", Json::Bool(false))?,
            b'n' => self.word("null", Json::Null)?,
            _ => return Err(Fault(Reason::NotJson)),
        }))
    }

    /// Puts a value where it belongs, and closes what ends with it. Gives the value back if it is the whole.
    fn close(&mut self, open: &mut Vec<Open>, value: Json) -> Result<Option<Json>, Fault> {
        let mut value = value;
        while let Some(mut container) = open.pop() {
            match &mut container {
                Open::List(items) => items.push(value),
                Open::Object(members, name) => members.push((std::mem::take(name), value)),
            }
            self.space();
            value = match (self.peek().ok_or(Fault(Reason::Truncated))?, container) {
                (b',', mut container) => {
                    self.at += 1;
                    self.space();
                    if let Open::Object(_, name) = &mut container {
                        *name = self.name()?;
                    }
                    open.push(container);
                    return Ok(None);
                }
                (b']', Open::List(items)) => Json::List(items),
                (b'}', Open::Object(members, _)) => Json::Object(Object::from_members(members)),
                _ => return Err(Fault(Reason::NotJson)),
            };
            self.at += 1;
        }
        Ok(Some(value))
    }

    /// A name and the colon after it.
    fn name(&mut self) -> Result<Box<str>, Fault> {
        self.expect(b'"')?;
        self.at -= 1;
        let name = self.string()?;
        self.space();
        self.expect(b':')?;
        Ok(name.into())
    }

    fn string(&mut self) -> Result<String, Fault> {
        let start = self.at;
        let mut is_escaped = false;
        self.at += 1;
        loop {
            match self.peek().ok_or(Fault(Reason::Truncated))? {
                b'"' => break,
                b'\\' => {
                    is_escaped = true;
                    // Whatever follows does not end the string.
                    self.at = (self.at + 2).min(self.text.len());
                }
                0..=0x1f => return Err(Fault(Reason::NotJson)),
                _ => self.at += 1,
            }
        }
        self.at += 1;
        let text = &self.text[start..self.at];
        if is_escaped {
            serde_json::from_str(text).map_err(|error| {
                self.at = start + error.column().saturating_sub(1);
                Fault(Reason::NotJson)
            })
        } else {
            Ok(text[1..text.len() - 1].to_owned())
        }
    }

    fn number(&mut self) -> Result<Number, Fault> {
        let start = self.at;
        let mut is_integer = true;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            is_integer = false;
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            is_integer = false;
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        // Only a float has a negative zero.
        if is_integer && text != "-0" {
            if let Ok(number) = text.parse::<u64>() {
                return Ok(number.into());
            }
            if let Ok(number) = text.parse::<i64>() {
                return Ok(number.into());
            }
        }
        let float = text.parse().ok().and_then(Number::from_f64);
        float.ok_or(Fault(Reason::NumberOutOfRange))
    }

    /// One digit and all that follow.
    fn digits(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'0'..=b'9') => {}
            Some(_) => return Err(Fault(Reason::NotJson)),
            None => return Err(Fault(Reason::Truncated)),
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, Fault> {
        for letter in word.bytes() {
            self.expect(letter)?;
        }
        Ok(value)
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        match self.peek() {
            Some(own) if own == byte => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(Fault(Reason::NotJson)),
            None => Err(Fault(Reason::Truncated)),
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}
