//! What a client sends, as servers of all generations read it, and what they answer.
#![no_main]

use devicelink_fuzz::{look, text_and_reference};
use libfuzzer_sys::fuzz_target;
use placeos_proto::server::{ClientMessage, RequestFrame, Responder};
use placeos_proto::{Command, ErrorCode, Generation, Id, Kind, Request, Response, Value};

fuzz_target!(|bytes: &[u8]| {
    let Some((text, reference)) = text_and_reference(bytes) else { return };
    let frame = match ClientMessage::decode(text) {
        Ok(ClientMessage::Request(frame)) => frame,
        Ok(ClientMessage::Ping) => return assert_eq!(text, "ping"),
        Err(error) => {
            assert!(!reference.is_some_and(|value| value.is_object()), "{error}");
            return assert!(error.offset() <= text.len() && error.excerpt().len() <= 64);
        }
    };
    look(&(&frame, frame.id(), frame.command()));
    let written = frame.encode();
    assert_eq!(request_frame(&written), frame);
    if let Some(reference) = &reference {
        assert_eq!(&serde_json::from_str::<serde_json::Value>(&written).unwrap(), reference);
    }
    let [old, middle, new] = [Generation::G1, Generation::G2, Generation::G3].map(|generation| {
        let checked = frame.check(generation);
        match &checked {
            Ok(request) => check_request(request, generation),
            Err(refusal) => {
                let answer = Responder::new(generation).refuse(&frame, *refusal);
                assert!(answer.is_none_or(|answer| answer.kind() == Kind::Error));
            }
        }
        checked
    });
    assert_eq!(middle, new);
    if let (Ok(_), Some(reference)) = (&new, &reference) {
        assert!(has_types(reference));
    }
    // Later generations are lenient with the spelling of commands, and with nothing else.
    if new.is_ok() && frame.command().is_some_and(|command| !matches!(command, Command::Other(_))) {
        assert_eq!(old, new);
    }
});

fn request_frame(text: &str) -> RequestFrame<'_> {
    match ClientMessage::decode(text) {
        Ok(ClientMessage::Request(frame)) => frame,
        other => panic!("{other:?}"),
    }
}

/// Whether all members have the types that servers have taken since the second generation.
fn has_types(frame: &serde_json::Value) -> bool {
    let index = &frame["index"];
    // The reference reads -0 as a float.
    let is_index = index.is_null() || index.is_i64() || index.as_f64() == Some(0.0);
    let is_text = |name: &&str| frame[*name].is_string();
    is_index && frame["id"].is_i64() && ["cmd", "sys", "mod", "name"].iter().all(is_text)
}

fn check_request(request: &Request, generation: Generation) {
    assert!(!matches!(request.command(), Command::Other(_)));
    assert!(request.has_index() || request.key().index() == 1);
    assert_eq!(request_frame(&request.encode()).check(generation).as_ref(), Ok(request));

    let server = Responder::new(generation);
    let value = request.args().map_or_else(Value::null, |args| Value::parse(args.json()).unwrap());
    let notify = server.notify(request, &value).encode();
    let read = Response::decode(&notify, generation).unwrap();
    assert_eq!((read.kind(), read.value()), (Kind::Notify, Some(value.clone())));
    assert_eq!(read.key().as_ref(), Some(request.key()));

    let success = server.exec_success(request, &value, 200).encode();
    let read = Response::decode(&success, generation).unwrap();
    assert_eq!((read.reply_to().as_ref(), read.value()), (reply_id(request), Some(value)));

    let error = server.error(request.id(), &ErrorCode::BadRequest, 500, "no").encode();
    let read = Response::decode(&error, generation).unwrap();
    assert_eq!(read.error_code(), Some(ErrorCode::BadRequest));
    assert_eq!(read.reply_to().as_ref(), reply_id(request));
}

/// The id that a reply says it answers; 0 is none.
fn reply_id(request: &Request) -> Option<&Id> {
    Some(request.id()).filter(|id| **id != Id::Number(0))
}
