//! The dispatch: whatever it answers, the token goes to a host below an allowed domain.
#![no_main]

use coolkit_proto::ApiVersion;
use coolkit_proto::dispatch::{DispatchReply, Endpoint, HostPolicy, HttpReply, Redirects};
use devicelink_fuzz::look;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let official = HostPolicy::official();
    let private = HostPolicy::official().and_domain("Example.org");
    if let Ok(reply) = DispatchReply::from_bytes(bytes) {
        assert_eq!(DispatchReply::from_bytes(reply.encode().as_bytes()).unwrap(), reply);
        look(&(&reply, reply.reason(), reply.ip(), reply.request_id()));
        assert!(reply.port() != 0);
        check(reply.endpoint(&official).ok(), &["coolkit.cc", "coolkit.cn"]);
        check(reply.endpoint(&private).ok(), &["coolkit.cc", "coolkit.cn", "example.org"]);
        match reply.endpoint(&HostPolicy::override_trust(true)) {
            Ok(endpoint) => check_overridden(&endpoint),
            Err(error) => assert!(!format!("{error} {error:?} {}", error.advice()).is_empty()),
        }
    }
    if let Ok(host) = std::str::from_utf8(bytes) {
        check(official.check(host, 8080).ok(), &["coolkit.cc", "coolkit.cn"]);
        check(private.check(host, 1).ok(), &["coolkit.cc", "coolkit.cn", "example.org"]);
        assert!(official.check(host, 0).is_err());
        if let Ok(endpoint) = Endpoint::override_trust(host, 65535, false) {
            check_overridden(&endpoint);
        }
    }
    let answer = HttpReply::new(200, bytes);
    look(&(answer.code(), answer.class(ApiVersion::V1), answer.class(ApiVersion::V2)));
    let mut redirects = Redirects::new();
    if let Ok(Some(region)) = redirects.follow(&answer) {
        look(&region);
        assert!(redirects.follow(&answer).is_err(), "one redirect is followed, not two");
    }
});

fn check(endpoint: Option<Endpoint>, domains: &[&str]) {
    let Some(endpoint) = endpoint else { return };
    let host = endpoint.host();
    assert!(domains.iter().any(|domain| format!(".{host}").ends_with(&format!(".{domain}"))));
    assert!(
        host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
    );
    assert!(host.split('.').all(|label| !label.is_empty()));
    assert!(!endpoint.is_plain() && endpoint.port() != 0);
    assert_eq!(endpoint.url(), format!("wss://{host}:{}/api/ws", endpoint.port()));
}

/// Nothing in the host ends the host of the URL.
fn check_overridden(endpoint: &Endpoint) {
    let host = endpoint.host();
    let is_address = host.starts_with('[') && host.ends_with(']');
    assert!(!host.is_empty() && !host.contains(['/', '@', '?', '#', '\\', '%', ' ']));
    assert!(!host.contains(|c: char| c.is_control() || c.is_whitespace()));
    assert!(is_address || !host.contains([':', '[', ']']));
}
