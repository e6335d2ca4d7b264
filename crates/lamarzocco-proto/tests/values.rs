//! How values are read by their names.

mod common;

use common::message;
use lamarzocco_proto::{Frame, Json, Message, Name, Unit, Value, ValueType};

/// The value of a text under a name, with and without a type.
fn read(name: &str, value_type: Option<&str>, text: &str) -> Value {
    let mut frame = serde_json::json!({ "name": name, "data": text });
    if let Some(value_type) = value_type {
        frame["type"] = value_type.into();
    }
    let message = message(&frame.to_string());
    assert_eq!(message.text().as_deref(), Some(text));
    message.value().clone()
}

fn plain(name: &str, json: &str) -> Value {
    message(&format!("{{\"name\":\"{name}\",\"value\":{json}}}")).value().clone()
}

#[test]
fn json_values_are_taken_as_they_are() {
    assert_eq!(plain("WaterTDS", "17"), Value::Number(17.0));
    assert_eq!(plain("WaterTDS", "568.5"), Value::Number(568.5));
    assert_eq!(plain("WaterTDS", "0.10000000149011612"), Value::Number(f64::from(0.1_f32)));
    assert_eq!(plain("WaterTDS", "-3"), Value::Number(-3.0));
    assert_eq!(
        plain("WaterTDS", "123456789012345678901234567890"),
        Value::Number(1.234_567_890_123_456_8e29)
    );
    assert_eq!(plain("WaterTDS", "true"), Value::Bool(true));
    assert_eq!(plain("WaterTDS", "null"), Value::Null);
    assert!(plain("WaterTDS", "{\"a\":1}").as_json().unwrap().is_object());
    assert!(plain("nothing", "[1]").as_json().unwrap().is_array());
}

#[test]
fn numbers_in_text_are_numbers_under_a_name_of_numbers_whatever_the_type_says() {
    for value_type in [None, Some("number"), Some("string"), Some("new")] {
        for (text, number) in [
            ("0.000000", 0.0),
            ("-3.500000", -3.5),
            ("1.5e2", 150.0),
            ("6", 6.0),
            (" 6.0\n", 6.0),
            ("-0", 0.0),
        ] {
            assert_eq!(read("WaterTDS", value_type, text), Value::Number(number));
        }
    }
}

#[test]
fn text_that_is_no_finite_json_number_stays_text() {
    for text in [
        "NaN", "inf", "-inf", "infinity", "1e999", "1,5", "+5", "", " ", "1.", ".5", "0x10", "01",
        "1 2", "null", "true",
    ] {
        assert_eq!(read("WaterTDS", Some("number"), text), Value::from(text), "{text}");
    }
}

#[test]
fn bools_in_text_are_bools_only_under_a_name_of_bools_and_only_if_exact() {
    assert_eq!(read("SteamBoilerEnabled", None, "true"), Value::Bool(true));
    assert_eq!(read("SteamBoilerEnabled", Some("number"), "false"), Value::Bool(false));
    for text in ["True", " true", "1", ""] {
        assert_eq!(read("SteamBoilerEnabled", None, text), Value::from(text));
    }
    assert_eq!(read("MachineMode", None, "true"), Value::from("true"));
}

#[test]
fn json_in_text_is_unwrapped_once_and_stays_text_if_it_does_not_parse() {
    let value = read("SystemInfo", Some("string"), r#" {"uptime":"{\"a\":1}"}"#);
    assert_eq!(value.as_json().unwrap().get("uptime").unwrap().as_str(), Some(r#"{"a":1}"#));
    for text in ["{", "5", "\"{}\"", "true", "[1,]"] {
        assert_eq!(read("SystemInfo", Some("string"), text), Value::from(text));
    }
}

#[test]
fn text_under_a_name_of_text_stays_text_even_if_it_looks_like_a_number() {
    assert_eq!(
        read("gatewayFwVersion", Some("number"), "20231102114141"),
        Value::from("20231102114141")
    );
    assert_eq!(read("MachineMode", None, "{}"), Value::from("{}"));
}

#[test]
fn text_under_a_name_of_any_kind_is_read_by_its_looks() {
    for value_type in [None, Some("string"), Some("number")] {
        assert_eq!(read("KeepAlive", value_type, "5"), Value::Number(5.0));
        assert_eq!(read("KeepAlive", value_type, "true"), Value::Bool(true));
        assert!(read("KeepAlive", value_type, "{}").as_json().is_some());
        assert_eq!(read("KeepAlive", value_type, "beat"), Value::from("beat"));
    }
}

#[test]
fn text_under_an_unknown_name_is_read_by_its_type() {
    assert_eq!(read("New", Some("number"), "5"), Value::Number(5.0));
    assert_eq!(read("New", Some("number"), "true"), Value::from("true"));
    assert_eq!(read("New", Some("number"), "{}"), Value::from("{}"));
    assert_eq!(read("New", Some("string"), "5"), Value::from("5"));
    assert_eq!(read("New", Some("string"), "true"), Value::Bool(true));
    assert!(read("New", Some("string"), "[1]").as_json().is_some());
    assert_eq!(read("New", Some("string"), " [1]"), Value::from(" [1]"));
    assert_eq!(read("New", None, "5"), Value::Number(5.0));
    assert_eq!(read("New", None, "x"), Value::from("x"));
    assert_eq!(read("New", Some("bytes"), "5"), Value::from("5"));
}

#[test]
fn equal_numbers_are_equal_values_and_keep_their_texts() {
    assert_eq!(
        read("TeaStartedStopTarget", None, "6"),
        read("TeaStartedStopTarget", None, "6.000000")
    );
    let short = message(r#"{"TeaStartedStopTarget":"6"}"#);
    let long = message(r#"{"TeaStartedStopTarget":"6.000000"}"#);
    assert_ne!(short, long);
    assert_eq!((short.text().unwrap(), long.text().unwrap()), ("6".into(), "6.000000".into()));
    for frame in [
        r#"{"a":18446744073709551615}"#,
        r#"{"a":-9223372036854775808}"#,
        r#"{"a":5}"#,
        r#"{"a":5.0}"#,
    ] {
        assert_eq!(Frame::decode(frame).unwrap().encode(), frame);
    }
}

#[test]
fn the_unit_is_kept_as_it_was_sent_and_known_by_its_spellings() {
    for (text, celsius, none) in [
        ("C°", true, false),
        ("°C", true, false),
        ("C", true, false),
        ("N/A", false, true),
        ("", false, true),
        ("F°", false, false),
        ("bar", false, false),
    ] {
        let message = message(&format!(r#"{{"name":"WaterTDS","unit":"{text}","data":"1"}}"#));
        let unit = message.unit().unwrap();
        assert_eq!(
            (unit.as_str(), unit.is_degrees_celsius(), unit.is_none()),
            (text, celsius, none)
        );
        assert_eq!(unit.to_string(), text);
    }
}

#[test]
fn a_type_that_is_not_known_is_kept_as_text() {
    let frame = r#"{"name":"WaterTDS","type":"integer","data":"1"}"#;
    assert_eq!(message(frame).value_type(), Some(&ValueType::from("integer")));
    assert_eq!(Frame::decode(frame).unwrap().encode(), frame);
}

#[test]
fn a_professional_frame_is_written_with_text_for_every_value() {
    let encode = |message: Message| Frame::from(message).encode();
    assert_eq!(
        encode(Message::measurement(Name::WaterTds, 193.28)),
        r#"{"name":"WaterTDS","type":"number","displayName":"WaterTDS","unit":"mg/L","data":"193.280000"}"#,
    );
    assert_eq!(
        encode(Message::flag(Name::SteamBoilerEnabled, true)),
        r#"{"name":"SteamBoilerEnabled","type":"string","displayName":"SteamBoilerEnabled","unit":"N/A","data":"true"}"#,
    );
    let json = Json::from_text(r#"{ "doseIndex" : "DoseB", "stopTarget" : 6 }"#).unwrap();
    assert_eq!(
        encode(Message::json(Name::TeaDoseSettings, json).with_display_name("Tea").with_unit("s")),
        r#"{"name":"TeaDoseSettings","type":"string","displayName":"Tea","unit":"s","data":"{\"doseIndex\":\"DoseB\",\"stopTarget\":6}"}"#,
    );
    assert_eq!(
        encode(Message::of_text(Name::HotWaterStopReason, "By\"Button\u{1}")),
        r#"{"name":"HotWaterStopReason","type":"string","displayName":"HotWaterStopReason","unit":"N/A","data":"By\"Button\u0001"}"#,
    );
}

#[test]
fn what_was_made_is_what_is_read() {
    for made in [
        Message::measurement(
            Name::CoffeeBoilerUpdateTemperature(lamarzocco_proto::Boiler::ONE),
            -3.5,
        ),
        Message::measurement(Name::WaterTds, f64::NAN),
        Message::flag("SteamBoilerEnabled", false),
        Message::of_text("MachineMode", "StandBy"),
        Message::of_text("SystemInfo", "{\"uptime\":\"1 day\"}"),
        Message::json(Name::SystemInfo, Json::from_text("{\"b\":1,\"a\":[]}").unwrap()),
        Message::plain("Sleep", "command").with_unit(Unit::NOT_APPLICABLE),
        Message::plain("WaterTDS", 1.5),
    ] {
        assert_eq!(message(&Frame::from(made.clone()).encode()), made);
    }
}

#[test]
fn a_temperature_of_zero_is_a_value() {
    assert_eq!(
        read("SteamBoilerUpdateTemperature", Some("number"), "0.000000"),
        Value::Number(0.0)
    );
}
