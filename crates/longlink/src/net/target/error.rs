/// What is wrong with an address. Nothing of the address is repeated except a host that was readable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// White space, a control character or a character outside ASCII.
    #[error(
        "the address has a character at byte {position} that may not stand in a URL: remove white space, \
         percent-encode the path and query, write the host in its ASCII (punycode) form"
    )]
    Character {
        /// Where, in bytes from the start of the text that was given.
        position: usize,
    },
    /// There is no `scheme://`.
    #[error(
        "the address has no scheme: write wss://host:port/path (or ws:// on the local network)"
    )]
    NoScheme,
    /// The scheme is `http` or `https`.
    #[error(
        "the address begins with {}://: write wss:// (or ws:// if the device has no TLS)",
        if *.tls { "https" } else { "http" }
    )]
    HttpScheme {
        /// Whether it was `https`.
        tls: bool,
    },
    /// The scheme is another one.
    #[error("the address's scheme is not known: write wss:// or ws://")]
    Scheme,
    /// There is no host.
    #[error("the address has no host: write wss://host:port/path")]
    NoHost,
    /// The host is not a name, an IPv4 address or an IPv6 address in brackets.
    #[error(
        "the address's host is not readable: write a name, an IPv4 address or an IPv6 address in [brackets]"
    )]
    Host,
    /// The address holds a user name or password.
    #[error(
        "the address holds a user name or password before an @: remove it, and give the credential separately"
    )]
    Userinfo,
    /// The port is not a number from 1 to 65535.
    #[error("the address's port is not a number from 1 to 65535")]
    Port,
    /// There is a fragment.
    #[error(
        "the address has a fragment (#…): remove it, or write %23 if it belongs to the path or query"
    )]
    Fragment,
    /// The path does not begin with a slash, or holds a character that must be percent-encoded.
    #[error(
        "the address's path is not readable: begin it with / and percent-encode special characters"
    )]
    Path,
    /// Without TLS to a host that is not known to be local.
    #[error(
        "ws:// to {host} would send credentials and data unprotected: use wss://, \
         or allow plain addresses explicitly"
    )]
    PlainToPublic {
        /// The host.
        host: String,
    },
}
