//! Documents: read, made, changed, compared, printed.

use wirejson::{ErrorKind, JsonRef, Number, Privacy};

/// What is called `secret`, and all texts with an at sign; what is wiped is noted.
enum Vendor {}

impl Privacy for Vendor {
    fn hides_member(name: &str) -> bool {
        name == "secret"
    }

    fn hides_text(text: &str) -> bool {
        text.contains('@')
    }

    fn wipe(text: &mut String) {
        WIPED.with_borrow_mut(|wiped| wiped.push(std::mem::take(text)));
    }
}

thread_local! {
    static WIPED: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

type Json = wirejson::Json<Vendor>;
type Object = wirejson::Object<Vendor>;

#[track_caller]
fn json(text: &str) -> Json {
    Json::parse(text).unwrap()
}

#[test]
fn what_was_read_is_written_again_in_its_order_with_repetitions() {
    for text in [
        "null",
        "[]",
        "{}",
        r#"{"b":1,"a":{"x":[[],{},"é💡",null,true,false]},"b":2}"#,
        r#"["\"\\\n\r\t\u0000\u001f"," /"]"#,
        "[18446744073709551615,-9223372036854775808,0.1,-0.0,1e300,5e-324,9007199254740993]",
    ] {
        let spaced = text.replace([','], " ,\n\t ");
        assert_eq!(json(text).encode(), text);
        assert_eq!(json(&spaced).encode(), text);
    }
    assert_eq!(json(r#""\u00e9\/\b""#).encode(), "\"é/\\u0008\"");
    assert_eq!(
        json("[1E2,-0,18446744073709551616]").encode(),
        "[100.0,-0.0,1.8446744073709552e19]"
    );
}

#[test]
fn what_is_not_there_or_of_another_type_is_nothing() {
    let document = json(r#"{"n":5,"f":5.0,"t":"x","l":[1],"o":{"a":null}}"#);
    let view = document.view();
    let get = |name| view.get(name).unwrap();
    assert_eq!(
        (get("n").as_i64(), get("f").as_i64(), get("f").as_f64()),
        (Some(5), None, Some(5.0))
    );
    assert_eq!(get("f").as_number().and_then(Number::as_integral), Some(5));
    assert_eq!((get("t").as_str(), get("n").as_str(), get("t").as_bool()), (Some("x"), None, None));
    assert_eq!((get("l").items().count(), get("o").items().count()), (1, 0));
    assert!(get("l").is_list() && get("l").as_object().is_none() && get("l").get("a").is_none());
    let object = get("o").as_object().unwrap();
    assert!(object.contains("a") && object.present("a").is_none() && object.text("a").is_none());
    assert_eq!((object.len(), view.as_object().unwrap().len()), (1, 5));
    assert!(Json::null().view().is_null() && Json::default() == json("null"));
    assert!(json("[]").into_object().is_none() && json("{}").into_object() == Some(Object::new()));
}

#[test]
fn of_repeated_members_the_last_one_counts() {
    let document = json(r#"{"a":1,"b":2,"a":3}"#);
    assert_eq!(document.view().get("a").and_then(JsonRef::as_u64), Some(3));
    assert_eq!(document.view().as_object().unwrap().iter().count(), 3);
    assert_eq!(document, json(r#"{"b":2,"a":3}"#));
    assert_ne!(document, json(r#"{"b":2,"a":1}"#));
    let mut object = document.into_object().unwrap();
    object.set("a", "x");
    assert_eq!(object.encode(), r#"{"a":"x","b":2}"#);
    let made: Object = [("a", 1), ("b", 2), ("a", 3)].into_iter().collect();
    assert_eq!(made.encode(), r#"{"a":3,"b":2}"#);
}

#[test]
fn equality_is_that_of_what_is_said() {
    assert_eq!(json(r#"{"a":1,"b":[2,{"c":"A"}]}"#), json(r#"{"b":[2,{"c":"\u0041"}],"a":1}"#));
    for (one, other) in [
        (r#"{"a":1,"b":2}"#, r#"{"a":1,"c":2}"#),
        (r#"{"a":1}"#, r#"{"a":1,"b":null}"#),
        ("[1,2]", "[2,1]"),
        ("[1]", "[1,1]"),
        ("1", "1.0"),
        ("\"1\"", "1"),
        ("[]", "{}"),
        ("null", "false"),
    ] {
        assert_ne!(json(one), json(other));
    }
}

#[test]
fn an_object_is_made_and_changed() {
    let inner = Object::new().with("switch", "on");
    let list = vec![Json::from(1), inner.clone().into(), Json::null()];
    let mut object =
        Object::new().with("list", list).with("inner", inner).with("none", Object::new());
    assert_eq!(
        object.encode(),
        r#"{"list":[1,{"switch":"on"},null],"inner":{"switch":"on"},"none":{}}"#
    );
    object.set("list", Number::from_f64(-1.5).unwrap());
    object.set("inner", json(r#"{"n":["\n"]}"#).view().get("n").unwrap());
    assert!(object.remove("none") && !object.remove("none"));
    assert_eq!(object.encode(), r#"{"list":-1.5,"inner":["\n"]}"#);
    assert!(object.remove("list") && object.remove("inner"));
    assert!(object.view().is_empty() && object == Object::new());
    assert_eq!(Json::list::<bool>([]).encode(), "[]");
    let copy =
        json(r#"{"a":{"b":1}}"#).view().get("a").and_then(JsonRef::as_object).unwrap().to_object();
    assert_eq!(copy.encode(), r#"{"b":1}"#);
}

#[test]
fn nothing_is_made_that_could_not_be_read_again() {
    let mut nested = Object::new();
    for _ in 0..1000 {
        nested = Object::new().with("a", nested);
        assert_eq!(Json::parse(&nested.encode()), Ok(nested.clone().into()));
    }
    let deepest = json(&format!("{}{}", "[".repeat(128), "]".repeat(128)));
    assert_eq!(Json::list([deepest.clone()]).encode(), "[null]");
    assert_eq!(Object::new().with("a", deepest).encode(), r#"{"a":null}"#);
}

#[test]
fn debug_leaves_out_what_is_secret_also_in_parts_and_copies() {
    let document = json(r#"{"secret":{"pin":[1234]},"to":"a@b","a@b":null,"list":["secret",5]}"#);
    let shown =
        r#"{"secret": <redacted>, "to": <redacted>, <redacted>: null, "list": ["secret", 5]}"#;
    assert_eq!(format!("{document:?}"), shown);
    let view = document.view();
    assert_eq!(
        view.encode_redacted(),
        r#"{"secret":"<redacted>","to":"<redacted>","<redacted>":null,"list":["secret",5]}"#
    );
    let pin = view.get("secret").and_then(|secret| secret.get("pin")).unwrap();
    for part in [pin, pin.items().next().unwrap(), pin.to_json().view()] {
        assert_eq!(format!("{part:?}"), "<redacted>");
        assert_eq!(part.encode_redacted(), r#""<redacted>""#);
    }
    assert_eq!(format!("{:?} {:?}", pin.items(), pin.to_json()), "<redacted> <redacted>");
    let secret = view.get("secret").and_then(JsonRef::as_object).unwrap();
    assert_eq!(format!("{secret:?} {:?}", secret.iter()), "<redacted> <redacted>");
    let members = view.as_object().unwrap();
    assert_eq!(format!("{:?}", members.iter()), shown);
    assert_eq!(format!("{:?}", view.get("list").unwrap().items()), r#"["secret", 5]"#);
    // Under its own name a secret is hidden alone, under another one all of the object is.
    let own = Object::new().with("secret", pin).with("n", 1);
    assert_eq!(format!("{own:?}"), r#"{"secret": <redacted>, "n": 1}"#);
    assert_eq!(format!("{:?}", Object::new().with("n", pin)), "<redacted>");
    assert_eq!(format!("{:?}", Json::list([pin])), "<redacted>");
    assert_eq!(format!("{:?}", Json::from("x".repeat(129))), "<text of 129 bytes>");
    let absent = json(r#"{"secret":null}"#);
    assert_eq!(format!("{absent:?}"), r#"{"secret": null}"#);
    assert_eq!(absent.view().get("secret").unwrap().encode_redacted(), "null");
}

#[test]
fn every_text_is_wiped_also_when_it_moves_to_larger_memory() {
    let mut object = Object::new().with("secret", "hunter2");
    for n in 0..100 {
        object.set(&n.to_string(), "some more text");
    }
    let moved = |wiped: &str| wiped.contains("hunter2");
    assert!(WIPED.with_borrow(|wiped| wiped.iter().filter(|text| moved(text)).count() > 2));
    WIPED.with_borrow_mut(Vec::clear);
    drop(object);
    drop(json(r#"["hunter2\n"]"#));
    drop(Json::from("hunter2".to_owned()));
    assert!(WIPED.with_borrow(|wiped| wiped.iter().filter(|text| moved(text)).count() == 4));
}

#[test]
fn a_text_of_any_length_around_words_of_the_scan_is_read() {
    for length in 0..40 {
        for tail in ["", "\\n", "\\u00e9", "é"] {
            let content = format!("{}{tail}", "x".repeat(length));
            let read = json(&format!("[\"{content}\",1]"));
            let expected = content.replace("\\n", "\n").replace("\\u00e9", "é");
            assert_eq!(read.view().items().next().unwrap().as_str(), Some(&*expected));
        }
        let error = Json::parse(&format!("\"{}\u{1f}\"", "x".repeat(length))).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (ErrorKind::NotJson, length + 1));
    }
}
