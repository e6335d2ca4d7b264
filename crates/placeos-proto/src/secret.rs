//! A text that does not print.

use std::fmt;

use zeroize::Zeroize;

/// An API key or a token.
///
/// It has no `Display` and no `Serialize`, its `Debug` shows nothing of it, and its memory is wiped on drop.
/// [`expose`](Secret::expose) is the only way to read it, so that a search for that word finds every use.
///
/// ```
/// use placeos_proto::Secret;
///
/// let key = Secret::from("keyid.f00dfeed");
/// assert_eq!(format!("{key:?}"), "Secret(***)");
/// assert_eq!(key.expose().len(), 14);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself. Do not print or log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
