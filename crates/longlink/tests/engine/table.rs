//! The table: what an observation means.

use longlink::{Observation, RetryAfter, StopReason, TlsFault, UpgradeFault, Verdict};
use proptest::prelude::*;

fn http(status: u16) -> Verdict {
    Observation::Http { status, retry_after: None, html: false }.verdict()
}

#[test]
fn what_the_network_does_is_retried() {
    for observation in [
        Observation::NameResolution,
        Observation::Refused,
        Observation::Unreachable,
        Observation::Reset,
        Observation::ConnectTimeout,
        Observation::Eof,
        Observation::Io,
        Observation::Silent,
        Observation::GreetingTimeout,
        Observation::GreetingBusy,
    ] {
        assert_eq!(observation.verdict(), Verdict::Retry, "{observation}");
    }
}

#[test]
fn http_statuses_mean_what_the_contract_says() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        assert_eq!(http(status), Verdict::Retry, "{status}");
    }
    for status in [429, 503] {
        let after = RetryAfter::Seconds(120);
        let observation = Observation::Http { status, retry_after: Some(after), html: false };
        assert_eq!(observation.verdict(), Verdict::RetryAfter(after));
    }
    assert_eq!(http(401), Verdict::Refresh);
    assert_eq!(http(403), Verdict::Stop(StopReason::Forbidden));
    let blocked = Observation::Http { status: 403, retry_after: None, html: true };
    assert_eq!(blocked.verdict(), Verdict::RetrySlowly);
    for status in [301, 302, 303, 307, 308] {
        assert_eq!(http(status), Verdict::Stop(StopReason::Redirected), "{status}");
    }
    for status in [400, 404, 405, 410, 426] {
        assert_eq!(http(status), Verdict::Stop(StopReason::NotTheProtocol), "{status}");
    }
    for fault in [UpgradeFault::NotAnUpgrade, UpgradeFault::WrongAcceptKey] {
        let verdict = Observation::Upgrade(fault).verdict();
        assert_eq!(verdict, Verdict::Stop(StopReason::NotTheProtocol));
    }
}

#[test]
fn a_wrong_identity_stops_and_a_certificate_out_of_time_is_retried_at_the_cap() {
    let mismatch = TlsFault::PinMismatch { certificate: "aa".into(), public_key: "bb".into() };
    for fault in [
        TlsFault::UnknownIssuer,
        TlsFault::NameMismatch,
        TlsFault::BadSignature,
        TlsFault::Revoked,
        TlsFault::BadCertificate,
        mismatch,
    ] {
        let verdict = Observation::Tls(fault).verdict();
        assert_eq!(verdict, Verdict::Stop(StopReason::Identity));
    }
    for fault in [TlsFault::Expired, TlsFault::NotYetValid] {
        assert_eq!(Observation::Tls(fault).verdict(), Verdict::RetryAtCap);
    }
}

#[test]
fn a_peer_without_a_tls_in_common_stops_and_a_broken_handshake_is_retried() {
    for fault in [TlsFault::Incompatible, TlsFault::NotTls, TlsFault::NoProvider] {
        let verdict = Observation::Tls(fault).verdict();
        assert_eq!(verdict, Verdict::Stop(StopReason::NotTheProtocol));
    }
    for fault in [TlsFault::Alert, TlsFault::Other] {
        assert_eq!(Observation::Tls(fault).verdict(), Verdict::Retry);
    }
}

#[test]
fn close_codes_mean_what_the_contract_says() {
    for code in [1000, 1001, 1005, 1006, 1011, 1012, 1013] {
        assert_eq!(Observation::Closed(Some(code)).verdict(), Verdict::Retry, "{code}");
    }
    assert_eq!(Observation::Closed(None).verdict(), Verdict::Retry);
    for code in [1002, 1003, 1007, 1009] {
        assert_eq!(Observation::Closed(Some(code)).verdict(), Verdict::Strike, "{code}");
    }
    let forbidden = Observation::Closed(Some(1008)).verdict();
    assert_eq!(forbidden, Verdict::Stop(StopReason::Forbidden));
}

proptest! {
    #[test]
    fn every_status_and_code_has_a_verdict_and_an_advice(status: u16, html: bool, code: u16, seconds: Option<u64>) {
        let retry_after = seconds.map(RetryAfter::Seconds);
        let observation = Observation::Http { status, retry_after, html };
        let verdict = observation.verdict();
        prop_assert!(!observation.advice().is_empty());
        if (300..400).contains(&status) {
            prop_assert_eq!(verdict, Verdict::Stop(StopReason::Redirected), "never followed");
        }
        if (400..500).contains(&status) && ![401, 403, 408, 425, 429].contains(&status) {
            prop_assert!(matches!(verdict, Verdict::Stop(_)), "our fault is not retried");
        }
        if (500..600).contains(&status) {
            prop_assert!(!matches!(verdict, Verdict::Stop(_)), "the server's fault is");
        }
        let closed = Observation::Closed(Some(code)).verdict();
        prop_assert_eq!(closed, Observation::Violation(code).verdict());
    }
}
