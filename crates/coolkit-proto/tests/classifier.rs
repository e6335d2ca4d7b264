//! What an inbound text is.

mod common;

use common::idle;
use coolkit_proto::{
    Action, Device, EventKind, Frame, Incoming, Params, PendingRequests, Reason, Request, Sequence,
    classify, classify_bytes,
};

const LOGIN: u64 = 1_519_293_433_136;
const COMMAND: u64 = 1_519_293_442_952;

/// A login and a command to babecafe11 are pending.
fn pending() -> PendingRequests {
    let mut pending = PendingRequests::new();
    pending.begin_handshake(&Sequence::from_millis(LOGIN));
    let device = Device::new("babecafe11", "key");
    pending.insert(&Request::update(&device, Params::switch(true), Sequence::from_millis(COMMAND)));
    pending
}

#[track_caller]
fn assert_kind(text: &str, kind: &str) {
    let incoming = classify(text, &pending());
    assert_eq!(incoming.as_str(), kind, "{text}: {incoming:?}");
}

#[track_caller]
fn malformed(text: &str) -> (Reason, usize) {
    match idle(text) {
        Incoming::Malformed(error) => (error.reason(), error.offset()),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn pong_is_a_heartbeat_in_any_case_and_with_white_space_around() {
    for text in ["pong", "PONG", "Pong", " \t\r\npong\r\n", r#"{"action":"pong"}"#] {
        assert_eq!(idle(text), Incoming::Heartbeat, "{text:?}");
    }
    for text in [r#""pong""#, "pong pong", "\u{a0}pong", "ping", "pong\0"] {
        assert_kind(text, "malformed");
    }
}

#[test]
fn what_is_no_json_object_is_malformed_with_reason_and_position() {
    for (text, reason, offset) in [
        ("", Reason::Empty, 0),
        (" \r\n", Reason::Empty, 3),
        ("nonsense", Reason::NotJson, 1),
        (r#"{"a":1"#, Reason::Truncated, 6),
        (r#"{"a":1}{}"#, Reason::TrailingText, 7),
        (" [1]", Reason::NotAnObject, 1),
        ("\"pong\"", Reason::NotAnObject, 0),
        ("0", Reason::NotAnObject, 0),
        ("true", Reason::NotAnObject, 0),
        ("null", Reason::NotAnObject, 0),
        (r#"{"a":"\ud800"}"#, Reason::NotJson, 12),
        (r#"{"a":1e999}"#, Reason::NumberOutOfRange, 9),
        ("{\n\"a\":\nx}", Reason::NotJson, 7),
    ] {
        let (found, at) = malformed(text);
        assert_eq!(found, reason, "{text}");
        assert!(at.abs_diff(offset) <= 1, "{text}: {at} and not {offset}");
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_malformed() {
    let Incoming::Malformed(error) = classify_bytes(b"{\"a\":\"\xff\"}", &pending()) else {
        panic!()
    };
    assert_eq!((error.reason(), error.offset()), (Reason::NotUtf8, 6));
    assert_eq!(classify_bytes(b"pong", &pending()), Incoming::Heartbeat);
}

#[test]
fn an_action_makes_an_event_whatever_else_the_frame_has() {
    for text in [
        r#"{"action":"update","sequence":"1519293442952","deviceid":"babecafe11","params":{}}"#,
        r#"{"action":"update","sequence":"1519293433136","error":0,"config":{"hb":1}}"#,
        r#"{"action":"sysmsg","params":{"online":false},"error":406}"#,
        r#"{"action":"neverSeen","actionName":"userOnline","sequence":1519293433136}"#,
        r#"{"action":"PONG"}"#,
    ] {
        assert_kind(text, "event");
    }
    for action in ["null", "\"\"", "7", "{}", "[\"update\"]"] {
        let text = format!(r#"{{"action":{action},"sequence":"1519293442952","error":0}}"#);
        assert_kind(&text, "reply");
    }
}

#[test]
fn an_unknown_action_is_an_event_with_all_its_members() {
    let text = r#"{"action":"neverSeen","x":[1,{"y":null}]}"#;
    let Incoming::Event(event) = idle(text) else { panic!() };
    assert_eq!(event.action(), Action::Other("neverSeen".into()));
    assert_eq!(event.kind(), EventKind::Other);
    assert_eq!(event.frame().encode(), text);
}

#[test]
fn the_login_is_answered_by_its_sequence_or_by_the_name_of_the_action() {
    for (text, is_accepted) in [
        (r#"{"error":0,"sequence":"1519293433136"}"#, true),
        (r#"{"error":"0","sequence":1519293433136,"deviceid":"babecafe11"}"#, true),
        (r#"{"error":0.0,"sequence":"1519293433136","config":"hb"}"#, true),
        (r#"{"sequence":"1519293433136","config":{"hb":1}}"#, false),
        (r#"{"error":null,"sequence":"1519293433136"}"#, false),
        (r#"{"error":false,"sequence":"1519293433136"}"#, false),
        (r#"{"error":406,"actionName":"userOnline"}"#, false),
        (r#"{"error":0,"actionName":"userOnline","sequence":"1"}"#, false),
    ] {
        let incoming = classify(text, &pending());
        let Incoming::Handshake(handshake) = &incoming else { panic!("{text}") };
        assert_eq!(handshake.is_accepted(), is_accepted, "{text}");
        assert_eq!(incoming.refuses_login(), !is_accepted, "{text}");
    }
    let mut done = pending();
    done.end_handshake();
    let text = r#"{"error":0,"sequence":"1519293433136"}"#;
    assert!(matches!(classify(text, &done), Incoming::Unmatched(_)));
}

#[test]
fn what_only_looks_like_an_answer_to_the_login_is_unmatched() {
    assert_kind(r#"{"error":0,"config":{"hb":1,"hbInterval":145}}"#, "unmatched");
    assert_kind(r#"{"error":0,"config":{"hb":1},"sequence":"1519293433137"}"#, "unmatched");
    assert_kind(r#"{"error":0,"config":{"hb":1},"sequence":" 1519293433136"}"#, "unmatched");
}

#[test]
fn a_command_is_answered_by_its_sequence_unless_another_device_is_named() {
    for text in [
        r#"{"error":0,"sequence":"1519293442952"}"#,
        r#"{"error":0,"sequence":1519293442952}"#,
        r#"{"error":0,"sequence":1519293442952.0}"#,
        r#"{"error":0,"sequence":"1519293442952","deviceid":null}"#,
        r#"{"error":0,"sequence":"1519293442952","deviceid":12}"#,
        r#"{"error":504,"sequence":"1519293442952","deviceid":"babecafe11","config":{"hb":0}}"#,
    ] {
        assert_kind(text, "reply");
    }
    for text in [
        r#"{"error":0,"sequence":"1519293442952","deviceid":"babecafe12"}"#,
        r#"{"error":0,"sequence":"1519293442952","deviceid":""}"#,
        r#"{"error":0,"sequence":["1519293442952"]}"#,
        r#"{"error":0,"sequence":1519293442952.5}"#,
        r#"{"error":0,"deviceid":"babecafe11"}"#,
        "{}",
    ] {
        assert_kind(text, "unmatched");
    }
}

#[test]
fn a_number_is_a_sequence_as_far_as_it_is_exact() {
    let sequence = |number: u64| {
        let frame = Frame::decode(&format!(r#"{{"sequence":{number}}}"#)).unwrap();
        frame.sequence().map(|sequence| sequence.into_owned())
    };
    assert_eq!(sequence(1 << 53).as_deref(), Some("9007199254740992"));
    assert_eq!(sequence((1 << 53) + 1), None);
}

#[test]
fn the_first_answer_wins() {
    let mut pending = pending();
    assert!(pending.finish("1519293442952"));
    assert!(!pending.finish("1519293442952"));
    let text = r#"{"error":504,"sequence":"1519293442952","deviceid":"babecafe11"}"#;
    assert!(matches!(classify(text, &pending), Incoming::Unmatched(_)));
}

#[test]
fn an_unmatched_frame_gives_its_state_only_without_an_error() {
    for (text, has_state) in [
        (r#"{"deviceid":"d","params":{"switch":"on"}}"#, true),
        (r#"{"error":0,"deviceid":"d","params":{"switch":"on"}}"#, true),
        (r#"{"error":null,"deviceid":"d","params":{"switch":"on"}}"#, true),
        (r#"{"error":504,"deviceid":"d","params":{"switch":"on"}}"#, false),
        (r#"{"error":"x","deviceid":"d","params":{"switch":"on"}}"#, false),
        (r#"{"error":0,"params":{"switch":"on"}}"#, false),
        (r#"{"error":0,"deviceid":"d","params":0}"#, false),
    ] {
        let Incoming::Unmatched(unmatched) = idle(text) else { panic!("{text}") };
        assert_eq!(unmatched.state().is_some(), has_state, "{text}");
    }
}

#[test]
fn a_refusal_without_any_identifier_refuses_the_pending_login() {
    assert!(classify(r#"{"error":406,"sequence":"77"}"#, &pending()).refuses_login());
    assert!(classify(r#"{"error":406}"#, &pending()).refuses_login());
    assert!(!classify(r#"{"error":504,"sequence":"77"}"#, &pending()).refuses_login());
    assert!(!classify(r#"{"action":"update","error":406}"#, &pending()).refuses_login());
}

#[test]
fn the_last_of_repeated_members_counts() {
    let text = r#"{"sequence":"1","action":"update","action":null,"sequence":"1519293442952","error":7,"error":0}"#;
    let Incoming::Reply(reply) = classify(text, &pending()) else { panic!() };
    assert!(reply.frame().error().is_ok());
    let many: String = (0..40).map(|n| format!(r#""m{}":{n},"#, n % 20)).collect();
    let text = format!(r#"{{{many}"end":1}}"#);
    let Incoming::Unmatched(unmatched) = idle(&text) else { panic!() };
    assert_eq!(unmatched.frame().encode(), text, "repeated members are kept");
    assert_eq!(unmatched.frame().get("m3").unwrap().as_u64(), Some(23));
}
