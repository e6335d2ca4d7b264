//! The HTTP request that opens the WebSocket.

use super::credential::Credential;
use crate::generation::Generation;
use crate::secret::Secret;

/// Where a credential stands in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Placement {
    /// In a header: `X-API-Key`, or `Authorization` for a token.
    #[default]
    Header,
    /// In the URL, which ends in the logs of proxies. It is what browsers do, and the only way that is documented for
    /// [`Generation::G1`].
    Query,
    /// In a cookie.
    Cookie,
}

/// The HTTP request that opens the WebSocket: a path with a query, and a header. It carries one credential, in one
/// place. There is no subprotocol, and servers agree to no compression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade {
    generation: Generation,
    credential: Credential,
    placement: Placement,
    is_fixed_device: bool,
}

impl Upgrade {
    /// The request to a server of that generation.
    #[must_use]
    pub fn new(generation: Generation, credential: Credential, placement: Placement) -> Self {
        Self { generation, credential, placement, is_fixed_device: false }
    }

    /// Says that this is a device that stays where it is, such as a panel at a door. Servers only log it.
    #[must_use]
    pub fn fixed_device(mut self) -> Self {
        self.is_fixed_device = true;
        self
    }

    /// What stands in the URL after the host. With [`Placement::Query`] it holds the credential.
    #[must_use]
    pub fn path_and_query(&self) -> Secret {
        let mut target = self.generation.path().to_owned();
        if self.is_fixed_device {
            target.push_str("?fixed_device=true");
        }
        if self.placement == Placement::Query {
            target.push(if self.is_fixed_device { '&' } else { '?' });
            target.push_str(self.credential.parameter());
            target.push('=');
            percent_encode(self.credential.secret().expose(), &mut target);
        }
        target.into()
    }

    /// The name and the value of the header that carries the credential, unless the query does.
    #[must_use]
    pub fn header(&self) -> Option<(&'static str, Secret)> {
        let text = self.credential.secret().expose();
        Some(match (self.placement, &self.credential) {
            (Placement::Query, _) => return None,
            (Placement::Cookie, credential) => {
                ("Cookie", format!("{}={text}", credential.parameter()).into())
            }
            (Placement::Header, Credential::ApiKey(key)) => ("X-API-Key", key.clone()),
            (Placement::Header, Credential::Bearer(_)) => {
                ("Authorization", format!("Bearer {text}").into())
            }
        })
    }
}

/// Letters, digits and `-._~` stand for themselves.
fn percent_encode(text: &str, to: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                to.push(char::from(byte));
            }
            _ => to.push_str(&format!("%{byte:02X}")),
        }
    }
}
