//! What servers of each generation answer.

mod common;

use common::{GENERATIONS, bookings, json, read, request};
use placeos_proto::server::{ClientMessage, Refusal, Responder};
use placeos_proto::{Args, BindingKey, ErrorCode, Generation, Id, Level, ModuleId, Request};

/// What a server of each generation writes, oldest first.
fn written(make: impl Fn(Responder) -> String) -> [String; 3] {
    GENERATIONS.map(|generation| make(Responder::new(generation)))
}

fn bind() -> Request {
    Request::bind(Id::from(1), bookings())
}

#[test]
fn a_bind_is_answered_with_its_target() {
    let text = r#"{"id":1,"type":"success","meta":{"sys":"sys-1234","mod":"Bookings","index":1,"name":"bookings"}}"#;
    assert_eq!(written(|server| server.bind_success(&bind()).encode()), [text; 3]);
}

#[test]
fn an_unbind_is_answered_with_nothing_but_its_id() {
    let unbind = Request::unbind(Id::from(2), bookings());
    let text = r#"{"id":2,"type":"success"}"#;
    assert_eq!(written(|server| server.success(&unbind).encode()), [text; 3]);
}

#[test]
fn an_exec_is_answered_with_the_result() {
    let function = BindingKey::new("sys-1", "Display", 1, "nil");
    let exec = Request::exec(Id::from(3), function, Args::none());
    assert_eq!(
        written(|server| server.exec_success(&exec, &json("null"), 202).encode()),
        [
            r#"{"id":3,"type":"success","value":null}"#,
            r#"{"id":3,"type":"success","value":null,"meta":{"sys":"sys-1","mod":"Display","index":1,"name":"nil"}}"#,
            r#"{"id":3,"type":"success","value":null,"meta":{"sys":"sys-1","mod":"Display","index":1,"name":"nil"},"code":202}"#,
        ]
    );
}

#[test]
fn a_value_is_sent_with_the_id_of_the_bind_since_g2_and_as_text_in_g2() {
    let meta = r#""meta":{"sys":"sys-1234","mod":"Bookings","index":1,"name":"bookings"}"#;
    assert_eq!(
        written(|server| server.notify(&bind(), &json(r#"["a"]"#)).encode()),
        [
            format!(r#"{{"type":"notify","value":["a"],{meta}}}"#),
            format!(r#"{{"id":1,"type":"notify","value":"[\"a\"]",{meta}}}"#),
            format!(r#"{{"id":1,"type":"notify","value":["a"],{meta}}}"#),
        ]
    );
}

#[test]
fn a_debug_is_answered_and_followed_by_log_lines() {
    let module = ModuleId::from("mod-d1");
    let debug = Request::debug(Id::from(4), "sys-1", &module, 1);
    assert_eq!(
        written(|server| server.debug_success(&debug, &module).encode()),
        [
            r#"{"id":4,"type":"success","mod_id":"mod-d1","meta":{"sys":"sys-1","mod":"mod-d1","index":1}}"#,
            r#"{"id":4,"type":"success"}"#,
            r#"{"id":4,"type":"success"}"#,
        ]
    );
    let since_g2 = r#"{"id":4,"type":"debug","msg":"slow","meta":{"sys":"sys-1","mod":"mod-d1","index":1,"name":"debug"},"mod":"mod-d1","level":"warn"}"#;
    assert_eq!(
        written(|server| {
            server.log_line(&debug, &module, "::Display", &Level::Warn, "slow").encode()
        }),
        [
            r#"{"type":"debug","msg":"slow","mod":"mod-d1","klass":"::Display","level":"warn"}"#,
            since_g2,
            since_g2,
        ]
    );
}

#[test]
fn an_error_has_its_code_where_the_generation_has_it() {
    let code = ErrorCode::BadRequest;
    assert_eq!(
        written(|server| server.error(&Id::from("x"), &code, 500, "no").encode()),
        [
            r#"{"id":"x","type":"error","msg":"no","code":1}"#,
            r#"{"id":"x","type":"error","msg":"no","error_code":1}"#,
            r#"{"id":"x","type":"error","msg":"no","error_code":1,"code":500}"#,
        ]
    );
    for generation in GENERATIONS {
        let text = Responder::new(generation).error(&Id::from(1), &code, 500, "").encode();
        assert_eq!(read(&text, generation).error_code(), Some(ErrorCode::BadRequest));
    }
}

#[test]
fn only_old_servers_answer_what_they_cannot_read() {
    assert!(ClientMessage::decode("{").is_err());
    let answers = GENERATIONS.map(|generation| {
        let answer = Responder::new(generation).unreadable()?;
        assert_eq!(answer.reply_to(), None);
        Some((answer.error_code()?, answer.id()))
    });
    assert_eq!(
        answers,
        [
            Some((ErrorCode::ParseError, None)),
            Some((ErrorCode::RequestFailed, Some(Id::from(0)))),
            None
        ]
    );
}

#[test]
fn only_old_servers_answer_what_they_refuse() {
    let answer = |text: &str, generation| {
        let frame = request(text);
        let refusal = frame.check(generation).unwrap_err();
        let answer = Responder::new(generation).refuse(&frame, refusal)?;
        Some((answer.id(), answer.error_code()?))
    };
    let target = r#""sys":"s","mod":"m","name":"n""#;
    let text = format!(r#"{{"id":"a","cmd":"nope",{target}}}"#);
    assert_eq!(
        GENERATIONS.map(|generation| answer(&text, generation)),
        [
            Some((Some(Id::from("a")), ErrorCode::UnknownCommand)),
            Some((Some(Id::from(0)), ErrorCode::RequestFailed)),
            None
        ]
    );
    let text = format!(r#"{{"id":1,"cmd":"nope",{target}}}"#);
    assert_eq!(answer(&text, Generation::G2), None);
    let text = r#"{"cmd":"bind","sys":"s"}"#;
    let unreadable = Some((Some(Id::from(0)), ErrorCode::RequestFailed));
    assert_eq!(answer(text, Generation::G2), unreadable);
    assert_eq!(answer(text, Generation::G1), Some((None, ErrorCode::BadRequest)));
    assert_eq!(Refusal::Missing("name").to_string(), "`name` is missing");
}

#[test]
fn a_frame_can_be_bent() {
    let text = Responder::new(Generation::G3)
        .success(&bind())
        .with("type", &"new".into())
        .with("extra", &json("1.0"))
        .with("id", &json("\"1\""))
        .with("extra", &json("2.0"))
        .encode();
    assert_eq!(text, r#"{"id":"1","type":"new","extra":2.0}"#);
}
