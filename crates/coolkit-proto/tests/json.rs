//! JSON of frames: how deep, which numbers, what is equal.

mod common;

use common::json;
use coolkit_proto::{
    Frame, Json, JsonErrorKind, Number, Object, PendingRequests, Reason, classify,
};

/// Nested lists or objects, `depth` levels in all, the frame itself counted.
fn nested(depth: usize, open: &str, close: &str) -> String {
    format!("{{\"params\":{}0{}}}", open.repeat(depth - 1), close.repeat(depth - 1))
}

#[test]
fn nesting_is_read_down_to_128_levels_on_a_small_stack() {
    let read = || {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            for depth in [1, 64, 128] {
                let text = nested(depth, open, close);
                let frame = Frame::decode(&text).unwrap();
                assert_eq!(frame.encode(), text);
                assert_eq!(frame.clone(), frame);
                assert!(!format!("{frame:?}").is_empty());
            }
            for depth in [129, 100_000] {
                let error = Frame::decode(&nested(depth, open, close)).unwrap_err();
                assert_eq!(error.reason(), Reason::TooDeep, "{depth}");
            }
            let error = Frame::decode(&"{\"a\":".repeat(50_000)).unwrap_err();
            assert_eq!(error.reason(), Reason::TooDeep);
        }
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(read).unwrap().join().unwrap();
}

#[test]
fn integers_of_64_bits_are_exact_and_floats_are_kept_to_the_last_bit() {
    for text in [
        "0",
        "-1",
        "9007199254740993",
        "18446744073709551615",
        "-9223372036854775808",
        "0.1",
        "-0.0",
        "1e300",
        "5e-324",
        "123.9000015258789",
    ] {
        let frame = format!(r#"{{"d_seq":{text},"params":{{"a":[{text},{{"b":{text}}}]}}}}"#);
        assert_eq!(Frame::decode(&frame).unwrap().encode(), frame);
    }
    for (text, written) in
        [("1E2", "100.0"), ("-0", "-0.0"), ("18446744073709551616", "1.8446744073709552e19")]
    {
        assert_eq!(json(text).encode(), written);
        assert_eq!(json(written).encode(), written);
    }
    for text in ["1e999", "-1e999", "[1e400]"] {
        assert_eq!(
            Json::parse(text).unwrap_err().kind(),
            JsonErrorKind::NumberOutOfRange,
            "{text}"
        );
    }
}

#[test]
fn a_number_is_an_integer_only_if_it_is_one() {
    let number = |text: &str| json(text).view().as_number().unwrap();
    assert_eq!(number("0.0").as_integral(), Some(0));
    assert_eq!(number("0.0").as_i64(), None);
    assert_eq!(number("18446744073709551615").as_integral(), None);
    assert_eq!(number("-9223372036854775808").as_integral(), Some(i64::MIN));
    assert_eq!(number("9223372036854775808.0").as_integral(), None);
    assert_eq!(number("0.5").as_integral(), None);
    assert_eq!(Number::from_f64(f64::INFINITY), None);
    assert_eq!(Json::from(5_u8), Json::from(5_i64));
}

#[test]
fn text_is_escaped_so_that_it_reads_the_same() {
    let every: String = ('\0'..='\u{7f}').chain(['é', '\u{2028}', '\u{ffff}', '💡']).collect();
    let value = Json::from(every.as_str());
    assert_eq!(Json::parse(&value.encode()).unwrap(), value);
    assert_eq!(json(r#""\ud83d\udca1\/\b""#), Json::from("💡/\u{8}"));
}

#[test]
fn objects_are_equal_whatever_the_order_of_their_members() {
    assert_eq!(json(r#"{"a":1,"b":[2]}"#), json(r#"{"b":[2],"a":1}"#));
    assert_ne!(json(r#"{"a":1,"b":2}"#), json(r#"{"a":1,"c":2}"#));
    assert_ne!(json(r#"{"a":1}"#), json(r#"{"a":1,"b":null}"#));
    let mut object: Object = [("a", 1_u8), ("b", 2), ("a", 3)].into_iter().collect();
    assert_eq!(object.encode(), r#"{"a":3,"b":2}"#);
    object.set("b", "x");
    assert!(object.remove("a"));
    assert_eq!((object.encode().as_str(), object.remove("a")), (r#"{"b":"x"}"#, false));
}

#[test]
fn a_frame_of_a_megabyte_of_members_takes_no_quadratic_time() {
    let members: Vec<String> = (0..60_000).map(|n| format!("\"{n:x}\":0")).collect();
    let text = format!("{{{}}}", members.join(","));
    let classified = classify(&text, &PendingRequests::new());
    assert!(matches!(classified, coolkit_proto::Incoming::Unmatched(_)));
}
