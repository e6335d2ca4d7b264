//! What the choice of a generation changes, and what not.

mod common;

use common::{GENERATIONS, document, json, read};
use placeos_proto::{ErrorCode, ErrorCodeMember, Generation, Response, ValueEncoding, Wire};

fn notify(value: &str) -> String {
    format!(r#"{{"id":1,"type":"notify","value":{value}}}"#)
}

#[test]
fn the_default_is_what_servers_speak_today() {
    assert_eq!(Generation::default(), Generation::G3);
    assert_eq!(Wire::default(), Generation::G3.wire());
    assert_eq!(Generation::G3.path(), "/api/engine/v2/systems/control");
    assert_eq!(Generation::G2.path(), Generation::G3.path());
    assert_eq!(Generation::G1.path(), "/control/websocket");
}

#[test]
fn a_stringified_value_is_decoded_once() {
    for (wire, inner) in [
        (r#""[]""#, "[]"),
        (r#""null""#, "null"),
        (r#""1.50""#, "1.50"),
        (r#""12345678901234567890""#, "12345678901234567890"),
        (r#""\"on\"""#, r#""on""#),
        (r#""\"[1]\"""#, r#""[1]""#),
        (r#"" \n{\"a\": 1}\t""#, r#"{"a": 1}"#),
        (r#""[1, 2] ""#, "[1, 2]"),
        (r#""\"\\u00e9\"""#, r#""\u00e9""#),
    ] {
        let text = notify(wire);
        let response = read(&text, Generation::G2);
        assert_eq!(response.value(), Some(json(inner)), "{wire}");
        let again = response.encode();
        assert_eq!(read(&again, Generation::G2), response);
    }
}

#[test]
fn outside_of_g2_a_string_stays_a_string() {
    for generation in [Generation::G1, Generation::G3] {
        assert_eq!(read(&notify(r#""[]""#), generation).value(), Some("[]".into()));
    }
}

#[test]
fn an_absent_value_of_a_notify_stays_absent_in_all_generations() {
    for generation in GENERATIONS {
        let text = r#"{"id":1,"type":"notify"}"#;
        let response = read(text, generation);
        assert_eq!((response.value(), response.encode().as_str()), (None, text));
    }
}

#[test]
fn only_notifies_are_stringified() {
    for kind in ["success", "error", "debug", "other"] {
        let text = format!(r#"{{"type":"{kind}","value":"[]"}}"#);
        assert_eq!(read(&text, Generation::G2).value(), Some("[]".into()));
        assert_eq!(read(&text, Generation::G2).encode(), text);
    }
}

#[test]
fn the_error_code_is_read_where_the_generation_has_it_and_nowhere_else() {
    let text = r#"{"type":"error","error_code":6,"code":2}"#;
    let code = |generation| read(text, generation).error_code();
    assert_eq!(code(Generation::G1), Some(ErrorCode::AccessDenied));
    assert_eq!(code(Generation::G2), Some(ErrorCode::ModuleNotFound));
    assert_eq!(code(Generation::G3), Some(ErrorCode::ModuleNotFound));
    for generation in GENERATIONS {
        assert_eq!(read(text, generation).encode(), text);
    }
    assert_eq!(read(r#"{"type":"error","error_code":6}"#, Generation::G1).error_code(), None);
}

#[test]
fn the_two_options_can_be_mixed_by_hand() {
    let mut wire = Wire::default();
    wire.values = ValueEncoding::StringifiedNotify;
    wire.error_code = ErrorCodeMember::Code;
    assert_eq!(Response::decode(document(3), wire).unwrap().value(), Some(json("[]")));
    let error = Response::decode(r#"{"type":"error","code":1,"error_code":2}"#, wire).unwrap();
    assert_eq!(error.error_code(), Some(ErrorCode::BadRequest));
}

#[test]
fn a_frame_that_is_made_is_written_as_its_generation_writes() {
    for (generation, value) in
        [(Generation::G1, "[1]"), (Generation::G2, r#""[1]""#), (Generation::G3, "[1]")]
    {
        let response = Response::new("notify", generation).with("value", &json("[1]"));
        assert_eq!(response.value(), Some(json("[1]")));
        assert_eq!(response.encode(), format!(r#"{{"type":"notify","value":{value}}}"#));
    }
}
