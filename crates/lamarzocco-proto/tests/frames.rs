//! How frames are read, whatever way the messages are packed.

mod common;

use common::{SETTINGS, message, only};
use lamarzocco_proto::settings::Tracker;
use lamarzocco_proto::{
    Boiler, Class, Frame, Group, Json, MAX_MESSAGES, MachineConfiguration, Malformed, Message,
    Name, Reason, SettingsMap, Value,
};

/// Names and values of all messages, or why they could not be read.
fn read(frame: &str) -> Vec<Result<(String, Value), Reason>> {
    let each = |message: Message| (message.name().to_string(), message.value().clone());
    Frame::decode(frame)
        .unwrap()
        .into_iter()
        .map(|item| item.map(each).map_err(|error| error.reason()))
        .collect()
}

fn number(name: &str, number: f64) -> Result<(String, Value), Reason> {
    Ok((name.to_owned(), Value::Number(number)))
}

fn text(name: &str, text: &str) -> Result<(String, Value), Reason> {
    Ok((name.to_owned(), Value::from(text)))
}

fn refused(frame: &str) -> Malformed {
    let result = Frame::decode(frame);
    assert_eq!(Class::of(&result), Class::Malformed);
    result.unwrap_err()
}

/// Encoding what was decoded gives JSON equal to it.
#[track_caller]
fn assert_round_trip(frame: &str) {
    let decoded = Frame::decode(frame).unwrap();
    let encoded = decoded.encode();
    let value =
        |text: &str| serde_json::from_str::<serde_json::Value>(text.trim_matches('\0')).unwrap();
    assert_eq!(value(&encoded), value(frame), "{encoded}");
    assert_eq!(Frame::decode(&encoded).unwrap().encode(), encoded);
}

#[test]
fn white_space_and_nul_around_a_frame_do_not_count() {
    for frame in ["\0 \t\r\n{\"WaterTDS\":1}\0\0", "{\"WaterTDS\":1}\n\0", "\u{c}{\"WaterTDS\":1}"]
    {
        assert_eq!(read(frame), [number("WaterTDS", 1.0)]);
    }
    assert_eq!(refused("\0\0\n").reason(), Reason::Truncated);
    assert_eq!(refused("{\"WaterTDS\":1}\u{b}").reason(), Reason::TrailingText);
}

#[test]
fn all_seven_shapes_give_the_same_messages() {
    let value = "93.5";
    let shapes = [
        r#"{"name":"CoffeeBoiler1UpdateTemperature","type":"number","displayName":"d","unit":"C°","data":"93.5"}"#,
        r#"{"name":"CoffeeBoiler1UpdateTemperature","value":93.5}"#,
        r#"[{"name":"CoffeeBoiler1UpdateTemperature","value":93.5}]"#,
        r#"[{"CoffeeBoiler1UpdateTemperature":93.5}]"#,
        r#"{"CoffeeBoiler1UpdateTemperature":93.5}"#,
        r#"[{"name":"CoffeeBoiler1UpdateTemperature","recorded":"2024-07-12T14:52:43Z","value":"93.5"}]"#,
    ];
    for shape in shapes {
        let message = message(shape);
        assert_eq!(message.name(), &Name::CoffeeBoilerUpdateTemperature(Boiler::ONE));
        assert_eq!(message.value(), &Value::Number(value.parse().unwrap()));
        assert_round_trip(shape);
    }
    assert_eq!(message(shapes[5]).recorded(), Some("2024-07-12T14:52:43Z"));
}

#[test]
fn data_comes_before_value_and_an_absent_value_is_null() {
    assert_eq!(read(r#"{"value":1,"data":"2","name":"WaterTDS"}"#), [number("WaterTDS", 2.0)]);
    assert_eq!(read(r#"{"name":"WaterTDS","value":1}"#), [number("WaterTDS", 1.0)]);
    assert_eq!(read(r#"{"name":"WaterTDS"}"#), [Ok(("WaterTDS".into(), Value::Null))]);
    assert_eq!(
        read(r#"{"name":"WaterTDS","data":null,"value":1}"#),
        [Ok(("WaterTDS".into(), Value::Null))]
    );
    for frame in [
        r#"{"value":1,"data":"2","name":"WaterTDS"}"#,
        r#"{"name":"WaterTDS"}"#,
        r#"{"name":"WaterTDS","data":null,"value":1}"#,
        r#"{"name":"WaterTDS","data":1,"type":5,"unit":null,"displayName":[],"recorded":{},"new":{"b":1,"a":2}}"#,
    ] {
        assert_round_trip(frame);
    }
}

#[test]
fn an_object_whose_name_is_not_text_is_malformed() {
    for frame in [r#"{"name":5,"data":"1"}"#, r#"{"name":null}"#, r#"{"name":{"a":1},"value":2}"#] {
        let error = only(frame).unwrap_err();
        assert_eq!((error.reason(), error.offset()), (Reason::NameNotText, Some(0)));
        assert_eq!(Frame::decode(frame).unwrap().class(), Class::Malformed);
        assert_round_trip(frame);
    }
    assert_eq!(
        read(r#"[{"name":5},{"WaterTDS":1}]"#),
        [Err(Reason::NameNotText), number("WaterTDS", 1.0)],
    );
}

#[test]
fn any_other_object_gives_one_message_for_each_member_in_the_order_of_the_wire() {
    let frame = r#"{"TankStatus":"full","Sleep":"command","BrewingUpdateGroup2Ev":true,"Zeta":1,"Alpha":2}"#;
    let names: Vec<String> = Frame::decode(frame)
        .unwrap()
        .iter()
        .map(|m| m.as_ref().unwrap().name().to_string())
        .collect();
    assert_eq!(names, ["TankStatus", "Sleep", "BrewingUpdateGroup2Ev", "Zeta", "Alpha"]);
    assert_eq!(Frame::decode(frame).unwrap().class(), Class::Batch);
    assert_eq!(Frame::decode(frame).unwrap().encode(), frame);
}

#[test]
fn member_names_of_named_messages_are_messages_where_there_is_no_name() {
    let frame = r#"{"type":"a","WaterTDS":2,"data":3,"value":"b","unit":null}"#;
    assert_eq!(
        read(frame),
        [
            text("type", "a"),
            number("WaterTDS", 2.0),
            number("data", 3.0),
            text("value", "b"),
            Ok(("unit".into(), Value::Null))
        ],
    );
    assert_eq!(Frame::decode(frame).unwrap().encode(), frame);
}

#[test]
fn repeated_members_are_messages_of_their_own() {
    let frame = r#"{"WaterTDS":1,"data":5,"WaterTDS":2,"data":6}"#;
    assert_eq!(
        read(frame),
        [
            number("WaterTDS", 1.0),
            number("data", 5.0),
            number("WaterTDS", 2.0),
            number("data", 6.0)
        ],
    );
    assert_eq!(Frame::decode(frame).unwrap().encode(), frame);
}

#[test]
fn the_last_of_repeated_members_of_a_named_message_counts() {
    let frame = r#"{"name":"WaterTDS","data":"1","x":1,"name":"WaterHardness","data":"2","x":2}"#;
    assert_eq!(read(frame), [number("WaterHardness", 2.0)]);
    assert_eq!(
        Frame::decode(frame).unwrap().encode(),
        r#"{"name":"WaterHardness","data":"2","x":2}"#
    );
    assert_round_trip(frame);
}

#[test]
fn an_empty_object_yields_no_message_and_is_no_error() {
    let frame = Frame::decode("{}").unwrap();
    assert!(frame.is_empty());
    assert_eq!((frame.class(), frame.encode().as_str()), (Class::Batch, "{}"));
}

#[test]
fn an_empty_list_yields_no_message_and_is_no_error() {
    let frame = Frame::decode(" [ ] ").unwrap();
    assert!(frame.is_empty());
    assert_eq!((frame.class(), frame.encode().as_str()), (Class::Batch, "[]"));
    assert_eq!(Frame::decode("[{}]").unwrap().encode(), "[{}]");
}

#[test]
fn all_items_of_a_list_are_delivered_whatever_is_wrong_with_the_first() {
    let frame = r#"[5,{"name":"Settings","data":"{"},{"WaterTDS":1,"WaterHardness":2},[],{"name":"KeepAlive"}]"#;
    assert_eq!(
        read(frame),
        [
            Err(Reason::ItemNotAnObject),
            Err(Reason::Truncated),
            number("WaterTDS", 1.0),
            number("WaterHardness", 2.0),
            Err(Reason::ItemNotAnObject),
            Ok(("KeepAlive".into(), Value::Null)),
        ],
    );
    assert_round_trip(frame);
}

#[test]
fn an_item_that_is_no_object_says_where_it_is() {
    let frame = Frame::decode("\n[{\"WaterTDS\":1}, \"oops\", {}]").unwrap();
    let error = frame.messages()[1].as_ref().unwrap_err();
    assert_eq!(
        (error.reason(), error.index(), error.offset()),
        (Reason::ItemNotAnObject, Some(1), Some(18))
    );
    assert_eq!(error.excerpt(), Some("\\\"oops\\\""));
    assert_eq!(
        error.to_string(),
        "an item of the list is not an object, item 1, at byte 18: \\\"oops\\\""
    );
}

#[test]
fn every_message_that_cannot_be_read_says_where_it_is() {
    for (frame, place) in [
        // In the frame, where the value is no text.
        (r#" {"Settings":5}"#, (None, Some(1))),
        (r#"{"name":"MachineConfiguration","value":[]}"#, (None, Some(0))),
        (r#"[ {"a":1}, {"Settings":null}]"#, (Some(1), Some(11))),
        (r#"[{"a":1,"MachineConfiguration":null}]"#, (Some(0), Some(1))),
        (r#" {"Settings":{"Settings":[5]}}"#, (Some(0), Some(1))),
        // In the inner text, where it is.
        (r#" {"Settings":"5"}"#, (None, Some(0))),
        (r#" {"Settings":"{\"Settings\":[5]}"}"#, (Some(0), Some(13))),
        (r#" {"MachineConfiguration":"[]"}"#, (None, Some(0))),
        (r#" {"MachineConfiguration":"{"}"#, (None, Some(1))),
        (r#"{"Settings":"{\"Settings\":1,\"Settings\":[5]}"}"#, (Some(0), Some(0))),
    ] {
        let decoded = Frame::decode(frame).unwrap();
        let error = decoded.iter().find_map(|item| item.as_ref().err()).unwrap();
        assert_eq!((error.index(), error.offset()), place, "{frame}");
        assert_eq!(error.excerpt(), None);
        assert!(error.name().is_some());
        assert_eq!(decoded.encode(), frame.replace(' ', ""));
    }
}

#[test]
fn a_frame_that_is_no_object_and_no_list_is_malformed() {
    for frame in ["5", "-1", "\"text\"", "true", "null", "1.5e3"] {
        assert_eq!(refused(frame).reason(), Reason::NotAFrame, "{frame}");
    }
    for frame in ["", "{", "[{\"a\":", "{\"name\":\"WaterTDS\",\"data\":\"0.0"] {
        assert_eq!(refused(frame).reason(), Reason::Truncated, "{frame}");
    }
    for frame in ["hello", "{name:1}", "[1,]", "{\"a\":01}", "{\"a\":NaN}", "\u{feff}{}", "{'a':1}"]
    {
        assert_eq!(refused(frame).reason(), Reason::NotJson, "{frame}");
    }
    for frame in ["{}{}", "[] 1", "{\"a\":1}x"] {
        assert_eq!(refused(frame).reason(), Reason::TrailingText, "{frame}");
    }
}

#[test]
fn an_unreadable_frame_says_where_and_shows_a_short_escaped_excerpt() {
    let error = refused("  {\"WaterTDS\":1,\n\"WaterHardness\":\u{7}?}");
    assert_eq!((error.reason(), error.offset()), (Reason::NotJson, Some(33)));
    let excerpt = error.excerpt().unwrap();
    assert!(
        excerpt.len() <= 64 && excerpt.contains("\\u{7}?}") && excerpt.contains("\\n"),
        "{excerpt}"
    );
    assert!(!error.advice().is_empty());
}

#[test]
fn nesting_of_100_levels_decodes_and_of_129_does_not_on_a_small_stack() {
    let run = || {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let nested = |levels: usize| {
                let inner = if open == "[" { "" } else { "1" };
                format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
            };
            for levels in [1, 50, 100, 101, 125, 127, 128] {
                let frame = match Frame::decode(&nested(levels)) {
                    // Beyond what has to decode, both are right; none may overflow the stack.
                    Err(error) if levels > 100 && error.reason() == Reason::TooDeep => continue,
                    frame => frame.unwrap(),
                };
                assert_eq!(Frame::decode(&frame.encode()).unwrap(), frame);
                let in_text = format!("{{\"SystemInfo\":{:?}}}", nested(levels));
                assert!(levels > 100 || only(&in_text).unwrap().value().as_json().is_some());
            }
            for levels in [129, 1000, 100_000] {
                assert_eq!(refused(&nested(levels)).reason(), Reason::TooDeep);
                assert_eq!(refused(&format!("{}1", open.repeat(levels))).reason(), Reason::TooDeep);
                let in_text = format!("{{\"SystemInfo\":{:?}}}", nested(levels));
                assert!(only(&in_text).unwrap().value().as_str().is_some());
                for name in ["Settings", "MachineConfiguration"] {
                    let in_text =
                        format!("{{\"{name}\":{:?}}}", format!("{{\"x\":{}}}", nested(levels)));
                    assert_eq!(only(&in_text).unwrap_err().reason(), Reason::TooDeep);
                }
            }
        }
    };
    on_a_small_stack(run);
}

fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn every_way_in_and_out_bears_deep_nesting_on_a_small_stack() {
    on_a_small_stack(|| {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            for levels in [100, 126, 127, 128, 1000, 100_000] {
                let nested = format!("{}0{}", open.repeat(levels), close.repeat(levels));
                let object = format!("{{\"Settings\":[{{\"x\":{nested}}}],\"data\":{nested}}}");
                let _ = SettingsMap::from_data(&object).unwrap_err();
                let _ = SettingsMap::from_frame(&object).unwrap_err();
                let _ = Tracker::new().frame(&format!("{{\"Settings\":{object:?}}}")).unwrap_err();
                let _ = MachineConfiguration::from_rest(&format!("{{\"data\":{nested}}}"));
                let _ = MachineConfiguration::from_rest(&format!("{{\"data\":{nested:?}}}"));
                let _ = MachineConfiguration::from_text(&object).map(|c| format!("{c} {c:?}"));
                assert_eq!(Json::from_text(&nested).is_some(), levels <= 127);
                let Some(json) = Json::from_text(&nested) else { continue };
                assert_eq!(json.root().to_json(), json);
                assert_eq!(Json::from(&json.root().to_value()), json);
                assert_eq!(format!("{json} {json:?} {:?}", json.root()).matches('0').count(), 3);
                let _ = MachineConfiguration::from_json(json.clone());
                let message = Message::plain("SystemInfo", json);
                let _ = Frame::decode(&Frame::list([message.clone(), message]).encode());
            }
        }
        // A tree that was made in memory may be nested deeper than any text that is read.
        let mut tree = serde_json::Value::from(1);
        for _ in 0..120 {
            tree = serde_json::Map::from_iter([("a".into(), vec![tree].into())]).into();
        }
        let json = Json::from(&tree);
        assert_eq!(Json::from_text(&json.to_string()), Some(json));
        let configuration = MachineConfiguration::from_text("{}").unwrap().with("new", &tree);
        assert!(format!("{configuration} {configuration:?}").len() > 200);
        tree["Settings"] = serde_json::json!([{ "Hash": 1, "Value": "" }]);
        assert_eq!(SettingsMap::from_value(&tree).unwrap().len(), 1);
    });
}

#[test]
fn a_binary_frame_that_holds_utf8_is_read_like_text() {
    assert_eq!(Frame::from_bytes(SETTINGS.as_bytes()), Frame::decode(SETTINGS));
    let error = Frame::from_bytes(b"{\"a\":\"\xff\"}").unwrap_err();
    assert_eq!((error.reason(), error.offset()), (Reason::NotUtf8, Some(6)));
}

#[test]
fn a_frame_with_one_message_has_the_class_of_that_message() {
    for (frame, class) in [
        (r#"{"name":"WaterTDS","data":"1"}"#, Class::Measurement),
        (r#"{"name":"WaterTDS","data":"x"}"#, Class::Measurement),
        (r#"{"name":"WaterTDS"}"#, Class::Measurement),
        (r#"{"name":"WaterTDS","value":[]}"#, Class::Json),
        (r#"{"SystemInfo":"{}"}"#, Class::Json),
        (r#"{"SystemInfo":"{"}"#, Class::Measurement),
        (r#"{"Nothing":{"a":1}}"#, Class::Unknown),
        (r#"{"Settings":{"Settings":[]}}"#, Class::Settings),
        (r#"{"Settings":[]}"#, Class::Malformed),
        (r#"[{"MachineConfiguration":{}}]"#, Class::MachineConfiguration),
        (r#"{"MachineConfiguration":"[]"}"#, Class::Malformed),
        (r#"[5]"#, Class::Malformed),
        (r#"[5,{}]"#, Class::Malformed),
        (r#"[5,6]"#, Class::Batch),
        (r#"{"a":1,"b":2}"#, Class::Batch),
    ] {
        assert_eq!(Frame::decode(frame).unwrap().class(), class, "{frame}");
        assert_round_trip(frame);
    }
}

#[test]
fn a_class_is_a_word() {
    for (frame, word) in [
        (r#"{"WaterTDS":1}"#, "measurement"),
        (r#"{"SystemInfo":{}}"#, "json"),
        (r#"{"Nothing":1}"#, "unknown"),
        (r#"{"Settings":{"Settings":[]}}"#, "settings"),
        (r#"{"MachineConfiguration":{}}"#, "machine_configuration"),
        ("[]", "batch"),
        ("[5]", "malformed"),
    ] {
        assert_eq!(Frame::decode(frame).unwrap().class().to_string(), word);
    }
}

#[test]
fn indexes_above_one_are_read_everywhere() {
    let group = Group::new(4).unwrap();
    assert_eq!(message(r#"{"BrewingUpdateGroup4Time":1}"#).name(), &Name::BrewingUpdateTime(group));
    assert_eq!(message(r#"{"CoffeeBoiler3Enabled":true}"#).name().boiler(), Boiler::new(3));
}

#[test]
fn a_frame_of_more_messages_or_members_than_the_limit_is_refused() {
    let members = |count: usize| vec![r#""a":1"#; count].join(",");
    let unlike =
        |count: usize| (0..count).map(|at| format!(r#""{at}":1"#)).collect::<Vec<_>>().join(",");
    let dictionary = |count: usize| format!("{{{}}}", members(count));
    assert_eq!(Frame::decode(&dictionary(MAX_MESSAGES)).unwrap().len(), MAX_MESSAGES);
    assert_eq!(refused(&dictionary(MAX_MESSAGES + 1)).reason(), Reason::TooLarge);
    let named = |count: usize| format!(r#"{{"name":"WaterTDS",{}}}"#, unlike(count));
    assert_eq!(message(&named(MAX_MESSAGES - 1)).other().count(), MAX_MESSAGES - 1);
    assert_eq!(refused(&named(MAX_MESSAGES)).reason(), Reason::TooLarge);
    for item in ["5", "{}", "{\"a\":1}", "{\"name\":5}"] {
        let list = |count: usize| format!("[{}]", vec![item; count].join(","));
        assert_eq!(Frame::decode(&list(MAX_MESSAGES)).unwrap().encode(), list(MAX_MESSAGES));
        assert_eq!(refused(&list(MAX_MESSAGES + 1)).reason(), Reason::TooLarge);
    }
    let lists = format!("[{},{}]", dictionary(MAX_MESSAGES / 2), dictionary(MAX_MESSAGES / 2 + 1));
    assert_eq!(refused(&lists).reason(), Reason::TooLarge);
}

#[test]
fn no_frame_of_256_kib_is_beyond_the_limits() {
    for (open, piece, close) in [
        ("[", "1", "]"),
        ("[", "{}", "]"),
        ("{", "\"\":1", "}"),
        ("{\"name\":\"a\",", "\"\":1", "}"),
    ] {
        let count = (256 * 1024 - open.len()) / (piece.len() + 1);
        let frame = format!("{open}{}{close}", vec![piece; count].join(","));
        assert!(frame.len() <= 256 * 1024);
        let length = if piece == "{}" {
            0
        } else if open.len() > 1 {
            1
        } else {
            count
        };
        assert_eq!(Frame::decode(&frame).unwrap().len(), length);
    }
}

#[test]
fn frames_are_made_in_every_shape() {
    let tds = || Message::plain("WaterTDS", 193.0);
    let mode = || Message::plain(Name::MachineMode, "StandBy");
    assert_eq!(Frame::named(tds()).encode(), r#"{"name":"WaterTDS","value":193}"#);
    assert_eq!(
        Frame::members([tds(), mode()]).encode(),
        r#"{"WaterTDS":193,"MachineMode":"StandBy"}"#
    );
    assert_eq!(
        Frame::list([tds(), mode()]).encode(),
        r#"[{"name":"WaterTDS","value":193},{"name":"MachineMode","value":"StandBy"}]"#,
    );
    let rest = Message::measurement(Name::WaterTds, 193.28)
        .into_latest_measurement("2024-07-12T14:52:43Z");
    assert_eq!(
        Frame::list([rest]).encode(),
        r#"[{"name":"WaterTDS","recorded":"2024-07-12T14:52:43Z","value":"193.280000"}]"#,
    );
}
