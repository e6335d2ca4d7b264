//! Numbers of JSON, wherever they stand, and whatever features the JSON parser was built with.
//!
//! The suite runs twice, the second time with `--features serde_json/arbitrary_precision`, with which the parser hands
//! numbers out in another way.

mod common;

use common::message;
use lamarzocco_proto::{Frame, Json, MachineConfiguration, Reason, SettingsMap, Value};

/// Numbers that are written again as they came, and such that keep their value only.
const NUMBERS: [(&str, f64); 18] = [
    ("0", 0.0),
    ("17", 17.0),
    ("-3", -3.0),
    ("-0.0", -0.0),
    ("1.0", 1.0),
    ("568.5", 568.5),
    ("0.10000000149011612", 0.100_000_001_490_116_12),
    ("123.9000015258789", 123.900_001_525_878_9),
    ("5e-324", 5e-324),
    ("18446744073709551615", 18_446_744_073_709_551_615.0),
    ("-9223372036854775808", -9_223_372_036_854_775_808.0),
    ("-0", -0.0),
    ("1e3", 1000.0),
    ("1.5E+2", 150.0),
    ("25e-1", 2.5),
    ("1e-999", 0.0),
    ("18446744073709551616", 18_446_744_073_709_551_616.0),
    ("-9223372036854775809", -9_223_372_036_854_775_809.0),
];

/// How a number is written again.
fn written(text: &str, number: f64) -> String {
    let is_kept = NUMBERS[..11].contains(&(text, number));
    if is_kept { text.to_owned() } else { serde_json::to_string(&number).unwrap() }
}

/// Whether the parser keeps the text of numbers.
fn is_arbitrarily_precise() -> bool {
    serde_json::from_str::<serde_json::Value>("1e999").is_ok()
}

#[test]
fn a_number_is_read_and_written_wherever_it_stands() {
    for (text, number) in NUMBERS {
        let written = written(text, number);
        for frame in [
            format!(r#"{{"WaterTDS":{text}}}"#),
            format!(r#"{{"name":"WaterTDS","value":{text}}}"#),
            format!(r#"{{"name":"unknown","data":{text},"new":{text}}}"#),
            format!(r#"[{{"a":{text}}}]"#),
        ] {
            let read = message(&frame);
            let value = read.value().as_f64().unwrap();
            assert!(value == number && value.is_sign_negative() == number.is_sign_negative());
            assert_eq!(Frame::decode(&frame).unwrap().encode(), frame.replace(text, &written));
        }
        for frame in [
            format!(r#"{{"SystemInfo":{{"a":{text},"b":[{text},{text}]}}}}"#),
            format!(r#"{{"MachineConfiguration":{{"a":{text}}}}}"#),
            format!(r#"[{text},[{text}],{{"name":{text},"a":[{text}]}}]"#),
            format!(r#"{{"name":"WaterTDS","type":{text},"unit":{{"a":{text}}}}}"#),
        ] {
            assert_eq!(Frame::decode(&frame).unwrap().encode(), frame.replace(text, &written));
        }
        let json = Json::from_text(text).unwrap();
        assert_eq!((json.root().as_f64(), json.to_string().as_str()), (Some(number), &*written));
        let tree: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(Json::from(&tree).root().as_f64(), Some(number), "{text}");
        let configuration = MachineConfiguration::from_text(&format!(
            r#"{{"boilerTargetTemperature":{{"SteamBoiler":{text}}}}}"#
        ));
        let temperatures = configuration.as_ref().unwrap().boiler_target_temperature().unwrap();
        assert_eq!(temperatures.get("SteamBoiler"), Some(number));
    }
}

#[test]
fn a_number_in_settings_is_a_hash_only_if_it_is_an_integer() {
    for (text, _) in NUMBERS {
        let data = format!(
            r#"{{"x":{text},"Settings":[{{"Hash":{text},"Value":""}},{text},{{"Hash":1,"Value":{text}}},{{"y":[{text}],"Hash":2,"Value":""}}]}}"#
        );
        let error = SettingsMap::from_data(&data).unwrap_err();
        let hash = text.parse::<u32>().ok();
        let expected = if hash.is_some() { Reason::SettingsEntry } else { Reason::SettingsHash };
        assert_eq!(error.reason(), expected, "{text}");
        let settings = error.settings().unwrap();
        assert_eq!(settings.len(), 1 + usize::from(hash.is_some()));
        let value: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!(SettingsMap::from_value(&value).unwrap_err().settings(), Some(settings));
        let frame = Frame::decode(&format!(r#"{{"Settings":{data}}}"#)).unwrap();
        assert_eq!(frame.messages()[0].as_ref().unwrap_err().settings(), Some(settings));
        assert_eq!(
            SettingsMap::from_data(&format!(r#"{{"Settings":{text}}}"#)).unwrap_err().reason(),
            Reason::SettingsShape
        );
        assert_eq!(SettingsMap::from_data(text).unwrap_err().reason(), Reason::SettingsShape);
        assert_eq!(Frame::decode(text).unwrap_err().reason(), Reason::NotAFrame);
    }
}

#[test]
fn a_number_beyond_f64_makes_the_text_malformed() {
    for number in ["1e999", "-1e999", &"9".repeat(400)] {
        for frame in [format!(r#"{{"WaterTDS":{number}}}"#), format!("[1,{{\"a\":[{number}]}}]")] {
            assert_eq!(Frame::decode(&frame).unwrap_err().reason(), Reason::NotJson, "{frame}");
        }
        let data = format!(r#"{{"x":{number},"Settings":[]}}"#);
        assert_eq!(SettingsMap::from_data(&data).unwrap_err().reason(), Reason::NotJson);
        assert!(Json::from_text(number).is_none());
        assert_eq!(message(&format!(r#"{{"WaterTDS":"{number}"}}"#)).value(), &Value::from(number));
        if let Ok(tree) = serde_json::from_str::<serde_json::Value>(&format!("[{number},1]")) {
            assert_eq!(Json::from(&tree).to_string(), "[null,1]");
        }
    }
}

#[test]
fn an_object_with_the_private_name_of_a_number_is_an_object() {
    if is_arbitrarily_precise() {
        // The parser itself makes no difference then.
        return;
    }
    for frame in [
        r#"{"$serde_json::private::Number":"5"}"#,
        r#"{"SystemInfo":{"$serde_json::private::Number":"5"}}"#,
        r#"[{"a":{"$serde_json::private::Number":"1e999"}}]"#,
    ] {
        assert_eq!(Frame::decode(frame).unwrap().encode(), frame);
    }
}
