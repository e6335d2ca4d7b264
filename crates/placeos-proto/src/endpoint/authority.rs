//! What a server says of itself.

use std::borrow::Cow;

use crate::error::Malformed;
use crate::json::Members;
use crate::value::Value;

/// The answer to `GET /auth/authority`, which needs no credential. All members are kept.
///
/// ```
/// use placeos_proto::endpoint::Authority;
///
/// let text = r#"{"id":"authority-1","name":"HQ","domain":"example.com","session":false,"config":{},"version":"2.2401.0"}"#;
/// let authority = Authority::decode(text)?;
/// assert_eq!(authority.domain().as_deref(), Some("example.com"));
/// assert!(authority.is_placeos());
/// assert_eq!(authority.encode(), text);
/// # Ok::<(), placeos_proto::Malformed>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    members: Members<'static, 10>,
}

const NAMES: [&str; 10] = [
    "id",
    "name",
    "description",
    "domain",
    "login_url",
    "logout_url",
    "session",
    "production",
    "config",
    "version",
];

impl Authority {
    /// One without members.
    #[must_use]
    pub fn new() -> Self {
        Self { members: Members::new(&NAMES) }
    }

    /// Reads the body of the answer.
    ///
    /// # Errors
    ///
    /// If it is not one JSON object.
    pub fn decode(text: &str) -> Result<Self, Malformed> {
        Ok(Self { members: Members::decode(text, &NAMES)?.into_owned() })
    }

    /// The body as compact JSON.
    #[must_use]
    pub fn encode(&self) -> String {
        self.members.encode()
    }

    /// The same with a member, known or not, in its place.
    #[must_use]
    pub fn with(mut self, name: &str, value: &Value) -> Self {
        self.members.set(name, value.json().to_owned());
        self
    }

    /// The id of the authority, which is to say, of the domain.
    #[must_use]
    pub fn id(&self) -> Option<Cow<'_, str>> {
        self.members.text("id")
    }

    /// A name for people.
    #[must_use]
    pub fn name(&self) -> Option<Cow<'_, str>> {
        self.members.text("name")
    }

    /// The domain. A token must be of the domain of the host that is asked.
    #[must_use]
    pub fn domain(&self) -> Option<Cow<'_, str>> {
        self.members.text("domain")
    }

    /// Where users log in; `{{url}}` in it stands for the way back.
    #[must_use]
    pub fn login_url(&self) -> Option<Cow<'_, str>> {
        self.members.text("login_url")
    }

    /// Where users log out.
    #[must_use]
    pub fn logout_url(&self) -> Option<Cow<'_, str>> {
        self.members.text("logout_url")
    }

    /// Whether the one who asks is logged in.
    #[must_use]
    pub fn session(&self) -> Option<bool> {
        self.members.raw("session")?.parse().ok()
    }

    /// The settings of the domain.
    #[must_use]
    pub fn config(&self) -> Option<Value> {
        self.members.raw("config").map(Value::of_checked)
    }

    /// The version of the server.
    #[must_use]
    pub fn version(&self) -> Option<Cow<'_, str>> {
        self.members.text("version")
    }

    /// Whether the version is that of PlaceOS, 2 to 9, and not of its predecessor: whether the WebSocket is at the path
    /// of [`Generation::G3`](crate::Generation::G3) and not at
    /// that of [`Generation::G1`](crate::Generation::G1). The vendor's client goes by this.
    #[must_use]
    pub fn is_placeos(&self) -> bool {
        self.version().is_some_and(|version| version.starts_with(|c| matches!(c, '2'..='9')))
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}
