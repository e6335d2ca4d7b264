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
        let first = self.peek();
        match self.expected {
            Expected::Value => self.value(first).map(Some),
            Expected::Inside => match (self.in_object(), first) {
                (true, Some(b'}')) | (false, Some(b']')) => Ok(Some(self.close())),
                (true, _) => self.name(first).map(Some),
                (false, _) => self.value(first).map(Some),
            },
            Expected::After => match (first, self.depth, self.in_object()) {
                (None, 0, _) => Ok(None),
                (Some(_), 0, _) => self.fail(ErrorKind::TrailingText),
                (Some(b','), _, is_object) => {
                    self.at += 1;
                    let first = self.peek();
                    if is_object { self.name(first) } else { self.value(first) }.map(Some)
                }
                (Some(b'}'), _, true) | (Some(b']'), _, false) => Ok(Some(self.close())),
                _ => self.wrong(),
            },
        }
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
                self.token()?;
            }
        }
        Ok(&self.text[start..self.at])
    }

    /// Where the last token begins: bytes from the start of the text.
    #[must_use]
    pub fn token_start(&self) -> usize {
        self.start
    }

    fn in_object(&self) -> bool {
        self.objects & 1 == 1
    }

    #[inline]
    fn value(&mut self, first: Option<u8>) -> Result<Token<'a>, Error> {
        self.start = self.at;
        let token = match first {
            Some(b'"') => Token::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Token::Number(self.number()?),
            Some(b'{') => return self.open(Token::ObjectStart),
            Some(b'[') => return self.open(Token::ListStart),
            Some(b't') => self.word("true", Token::Bool(true))?,
            Some(b'f') => self.word("false", Token::Bool(false))?,
            Some(b'n') => self.word("null", Token::Null)?,
            None if self.depth == 0 => return self.fail(ErrorKind::Empty),
            _ => return self.wrong(),
        };
        self.expected = Expected::After;
        Ok(token)
    }

    /// A name and the colon after it.
    #[inline]
    fn name(&mut self, first: Option<u8>) -> Result<Token<'a>, Error> {
        if first != Some(b'"') {
            return self.wrong();
        }
        self.start = self.at;
        let name = self.string()?;
        if self.peek() != Some(b':') {
            return self.wrong();
        }
        self.at += 1;
        self.expected = Expected::Value;
        Ok(Token::Name(name))
    }

    fn open(&mut self, token: Token<'a>) -> Result<Token<'a>, Error> {
        if self.depth == self.max_depth {
            return self.fail(ErrorKind::TooDeep);
        }
        self.at += 1;
        self.depth += 1;
        self.objects = self.objects << 1 | u128::from(token == Token::ObjectStart);
        self.expected = Expected::Inside;
        Ok(token)
    }

    fn close(&mut self) -> Token<'a> {
        let token = if self.in_object() { Token::ObjectEnd } else { Token::ListEnd };
        self.start = self.at;
        self.at += 1;
        self.depth -= 1;
        self.objects >>= 1;
        self.expected = Expected::After;
        token
    }

    #[inline]
    fn word(&mut self, word: &str, token: Token<'a>) -> Result<Token<'a>, Error> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(token);
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
