//! What opens the connection.

use crate::secret::Secret;

/// What opens the connection: an API key or a token. It does not print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// An API key. G1 has none, G2 since July 2021.
    ApiKey(Secret),
    /// A bearer token, as OAuth 2 gives it out.
    Bearer(Secret),
}

/// A text that is no credential. It does not show the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCredential {
    /// An API key has a dot between its id and its secret.
    #[error("the API key is not of the form ID.SECRET: copy all of it")]
    ApiKeyForm,
    /// It is empty, or has a character that cannot stand in a header and a cookie: white space, a control character, a
    /// quotation mark, a comma, a semicolon, a backslash, anything beyond ASCII.
    #[error(
        "the credential is empty or has characters that no credential has: copy it without white space and quotation marks"
    )]
    Characters,
}

impl Credential {
    /// An API key, of the form `ID.SECRET`.
    ///
    /// # Errors
    ///
    /// If it is of another form.
    pub fn api_key(text: impl Into<Secret>) -> Result<Self, InvalidCredential> {
        let key = checked(text.into())?;
        match key.expose().split_once('.') {
            Some((id, secret)) if !id.is_empty() && !secret.is_empty() => Ok(Self::ApiKey(key)),
            _ => Err(InvalidCredential::ApiKeyForm),
        }
    }

    /// A bearer token.
    ///
    /// # Errors
    ///
    /// If it has characters that no token has.
    pub fn bearer(text: impl Into<Secret>) -> Result<Self, InvalidCredential> {
        checked(text.into()).map(Self::Bearer)
    }

    /// The key or the token.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        match self {
            Self::ApiKey(secret) | Self::Bearer(secret) => secret,
        }
    }
}

fn checked(secret: Secret) -> Result<Secret, InvalidCredential> {
    let is_allowed = |byte| matches!(byte, b'!'..=b'~') && !b"\",;\\".contains(&byte);
    let text = secret.expose();
    if text.is_empty() || !text.bytes().all(is_allowed) {
        return Err(InvalidCredential::Characters);
    }
    Ok(secret)
}
