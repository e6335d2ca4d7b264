//! Laws that hold for all inputs.

mod common;

use std::collections::HashSet;

use common::{DOCUMENT, GENERATIONS};
use placeos_proto::endpoint::{Authority, Credential, Placement, Upgrade};
use placeos_proto::server::{ClientMessage, Responder};
use placeos_proto::{
    Args, BindingKey, Command, ErrorCode, Generation, Id, Incoming, Kind, Level, Malformed,
    ModuleId, Request, Response, Value, classify,
};
use proptest::prelude::*;

/// Reads all that can be read of a response; nothing may panic, and nothing may be lost.
fn look(response: &Response<'_>, generation: Generation) {
    assert!(!format!("{response:?} {response:#?}").is_empty());
    let _ = (response.id(), response.reply_to(), response.value(), response.key());
    let _ = (response.message(), response.level(), response.class_name(), response.module());
    if let Some(error) = response.error() {
        let _ = (error.to_string(), error.advice(&Command::Exec), error.class(&Command::Bind));
    }
    let _ = (response.log_line(), response.status(), response.error_code());
    let text = response.encode();
    let again = Response::decode(&text, generation).unwrap();
    assert_eq!(&again, response);
    assert_eq!(again.encode(), text);
    assert_eq!(&response.clone().into_owned(), response);
}

/// Reads a text as everything that it might be.
fn look_at(text: &str) {
    for generation in GENERATIONS {
        match classify(text, generation) {
            Incoming::Pong => assert_eq!(text, "pong"),
            Incoming::Response(response) => look(&response, generation),
            Incoming::Malformed(error) => {
                assert!(error.offset() <= text.len() && error.excerpt().len() <= 64);
                assert!(!format!("{error} {error:?} {}", error.advice()).is_empty());
            }
            other => panic!("{other:?}"),
        }
        if let Ok(ClientMessage::Request(frame)) = ClientMessage::decode(text) {
            let _ = (format!("{frame:?}"), frame.id(), frame.command());
            let written = frame.encode();
            assert_eq!(ClientMessage::decode(&written), Ok(ClientMessage::Request(frame.clone())));
            match frame.check(generation) {
                Ok(request) => {
                    assert!(!matches!(request.command(), Command::Other(_)));
                    let written = request.encode();
                    assert_eq!(common::request(&written).check(generation), Ok(request));
                }
                Err(refusal) => {
                    let _ = Responder::new(generation).refuse(&frame, refusal);
                }
            }
        }
    }
    if let Ok(value) = Value::parse(text) {
        assert!(text.contains(value.json()));
        let _ = (value.as_str(), value.as_f64(), value.as_i64(), value.as_bool(), value.is_null());
        let _ = (value.deserialize::<serde_json::Value>(), format!("{value:?} {value}"));
    }
    let _ = Authority::decode(text).map(|authority| authority.encode());
    let _ = Malformed::binary(text.as_bytes()).to_string();
}

/// Names that mean something, and some that do not.
fn names() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "id",
        "type",
        "mod_id",
        "msg",
        "value",
        "error_code",
        "meta",
        "mod",
        "klass",
        "level",
        "code",
        "cmd",
        "sys",
        "index",
        "name",
        "args",
        "$serde_json::private::RawValue",
        "$serde_json::private::Number",
    ];
    prop_oneof![8 => proptest::sample::select(KNOWN).prop_map(str::to_owned), 1 => any::<String>()]
}

/// JSON texts of one value, with what tempts a reader.
fn values() -> impl Strategy<Value = String> {
    const TEXTS: &[&str] = &[
        "null",
        "true",
        "0",
        "1",
        "-1",
        "-0",
        "1.0",
        "1e3",
        "1.50",
        "9223372036854775808",
        "1e999",
        r#""""#,
        r#""[]""#,
        r#""null""#,
        r#""success""#,
        r#""notify""#,
        r#""error""#,
        r#""debug""#,
        r#""bind""#,
        r#""\ud800""#,
        r#""\u0061""#,
        r#""mod-1""#,
        r#""3""#,
        r#""{\"a\":\"\\u00e9\"}""#,
    ];
    let leaf = prop_oneof![
        4 => proptest::sample::select(TEXTS).prop_map(str::to_owned),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => any::<String>().prop_map(|text| Value::from(text.as_str()).json().to_owned()),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(" , "))),
            proptest::collection::vec((names(), inner), 0..4).prop_map(|members| object(&members)),
        ]
    })
}

fn object(members: &[(String, String)]) -> String {
    joined(members, ": ")
}

fn joined(members: &[(String, String)], colon: &str) -> String {
    let pairs: Vec<_> = members
        .iter()
        .map(|(name, value)| format!("{}{colon}{value}", Value::from(name.as_str())))
        .collect();
    format!("{{{}}}", pairs.join(","))
}

/// Objects, some of them whole.
fn frames() -> impl Strategy<Value = String> {
    let kinds = proptest::sample::select(&["success", "notify", "debug", "error", "new"][..]);
    (kinds, proptest::collection::vec((names(), values()), 0..8)).prop_map(|(kind, mut members)| {
        members.insert(members.len() / 2, ("type".to_owned(), format!("\"{kind}\"")));
        object(&members)
    })
}

/// What JSON is made of, and what it must not be.
fn pieces() -> impl Strategy<Value = &'static str> {
    const PIECES: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u00e",
        "\\u00e9",
        "\\x",
        "-",
        "+",
        ".",
        "e",
        "0",
        "1",
        "true",
        "nul",
        " ",
        "\n",
        "\u{1}",
        "\u{7f}",
        "é",
        "[1,2]",
        "{\"a\":1}",
        "1.5e-3",
        "01",
        "[[]",
    ];
    proptest::sample::select(PIECES)
}

fn keys() -> impl Strategy<Value = BindingKey> {
    let texts = || prop_oneof!["[a-z-]{0,12}", ".{0,60}"];
    (texts(), texts(), any::<i32>(), texts())
        .prop_map(|(system, module, index, name)| BindingKey::new(&system, &module, index, &name))
}

proptest! {
    #[test]
    fn any_text_gives_a_value(text in any::<String>()) {
        look_at(&text);
    }

    #[test]
    fn any_bytes_give_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let error = Malformed::binary(&bytes);
        prop_assert!(error.excerpt().len() <= 64 && error.to_string().len() < 200);
    }

    #[test]
    fn any_frame_survives(text in frames()) {
        look_at(&text);
    }

    #[test]
    fn any_damage_to_a_frame_of_the_document_gives_a_value(
        number in 1..=DOCUMENT.len(), at in any::<proptest::sample::Index>(), piece in ".{0,3}",
    ) {
        let text = common::document(number);
        let (head, tail) = text.split_at(at.index(text.len()));
        for damaged in [head, tail, &format!("{head}{piece}{tail}"), &tail.replace(',', &piece)] {
            look_at(damaged);
        }
    }

    #[test]
    fn white_space_after_a_compact_frame_changes_nothing(
        text in frames(), at in any::<proptest::sample::Index>(), piece in pieces(),
    ) {
        let text = text.replace(": ", ":").replace(" , ", ",");
        let mut at = at.index(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let damaged = format!("{}{piece}{}", &text[..at], &text[at..]);
        for text in [text, damaged] {
            for generation in GENERATIONS {
                let spaced = format!("{text} ");
                let read = Response::decode(&text, generation).map_err(|error| error.reason());
                let expected = Response::decode(&spaced, generation).map_err(|error| error.reason());
                prop_assert_eq!(read, expected);
            }
            let value = Value::parse(&text).ok();
            prop_assert_eq!(value, Value::parse(&format!("{text} ")).ok());
        }
    }

    #[test]
    fn white_space_in_a_meta_changes_nothing(
        members in proptest::collection::vec((names(), values()), 0..6), key in keys(),
    ) {
        let mut members = members;
        let texts = [("sys", key.system()), ("mod", key.module()), ("name", key.name())];
        for (name, text) in texts {
            members.insert(members.len() / 2, (name.to_owned(), Value::from(text).json().to_owned()));
        }
        members.push(("index".to_owned(), key.index().to_string()));
        let texts = [": ", ":"].map(|colon| format!(r#"{{"meta":{}}}"#, joined(&members, colon)));
        let [spaced, compact] = texts.each_ref().map(|text| common::g3(text));
        prop_assert_eq!(spaced.key(), compact.key());
    }

    #[test]
    fn every_member_keeps_the_text_of_its_value(
        members in proptest::collection::hash_map(names(), values(), 0..8),
    ) {
        let members: Vec<_> = members.into_iter().collect();
        let text = object(&members);
        let (response, request) = (common::g3(&text), common::request(&text));
        for (name, value) in &members {
            let expected = Some((name.as_str(), value.as_str()));
            prop_assert_eq!(response.members().find(|(member, _)| member == name), expected);
            prop_assert_eq!(request.members().find(|(member, _)| member == name), expected);
        }
        prop_assert_eq!(response.members().count(), members.len());
    }

    #[test]
    fn every_request_reads_as_what_it_was_written_as(
        id in any::<i64>(), key in keys(), items in proptest::collection::vec(values(), 0..4), kind in 0..5,
    ) {
        let args: Vec<_> = items.iter().map(|item| Value::parse(item).unwrap()).collect();
        let id = Id::from(id);
        let module = ModuleId::from(key.module());
        let request = match kind {
            0 => Request::bind(id, key),
            1 => Request::unbind(id, key),
            2 => Request::exec(id, key, Args::new(&args).unwrap()),
            3 => Request::debug(id, key.system(), &module, key.index()),
            _ => Request::ignore(id, key.system(), &module, key.index()),
        };
        let text = request.encode();
        for generation in GENERATIONS {
            prop_assert_eq!(common::request(&text).check(generation), Ok(request.clone()));
        }
        prop_assert_eq!(common::request(&text).encode(), text);
    }

    #[test]
    fn every_value_arrives_unchanged(value in values(), key in keys(), id in 1..i64::MAX) {
        let value = Value::parse(&value).unwrap();
        let bind = Request::bind(Id::from(id), key.clone());
        for generation in GENERATIONS {
            let server = Responder::new(generation);
            let notify = server.notify(&bind, &value);
            let text = notify.encode();
            let read = common::read(&text, generation);
            prop_assert_eq!(&read, &notify);
            prop_assert_eq!((read.kind(), read.value(), read.key()), (Kind::Notify, Some(value.clone()), Some(key.clone())));
            let text = server.exec_success(&bind, &value, 200).encode();
            prop_assert_eq!(common::read(&text, generation).value(), Some(value.clone()));
        }
    }

    #[test]
    fn a_stringified_value_read_as_a_raw_one_is_a_string_of_the_same_text(value in values()) {
        let value = Value::parse(&value).unwrap();
        let bind = Request::bind(Id::from(1), common::bookings());
        let text = Responder::new(Generation::G2).notify(&bind, &value).encode();
        let raw = common::g3(&text).value().unwrap();
        let content = raw.as_str().unwrap();
        prop_assert_eq!(content.as_ref(), value.json());
    }

    #[test]
    fn every_error_and_log_line_arrives_unchanged(id in 1..i64::MAX, code in any::<i64>(), small in 0..9_i64, text in any::<String>()) {
        let module = ModuleId::from(text.as_str());
        let debug = Request::debug(Id::from(id), "sys-1", &module, 1);
        for generation in GENERATIONS {
            let server = Responder::new(generation);
            for code in [code, small].map(ErrorCode::from) {
                let written = server.error(&Id::from(id), &code, 500, &text).encode();
                let read = common::read(&written, generation);
                prop_assert_eq!(read.reply_to(), Some(Id::from(id)));
                let error = read.error().unwrap();
                prop_assert_eq!((error.code, error.message.as_deref()), (Some(code), Some(text.as_str())));
            }
            let level = Level::Other(Value::from(text.as_str()));
            let written = server.log_line(&debug, &module, &text, &level, &text).encode();
            let line = common::read(&written, generation).log_line().unwrap();
            prop_assert_eq!((line.message.as_deref(), line.module), (Some(text.as_str()), Some(module.clone())));
            prop_assert_eq!(line.class_name.is_some(), generation == Generation::G1);
        }
    }

    #[test]
    fn keys_are_equal_and_ordered_as_their_parts(left in keys(), right in keys()) {
        let parts = |key: &BindingKey| {
            (key.system().to_owned(), key.module().to_owned(), key.index(), key.name().to_owned())
        };
        prop_assert_eq!(left == right, parts(&left) == parts(&right));
        prop_assert_eq!(left.cmp(&right), parts(&left).cmp(&parts(&right)));
        prop_assert_eq!(&left, &BindingKey::new(left.system(), left.module(), left.index(), left.name()));
    }

    #[test]
    fn every_credential_arrives_unchanged(id in "[A-Za-z0-9-]{1,20}", secret in "[!#-+\\--:<-\\[\\]-~]{1,20}") {
        for credential in [Credential::api_key(format!("{id}.{secret}")), Credential::bearer(secret)] {
            let credential = credential.unwrap();
            for placement in [Placement::Header, Placement::Query, Placement::Cookie] {
                let upgrade = Upgrade::new(Generation::G3, credential.clone(), placement).fixed_device();
                let header = upgrade.header();
                let look_up = |wanted: &str| {
                    header.as_ref().filter(|(name, _)| *name == wanted).map(|(_, value)| value.expose())
                };
                let found = Credential::present(upgrade.path_and_query().expose(), look_up);
                prop_assert_eq!(found, Ok(Some(credential.clone())));
            }
        }
    }

    #[test]
    fn any_request_line_and_header_give_a_credential_or_none(target in any::<String>(), header in any::<String>()) {
        let _ = Credential::present(&target, |_| Some(&header));
        let _ = Credential::present(&format!("/?api-key={target}&%"), |_| None);
    }
}

#[test]
fn keys_with_the_same_letters_in_other_places_differ() {
    let keys = [("ab", "c", "d"), ("a", "bc", "d"), ("a", "b", "cd"), ("", "abcd", "")];
    let keys: HashSet<_> = keys
        .iter()
        .map(|(system, module, name)| BindingKey::new(system, module, 1, name))
        .collect();
    assert_eq!(keys.len(), 4);
    assert!(!keys.contains(&BindingKey::new("ab", "c", 2, "d")));
    let long = "x".repeat(1000);
    let key = BindingKey::new(&long, "é", 1, &long);
    assert_eq!((key.system(), key.module(), key.name()), (long.as_str(), "é", long.as_str()));
}
