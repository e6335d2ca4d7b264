//! Error codes, and how the member `error` reads.

mod common;

use common::{idle, json};
use coolkit_proto::{
    ApiVersion, Device, ErrorClass, ErrorField, FrameCode, HttpCode, Incoming, Params,
    PendingRequests, Request, Sequence, Verdict, classify,
};

#[test]
fn every_code_of_a_frame_has_its_class() {
    for (codes, class, words) in [
        (&[0][..], ErrorClass::Ok, "ok"),
        (&[400, 403, 404, 415], ErrorClass::Permanent, "permanent"),
        (&[401, 402, 406], ErrorClass::Auth, "auth"),
        (&[411, 504], ErrorClass::OutcomeUnknown, "outcome unknown"),
        (&[500, 529], ErrorClass::Retryable, "retryable"),
        (&[503], ErrorClass::DeviceOffline, "device offline"),
        (
            &[601, 602, 603, 604, 605, -1, 1, 777, i64::MAX, i64::MIN],
            ErrorClass::Unknown,
            "unknown",
        ),
    ] {
        assert_eq!(class.to_string(), words);
        for &code in codes {
            assert_eq!(FrameCode::new(code).class(), class, "{code}");
            assert_eq!(FrameCode::new(code).get(), code);
            assert!(!FrameCode::new(code).advice().is_empty());
        }
    }
    assert_eq!(FrameCode::KNOWN.len(), 13);
    assert_eq!(FrameCode::NO_ANSWER.to_string(), "504 (device did not answer)");
    assert_eq!(FrameCode::new(-7).to_string(), "-7");
}

#[test]
fn every_code_over_http_has_its_class_by_version() {
    use ErrorClass::{
        Auth, DeviceOffline, Ok, OutcomeUnknown, Permanent, RegionRedirect, Retryable, Unknown,
    };
    for (codes, v1, v2) in [
        (&[0][..], Ok, Ok),
        (&[301, 10004], RegionRedirect, RegionRedirect),
        (&[401, 402], Auth, Auth),
        (&[406], Auth, Permanent),
        (&[400, 403, 404, 405, 407, 409, 412, 498], Permanent, Permanent),
        (&[10001, 10002, 10003, 10009, 10014, 20001, 20002, 20003], Permanent, Permanent),
        (&[30003, 30007, 30013, 30019], Permanent, Permanent),
        (&[500, 503, 504, 10010, 160_038], Retryable, Retryable),
        (&[30022], DeviceOffline, DeviceOffline),
        (&[4002], OutcomeUnknown, OutcomeUnknown),
        (&[10005, 1, -1, 30006, 30020, 200], Unknown, Unknown),
    ] {
        for &code in codes {
            let code = HttpCode::new(code);
            assert_eq!(
                (code.class(ApiVersion::V1), code.class(ApiVersion::V2)),
                (v1, v2),
                "{code}"
            );
            assert!(!code.advice(ApiVersion::V2).is_empty());
        }
    }
}

#[test]
fn the_member_error_reads_as_a_code_only_if_it_is_an_integer() {
    let code = |code| ErrorField::Code(FrameCode::new(code));
    for (text, field) in [
        ("0", code(0)),
        ("0.0", code(0)),
        ("-0", code(0)),
        ("504.0", code(504)),
        ("\"0\"", code(0)),
        ("\"504\"", code(504)),
        ("\"+7\"", code(7)),
        ("\"-7\"", code(-7)),
        ("-9223372036854775808", code(i64::MIN)),
        ("null", ErrorField::Absent),
        ("0.5", ErrorField::Unreadable),
        ("9223372036854775808", ErrorField::Unreadable),
        ("\"9223372036854775808\"", ErrorField::Unreadable),
        ("1e30", ErrorField::Unreadable),
        ("true", ErrorField::Unreadable),
        ("false", ErrorField::Unreadable),
        ("\"\"", ErrorField::Unreadable),
        ("\" 0\"", ErrorField::Unreadable),
        ("\"ok\"", ErrorField::Unreadable),
        ("[0]", ErrorField::Unreadable),
        ("{}", ErrorField::Unreadable),
    ] {
        assert_eq!(ErrorField::read(Some(json(text).view())), field, "{text}");
    }
    assert_eq!(ErrorField::read(None), ErrorField::Absent);
    assert!(!ErrorField::Absent.is_ok() && !ErrorField::Unreadable.is_ok());
}

#[test]
fn a_reply_has_a_verdict_and_keeps_what_it_could_not_read() {
    let device = Device::new("d", "key");
    let request = Request::update(&device, Params::switch(true), Sequence::from_millis(1));
    let mut pending = PendingRequests::new();
    pending.insert(&request);
    let unknown = ErrorClass::Unknown;
    for (error, verdict) in [
        ("0", Verdict::Acknowledged),
        ("\"0\"", Verdict::Acknowledged),
        (
            "504",
            Verdict::Rejected { code: FrameCode::NO_ANSWER, class: ErrorClass::OutcomeUnknown },
        ),
        ("777", Verdict::Rejected { code: FrameCode::new(777), class: unknown }),
        ("null", Verdict::NoVerdict),
        ("{\"x\":1}", Verdict::NoVerdict),
    ] {
        let text = format!(r#"{{"error":{error},"sequence":"1","reason":"why"}}"#);
        let Incoming::Reply(reply) = classify(&text, &pending) else { panic!("{text}") };
        assert_eq!(reply.verdict(), verdict, "{text}");
        assert_eq!((reply.reason(), reply.frame().encode()), (Some("why"), text));
    }
    assert!(matches!(idle(r#"{"error":0,"sequence":"1"}"#), Incoming::Unmatched(_)));
}
