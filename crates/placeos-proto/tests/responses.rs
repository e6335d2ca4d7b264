//! How the members of a response read, one by one.

mod common;

use common::{GENERATIONS, g3, json, read};
use placeos_proto::{
    BindingKey, ErrorCode, Generation, Id, Incoming, Kind, Level, ModuleId, PONG, classify,
};

#[test]
fn what_todays_servers_send_is_written_back_byte_for_byte() {
    let frames = [
        r#"{"id":1,"type":"success","meta":{"sys":"sys-1","mod":"Display","index":1,"name":"power"}}"#,
        r#"{"id":2,"type":"success"}"#,
        r#"{"id":3,"type":"success","value":{"ok":true},"meta":{"sys":"sys-1","mod":"Display","index":1,"name":"make_booking"},"code":202}"#,
        r#"{"id":3,"type":"success","value":null,"meta":{"sys":"sys-1","mod":"Display","index":1,"name":"nil"},"code":200}"#,
        r#"{"id":1,"type":"notify","value":[1.50,12345678901234567890],"meta":{"sys":"sys-1","mod":"Display","index":1,"name":"power"}}"#,
        r#"{"id":4,"type":"debug","msg":"input changed to HDMI","meta":{"sys":"sys-1","mod":"mod-d1","index":1,"name":"debug"},"mod":"mod-d1","level":"debug"}"#,
        r#"{"id":9,"type":"error","msg":"could not find function missing","error_code":1,"code":500}"#,
    ];
    for text in frames {
        assert_eq!(g3(text).encode(), text);
        assert_eq!(g3(text).into_owned(), g3(text));
    }
}

#[test]
fn only_the_exact_text_is_a_pong() {
    assert_eq!(classify(PONG, Generation::G3), Incoming::Pong);
    for text in ["PONG", " pong", "pong\n", "\"pong\"", "ping", ""] {
        assert!(matches!(classify(text, Generation::G3), Incoming::Malformed(_)), "{text:?}");
    }
}

#[test]
fn what_a_text_is_is_a_word() {
    for (text, word) in [
        ("pong", "pong"),
        (r#"{"type":"success"}"#, "success"),
        (r#"{"type":"notify"}"#, "notify"),
        (r#"{"type":"debug"}"#, "debug"),
        (r#"{"type":"error"}"#, "error"),
        (r#"{"type":"pong"}"#, "unknown"),
        ("[]", "malformed"),
    ] {
        assert_eq!(classify(text, Generation::G3).as_str(), word);
    }
}

#[test]
fn white_space_around_a_frame_does_not_count() {
    assert_eq!(g3(" \r\n\t{\"id\":1,\"type\":\"success\"}\n").reply_to(), Some(Id::from(1)));
}

#[test]
fn a_frame_of_another_type_is_kept_whole() {
    for text in [
        r#"{"id":1,"type":"Success","new":[1.0],"value":1}"#,
        r#"{"type":7}"#,
        r#"{"type":null,"id":3}"#,
        "{}",
    ] {
        let response = g3(text);
        assert_eq!((response.kind(), response.reply_to()), (Kind::Other, None));
        common::assert_same_json(&response.encode(), text);
    }
}

#[test]
fn a_type_counts_by_its_content_and_not_by_its_escapes() {
    assert_eq!(g3(r#"{"t\u0079pe":"succ\u0065ss"}"#).kind(), Kind::Success);
}

#[test]
fn of_a_member_that_is_given_twice_the_last_counts() {
    let text = r#"{"id":1,"type":"error","id":2,"value":0,"type":"notify","value":1,"meta":{"sys":"a","mod":"m","sys":"b","index":1,"name":"n"}}"#;
    let notify = g3(text);
    assert_eq!((notify.kind(), notify.id()), (Kind::Notify, Some(Id::from(2))));
    assert_eq!(notify.value(), Some(json("1")));
    assert_eq!(notify.key(), Some(BindingKey::new("b", "m", 1, "n")));
    assert_eq!(g3(r#"{"type":"success","id":1,"id":null}"#).reply_to(), None);
}

#[test]
fn ids_are_equal_only_if_type_and_text_are() {
    let id = |raw: &str| read(&format!(r#"{{"id":{raw}}}"#), Generation::G3).id();
    assert_eq!(id("4"), Some(Id::from(4)));
    assert_eq!(id("-7"), Some(Id::from(-7)));
    assert_eq!(id("9223372036854775807"), Some(Id::from(i64::MAX)));
    assert_eq!(id(r#""4""#), Some(Id::from("4")));
    for raw in ["4.0", "4e0", "-0", "1e3", "9223372036854775808", "1e999"] {
        assert_eq!(id(raw), Some(Id::Verbatim(json(raw))));
        assert_eq!(id(raw).unwrap().to_string(), raw);
    }
    for raw in ["null", "true", "[]", "{}", r#""\ud800""#] {
        assert_eq!(id(raw), None, "{raw}");
    }
}

#[test]
fn only_a_success_or_an_error_with_an_id_other_than_0_answers_a_request() {
    for (kind, expected) in [
        ("success", Some(Id::from(5))),
        ("error", Some(Id::from(5))),
        ("notify", None),
        ("debug", None),
        ("other", None),
    ] {
        let text = format!(r#"{{"id":5,"type":"{kind}"}}"#);
        assert_eq!(g3(&text).reply_to(), expected, "{kind}");
    }
    assert_eq!(g3(r#"{"id":0,"type":"error","error_code":3}"#).reply_to(), None);
    assert_eq!(g3(r#"{"id":null,"type":"error","error_code":0}"#).reply_to(), None);
    assert_eq!(g3(r#"{"type":"error"}"#).reply_to(), None);
}

#[test]
fn a_value_that_is_absent_is_not_null() {
    assert_eq!(g3(r#"{"type":"success"}"#).value(), None);
    assert!(g3(r#"{"type":"success","value":null}"#).value().unwrap().is_null());
}

#[test]
fn a_member_of_an_unexpected_type_costs_only_itself_and_is_written_back() {
    let text = r#"{"id":[],"type":"error","mod_id":1,"msg":{},"value":"v","error_code":true,"meta":[],"mod":0,"klass":null,"level":{},"code":"x"}"#;
    for generation in GENERATIONS {
        let response = read(text, generation);
        assert_eq!((response.kind(), response.id(), response.message()), (Kind::Error, None, None));
        assert_eq!((response.meta(), response.module(), response.level()), (None, None, None));
        assert_eq!((response.class_name(), response.status()), (None, None));
        assert_eq!(response.value(), Some("v".into()));
        assert_eq!(response.encode(), text);
    }
}

#[test]
fn members_that_are_not_known_are_kept_in_their_order_after_the_others() {
    let response = g3(r#"{"z":1.0,"id":1,"a\"":"\u00e9","type":"success","z":2}"#);
    assert_eq!(response.encode(), r#"{"id":1,"type":"success","z":1.0,"a\"":"\u00e9","z":2}"#);
    let members: Vec<_> = response.members().collect();
    assert_eq!(
        members,
        [("id", "1"), ("type", "\"success\""), ("z", "1.0"), ("a\"", r#""\u00e9""#), ("z", "2")]
    );
}

#[test]
fn a_key_needs_all_four_parts_and_each_part_only_itself() {
    let meta = |text: &str| format!(r#"{{"type":"notify","meta":{text}}}"#);
    for text in [
        r#"{"sys":"s","mod":"m","index":1}"#,
        r#"{"sys":"s","mod":"m","index":"1","name":"n"}"#,
        r#"{"sys":"s","mod":"m","index":1.0,"name":"n"}"#,
        r#"{"sys":"s","mod":"m","index":2147483648,"name":"n"}"#,
        r#"{"sys":"s","mod":null,"index":1,"name":"n"}"#,
    ] {
        let text = meta(text);
        let notify = g3(&text);
        assert_eq!(notify.key(), None);
        assert_eq!(notify.meta().unwrap().system().as_deref(), Some("s"));
    }
    let text = meta(r#"{"sys":"s\n","new":1,"mod":"","index":-2147483648,"name":"\u00e4"}"#);
    assert_eq!(g3(&text).key(), Some(BindingKey::new("s\n", "", i32::MIN, "ä")));
}

#[test]
fn an_error_is_read_by_its_error_code_and_keeps_the_status_beside_it() {
    let text = r#"{"id":9,"type":"error","msg":"module raised: no","error_code":3,"code":404}"#;
    let error = g3(text).error().unwrap();
    assert_eq!((error.code, error.status), (Some(ErrorCode::RequestFailed), Some(404)));
    assert_eq!(error.message.as_deref(), Some("module raised: no"));

    let error = read(text, Generation::G1).error().unwrap();
    assert_eq!((error.code.unwrap().number(), error.status), (Some(404), None));
}

#[test]
fn a_status_is_never_an_error_code() {
    let error = g3(r#"{"id":9,"type":"error","code":3}"#).error().unwrap();
    assert_eq!((error.code, error.status, error.message), (None, Some(3), None));
}

#[test]
fn the_message_of_an_error_may_be_empty_which_is_not_absent() {
    let error = g3(r#"{"id":9,"type":"error","msg":"","error_code":7}"#).error().unwrap();
    assert_eq!(error.message.as_deref(), Some(""));
    assert_eq!(error.to_string(), "error 7 (unexpected failure)");
}

#[test]
fn only_an_error_has_an_error_and_only_a_debug_a_log_line() {
    let text = r#"{"id":1,"type":"success","error_code":3,"msg":"m"}"#;
    assert_eq!((g3(text).error(), g3(text).log_line()), (None, None));
    assert_eq!(g3(text).error_code(), Some(ErrorCode::RequestFailed));
}

#[test]
fn a_log_line_of_today_has_id_and_target() {
    let text = r#"{"id":4,"type":"debug","msg":"slow reply","meta":{"sys":"sys-1","mod":"mod-d1","index":1,"name":"debug"},"mod":"mod-d1","level":"warn"}"#;
    let line = g3(text).log_line().unwrap();
    assert_eq!((line.id, line.level), (Some(Id::from(4)), Some(Level::Warn)));
    assert_eq!(line.key, Some(BindingKey::new("sys-1", "mod-d1", 1, "debug")));
    assert_eq!((line.module, line.class_name), (Some(ModuleId::from("mod-d1")), None));
}

#[test]
fn levels_are_open() {
    let level = |raw: &str| read(&format!(r#"{{"level":{raw}}}"#), Generation::G3).level();
    for name in ["trace", "debug", "info", "notice", "warn", "error", "fatal", "none", "unknown"] {
        let level = level(&format!("\"{name}\"")).unwrap();
        assert!(!matches!(level, Level::Other(_)), "{name}");
        assert_eq!((level.to_string(), level.to_value()), (name.to_owned(), name.into()));
    }
    for raw in [r#""WARN""#, r#""verbose""#, "3", "-1.50"] {
        assert_eq!(level(raw), Some(Level::Other(json(raw))));
    }
    assert_eq!((level("null"), level("[]"), level("true")), (None, None, None));
}
