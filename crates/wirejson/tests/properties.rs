//! Laws that hold for all inputs, and the comparison with `serde_json`.

use proptest::prelude::*;
use serde_json::Value;
use wirejson::{ErrorKind, JsonRef, Lexer, Public, Token, write_text};

type Json = wirejson::Json<Public>;
type Object = wirejson::Object<Public>;

fn values() -> impl Strategy<Value = Value> {
    let names = prop_oneof![any::<String>(), "[a-c]".prop_map(String::from)];
    let scalars = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    scalars.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((names.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Texts of JSON, most of them damaged in one place.
fn texts() -> impl Strategy<Value = String> {
    let junk = "[\\[\\]{}\":,0-2eE+.\\-\\\\u \u{1}a-fn]{0,3}";
    let damaged = (values(), any::<bool>(), any::<prop::sample::Index>(), 0..4_usize, junk)
        .prop_map(|(value, is_pretty, at, cut, junk)| {
            let mut text = if is_pretty { format!("{value:#}") } else { value.to_string() };
            let mut at = at.index(text.len() + 1);
            let mut end = (at + cut).min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            while !text.is_char_boundary(end) {
                end += 1;
            }
            text.replace_range(at..end, &junk);
            text
        });
    prop_oneof![
        3 => damaged,
        1 => values().prop_map(|value| value.to_string()),
        1 => "[\\[\\]{}\":,0-2eE+.\\-\\\\untrfalsed89 \n\u{1}é]{0,14}",
        1 => "\"(\\\\u[dD][89a-fA-F][0-9a-f]{2}|\\\\[\"\\\\/bfnrtu]|[a-z]){0,5}\"",
        1 => "-?[0-9]{1,22}(\\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?",
    ]
}

fn is_same(ours: JsonRef<'_, Public>, theirs: &Value) -> bool {
    match theirs {
        Value::Null => ours.is_null(),
        Value::Bool(value) => ours.as_bool() == Some(*value),
        Value::String(text) => ours.as_str() == Some(text),
        Value::Number(number) => {
            let bits = |number: f64| number.to_bits();
            (ours.as_u64(), ours.as_i64()) == (number.as_u64(), number.as_i64())
                && ours.as_f64().map(bits) == number.as_f64().map(bits)
        }
        Value::Array(items) => {
            ours.is_list()
                && ours.items().count() == items.len()
                && ours.items().zip(items).all(|(ours, theirs)| is_same(ours, theirs))
        }
        Value::Object(members) => ours.as_object().is_some_and(|object| {
            object.iter().all(|(name, _)| members.contains_key(name))
                && members
                    .iter()
                    .all(|(name, value)| object.get(name).is_some_and(|own| is_same(own, value)))
        }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_serde_json_reads_is_read_with_the_same_values_and_nothing_else(text in texts()) {
        match (Json::parse(&text), serde_json::from_str::<Value>(&text)) {
            (Ok(ours), Ok(theirs)) => prop_assert!(is_same(ours.view(), &theirs), "{}", text),
            (Err(error), Err(theirs)) => {
                prop_assert!(error.offset() <= text.len() && text.is_char_boundary(error.offset()));
                let is_end = matches!(error.kind(), ErrorKind::Truncated | ErrorKind::Empty);
                // It calls some faults close to the end an end, too.
                prop_assert!(!is_end || theirs.is_eof(), "{} {} {}", text, error, theirs);
            }
            (ours, theirs) => prop_assert!(false, "{:?} {:?} {:?}", text, ours, theirs),
        }
    }

    #[test]
    fn what_was_read_is_written_so_that_it_reads_the_same(value in values()) {
        for text in [value.to_string(), format!("{value:#}")] {
            let json = Json::parse(&text).unwrap();
            let written = json.encode();
            prop_assert!(is_same(json.view(), &serde_json::from_str(&written).unwrap()));
            prop_assert_eq!(&Json::parse(&written).unwrap(), &json);
            prop_assert_eq!(json.view().to_json().encode(), written);
            let shown = format!("{json:?}");
            prop_assert!(!shown.is_empty());
        }
    }

    #[test]
    fn what_is_made_is_what_is_read(members in proptest::collection::vec(("[a-d]", values()), 0..8), removed in "[a-d]") {
        let json = |value: &Value| Json::parse(&value.to_string()).unwrap();
        let mut map: serde_json::Map<_, _> = members.iter().cloned().collect();
        let mut object: Object = members.iter().map(|(name, value)| (name, json(value))).collect();
        prop_assert_eq!(Json::from(object.clone()), json(&map.clone().into()));
        prop_assert_eq!(object.remove(&removed), map.remove(&removed).is_some());
        let mut set = Object::new();
        for (name, value) in &members {
            set.set(name, json(value));
        }
        set.remove(&removed);
        prop_assert_eq!(object.encode(), set.encode());
        prop_assert_eq!(Json::from(object), json(&map.into()));
    }

    #[test]
    fn a_text_that_is_written_is_read(text in any::<String>()) {
        let mut written = String::new();
        write_text(&text, &mut written);
        prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text.clone());
        let Ok(Some(Token::Text(read))) = Lexer::new(&written).token() else { panic!("{written}") };
        prop_assert_eq!(read.decode().unwrap(), text);
    }

    #[test]
    fn every_value_is_the_text_that_is_taken_for_it(value in values()) {
        let text = format!("{value:#}");
        let mut lexer = Lexer::new(&text);
        lexer.token().unwrap();
        prop_assert_eq!(lexer.value_text().unwrap(), &text);
        prop_assert_eq!(lexer.token(), Ok(None));
    }
}
