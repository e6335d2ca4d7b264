//! Finding the credential in a request, as a server does.

use super::credential::{Credential, InvalidCredential};
use crate::secret::Secret;

impl Credential {
    /// The name of the parameter, and of the cookie, that carries it.
    pub(super) fn parameter(&self) -> &'static str {
        match self {
            Self::ApiKey(_) => API_KEY,
            Self::Bearer(_) => BEARER,
        }
    }

    /// The credential in a request, given the part of the URL after the host, and a look-up of headers by their names.
    ///
    /// The first of these that is there counts, as in the server's code: header `X-API-Key`, parameter `api-key`, cookie
    /// `api-key`, header `Authorization` with `Bearer` or `Token`, parameter `bearer_token`, cookie `bearer_token`.
    ///
    /// ```
    /// use placeos_proto::endpoint::Credential;
    ///
    /// let target = "/api/engine/v2/systems/control?fixed_device=true&api-key=keyid.f00dfeed";
    /// let found = Credential::present(target, |_| None)?.unwrap();
    /// assert_eq!(found, Credential::api_key("keyid.f00dfeed")?);
    /// # Ok::<(), placeos_proto::endpoint::InvalidCredential>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If what counts is no credential.
    pub fn present<'a>(
        path_and_query: &str,
        header: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<Option<Self>, InvalidCredential> {
        let query = path_and_query.split_once('?').map_or("", |(_, query)| query);
        let cookies = header("Cookie").unwrap_or("");
        let parameter = |name| pair(query, '&', name).map(percent_decode);
        let cookie = |name| pair(cookies, ';', name).map(Secret::from);

        let key = header("X-API-Key").map(Secret::from);
        if let Some(key) = key.or_else(|| parameter(API_KEY)).or_else(|| cookie(API_KEY)) {
            return Self::api_key(key).map(Some);
        }
        let token = header("Authorization").map(|value| {
            let scheme =
                ["Bearer ", "Token "].into_iter().find_map(|name| value.strip_prefix(name));
            Secret::from(scheme.unwrap_or(value).trim())
        });
        match token.or_else(|| parameter(BEARER)).or_else(|| cookie(BEARER)) {
            Some(token) => Self::bearer(token).map(Some),
            None => Ok(None),
        }
    }
}

const API_KEY: &str = "api-key";
const BEARER: &str = "bearer_token";

/// The value of `name=value` in a list.
fn pair<'a>(list: &'a str, separator: char, name: &str) -> Option<&'a str> {
    let mut pairs = list.split(separator).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(key, value)| (key == name).then_some(value))
}

/// What is no escape stands for itself.
fn percent_decode(text: &str) -> Secret {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let escape = match tail {
            [high, low, ..] if *first == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        bytes.push(match escape {
            Some((high, low)) => {
                rest = &tail[2..];
                high << 4 | low
            }
            None => *first,
        });
    }
    // What is no UTF-8 is no credential either, and neither is an empty text.
    String::from_utf8(bytes).unwrap_or_default().into()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| value.try_into().ok())
}
