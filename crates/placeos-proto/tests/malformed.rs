//! What is no frame, and what is said about it.

mod common;

use common::{GENERATIONS, bookings, malformed, read};
use placeos_proto::{Generation, Id, Incoming, Malformed, Reason, classify_bytes};

#[test]
fn each_fault_has_its_reason_and_its_place() {
    for (text, reason, offset) in [
        ("", Reason::Empty, 0),
        (" \r\n", Reason::Empty, 0),
        ("PONG", Reason::NotJson, 0),
        ("{\"id\":1,}", Reason::NotJson, 8),
        ("{\"id\":01}", Reason::NotJson, 7),
        ("{\n \"id\":\n x}", Reason::NotJson, 10),
        ("{id:1}", Reason::NotJson, 1),
        ("{\"id\":1", Reason::Truncated, 7),
        ("{\"id\":\"", Reason::Truncated, 7),
        ("{}{}", Reason::TrailingText, 2),
        ("{} pong", Reason::TrailingText, 3),
        ("null", Reason::NotAnObject, 0),
        (" [{}]", Reason::NotAnObject, 1),
        ("\"pong\"", Reason::NotAnObject, 0),
        ("1.5", Reason::NotAnObject, 0),
    ] {
        for generation in GENERATIONS {
            let error = malformed(text, generation);
            assert_eq!((error.reason(), error.offset()), (reason, offset), "{text:?}");
            assert_eq!((error.id(), error.key()), (None, None));
            assert!(!error.advice().is_empty());
        }
    }
}

#[test]
fn the_frame_of_a_function_without_result_is_an_error_that_does_not_guess_an_id() {
    let text = r#"{"id":5,"type":"success","value":,"meta":{"sys":"sys-1","mod":"Display","index":1,"name":"empty"},"code":200}"#;
    let error = malformed(text, Generation::G3);
    assert_eq!((error.reason(), error.offset(), error.id()), (Reason::NotJson, 33, None));
    assert_eq!(
        error.to_string(),
        format!("the text is not JSON, at byte 33 of {}: {}", text.len(), error.excerpt())
    );
    assert!(error.excerpt().contains(r#"\"value\":,"#));
}

#[test]
fn a_binary_message_is_malformed_whatever_it_holds() {
    let error = Malformed::binary(b"pong");
    assert_eq!(error.to_string(), "the message is binary, at byte 0 of 4: pong");
    let error = Malformed::binary(&[0xff; 1000]);
    assert_eq!((error.reason(), error.excerpt().chars().count()), (Reason::Binary, 21));
    assert!(error.to_string().starts_with("the message is binary, at byte 0 of 1000: "));
}

#[test]
fn bytes_that_are_not_utf_8_are_malformed_where_they_begin() {
    let Incoming::Malformed(error) = classify_bytes(b"{\"id\":\"\xff\xff\"}", Generation::G3)
    else {
        panic!()
    };
    assert_eq!((error.reason(), error.offset()), (Reason::NotUtf8, 7));
    assert!(error.to_string().starts_with("the text is not UTF-8, at byte 7 of 11: "));
    assert_eq!(classify_bytes(b"pong", Generation::G3), Incoming::Pong);
}

#[test]
fn an_excerpt_is_short_and_escaped() {
    let error =
        malformed(&format!("{}\u{1b}]{}", "ä".repeat(5000), "b".repeat(5000)), Generation::G3);
    assert!(error.excerpt().len() <= 64 && error.to_string().len() < 200);
    assert_eq!(malformed("\u{1b}[2J\n", Generation::G3).excerpt(), "\\u{1b}[2J\\n");
    assert!(format!("{error:?}").len() < 300);
}

#[test]
fn frames_are_read_down_to_127_levels() {
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
        format!(r#"{{"type":"notify","value":{open}{close}}}"#)
    };
    for generation in [Generation::G1, Generation::G3] {
        let value = read(&nested(127), generation).value().unwrap();
        assert!(value.deserialize::<serde_json::Value>().is_ok());
        for levels in [128, 129, 100_000] {
            let error = malformed(&nested(levels), generation);
            assert_eq!((error.reason(), error.offset()), (Reason::TooDeep, 25 + 126));
        }
    }
    assert_eq!(malformed(&"[".repeat(100_000), Generation::G3).reason(), Reason::NotAnObject);
    let open = format!("{{\"value\":{}", "[".repeat(100_000));
    assert_eq!(malformed(&open, Generation::G3).reason(), Reason::Truncated);
}

#[test]
fn brackets_side_by_side_or_in_strings_are_no_levels() {
    for value in [format!("[{}0]", "[],".repeat(1000)), format!(r#""\"{}\\""#, "[".repeat(1000))] {
        let text = format!(r#"{{"type":"notify","value":{value}}}"#);
        assert_eq!(read(&text, Generation::G3).value().unwrap().json(), value);
    }
}

#[test]
fn a_hundred_thousand_members_of_one_name_are_read() {
    let text = format!("{{{}\"id\":7,\"type\":\"success\"}}", "\"x\":0,\"id\":1,".repeat(100_000));
    let response = read(&text, Generation::G3);
    assert_eq!((response.reply_to(), response.members().count()), (Some(Id::from(7)), 100_002));
}

#[test]
fn a_notify_that_is_not_stringified_is_malformed_in_g2_and_says_whose_it_is() {
    let meta = r#""meta":{"sys":"sys-1234","mod":"Bookings","index":1,"name":"bookings"}"#;
    for value in ["true", "[]", "{}", "1", "null", r#""on""#, r#""""#, r#""{} {}""#, r#""\ud800""#]
    {
        let text = format!(r#"{{"id":18,"type":"notify","value":{value},{meta}}}"#);
        let error = malformed(&text, Generation::G2);
        assert_eq!((error.reason(), error.offset()), (Reason::NotStringified, 33), "{value}");
        assert_eq!((error.id(), error.key()), (Some(&Id::from(18)), Some(&bookings())));
        assert!(error.advice().contains("G3"));
    }
}

#[test]
fn what_is_inside_of_a_string_is_limited_as_well() {
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"type":"notify","value":"{open}{close}"}}"#)
    };
    let text = nested(127);
    let value = read(&text, Generation::G2).value().unwrap();
    assert!(value.deserialize::<serde_json::Value>().is_ok());
    assert_eq!(malformed(&nested(128), Generation::G2).reason(), Reason::NotStringified);
}
