//! The answer to the login, and the heartbeat that it announces.

use coolkit_proto::{
    ErrorClass, Frame, Handshake, HandshakeOutcome, Heartbeat, HeartbeatLimits, Incoming,
    PendingRequests, Sequence, classify,
};

fn heartbeat(text: &str) -> Option<u64> {
    let frame = Frame::decode(text).unwrap();
    Heartbeat::of_reply(&frame, &HeartbeatLimits::default()).map(|found| found.interval().as_secs())
}

fn config(config: &str) -> Option<u64> {
    heartbeat(&format!(r#"{{"error":0,"config":{config}}}"#))
}

fn handshake(text: &str) -> Handshake {
    let mut pending = PendingRequests::new();
    pending.begin_handshake(&Sequence::from_millis(1_519_293_433_136));
    match classify(text, &pending) {
        Incoming::Handshake(handshake) => handshake,
        other => panic!("{other:?}"),
    }
}

#[test]
fn hb_zero_turns_the_heartbeat_off_and_anything_else_does_not() {
    for off in ["0", "\"0\"", "false", "0.0"] {
        assert_eq!(config(&format!(r#"{{"hb":{off},"hbInterval":145}}"#)), None, "{off}");
    }
    for on in ["1", "2", "\"1\"", "true", "null", "\"\"", "[]", "\"false\"", "\"00\""] {
        assert_eq!(config(&format!(r#"{{"hb":{on},"hbInterval":145}}"#)), Some(145), "{on}");
    }
    assert_eq!(config(r#"{"hbInterval":145}"#), Some(145));
}

#[test]
fn an_interval_that_cannot_be_used_is_90_and_others_are_held_to_10_to_300() {
    for (interval, seconds) in [
        ("145", 145),
        ("\"145\"", 145),
        ("145.9", 145),
        ("\" 60.5 \"", 60),
        ("null", 90),
        ("0", 90),
        ("-5", 90),
        ("\"soon\"", 90),
        ("\"1e3\"", 90),
        ("[145]", 90),
        ("true", 90),
        ("1", 10),
        ("0.5", 10),
        ("301", 300),
        ("1e300", 300),
        ("18446744073709551615", 300),
    ] {
        let found = config(&format!(r#"{{"hb":1,"hbInterval":{interval}}}"#));
        assert_eq!(found, Some(seconds), "{interval}");
    }
}

#[test]
fn members_that_config_lacks_are_taken_from_the_frame() {
    assert_eq!(heartbeat(r#"{"error":0}"#), Some(90));
    assert_eq!(heartbeat(r#"{"error":0,"hb":1,"hbInterval":30}"#), Some(30));
    assert_eq!(heartbeat(r#"{"config":{"hbInterval":40},"hbInterval":30,"hb":0}"#), None);
    assert_eq!(
        heartbeat(r#"{"config":{"hb":1,"hbInterval":40},"hbInterval":30,"hb":0}"#),
        Some(40)
    );
    assert_eq!(heartbeat(r#"{"config":{"hb":null,"hbInterval":null},"hbInterval":30}"#), Some(30));
    assert_eq!(heartbeat(r#"{"config":"{\"hb\":0}","hbInterval":30}"#), Some(30));
    assert_eq!(heartbeat(r#"{"config":{"hb":1,"hbl":50}}"#), Some(90));
}

#[test]
fn limits_can_be_small_for_tests() {
    let limits = HeartbeatLimits { default: 2, min: 1, max: 3 };
    let frame = Frame::decode(r#"{"hbInterval":145}"#).unwrap();
    let found = Heartbeat::of_reply(&frame, &limits).unwrap();
    assert_eq!(found.interval().as_secs(), 3);
    assert_eq!(found.ping_interval().as_millis(), 2_700);
    assert_eq!(found.longest_pause().as_secs(), 10);
}

#[test]
fn a_refused_login_has_a_code_and_a_class() {
    for (text, class) in [
        (
            r#"{"error":406,"reason":"Authentication Failed","sequence":"1519293433136","actionName":"userOnline"}"#,
            ErrorClass::Auth,
        ),
        (
            r#"{"error":400,"reason":"Bad Request","actionName":"userOnline"}"#,
            ErrorClass::Permanent,
        ),
        (r#"{"error":529,"sequence":"1519293433136"}"#, ErrorClass::Retryable),
        (r#"{"sequence":"1519293433136"}"#, ErrorClass::Unknown),
        (r#"{"error":0.5,"sequence":"1519293433136"}"#, ErrorClass::Unknown),
        (r#"{"error":0,"sequence":"7","actionName":"userOnline"}"#, ErrorClass::Unknown),
    ] {
        let HandshakeOutcome::Refused { class: found, .. } = handshake(text).outcome() else {
            panic!("{text}")
        };
        assert_eq!(found, class, "{text}");
    }
}
