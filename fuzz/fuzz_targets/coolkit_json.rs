//! The JSON parser against `serde_json`: both take the same texts, and read the same in them.
#![no_main]

use coolkit_proto::{Json, Reason};
use devicelink_fuzz::{look, text_and_reference};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Some((text, reference)) = text_and_reference(bytes) else { return };
    let json = Json::parse(text);
    look(&json);
    match (json, reference) {
        (Ok(json), Some(reference)) => {
            assert!(is_same(&json, &reference), "{json:?} is not {reference:?}");
            let written = json.encode();
            assert_eq!(Json::parse(&written).unwrap(), json);
            assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), reference);
        }
        (Ok(json), None) => {
            // This parser goes down to 128 levels, the reference to 127.
            assert_eq!(depth(&json), 128, "the reference does not take {text:?}");
        }
        (Err(error), reference) => {
            assert_eq!(reference, None, "{error}");
            assert!(error.offset() <= text.len());
            let is_empty = text.trim_ascii().is_empty();
            assert!(error.reason() != Reason::Empty || is_empty, "{text:?} is not empty");
        }
    }
});

fn is_same(ours: &Json, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(ours), Value::Bool(theirs)) => ours == theirs,
        (Json::Text(ours), Value::String(theirs)) => ours == theirs,
        (Json::Number(ours), Value::Number(theirs)) => {
            let bits = |number: f64| number.to_bits();
            (ours.as_u64(), ours.as_i64()) == (theirs.as_u64(), theirs.as_i64())
                && theirs.as_f64().is_some_and(|theirs| bits(theirs) == bits(ours.as_f64()))
        }
        (Json::List(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| is_same(a, b))
        }
        (Json::Object(ours), Value::Object(theirs)) => {
            let is_member = |(name, value)| theirs.get(name).is_some_and(|b| is_same(value, b));
            ours.len() == theirs.len() && ours.iter().all(is_member)
        }
        _ => false,
    }
}

fn depth(json: &Json) -> usize {
    let below = match json {
        Json::List(items) => items.iter().map(depth).max(),
        Json::Object(members) => members.iter().map(|(_, value)| depth(value)).max(),
        _ => return 0,
    };
    1 + below.unwrap_or(0)
}
