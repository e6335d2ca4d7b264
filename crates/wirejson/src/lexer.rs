//! From text to tokens, in one pass and without recursion: how deep a stranger nests does not move the stack.

mod number;
mod string;

pub use self::number::NumberText;
pub use self::string::Text;
pub(crate) use self::string::special;
use crate::error::{Error, ErrorKind};

/// How deep lists and objects may stand inside of each other, the outermost one counted.
pub const MAX_DEPTH: usize = 128;

/// Reads a JSON text token by token.
///
/// Syntax is checked as it goes: what is handed out is legal JSON so far, commas and colons in their place and brackets
/// closed by their own kind. What texts and numbers stand for is read on demand, by [`Text::decode`] and
/// [`NumberText::read`]; only there a lone surrogate or a number beyond `f64` is found.
///
/// ```
/// use wirejson::{Lexer, Token};
///
/// let mut lexer = Lexer::new(r#"{"key":"power","value": [1.50, true]}"#);
/// assert_eq!(lexer.token()?, Some(Token::ObjectStart));
/// while let Some(Token::Name(name)) = lexer.token()? {
///     let value = lexer.token()?;
///     match &*name.decode()? {
///         "key" => assert!(matches!(value, Some(Token::Text(text)) if text.raw() == "power")),
///         // Any value may be taken as it is written.
///         _ => assert_eq!(lexer.value_text()?, "[1.50, true]"),
///     }
/// }
/// // The end has to be asked for: text after the value would be an error.
/// assert_eq!(lexer.token()?, None);
/// # Ok::<(), wirejson::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Lexer<'a> {
    text: &'a str,
    /// The byte to read next.
    at: usize,
    /// Where the last token begins.
    start: usize,
    /// Where the last token ends; of a name, without the colon.
    end: usize,
    /// Whether the last token is a string without escapes, or a number without fraction and exponent.
    is_plain: bool,
    expected: Expected,
    depth: usize,
    max_depth: usize,
    /// Which of the open containers are objects, the innermost one in the lowest bit.
    objects: u128,
}

/// One piece of a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(NumberText<'a>),
    /// A string.
    Text(Text<'a>),
    /// The name of a member; its value follows.
    Name(Text<'a>),
    /// `[`.
    ListStart,
    /// `]`.
    ListEnd,
    /// `{`.
    ObjectStart,
    /// `}`.
    ObjectEnd,
}

/// What kind of token the lexer stands behind. It is small, so that a loop over all tokens does not move them about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    True,
    False,
    Number,
    Text,
    Name,
    ListStart,
    ListEnd,
    ObjectStart,
    ObjectEnd,
    /// The end of the text.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Value,
    /// The first item or member of the container that was opened last, or its end.
    Inside,
    /// A comma, or the end of the innermost container; of the text, if none is open.
    After,
}

impl<'a> Lexer<'a> {
    /// Reads this text, with white space around it, down to [`MAX_DEPTH`].
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            start: 0,
            end: 0,
            is_plain: false,
            expected: Expected::Value,
            depth: 0,
            max_depth: MAX_DEPTH,
            objects: 0,
        }
    }

    /// Allows less depth than [`MAX_DEPTH`].
    #[must_use]
    pub fn with_max_depth(self, max_depth: usize) -> Self {
        Self { max_depth: max_depth.min(MAX_DEPTH), ..self }
    }

    /// The next token; nothing after the end of the text.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, or is nested too deeply. What comes after an error means nothing.
    #[inline]
    pub fn token(&mut self) -> Result<Option<Token<'a>>, Error> {
        Ok(Some(match self.step()? {
            Kind::End => return Ok(None),
            Kind::Null => Token::Null,
            Kind::True => Token::Bool(true),
            Kind::False => Token::Bool(false),
            Kind::Number => Token::Number(self.last_number()),
            Kind::Text => Token::Text(self.last_text()),
            Kind::Name => Token::Name(self.last_text()),
            Kind::ListStart => Token::ListStart,
            Kind::ListEnd => Token::ListEnd,
            Kind::ObjectStart => Token::ObjectStart,
            Kind::ObjectEnd => Token::ObjectEnd,
        }))
    }

    /// The text of the value that the last token is, or opens; in the latter case the lexer goes on to its end.
    ///
    /// # Errors
    ///
    /// As [`token`](Self::token), if there is a fault inside of it.
    pub fn value_text(&mut self) -> Result<&'a str, Error> {
        let start = self.start;
        if self.expected == Expected::Inside {
            let outside = self.depth - 1;
            while self.depth > outside {
                self.step()?;
            }
        }
        Ok(&self.text[start..self.at])
    }

    /// Where the last token begins: bytes from the start of the text.
    #[must_use]
    pub fn token_start(&self) -> usize {
        self.start
    }

    /// Goes to the next token.
    #[inline]
    pub(crate) fn step(&mut self) -> Result<Kind, Error> {
        let first = self.peek();
        match self.expected {
            Expected::Value => self.value(first),
            Expected::Inside => match (self.in_object(), first) {
                (true, Some(b'}')) | (false, Some(b']')) => Ok(self.close()),
                (true, _) => self.name(first),
                (false, _) => self.value(first),
            },
            Expected::After => match (first, self.depth, self.in_object()) {
                (None, 0, _) => Ok(Kind::End),
                (Some(_), 0, _) => self.fail(ErrorKind::TrailingText),
                (Some(b','), _, is_object) => {
                    self.at += 1;
                    let first = self.peek();
                    if is_object { self.name(first) } else { self.value(first) }
                }
                (Some(b'}'), _, true) | (Some(b']'), _, false) => Ok(self.close()),
                _ => self.wrong(),
            },
        }
    }

    fn in_object(&self) -> bool {
        self.objects & 1 == 1
    }

    #[inline]
    fn value(&mut self, first: Option<u8>) -> Result<Kind, Error> {
        self.start = self.at;
        let kind = match first {
            Some(b'"') => self.string().map(|()| Kind::Text)?,
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| Kind::Number)?,
            Some(b'{') => return self.open(Kind::ObjectStart),
            Some(b'[') => return self.open(Kind::ListStart),
            Some(b't') => self.word("true", Kind::True)?,
            Some(b'f') => self.word("false", Kind::False)?,
            Some(b'n') => self.word("null", Kind::Null)?,
            None if self.depth == 0 => return self.fail(ErrorKind::Empty),
            _ => return self.wrong(),
        };
        self.end = self.at;
        self.expected = Expected::After;
        Ok(kind)
    }

    /// A name and the colon after it.
    #[inline]
    fn name(&mut self, first: Option<u8>) -> Result<Kind, Error> {
        if first != Some(b'"') {
            return self.wrong();
        }
        self.start = self.at;
        self.string()?;
        self.end = self.at;
        if self.peek() != Some(b':') {
            return self.wrong();
        }
        self.at += 1;
        self.expected = Expected::Value;
        Ok(Kind::Name)
    }

    fn open(&mut self, kind: Kind) -> Result<Kind, Error> {
        if self.depth == self.max_depth {
            return self.fail(ErrorKind::TooDeep);
        }
        self.at += 1;
        self.depth += 1;
        self.objects = self.objects << 1 | u128::from(kind == Kind::ObjectStart);
        self.expected = Expected::Inside;
        Ok(kind)
    }

    fn close(&mut self) -> Kind {
        let kind = if self.in_object() { Kind::ObjectEnd } else { Kind::ListEnd };
        self.start = self.at;
        self.at += 1;
        self.depth -= 1;
        self.objects >>= 1;
        self.expected = Expected::After;
        kind
    }

    #[inline]
    fn word(&mut self, word: &str, kind: Kind) -> Result<Kind, Error> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(kind);
        }
        self.at += rest.iter().zip(word.bytes()).take_while(|(own, other)| **own == *other).count();
        self.wrong()
    }

    /// The next byte that is no white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// The byte at hand is not what JSON has here, or there is none.
    #[cold]
    fn wrong<T>(&self) -> Result<T, Error> {
        let is_end = self.at == self.text.len();
        self.fail(if is_end { ErrorKind::Truncated } else { ErrorKind::NotJson })
    }

    #[cold]
    fn fail<T>(&self, kind: ErrorKind) -> Result<T, Error> {
        Err(Error::new(kind, self.at))
    }
}
