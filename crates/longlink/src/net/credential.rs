use std::fmt;
use std::sync::Arc;

use http::header::{self, HeaderName, HeaderValue};

use super::{Ask, CredentialSource};
use crate::{Failure, Observation, Secret};

/// A header that cannot be sent. The value is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The name is not a token of HTTP.
    #[error("the header's name is not readable: use letters, digits and hyphens")]
    Name,
    /// The header belongs to the connection itself.
    #[error("the header {name} is made by this library and cannot be set")]
    Reserved {
        /// The name.
        name: String,
    },
    /// The value holds a control character.
    #[error(
        "the value for the header {name} holds a control character (a line end after it, perhaps): remove it"
    )]
    Value {
        /// The name.
        name: String,
    },
    /// The credential is empty.
    #[error("the credential for the header {name} is empty")]
    Empty {
        /// The name.
        name: String,
    },
}

/// How the credential is carried, and where it comes from.
#[derive(Clone)]
pub(super) struct Credential {
    name: HeaderName,
    prefix: &'static str,
    source: Arc<dyn CredentialSource>,
}

impl Credential {
    pub(super) fn bearer(source: Arc<dyn CredentialSource>) -> Self {
        Self { name: header::AUTHORIZATION, prefix: "Bearer ", source }
    }

    pub(super) fn named(name: HeaderName, source: Arc<dyn CredentialSource>) -> Self {
        Self { name, prefix: "", source }
    }

    /// Asks the source. A credential that cannot be sent as it is counts as none.
    pub(super) async fn header(&self, ask: Ask) -> Result<(HeaderName, HeaderValue), Failure> {
        let secret = self.source.credential(ask).await?;
        let value = match secret.is_empty() {
            true => Err(HeaderError::Empty { name: self.name.to_string() }),
            false => sensitive_value(&self.name, self.prefix, &secret),
        };
        let value =
            value.map_err(|error| Failure::with_source(Observation::NoCredential, error))?;
        Ok((self.name.clone(), value))
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Credential").field(&self.name).finish()
    }
}

/// A name that a user may set.
pub(super) fn user_header(name: &str) -> Result<HeaderName, HeaderError> {
    let name: HeaderName = name.parse().map_err(|_| HeaderError::Name)?;
    let reserved = [
        header::HOST,
        header::CONNECTION,
        header::UPGRADE,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
    ];
    if reserved.contains(&name) || name.as_str().starts_with("sec-websocket-") {
        return Err(HeaderError::Reserved { name: name.to_string() });
    }
    Ok(name)
}

/// The value, unchanged and marked as not to be shown.
pub(super) fn sensitive_value(
    name: &HeaderName,
    prefix: &str,
    secret: &Secret,
) -> Result<HeaderValue, HeaderError> {
    let refused = || HeaderError::Value { name: name.to_string() };
    if secret.expose().chars().any(char::is_control) {
        return Err(refused());
    }
    let mut value = HeaderValue::try_from([prefix, secret.expose()].concat().into_bytes())
        .map_err(|_| refused())?;
    value.set_sensitive(true);
    Ok(value)
}
