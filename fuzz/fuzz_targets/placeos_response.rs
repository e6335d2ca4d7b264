//! What a server sends, in all generations: any text is classified, and all of it is written again.
#![no_main]

use devicelink_fuzz::{look, text_and_reference};
use libfuzzer_sys::fuzz_target;
use placeos_proto::{Command, Generation, Incoming, Kind, Malformed, Reason, Response, classify};
use serde::de::IgnoredAny;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    check_error(&Malformed::binary(bytes));
    let Some((text, reference)) = text_and_reference(bytes) else { return };
    for generation in [Generation::G1, Generation::G2, Generation::G3] {
        match classify(text, generation) {
            Incoming::Pong => assert_eq!(text, "pong"),
            Incoming::Response(response) => {
                check(&response, generation);
                // The reference refuses halves of surrogate pairs and numbers beyond `f64`, which pass as text here.
                assert!(serde_json::from_str::<IgnoredAny>(text).is_ok());
                // White space inside of a stringified value is not kept.
                if let Some(value) = reference.as_ref().filter(|_| generation != Generation::G2) {
                    assert_eq!(&serde_json::from_str::<Value>(&response.encode()).unwrap(), value);
                }
            }
            Incoming::Malformed(error) => {
                assert!(error.offset() <= text.len());
                check_error(&error);
                if reference.as_ref().is_some_and(Value::is_object) {
                    assert_eq!(error.reason(), Reason::NotStringified);
                    assert_eq!(generation, Generation::G2);
                }
            }
            other => panic!("{other:?}"),
        }
    }
});

fn check(response: &Response<'_>, generation: Generation) {
    look(response);
    look(&(response.id(), response.key(), response.message(), response.status()));
    look(&(response.level(), response.class_name(), response.module(), response.log_line()));
    if let Some(error) = response.error() {
        assert_eq!(error.code, response.error_code());
        let advice = (error.advice(&Command::Exec), error.class(&Command::Bind));
        assert!(!format!("{error} {error:?} {advice:?}").is_empty());
    }
    assert!(response.reply_to().is_none() || response.kind() != Kind::Notify);
    if let Some(value) = response.value() {
        look(&(value.as_str(), value.as_f64(), value.as_i64(), value.as_bool(), value.is_null()));
        assert!(serde_json::from_str::<IgnoredAny>(value.json()).is_ok());
    }
    let text = response.encode();
    let again = Response::decode(&text, generation).unwrap();
    assert_eq!(&again, response);
    assert_eq!(again.encode(), text);
    assert_eq!(&response.clone().into_owned(), response);
}

fn check_error(error: &Malformed) {
    assert!(error.excerpt().len() <= 64);
    assert!(!format!("{error} {error:?} {}", error.advice()).is_empty());
}
