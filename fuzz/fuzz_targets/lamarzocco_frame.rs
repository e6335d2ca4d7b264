//! Frames: what is read is what `serde_json` reads, and what was read is written as equal JSON.
#![no_main]

use devicelink_fuzz::{look, text_and_reference};
use lamarzocco_proto::{Class, Frame, Malformed, Message};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let frame = Frame::from_bytes(bytes);
    look(&frame);
    match &frame {
        Ok(frame) => frame.iter().for_each(look_at),
        Err(error) => {
            assert!(error.offset().is_none_or(|offset| offset <= bytes.len()));
            check_error(error);
        }
    }
    let padding = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let start = bytes.iter().position(|byte| !padding(byte)).unwrap_or(0);
    let end = bytes.iter().rposition(|byte| !padding(byte)).map_or(0, |last| last + 1);
    let Some((_, reference)) = text_and_reference(&bytes[start..end]) else { return };
    match (frame, reference.filter(|value| value.is_array() || value.is_object())) {
        (Ok(frame), Some(value)) => check_frame(&frame, &value),
        (Err(_), None) => {}
        (frame, reference) => panic!("{frame:?} is not {reference:?}"),
    }
});

fn check_frame(frame: &Frame, reference: &Value) {
    let text = frame.encode();
    assert_eq!(&serde_json::from_str::<Value>(&text).unwrap(), reference);
    let again = Frame::decode(&text).unwrap();
    assert_eq!(again.encode(), text);
    assert_eq!((again.len(), again.class()), (frame.len(), frame.class()));
    for pair in frame.iter().zip(&again) {
        match pair {
            (Ok(before), Ok(after)) => assert_eq!(before, after),
            (Err(before), Err(after)) => {
                assert_eq!((before.reason(), before.name()), (after.reason(), after.name()));
            }
            pair => panic!("{pair:?}"),
        }
    }
    assert_eq!(frame.class() == Class::Batch, frame.len() != 1);
    if let Some(items) = reference.as_array() {
        // Members that are given twice are two messages, which the reference does not see.
        let messages = items.iter().map(|item| match item.as_object() {
            Some(object) if !object.contains_key("name") => object.len(),
            _ => 1,
        });
        assert!(frame.len() >= messages.sum());
    }
}

fn look_at(item: &Result<Message, Malformed>) {
    match item {
        Ok(message) => {
            look(&(message.payload(), message.other().count()));
            assert!(message.value().as_f64().is_none_or(f64::is_finite));
            let named = Frame::from(message.clone()).encode();
            let read = Frame::decode(&named).unwrap();
            let [Ok(read)] = read.messages() else { panic!("{read:?}") };
            assert_eq!((read.name(), read.text()), (message.name(), message.text()));
        }
        Err(error) => check_error(error),
    }
}

fn check_error(error: &Malformed) {
    assert!(error.excerpt().is_none_or(|excerpt| excerpt.len() <= 64));
    assert!(!format!("{error} {}", error.advice()).is_empty());
}
