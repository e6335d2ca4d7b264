//! Values and arguments: text in, the same text out.

mod common;

use common::{bookings, json};
use placeos_proto::server::ClientMessage;
use placeos_proto::{Args, Id, Request, Value};

#[test]
fn a_value_keeps_its_text() {
    for text in [
        "1.50",
        "-0",
        "1e3",
        "1e999",
        "12345678901234567890",
        "0.1234567890123456789012345",
        r#"{"b": 1, "a":[ ],"a":2}"#,
        r#""\u00e9\/""#,
        r#""\ud800""#,
    ] {
        assert_eq!(json(text).json(), text);
        assert_eq!(json(&format!(" {text}\n")).json(), text);
        let list = Value::from_serialize(&[json(text)]).unwrap();
        assert_eq!(list.json(), format!("[{text}]"));
        assert_eq!(list.deserialize::<Vec<Value>>().unwrap(), [json(text)]);
    }
}

#[test]
fn a_value_reads_as_what_it_is_and_as_nothing_else() {
    let read = |text| {
        let value = json(text);
        let content = value.as_str().map(|content| content.into_owned());
        (content, value.as_f64(), value.as_i64(), value.as_bool(), value.is_null())
    };
    assert_eq!(read(r#""\u00e9""#), (Some("é".to_owned()), None, None, None, false));
    assert_eq!(read(r#""12""#), (Some("12".to_owned()), None, None, None, false));
    assert_eq!(read("-12"), (None, Some(-12.0), Some(-12), None, false));
    assert_eq!(read("12.0"), (None, Some(12.0), None, None, false));
    assert_eq!(read("18446744073709551615"), (None, Some(u64::MAX as f64), None, None, false));
    assert_eq!(read("1e999"), (None, None, None, None, false));
    assert_eq!(read("true"), (None, None, None, Some(true), false));
    assert_eq!(read("null"), (None, None, None, None, true));
    assert_eq!(read("[]"), (None, None, None, None, false));
    assert_eq!(read(r#""\ud800""#), (None, None, None, None, false));
}

#[test]
fn values_are_made_of_plain_types() {
    assert_eq!(Value::from("a\"\n").json(), r#""a\"\n""#);
    assert_eq!(Value::from(i64::MIN).json(), "-9223372036854775808");
    assert_eq!((Value::from(true), Value::null()), (json("true"), json("null")));
    assert_eq!(
        Value::from_serialize(&serde_json::json!({"a": 1.5})).unwrap(),
        json(r#"{"a":1.5}"#)
    );
}

#[test]
fn a_value_that_does_not_fit_says_so_in_few_words() {
    let error = json(&format!("\"{}\"", "x".repeat(5000))).deserialize::<u8>().unwrap_err();
    assert!(error.to_string().starts_with("the value does not fit the type: invalid type"));
    assert!(error.to_string().len() < 120 && format!("{error:?}").len() < 150);
}

#[test]
fn arguments_are_an_array() {
    assert_eq!(Args::new(&()).unwrap().json(), "[]");
    assert_eq!(Args::new(&[(); 0]).unwrap().json(), "[]");
    assert_eq!(
        Args::new(&(1, "a", Some(true), None::<u8>)).unwrap().json(),
        r#"[1,"a",true,null]"#
    );
    assert_eq!(Args::new(&vec![json("1.50")]).unwrap().json(), "[1.50]");
    assert!(Args::new(&serde_json::json!({"named": 1})).is_err());
    assert!(Args::new(&[serde_json::json!({"named": 1})]).is_ok());
    for not_a_list in ["a", "[]"] {
        assert!(Args::new(not_a_list).is_err());
    }
}

#[test]
fn arguments_read_as_a_tuple_or_one_by_one() {
    let args = Args::new(&("power", false)).unwrap();
    assert_eq!(args.deserialize::<(String, bool)>().unwrap(), ("power".to_owned(), false));
    assert!(args.deserialize::<(String,)>().is_err());
    assert_eq!(args.values(), ["power".into(), false.into()]);
}

#[test]
fn arguments_do_not_print_and_values_only_if_they_are_short() {
    let args = Args::new(&["hunter2"]).unwrap();
    let request = Request::exec(Id::from(1), bookings(), args.clone());
    let text = request.encode();
    let frame = ClientMessage::decode(&text).unwrap();
    let error = Args::new("hunter2").unwrap_err();
    let shown = format!("{args:?} {request:?} {frame:?} {frame:#?} {error} {error:?}");
    assert!(!shown.contains("hunter2") && shown.contains("bookings"), "{shown}");
    assert_eq!(format!("{:?}", json("[1.50]")), "Value([1.50])");
    let long = Value::from("x".repeat(1000).as_str());
    assert_eq!(format!("{long:?}"), "Value(1002 bytes)");
}

#[test]
fn a_type_without_a_json_form_is_an_error() {
    let map = std::collections::HashMap::from([(vec![1], 2)]);
    assert!(Value::from_serialize(&map).unwrap_err().to_string().contains("no JSON form"));
    assert!(Args::new(&[map]).is_err());
}
