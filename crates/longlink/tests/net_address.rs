//! Addresses and pins, as people write them.
#![cfg(feature = "tokio")]

use longlink::net::{Pin, PinError, Plain, Target, UrlError};

const HEX: &str = "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c";
const BASE64: &str = "sha256/tbudgBSg+bHWHiHnlteNzN8TUvI80ygS9IULh4rklEw=";

#[test]
fn an_address_has_the_schemes_port_and_a_path_if_none_is_given() {
    let parts = |url: &str| {
        let target = Target::parse(url).unwrap();
        (target.is_tls(), target.host().to_owned(), target.port(), target.path().to_owned())
    };
    assert_eq!(parts("wss://Example.com"), (true, "example.com".into(), 443, "/".into()));
    assert_eq!(parts("WS://localhost/a/b"), (false, "localhost".into(), 80, "/a/b".into()));
    assert_eq!(parts("wss://[FE80::1]:8081/m"), (true, "fe80::1".into(), 8081, "/m".into()));
    assert_eq!(parts("wss://h?x=1"), (true, "h".into(), 443, "/".into()));
}

#[test]
fn what_is_wrong_with_an_address_is_said() {
    let error = |url: &str| Target::parse(url).unwrap_err();
    assert_eq!(error("https://a.example/x"), UrlError::HttpScheme { tls: true });
    assert_eq!(
        error("http://a.example/x").to_string(),
        "the address begins with http://: write wss:// (or ws:// if the device has no TLS)"
    );
    assert_eq!(error("mqtt://a.example"), UrlError::Scheme);
    assert_eq!(error("a.example/messages"), UrlError::NoScheme);
    assert_eq!(error("192.168.1.5:8081"), UrlError::NoScheme);
    assert_eq!(error(""), UrlError::NoScheme);
    assert_eq!(error("wss://"), UrlError::NoHost);
    assert_eq!(error("wss:///messages"), UrlError::NoHost);
    assert_eq!(error("wss://:8081/"), UrlError::NoHost);
    assert_eq!(error("wss://a.example/#top"), UrlError::Fragment);
    assert_eq!(error("wss://a.example#top"), UrlError::Fragment);
    assert_eq!(error("wss://a b/"), UrlError::Character { position: 7 });
    assert_eq!(error("wss://a/\r\nX: y"), UrlError::Character { position: 8 });
    assert_eq!(error("wss://ä.example/"), UrlError::Character { position: 6 });
    for port in ["0", "65536", "+80", "-1", "x", ""] {
        assert_eq!(error(&format!("wss://a.example:{port}/")), UrlError::Port, "{port:?}");
    }
    for host in ["a:1:2", "::1", "[::1", "[::g]", "a%20b", ".a", "[127.0.0.1]", "a]:1"] {
        assert_eq!(error(&format!("wss://{host}/")), UrlError::Host, "{host:?}");
    }
}

#[test]
fn a_password_in_an_address_is_refused_and_not_repeated() {
    for url in [
        "wss://user:hunter2@a.example/",
        "wss://hunter2@a.example",
        "https://user:hunter2@a.example/",
    ] {
        let error = Target::parse(url).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
    assert_eq!(Target::parse("wss://u:p@a.example/"), Err(UrlError::Userinfo));
}

#[test]
fn without_tls_only_local_addresses_are_taken() {
    let local = [
        "localhost",
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.50.102",
        "169.254.1.1",
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:192.168.0.1]",
    ];
    for host in local {
        assert!(Target::parse(&format!("ws://{host}:8081/")).is_ok(), "{host}");
    }
    let public = [
        "a.example",
        "8.8.8.8",
        "172.32.0.1",
        "[2001:db8::1]",
        "localhost.a.example",
        "127.1",
        "0.0.0.0",
    ];
    for host in public {
        let url = format!("ws://{host}:8081/");
        assert!(matches!(Target::parse(&url), Err(UrlError::PlainToPublic { .. })), "{host}");
        assert!(Target::parse_with(&url, Plain::Anywhere).is_ok(), "{host}");
    }
    assert!(Target::ws("a.example", 80, "/", Plain::LocalOnly).is_err());
}

#[test]
fn an_address_is_printed_without_its_query() {
    let target = Target::parse("wss://a.example:8443/control?api-key=hunter2").unwrap();
    assert_eq!(target.to_string(), "wss://a.example:8443/control");
    assert_eq!(format!("{target:?}"), "Target(wss://a.example:8443/control)");
    assert_eq!(Target::parse("ws://[::1]:81/x").unwrap().to_string(), "ws://[::1]:81/x");
}

#[test]
fn an_address_is_made_from_parts_as_from_text() {
    assert_eq!(Target::wss("fe80::1", 8081, "/m?x=1"), Target::parse("wss://[fe80::1]:8081/m?x=1"));
    assert_eq!(Target::wss("192.168.0.9", 443, "").unwrap().path(), "/");
    assert_eq!(Target::wss("user@host", 443, "/"), Err(UrlError::Host));
    assert_eq!(Target::wss("host", 0, "/"), Err(UrlError::Port));
    assert_eq!(Target::wss("host", 1, "m"), Err(UrlError::Path));
    let target = Target::wss("host", 1, "/m").unwrap();
    assert_eq!(target.with_path("//evil.example/x").unwrap().host(), "host");
    assert_eq!(target.with_path("https://evil.example/"), Err(UrlError::Path));
    assert_eq!(target.with_path("/a\nb"), Err(UrlError::Character { position: 2 }));
}

#[test]
fn a_pin_is_read_in_every_usual_form() {
    let pin = Pin::certificate(HEX).unwrap();
    let colons = HEX
        .as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap())
        .collect::<Vec<_>>()
        .join(":");
    let forms = [
        HEX.to_uppercase(),
        colons.to_uppercase(),
        format!(" sha256:{HEX}\n"),
        format!("SHA256:{colons}"),
        format!("sha256 Fingerprint={}", colons.to_uppercase()),
    ];
    for form in &forms {
        assert_eq!(form.parse(), Ok(pin), "{form}");
    }
    let key: Pin = BASE64.parse().unwrap();
    assert!(key.is_public_key() && !pin.is_public_key());
    assert_eq!(Pin::public_key(HEX), Ok(key));
    assert_eq!(BASE64.replace('/', "//").parse(), Ok(key));
    assert_eq!(Pin::certificate(BASE64), Ok(pin));
}

#[test]
fn a_pin_is_printed_in_a_form_that_is_read_back() {
    for pin in [Pin::certificate(HEX).unwrap(), Pin::public_key(HEX).unwrap()] {
        assert_eq!(pin.to_string().parse(), Ok(pin));
        assert_eq!(pin.hex(), HEX);
    }
    assert_eq!(Pin::public_key(HEX).unwrap().to_string(), BASE64);
}

#[test]
fn what_is_wrong_with_a_pin_is_said() {
    let error = |text: &str| text.parse::<Pin>().unwrap_err();
    assert_eq!(error(""), PinError::Length { digits: 0 });
    assert_eq!(error(&HEX[..63]), PinError::Length { digits: 63 });
    assert_eq!(error(&format!("{HEX}0")), PinError::Length { digits: 65 });
    assert!(error(&HEX[..40]).to_string().contains("SHA-1"));
    assert_eq!(error(&HEX.replace("80", "8g")), PinError::Character { position: 7 });
    assert_eq!(error("é"), PinError::Character { position: 0 });
    assert_eq!(error("sha256/AAAA"), PinError::Base64);
    assert_eq!(error("sha256/!"), PinError::Base64);
}

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
#[tokio::test]
async fn a_build_without_cryptography_says_so() {
    use longlink::{Observation, TlsFault};
    let target = Target::parse("wss://127.0.0.1:1/").unwrap();
    let timeout = std::time::Duration::from_secs(5);
    let failure = longlink::net::inspect_certificate(&target, timeout).await.unwrap_err();
    assert_eq!(failure.observation(), &Observation::Tls(TlsFault::NoProvider));
}
