use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use http::Uri;
use http::uri::PathAndQuery;

mod error;

pub use error::UrlError;

/// Where a link goes: host, port, path and query, with or without TLS.
///
/// `Debug` and `Display` leave the query out, because it may carry keys.
///
/// ```
/// use longlink::net::{Target, UrlError};
///
/// let target = Target::parse("wss://192.168.50.102:8081/messages?key=f00d")?;
/// assert_eq!(target.to_string(), "wss://192.168.50.102:8081/messages");
/// assert_eq!(Target::parse("https://example.com"), Err(UrlError::HttpScheme { tls: true }));
/// # Ok::<(), UrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    tls: bool,
    host: String,
    port: u16,
    path: PathAndQuery,
}

/// Where a connection without TLS may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plain {
    /// To `localhost` and to literal addresses that are loopback, private, link-local or unique local.
    #[default]
    LocalOnly,
    /// Anywhere: credentials and data can be read and changed on the way.
    Anywhere,
}

impl Target {
    /// Reads `wss://host[:port][/path][?query]`, or `ws://…` to a local address.
    ///
    /// # Errors
    /// [`UrlError`] says what is wrong and what to write instead.
    pub fn parse(url: &str) -> Result<Self, UrlError> {
        Self::parse_with(url, Plain::LocalOnly)
    }

    /// As [`parse`](Self::parse), with a rule for `ws://`.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_with(url: &str, plain: Plain) -> Result<Self, UrlError> {
        refuse_characters(url)?;
        let (scheme, rest) = url.split_once("://").ok_or(UrlError::NoScheme)?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "wss" => true,
            "ws" => false,
            "https" => return Err(UrlError::HttpScheme { tls: true }),
            "http" => return Err(UrlError::HttpScheme { tls: false }),
            _ => return Err(UrlError::Scheme),
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(UrlError::Userinfo);
        }
        let (host, port) = split_port(authority)?;
        Self::checked(tls, host, port.unwrap_or(default_port(tls)), path, plain)
    }

    /// `wss://host:port/path?query` from its parts. The host may be an IPv6 address without brackets.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn wss(host: &str, port: u16, path: &str) -> Result<Self, UrlError> {
        Self::checked(true, host, port, path, Plain::LocalOnly)
    }

    /// `ws://host:port/path?query` from its parts. The host may be an IPv6 address without brackets.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn ws(host: &str, port: u16, path: &str, plain: Plain) -> Result<Self, UrlError> {
        Self::checked(false, host, port, path, plain)
    }

    /// The same host, port and TLS with another path and query.
    ///
    /// # Errors
    /// [`UrlError::Path`], [`UrlError::Fragment`] or [`UrlError::Character`].
    pub fn with_path(&self, path: &str) -> Result<Self, UrlError> {
        refuse_characters(path)?;
        Ok(Self { path: read_path(path)?, ..self.clone() })
    }

    /// The host: a name or an address, IPv6 without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the connection is protected by TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// The path, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.path()
    }

    /// Path and query. A query may carry keys: do not print it.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        self.path.as_str()
    }

    /// Host and port as in the `Host` header: the port only if it is not the scheme's own.
    pub(super) fn host_header(&self) -> String {
        let host = bracketed(&self.host);
        if self.port == default_port(self.tls) { host } else { format!("{host}:{}", self.port) }
    }

    /// Path and query as in the request line.
    pub(super) fn request_target(&self) -> Uri {
        Uri::from(self.path.clone())
    }

    /// Host and port, for a dialer and for logs.
    pub(super) fn authority(&self) -> String {
        format!("{}:{}", bracketed(&self.host), self.port)
    }

    fn checked(
        tls: bool,
        host: &str,
        port: u16,
        path: &str,
        plain: Plain,
    ) -> Result<Self, UrlError> {
        refuse_characters(host)?;
        refuse_characters(path)?;
        let host = read_host(host)?;
        if port == 0 {
            return Err(UrlError::Port);
        }
        let path = read_path(path)?;
        if !tls && plain == Plain::LocalOnly && !is_local(&host) {
            return Err(UrlError::PlainToPublic { host });
        }
        Ok(Self { tls, host, port, path })
    }
}

impl FromStr for Target {
    type Err = UrlError;

    fn from_str(url: &str) -> Result<Self, UrlError> {
        Self::parse(url)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "wss" } else { "ws" };
        write!(f, "{scheme}://{}{}", self.host_header(), self.path())
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

fn default_port(tls: bool) -> u16 {
    if tls { 443 } else { 80 }
}

fn refuse_characters(text: &str) -> Result<(), UrlError> {
    match text.bytes().position(|byte| !byte.is_ascii_graphic()) {
        None => Ok(()),
        Some(position) => Err(UrlError::Character { position }),
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), UrlError> {
    let after_address = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let Some(colon) = authority[after_address..].find(':') else {
        return Ok((authority, None));
    };
    let (host, port) = authority.split_at(after_address + colon);
    let port = &port[1..];
    if port.contains(':') {
        return Err(UrlError::Host);
    }
    // `parse` alone would take a sign.
    let port = Some(port).filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    Ok((host, Some(port.and_then(|port| port.parse().ok()).ok_or(UrlError::Port)?)))
}

fn read_host(host: &str) -> Result<String, UrlError> {
    if host.is_empty() {
        return Err(UrlError::NoHost);
    }
    let in_brackets = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    if in_brackets.is_some() || host.contains(':') {
        let address: Ipv6Addr = in_brackets.unwrap_or(host).parse().map_err(|_| UrlError::Host)?;
        return Ok(address.to_string());
    }
    let named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if !host.bytes().all(named) || host.starts_with('.') {
        return Err(UrlError::Host);
    }
    Ok(host.to_ascii_lowercase())
}

fn read_path(path: &str) -> Result<PathAndQuery, UrlError> {
    if path.contains('#') {
        return Err(UrlError::Fragment);
    }
    let path = match path.bytes().next() {
        None => "/".to_owned(),
        Some(b'?') => format!("/{path}"),
        Some(b'/') => path.to_owned(),
        Some(_) => return Err(UrlError::Path),
    };
    path.parse().map_err(|_| UrlError::Path)
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

fn is_local(host: &str) -> bool {
    match host.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(v4)) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        Ok(IpAddr::V6(v6)) => {
            v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local()
        }
        Err(_) => host == "localhost",
    }
}
