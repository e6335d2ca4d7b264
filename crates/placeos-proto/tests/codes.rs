//! Error codes, their classes and advice.

mod common;

use common::{g3, json};
use placeos_proto::{Command, ErrorClass, ErrorCode, RemoteError};

fn error(code: &str) -> RemoteError {
    g3(&format!(r#"{{"id":1,"type":"error","msg":"m","error_code":{code}}}"#)).error().unwrap()
}

#[test]
fn each_code_says_what_to_do_next() {
    use ErrorClass as C;
    let table = [
        (ErrorCode::ParseError, C::Permanent, C::Permanent),
        (ErrorCode::BadRequest, C::Permanent, C::Permanent),
        (ErrorCode::AccessDenied, C::Permission, C::Permission),
        (ErrorCode::RequestFailed, C::Remote, C::Remote),
        (ErrorCode::UnknownCommand, C::Permanent, C::Permanent),
        (ErrorCode::SystemNotFound, C::NotFound, C::NotFound),
        (ErrorCode::ModuleNotFound, C::NotFound, C::Transient),
        (ErrorCode::UnexpectedFailure, C::OutcomeUnknown, C::Transient),
    ];
    for (number, (code, exec, other)) in table.into_iter().enumerate() {
        assert_eq!(error(&number.to_string()).code, Some(code.clone()));
        assert_eq!(code.class(&Command::Exec), exec);
        for command in [Command::Bind, Command::Unbind, Command::Debug, Command::Ignore] {
            assert_eq!(code.class(&command), other);
            assert!(!code.advice(&command).is_empty());
        }
    }
}

#[test]
fn any_other_number_or_string_is_kept_and_of_no_class() {
    for raw in ["8", "-1", "3.0", "-0", "1e999", "12345678901234567890", r#""3""#, r#""x""#] {
        let error = error(raw);
        assert_eq!(error.code, Some(ErrorCode::Other(json(raw))));
        assert_eq!(error.class(&Command::Bind), ErrorClass::Unknown);
        assert_eq!(error.code.unwrap().name(), None);
    }
    for raw in ["null", "true", "[3]", "{}"] {
        assert_eq!(error(raw).code, None);
        assert_eq!(error(raw).class(&Command::Exec), ErrorClass::Unknown);
        assert_eq!(error(raw).advice(&Command::Exec), ErrorClass::Unknown.advice());
    }
}

#[test]
fn a_number_makes_the_code_that_reads_as_it() {
    for number in -1..10 {
        assert_eq!(ErrorCode::from(number).number(), Some(number));
        assert_eq!(error(&number.to_string()).code, Some(ErrorCode::from(number)));
    }
}

#[test]
fn an_error_prints_its_code_and_a_short_escaped_message() {
    assert_eq!(error("3").to_string(), "error 3 (request failed): m");
    assert_eq!(error("99").to_string(), "error 99: m");
    assert_eq!(error("null").to_string(), "error without a code: m");
    let text = format!(r#"{{"type":"error","msg":"\u001b{}"}}"#, "x".repeat(1000));
    let shown = g3(&text).error().unwrap().to_string();
    assert!(shown.starts_with(r"error without a code: \u{1b}xx") && shown.len() < 600);
}
