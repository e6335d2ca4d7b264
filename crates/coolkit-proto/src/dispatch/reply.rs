//! The answer where to connect.

use super::host::{Endpoint, HostPolicy, UntrustedHost};
use crate::code::{ApiVersion, ErrorClass, HttpCode};
use crate::error::Malformed;
use crate::frame::Frame;
use crate::json::{Object, ObjectRef};
use crate::params::numeric;

/// The answer of the dispatch, all members kept.
///
/// ```
/// use coolkit_proto::dispatch::{DispatchReply, HostPolicy};
///
/// let body = br#"{"error":0,"reason":"ok","IP":"18.0.0.1","port":8080,"domain":"us-pconnect1.coolkit.cc"}"#;
/// let endpoint = DispatchReply::from_bytes(body)?.endpoint(&HostPolicy::official())?;
/// assert_eq!(endpoint.url(), "wss://us-pconnect1.coolkit.cc:8080/api/ws");
/// # Ok::<(), coolkit_proto::dispatch::DispatchError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DispatchReply(Object);

/// Why an answer of the dispatch gives no endpoint.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DispatchError {
    /// The body is no JSON object; overloaded servers answer in HTML.
    #[error("the answer of the dispatch is no JSON object")]
    Malformed(#[from] Malformed),
    /// The dispatch answers with an error, or without a readable code.
    #[error("the dispatch refuses: {}", code.map_or_else(|| "no readable code".to_owned(), |code| code.to_string()))]
    Refused {
        /// The code, if there is a readable one.
        code: Option<HttpCode>,
    },
    /// There is no domain. The address in `IP` must not be used: no certificate is for it.
    #[error("the dispatch names no domain")]
    WithoutDomain,
    /// The domain is not to be trusted with the token.
    #[error("the dispatch names a host that is not trusted ({0})")]
    UntrustedHost(#[from] UntrustedHost),
}

impl DispatchReply {
    /// The port where none, or none that can be used, is named.
    pub const DEFAULT_PORT: u16 = 8080;

    /// Reads the body of the HTTP answer.
    ///
    /// # Errors
    ///
    /// If it is no JSON object.
    pub fn from_bytes(body: &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(body)
            .map_err(|error| crate::frame::classify::not_utf8(body, error))?;
        Ok(Self(Frame::decode(text)?.into_members()))
    }

    /// An answer that names an endpoint, as a simulator sends it.
    #[must_use]
    pub fn naming(domain: &str, ip: &str, port: u16) -> Self {
        Self(
            Object::new()
                .with("error", 0_u8)
                .with("reason", "ok")
                .with("domain", domain)
                .with("IP", ip)
                .with("port", port),
        )
    }

    /// All members.
    #[must_use]
    pub fn members(&self) -> ObjectRef<'_> {
        self.0.view()
    }

    /// The answer as compact JSON.
    #[must_use]
    pub fn encode(&self) -> String {
        self.0.encode()
    }

    /// The code.
    #[must_use]
    pub fn error(&self) -> Option<HttpCode> {
        HttpCode::read(self.members().get("error"))
    }

    /// A text about the code, `ok` for 0.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.members().text("reason")
    }

    /// The host. It is what a stranger wrote; [`endpoint`](Self::endpoint) checks it.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.members().text("domain").filter(|domain| !domain.is_empty())
    }

    /// The address of the host. Do not connect by it.
    #[must_use]
    pub fn ip(&self) -> Option<&str> {
        self.members().text("IP")
    }

    /// The port: a number or a numeric string from 1 to 65535, or else [`DEFAULT_PORT`](Self::DEFAULT_PORT).
    #[must_use]
    pub fn port(&self) -> u16 {
        let number = self.members().get("port").and_then(numeric);
        let is_port = |port: &f64| port.fract() == 0.0 && (1.0..=65535.0).contains(port);
        number.filter(is_port).map_or(Self::DEFAULT_PORT, |port| port as u16)
    }

    /// An identifier for questions to the vendor.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.members().text("requestid")
    }

    /// Where to connect.
    ///
    /// # Errors
    ///
    /// If the code is not 0, or no host is named that the policy trusts.
    pub fn endpoint(&self, policy: &HostPolicy) -> Result<Endpoint, DispatchError> {
        let code = self.error();
        if code != Some(HttpCode::OK) {
            return Err(DispatchError::Refused { code });
        }
        let domain = self.domain().ok_or(DispatchError::WithoutDomain)?;
        Ok(policy.check(domain, self.port())?)
    }
}

impl DispatchError {
    /// What the failure means.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Malformed(_) | Self::WithoutDomain => ErrorClass::Retryable,
            Self::Refused { code } => {
                code.map_or(ErrorClass::Unknown, |code| code.class(ApiVersion::V2))
            }
            Self::UntrustedHost(_) => ErrorClass::Permanent,
        }
    }

    /// What a program should do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::UntrustedHost(error) => error.advice(),
            Self::Refused { code: Some(code) } => code.advice(ApiVersion::V2),
            _ => self.class().advice(),
        }
    }
}
