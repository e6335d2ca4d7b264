//! The JSON parser against `serde_json`: both take the same texts, and read the same in them.
#![no_main]

use coolkit_proto::{Json, JsonErrorKind, JsonRef};
use devicelink_fuzz::{look, text_and_reference};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Some((text, reference)) = text_and_reference(bytes) else { return };
    let json = Json::parse(text);
    look(&json);
    match (json, reference) {
        (Ok(json), Some(reference)) => {
            assert!(is_same(json.view(), &reference), "{json:?} is not {reference:?}");
            let written = json.encode();
            assert_eq!(Json::parse(&written).unwrap(), json);
            assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), reference);
        }
        (Ok(json), None) => {
            // This parser goes down to 128 levels, the reference to 127.
            assert_eq!(depth(json.view()), 128, "the reference does not take {text:?}");
        }
        (Err(error), reference) => {
            assert_eq!(reference, None, "{error}");
            assert!(error.offset() <= text.len());
            let is_empty = text.trim_ascii().is_empty();
            assert!(error.kind() != JsonErrorKind::Empty || is_empty, "{text:?} is not empty");
        }
    }
});

fn is_same(ours: JsonRef<'_>, theirs: &Value) -> bool {
    match theirs {
        Value::Null => ours.is_null(),
        Value::Bool(theirs) => ours.as_bool() == Some(*theirs),
        Value::String(theirs) => ours.as_str() == Some(theirs),
        Value::Number(theirs) => {
            let bits = |number: Option<f64>| number.map(f64::to_bits);
            (ours.as_u64(), ours.as_i64()) == (theirs.as_u64(), theirs.as_i64())
                && bits(theirs.as_f64()) == bits(ours.as_f64())
        }
        Value::Array(theirs) => {
            ours.is_list()
                && ours.items().count() == theirs.len()
                && ours.items().zip(theirs).all(|(a, b)| is_same(a, b))
        }
        Value::Object(theirs) => ours.as_object().is_some_and(|ours| {
            let is_member = |(name, b): (&String, _)| ours.get(name).is_some_and(|a| is_same(a, b));
            ours.iter().all(|(name, _)| theirs.contains_key(name)) && theirs.iter().all(is_member)
        }),
    }
}

fn depth(json: JsonRef<'_>) -> usize {
    let items = json.items().map(depth).max();
    let members =
        json.as_object().and_then(|object| object.iter().map(|(_, value)| depth(value)).max());
    let is_nested = json.is_list() || json.as_object().is_some();
    usize::from(is_nested) + items.or(members).unwrap_or(0)
}
