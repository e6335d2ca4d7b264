use longlink::net::{Plain, Target, UrlError};

use crate::error::{Error, ErrorKind};

/// Reads a machine's address as [`Client::builder`](crate::Client::builder) does: a host, a host and port, or a whole URL.
/// For [`inspect_certificate`](crate::inspect_certificate), say.
///
/// ```
/// let target = lamarzocco_client::target("192.168.50.102")?;
/// assert_eq!(target.to_string(), "wss://192.168.50.102:8081/messages");
/// # Ok::<(), lamarzocco_client::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Address`](crate::ErrorKind::Address).
pub fn target(address: &str) -> Result<Target, Error> {
    parse(address, Plain::LocalOnly).map_err(|error| Error::with(ErrorKind::Address, error))
}

/// The port of a machine's local interface.
const PORT: u16 = 8081;

/// The path of a professional machine's WebSocket.
const PATH: &str = "/messages";

/// Reads what a user gives: a whole URL, taken as it stands, or a host with or without a port.
pub(crate) fn parse(address: &str, plain: Plain) -> Result<Target, UrlError> {
    let address = address.trim();
    if address.contains("://") {
        return Target::parse_with(address, plain);
    }
    let bare_ipv6 = !address.starts_with('[') && address.matches(':').count() > 1;
    let has_port =
        !bare_ipv6 && address.rsplit_once(':').is_some_and(|(_, end)| !end.ends_with(']'));
    if has_port {
        Target::parse(&format!("wss://{address}{PATH}"))
    } else {
        Target::wss(address, PORT, PATH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(address: &str) -> Option<String> {
        Some(parse(address, Plain::LocalOnly).ok()?.to_string())
    }

    #[test]
    fn a_host_alone_becomes_the_usual_address() {
        for (address, expected) in [
            ("192.168.50.102", "wss://192.168.50.102:8081/messages"),
            (" machine.local ", "wss://machine.local:8081/messages"),
            ("192.168.50.102:9000", "wss://192.168.50.102:9000/messages"),
            ("[fe80::1]", "wss://[fe80::1]:8081/messages"),
            ("fe80::1", "wss://[fe80::1]:8081/messages"),
            ("[fe80::1]:9000", "wss://[fe80::1]:9000/messages"),
        ] {
            assert_eq!(parsed(address).as_deref(), Some(expected), "{address}");
        }
    }

    #[test]
    fn a_url_is_taken_as_it_stands() {
        let url = "wss://192.168.50.102:8081/other";
        assert_eq!(parsed(url).as_deref(), Some(url));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for address in ["", "http://192.168.50.102", "a b", "host:port", "user@host"] {
            assert_eq!(parsed(address), None, "{address:?}");
        }
    }
}
