//! From text to a tape.

use crate::error::{Error, ErrorKind};
use crate::lexer::{Kind, Lexer, Text};
use crate::privacy::Privacy;
use crate::tape::{Container, Node, Span, Tape, position};

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
    loop {
        match lexer.step()? {
            Kind::Name => {
                let name = span(lexer.last_text(), tape)?;
                tape.nodes.push(Node::Name(name));
            }
            Kind::Text => {
                let text = span(lexer.last_text(), tape)?;
                tape.nodes.push(Node::Text(text));
            }
            Kind::Number => tape.nodes.push(Node::Number(lexer.last_number().read()?)),
            Kind::True => tape.nodes.push(Node::Bool(true)),
            Kind::False => tape.nodes.push(Node::Bool(false)),
            Kind::Null => tape.nodes.push(Node::Null),
            Kind::ListStart | Kind::ObjectStart => {
                let around = std::mem::replace(&mut open, tape.nodes.len());
                tape.nodes.push(Node::Open { around: position(around), height: 0 });
            }
            Kind::ListEnd => open = close(Container::List, open, tape),
            Kind::ObjectEnd => open = close(Container::Object, open, tape),
            Kind::End => return Ok(()),
        }
    }
}

#[inline]
fn span<P: Privacy>(text: Text<'_>, tape: &mut Tape<P>) -> Result<Span, Error> {
    let (start, end) = if text.is_escaped() {
        let start = tape.text.len();
        text.decode_to(&mut tape.text)?;
        (start, tape.text.len())
    } else {
        (text.start(), text.start() + text.raw().len())
    };
    Ok(Span { start: position(start), end: position(end) })
}

/// Closes a list or an object, and gives the one around it.
fn close<P: Privacy>(container: Container, open: usize, tape: &mut Tape<P>) -> usize {
    let Node::Open { around, height: inside } = tape.nodes[open] else { return 0 };
    tape.close_over(container, open, inside);
    if let Node::Open { height, .. } = &mut tape.nodes[around as usize] {
        *height = inside.saturating_add(1).max(*height);
    }
    around as usize
}
