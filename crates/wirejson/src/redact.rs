//! Documents to give away: without what may be a secret.

use crate::debug::REDACTED;
use crate::json::Json;
use crate::number::Number;
use crate::privacy::Privacy;
use crate::tape::{Container, Node, Span, Tape};
use crate::view::JsonRef;

impl<P: Privacy> JsonRef<'_, P> {
    /// The value without what [`Debug`](std::fmt::Debug) would leave out; nothing if there is nothing to leave out.
    ///
    /// `<redacted>` stands in the place of a text or name, 0 in that of a number, and a list or object is left empty.
    /// `true`, `false` and `null` stay.
    ///
    /// ```
    /// use wirejson::{Json, Privacy};
    ///
    /// enum Tokens {}
    ///
    /// impl Privacy for Tokens {
    ///     fn hides_member(name: &str) -> bool {
    ///         name == "token"
    ///     }
    ///
    ///     fn hides_text(text: &str) -> bool {
    ///         text.contains('@')
    ///     }
    /// }
    ///
    /// let json = Json::<Tokens>::parse(r#"{"token":"hunter2","to":["me@example.org",1],"n":1}"#)?;
    /// let redacted = json.view().redacted().unwrap();
    /// assert_eq!(redacted.encode(), r#"{"token":"<redacted>","to":["<redacted>",1],"n":1}"#);
    /// assert!(redacted.view().redacted().is_none());
    /// # Ok::<(), wirejson::Error>(())
    /// ```
    #[must_use]
    pub fn redacted(self) -> Option<Json<P>> {
        let mut copy = Copy { tape: Tape::new(), is_other: false };
        copy.value(self, self.is_hidden());
        copy.is_other.then_some(Json(copy.tape))
    }
}

struct Copy<P: Privacy> {
    tape: Tape<P>,
    /// Whether something was left out.
    is_other: bool,
}

impl<P: Privacy> Copy<P> {
    /// Goes as deep as the value, which is no deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    fn value(&mut self, value: JsonRef<'_, P>, is_hidden: bool) {
        match value.node() {
            Node::Text(span) => {
                let text = self.text(value.tape.str(span), is_hidden);
                self.tape.nodes.push(Node::Text(text));
            }
            Node::Number(number) => {
                let zero = Number::from(0_u8);
                self.is_other |= is_hidden && number != zero;
                self.tape.nodes.push(Node::Number(if is_hidden { zero } else { number }));
            }
            Node::List(inside) => {
                let open = self.tape.open();
                self.is_other |= is_hidden && inside.nodes > 0;
                for item in value.items().filter(|_| !is_hidden) {
                    self.value(item, false);
                }
                self.tape.close(Container::List, open);
            }
            Node::Object(inside) => {
                let open = self.tape.open();
                self.is_other |= is_hidden && inside.nodes > 0;
                let members = value.as_object().into_iter().flatten();
                for (name, member) in members.filter(|_| !is_hidden) {
                    let shown = self.text(name, false);
                    self.tape.nodes.push(Node::Name(shown));
                    self.value(member, P::hides_member(name));
                }
                self.tape.close(Container::Object, open);
            }
            other => self.tape.nodes.push(other),
        }
    }

    fn text(&mut self, text: &str, is_hidden: bool) -> Span {
        let is_kept = text == REDACTED || !(is_hidden || P::hides_text(text));
        self.is_other |= !is_kept;
        self.tape.store(if is_kept { text } else { REDACTED })
    }
}
