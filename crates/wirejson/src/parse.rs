//! From text to a tape.

use crate::error::{Error, ErrorKind};
use crate::lexer::{Lexer, Text, Token};
use crate::privacy::Privacy;
use crate::tape::{Kind, Node, Span, Tape, position};

/// The longest text of a document: with what its escapes stand for it stays below 4 GiB.
const MAX_LEN: usize = 1 << 31;

/// Reads a text in two allocations, unless it has more than one value or name in four bytes.
pub(crate) fn tape<P: Privacy>(text: &str) -> Result<Tape<P>, Error> {
    if text.len() > MAX_LEN {
        return Err(Error::new(ErrorKind::TooLarge, MAX_LEN));
    }
    let mut tape = Tape::new();
    // What escapes stand for is put behind the text, and is never longer.
    let decoded = if text.as_bytes().contains(&b'\\') { text.len() } else { 0 };
    tape.text.reserve_exact(text.len() + decoded);
    tape.text.push_str(text);
    tape.nodes.reserve_exact(text.len() / 4 + 1);
    read(text, &mut tape)?;
    Ok(tape)
}

fn read<P: Privacy>(text: &str, tape: &mut Tape<P>) -> Result<(), Error> {
    let mut lexer = Lexer::new(text);
    // The innermost list or object that is open; each that is open knows the one around it.
    let mut open = 0;
    while let Some(token) = lexer.token()? {
        let node = match token {
            Token::Name(name) => Node::Name(span(name, tape)?),
            Token::Text(text) => Node::Text(span(text, tape)?),
            Token::Number(number) => Node::Number(number.read()?),
            Token::Bool(value) => Node::Bool(value),
            Token::Null => Node::Null,
            Token::ListStart | Token::ObjectStart => {
                let around = std::mem::replace(&mut open, tape.nodes.len());
                Node::Open(position(around))
            }
            Token::ListEnd => {
                open = close(Kind::List, open, tape);
                continue;
            }
            Token::ObjectEnd => {
                open = close(Kind::Object, open, tape);
                continue;
            }
        };
        tape.nodes.push(node);
    }
    Ok(())
}

#[inline]
fn span<P: Privacy>(text: Text<'_>, tape: &mut Tape<P>) -> Result<Span, Error> {
    if !text.is_escaped() {
        return Ok(Span {
            start: position(text.start()),
            end: position(text.start() + text.raw().len()),
        });
    }
    let start = position(tape.text.len());
    text.decode_to(&mut tape.text)?;
    Ok(Span { start, end: position(tape.text.len()) })
}

/// Closes a list or an object, and gives the one around it.
fn close<P: Privacy>(kind: Kind, open: usize, tape: &mut Tape<P>) -> usize {
    let around = match tape.nodes[open] {
        Node::Open(around) => around as usize,
        _ => 0,
    };
    tape.close(kind, open);
    around
}
