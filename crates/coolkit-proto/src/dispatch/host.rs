//! Which hosts get the token.

use std::fmt;

use crate::secret;

/// Which hosts an answer of the dispatch may name. It decides where the token goes, so it is not trusted.
///
/// ```
/// use coolkit_proto::dispatch::HostPolicy;
///
/// let policy = HostPolicy::official();
/// let endpoint = policy.check("us-pconnect3.coolkit.cc", 8080)?;
/// assert_eq!(endpoint.url(), "wss://us-pconnect3.coolkit.cc:8080/api/ws");
/// assert!(policy.check("evilcoolkit.cc", 8080).is_err());
/// assert!(policy.check("coolkit.cc.example.org", 8080).is_err());
/// # Ok::<(), coolkit_proto::dispatch::UntrustedHost>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPolicy(Allowed);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Allowed {
    Below(Vec<Box<str>>),
    Anyone { is_plain: bool },
}

/// Where to connect.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    is_plain: bool,
    host: Box<str>,
    port: u16,
}

/// A host that must not get the token. Nothing was sent to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntrustedHost {
    why: WhyUntrusted,
    shown: Option<Box<str>>,
}

/// Why a host must not get the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum WhyUntrusted {
    /// It is not a plain name: an address, a port, a user, a path, a dot at the end, something other than ASCII
    /// letters, digits, hyphens and dots, or too long.
    #[error("the host is not a plain domain name")]
    NotAName,
    /// It is none of the domains that are allowed, and below none of them.
    #[error("the host is not below an allowed domain")]
    OtherDomain,
    /// The port is 0.
    #[error("the port is 0")]
    Port,
}

impl HostPolicy {
    /// `coolkit.cc`, `coolkit.cn` and what is below them.
    #[must_use]
    pub fn official() -> Self {
        Self(Allowed::Below(vec!["coolkit.cc".into(), "coolkit.cn".into()]))
    }

    /// **Any host**, past all checks of names, as [`Endpoint::override_trust`]: whoever answers in the dispatch's
    /// place gets the token. For simulators and private clouds.
    #[must_use]
    pub fn override_trust(is_plain: bool) -> Self {
        Self(Allowed::Anyone { is_plain })
    }

    /// The policy with one more domain, for a private cloud with a dispatch of its own. What is below it gets tokens.
    #[must_use]
    pub fn and_domain(mut self, domain: &str) -> Self {
        if let Allowed::Below(domains) = &mut self.0 {
            domains.push(domain.to_ascii_lowercase().into());
        }
        self
    }

    /// Checks a host; it is lowercase in the endpoint.
    ///
    /// # Errors
    ///
    /// If the host is not to be trusted, or the port is 0.
    pub fn check(&self, host: &str, port: u16) -> Result<Endpoint, UntrustedHost> {
        let domains = match &self.0 {
            Allowed::Below(domains) => domains,
            Allowed::Anyone { is_plain } => {
                return Endpoint::override_trust(host, port, *is_plain);
            }
        };
        let refused = |why| Err(UntrustedHost { why, shown: secret::excerpt(host, 0) });
        if !is_name(host) {
            return refused(WhyUntrusted::NotAName);
        }
        let host = host.to_ascii_lowercase();
        let is_allowed = |domain: &str| {
            host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if !domains.iter().any(|domain| !domain.is_empty() && is_allowed(domain)) {
            return refused(WhyUntrusted::OtherDomain);
        }
        if port == 0 {
            return refused(WhyUntrusted::Port);
        }
        Ok(Endpoint { is_plain: false, host: host.into(), port })
    }
}

impl Default for HostPolicy {
    fn default() -> Self {
        Self::official()
    }
}

impl Endpoint {
    /// The path of all endpoints.
    pub const PATH: &'static str = "/api/ws";

    /// **Any host, past all checks of names**: a simulator, or a private server. It gets the token. The host may be
    /// an address, IPv6 in brackets; `is_plain` is `ws://`, where all can read the token.
    ///
    /// # Errors
    ///
    /// If the host would not be the host of the URL: it is empty, or has a space, a slash, an `@` and the like.
    pub fn override_trust(host: &str, port: u16, is_plain: bool) -> Result<Self, UntrustedHost> {
        let refused = |why| Err(UntrustedHost { why, shown: secret::excerpt(host, 0) });
        let is_address = host.starts_with('[')
            && host.ends_with(']')
            && host[1..host.len() - 1].parse::<std::net::Ipv6Addr>().is_ok();
        if !is_address && !is_plain_text(host) {
            return refused(WhyUntrusted::NotAName);
        }
        if port == 0 {
            return refused(WhyUntrusted::Port);
        }
        Ok(Self { is_plain, host: host.into(), port })
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is `ws://` and not `wss://`.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// The URL of the socket. Connect by this name, for the certificate is for it.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.is_plain { "ws" } else { "wss" };
        format!("{scheme}://{}:{}{}", self.host, self.port, Self::PATH)
    }
}

impl UntrustedHost {
    /// Why it is not trusted.
    #[must_use]
    pub fn why(&self) -> WhyUntrusted {
        self.why
    }

    /// What a program should do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        "do not connect: the answer was not the cloud's, or the cloud has a new domain; a server of your own needs an endpoint that overrides the check"
    }
}

impl fmt::Display for UntrustedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.why)?;
        match &self.shown {
            Some(host) => write!(f, ": {host}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UntrustedHost {}

/// A domain name of plain ASCII labels, which is no address in any notation.
fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        matches!(label.len(), 1..=63)
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_number = |label: &str| label.bytes().all(|b| b.is_ascii_digit());
    host.len() <= 253
        && host.split('.').all(is_label)
        // The last label of an IPv4 address is a number; `0x7f000001` has no dot, and no domain.
        && host.contains('.')
        && !host.rsplit('.').next().is_some_and(is_number)
}

fn is_plain_text(host: &str) -> bool {
    !host.is_empty()
        && host.len() <= 253
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}
