use longlink::net::{Plain, Target, UrlError};

/// Why an address is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AddressError {
    #[error("http:// sends the credential readable to {0}: write https://, or call `allow_plain`")]
    Plain(String),
    #[error(transparent)]
    Url(UrlError),
    #[error("it has a path or a query: give the server alone, the path of its WebSocket is known")]
    Path,
    #[error("the scheme is none of https, wss, http and ws")]
    Scheme,
}

/// Reads what a user gives: a domain with or without a port, or the base URL of a server.
pub(crate) fn parse(address: &str, plain: Plain) -> Result<Target, AddressError> {
    let address = address.trim();
    let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "https" | "wss" => "wss",
        "http" | "ws" => "ws",
        _ => return Err(AddressError::Scheme),
    };
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if authority.contains(['/', '?', '#']) {
        return Err(AddressError::Path);
    }
    Target::parse_with(&format!("{scheme}://{authority}"), plain).map_err(|error| match error {
        UrlError::PlainToPublic { host } => AddressError::Plain(host),
        other => AddressError::Url(other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(address: &str) -> Option<String> {
        Some(parse(address, Plain::LocalOnly).ok()?.to_string())
    }

    #[test]
    fn a_domain_or_a_base_url_is_an_address() {
        for (address, expected) in [
            ("example.com", "wss://example.com/"),
            (" example.com:8443 ", "wss://example.com:8443/"),
            ("https://example.com/", "wss://example.com/"),
            ("WSS://example.com", "wss://example.com/"),
            ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/"),
        ] {
            assert_eq!(parsed(address).as_deref(), Some(expected), "{address}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for address in [
            "",
            "ftp://example.com",
            "https://example.com/api",
            "https://example.com?api-key=f00d",
            "https://me@example.com",
            "http://example.com",
            "exa mple.com",
        ] {
            assert_eq!(parsed(address), None, "{address:?}");
        }
    }
}
