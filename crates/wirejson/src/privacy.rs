//! What must not be printed, and what must not stay in memory.

/// What stands in the place of a secret.
pub(crate) const REDACTED: &str = "<redacted>";

/// What `Debug` of a document leaves out, and what happens to its text when it goes. Each vendor has secrets of its own.
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
/// let json = Json::<Tokens>::parse(r#"{"token":[{"hunter":2}],"note":"to me@example.org","n":1}"#)?;
/// assert_eq!(format!("{json:?}"), r#"{"token": <redacted>, "note": <redacted>, "n": 1}"#);
/// // Nor does it show by itself.
/// let token = json.view().get("token").and_then(|token| token.items().next()).unwrap();
/// assert_eq!(format!("{token:?} {:?}", token.to_json()), "<redacted> <redacted>");
/// # Ok::<(), wirejson::Error>(())
/// ```
pub trait Privacy: 'static {
    /// Whether the value of a member of this name is left out, whatever it is.
    fn hides_member(name: &str) -> bool;

    /// Whether a text, or a name, is left out wherever it stands.
    fn hides_text(text: &str) -> bool;

    /// Wipes the text of a document before its memory is given back; does nothing unless written otherwise.
    fn wipe(text: &mut String) {
        let _ = text;
    }
}

/// Nothing is secret.
#[derive(Debug, Clone, Copy)]
pub enum Public {}

impl Privacy for Public {
    fn hides_member(_: &str) -> bool {
        false
    }

    fn hides_text(_: &str) -> bool {
        false
    }
}
