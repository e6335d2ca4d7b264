//! What `Debug` and errors must not show.

mod common;

use std::borrow::Cow;

use common::{MACHINE_CONFIGURATION, SETTINGS, data_of};
use lamarzocco_proto::settings::Tracker;
use lamarzocco_proto::{Frame, MachineConfiguration, Payload, SettingsMap, redact};

#[track_caller]
fn assert_silent(shown: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

/// Passwords and the serial number of the captured frame, plain and in base64.
const CAPTURED: [&str; 6] =
    ["123321", "123123", "GN000126", "MTIzMzIx", "MTIzMTIz", "R04wMDAxMjY="];

#[test]
fn settings_show_no_password_and_no_serial_number() {
    let frame = Frame::decode(SETTINGS).unwrap();
    let settings = SettingsMap::from_frame(SETTINGS).unwrap();
    let mut tracker = Tracker::new();
    let changes = format!("{:?}", tracker.frame(SETTINGS).unwrap().collect::<Vec<_>>());
    let values: Vec<String> = settings.iter().map(|entry| format!("{:?}", entry.value())).collect();
    let shown = format!("{frame:?} {settings:?} {settings:#?} {changes} {tracker:?} {values:?}");
    assert_silent(&shown, &CAPTURED);
    assert!(shown.contains("SteamBoiler.TargetTemperature: 122.0"));
    assert!(
        shown.contains("Machine.Name: \"LAMARZOCCO\"")
            && shown.contains("Menu.Factory.Password: <redacted>")
    );
}

#[test]
fn secrets_stay_readable_on_purpose() {
    let settings = SettingsMap::from_frame(SETTINGS).unwrap();
    assert_eq!(settings.get("Menu.factory.password").unwrap().as_str(), Some("123321"));
    assert!(settings.to_data().contains("MTIzMzIx"));
}

#[test]
fn redacted_settings_have_the_same_shape_and_no_secret() {
    let redacted = redact(SETTINGS).unwrap();
    assert_silent(&redacted, &CAPTURED);
    let (before, after) =
        (SettingsMap::from_frame(SETTINGS).unwrap(), SettingsMap::from_frame(&redacted).unwrap());
    assert_eq!(after.len(), before.len());
    for (before, after) in before.iter().zip(&after) {
        let bytes =
            if before.is_secret() { &b"********"[..before.bytes().len()] } else { before.bytes() };
        assert_eq!((after.hash(), after.bytes()), (before.hash(), bytes));
    }
    assert!(before.iter().any(|entry| entry.is_secret()));
    assert!(matches!(redact(&redacted), Ok(Cow::Borrowed(_))), "once is enough");
}

#[test]
fn a_frame_without_secrets_is_returned_as_it_is() {
    for frame in [
        "{ \"name\":\"WaterTDS\", \"data\":\"1.50\"}\0",
        r#"{"Settings":{"Settings":[{"Value":"AAD0Qg==", "Hash":800486879}]}}"#,
        r#"[{"BrewingUpdateGroup1Time":3.70},5,{"Sleep":"command","Other":"{ \"a\": 1.0 }"}]"#,
        "[]",
    ] {
        assert!(matches!(redact(frame), Ok(Cow::Borrowed(text)) if text == frame), "{frame}");
    }
    let text = redact(MACHINE_CONFIGURATION).unwrap();
    assert_eq!(
        Frame::decode(&text).unwrap().class(),
        lamarzocco_proto::Class::MachineConfiguration
    );
    assert_eq!(
        redact("hello").unwrap_err().to_string(),
        Frame::decode("hello").unwrap_err().to_string()
    );
}

#[test]
fn no_frame_of_any_shape_keeps_a_secret() {
    // Secrets in base64, too.
    let secrets = ["hunter2", "aHVudGVyMg==", "192.168.7.9", "aa:bb:cc:dd:ee:ff"];
    let info = r#"{"serialNumber":[{"value":"hunter2"}],"machine_sn":"hunter2","dns":["192.168.7.9"],"192.168.7.9":1,"wifiPassword":"hunter2","token":{"hunter2":1},"mac":"aa:bb:cc:dd:ee:ff","Value":"hunter2"}"#;
    for frame in [
        r#"{"name":"Settings","type":"encrypted","data":"hunter2"}"#,
        r#"{"name":"Settings","type":{"a":"hunter2"},"data":["hunter2"],"new":"hunter2"}"#,
        r#"{"name":"SettingsV2","type":"encrypted","data":"hunter2"}"#,
        r#"{"name":"All","data":{"items":[{"Hash":696674017,"Value":"hunter2"}]}}"#,
        r#"{"name":"All","data":"{\"Settings\":[{\"Hash\":696674017,\"Value\":\"hunter2\"}]}"}"#,
        r#"{"All":[{"menuPassword":"hunter2"}],"adminPassword":"hunter2","bearerToken":"hunter2"}"#,
        r#"[{"name":5,"data":{"Settings":"hunter2"}},{"Settings":{"Settings":"hunter2"}}]"#,
        r#"{"Settings":[{"Hash":1,"Hash":2,"Value":"aHVudGVyMg=="},{"Hash":"hunter2"},"hunter2"]}"#,
        r#"{"Settings":{"Settings":[{"Hash":696674017,"Value":"aHVudGVyMg==","Plain":"hunter2"}],"v":"hunter2"}}"#,
        r#"{"Settings":{"Settings":[{"Hash":5,"Value":"aHVudGVyMg=="}],"Settings":[{"Hash":5,"Value":"aHVudGVyMg=="}]}}"#,
        r#"{"name":"Settings","data":"{\"Settings\":[{\"Hash\":696674017,\"Value\":\"aHVudGVyMg==\"}"}"#,
    ]
    .into_iter()
    .map(str::to_owned)
    .chain(["SystemInfo", "MachineConfiguration", "Other", "Settings"].into_iter().flat_map(|name| {
        [
            format!("{{\"{name}\":{info}}}"),
            format!("[[{info}],{info:?},{{\"name\":\"{name}\",\"data\":{info:?}}}]"),
            format!("{{\"name\":\"{name}\",\"data\":{:?}}}", &info[..info.len() - 1]),
            format!("{{\"name\":\"WaterTDS\",\"data\":{info:?},\"new\":{:?}}}", format!("[{info:?}]")),
        ]
    })) {
        let redacted = redact(&frame).unwrap_or_else(|error| panic!("{error}: {frame}"));
        assert_silent(&redacted, &secrets);
        assert!(Frame::decode(&redacted).is_ok() && redacted != frame);
    }
}

#[test]
fn a_deep_frame_is_redacted_on_a_small_stack() {
    let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(120), "]".repeat(120));
    let text =
        (0..3).fold("\"aa:bb:cc:dd:ee:ff\"".to_owned(), |text, _| format!("{:?}", deep(&text)));
    let frame = format!(r#"{{"name":"Other","data":{text}}}"#);
    let redacted = std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(move || redact(&frame).unwrap().into_owned());
    let redacted = redacted.unwrap().join().unwrap();
    assert!(!redacted.contains("aa:bb") && redacted.contains("<redacted>"));
}

#[test]
fn text_of_settings_without_a_name_is_not_shown() {
    let mut settings = SettingsMap::new();
    settings.set(1, "hunter22");
    settings.set(2, "1234");
    settings.set(3, &[0x80_u8; 9][..]);
    settings.set(24_545_312, "7777");
    settings.set(4, 5_u32);
    let shown = format!("{settings:?}");
    assert_eq!(
        shown,
        "SettingsMap {1: <redacted>, 2: <redacted>, 3: <redacted>, 24545312: <redacted>, 4: 5 (guessed)}"
            .replace("24545312: <redacted>, 4: 5 (guessed)", "4: 5 (guessed), 24545312: <redacted>"),
    );
}

#[test]
fn no_error_about_a_cut_or_damaged_settings_frame_shows_a_part_of_it() {
    for end in 1..SETTINGS.trim_end().len() {
        if let Err(error) = Frame::decode(&SETTINGS[..end]) {
            assert_silent(&format!("{error} {error:?}"), &CAPTURED);
            assert!(error.excerpt().is_none() || end < 30, "{error}");
        }
    }
    for from in ["696674017", "MTIzMzIx", "\\\"Value", "R04wMDAxMjY="] {
        let damaged = SETTINGS.replace(from, "\u{1}");
        for result in
            [Frame::decode(&damaged).map(|_| ()), SettingsMap::from_frame(&damaged).map(|_| ())]
        {
            if let Err(error) = result {
                assert_silent(&format!("{error} {error:?}"), &CAPTURED);
            }
        }
        let frame = Frame::decode(&SETTINGS.replace(from, "!"));
        assert_silent(&format!("{frame:?}"), &CAPTURED);
    }
}

#[test]
fn serial_numbers_and_addresses_are_not_shown() {
    let secrets = ["SN123", "192.168.7.9", "aa:bb:cc"];
    let configuration = r#"{"serialNumber":[{"value":"SN123"}],"machine_sn":"SN123","machineSn":"SN123","scale":{"address":"aa:bb:cc","name":"LMZ"}}"#;
    let read = MachineConfiguration::from_text(configuration).unwrap();
    let shown = format!("{read:?} {:?} {:?}", read.scale(), read.raw());
    assert_silent(&shown, &secrets);
    assert!(shown.contains("LMZ") && read.to_string().contains("SN123"));
    let info = r#"{"network_interfaces":[{"name":"wlan0","address":"192.168.7.9","mac":"aa:bb:cc"}],"mac_addr":{"eth0":"aa:bb:cc"},"uptime":"1 day"}"#;
    for (name, value) in
        [("SystemInfo", info), ("MachineConfiguration", configuration), ("Other", info)]
    {
        for frame in [
            format!("{{\"{name}\":{value}}}"),
            format!("{{\"name\":\"{name}\",\"data\":{value:?}}}"),
            format!("{{\"name\":\"{name}\",\"data\":{:?}}}", &value[..value.len() - 1]),
            format!("{{\"name\":\"WaterTDS\",\"data\":1,\"new\":{value}}}"),
            format!("{{\"name\":\"WaterTDS\",\"data\":{value:?},\"new\":{value:?}}}"),
            format!("[{value},[{value}],{value:?}]"),
            format!("{{\"name\":5,\"x\":{value}}}"),
            format!("{{\"{name}\":{value}"),
            format!("{{\"{name}\":{value}}} x"),
        ] {
            let frame = Frame::decode(&frame);
            let errors: String = frame
                .iter()
                .flat_map(|f| f.iter())
                .filter_map(|m| m.as_ref().err())
                .map(|e| format!("{e} {e:?}"))
                .collect();
            assert_silent(&format!("{frame:?} {errors}"), &secrets);
        }
    }
    for name in ["machine_sn", "machineSn", "serialNumber"] {
        let frame = Frame::decode(&format!("{{\"{name}\":\"SN123\"}}")).unwrap();
        assert_silent(&format!("{frame:?}"), &secrets);
    }
}

#[test]
fn configuration_messages_that_fail_show_nothing_of_it() {
    let text = data_of(MACHINE_CONFIGURATION).replace("{serialnumber}", "SN123");
    for end in (0..text.len()).step_by(7) {
        let frame =
            serde_json::json!({ "name": "MachineConfiguration", "data": &text[..end] }).to_string();
        let frame = Frame::decode(&frame).unwrap();
        let error = frame.messages()[0].as_ref().unwrap_err();
        assert_silent(&format!("{frame:?} {error}"), &["SN123", "GB5"]);
    }
}

#[test]
fn what_was_reached_through_a_secret_member_is_not_shown() {
    let text = r#"{"serialNumber":[{"value":"SN123"}],"scale":{"address":"SN123","name":"LMZ"},"mac_addr":{"eth0":"SN123"},"ipAddress":"SN123","SerialNumber":"SN123"}"#;
    let read = MachineConfiguration::from_text(text).unwrap();
    let serial = read.serial_numbers().unwrap();
    let raw = read.raw();
    let macs = raw.get("mac_addr").unwrap();
    let shown = format!(
        "{serial:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        serial.first(),
        serial.raw().items(),
        serial.first().unwrap().raw().to_json(),
        raw.get("serialNumber"),
        raw.members(),
        raw.members().map(|(_, value)| value).collect::<Vec<_>>(),
        macs.members(),
        raw.to_json(),
    );
    assert_silent(&shown, &["SN123"]);
    assert!(shown.contains("LMZ"));
    assert_eq!(serial.first().unwrap().value(), Some("SN123"));

    let info = format!(r#"{{"SystemInfo":{text}}}"#);
    let message = common::message(&info);
    let Some(Payload::SystemInfo(info)) = message.payload() else { panic!("no payload") };
    let addresses = info.mac_addr().unwrap();
    assert_silent(&format!("{info:?} {addresses:?}"), &["SN123"]);
    assert_eq!(addresses.get("eth0"), Some("SN123"));

    let message = common::message(&format!(r#"{{"name":"WaterTDS","serial":{text}}}"#));
    assert_silent(&format!("{message:?} {:?}", message.other().collect::<Vec<_>>()), &["SN123"]);
}

#[test]
fn settings_that_come_in_an_unknown_way_are_not_shown() {
    for frame in [
        r#"{"name":"Settings","type":"encrypted","data":"hunter2"}"#,
        r#"{"name":"Settings","type":{"a":"hunter2"},"data":["hunter2"]}"#,
        r#"{"name":"SettingsV2","type":"encrypted","data":"hunter2"}"#,
        r#"{"name":"All","data":{"items":[{"Hash":696674017,"Value":"hunter2"}]}}"#,
        r#"{"name":"All","data":"{\"Settings\":[{\"Hash\":696674017,\"Value\":\"hunter2\"}]}"}"#,
        r#"{"All":[{"menuPassword":"hunter2"}],"adminPassword":"hunter2","bearerToken":"hunter2"}"#,
        r#"[{"name":5,"data":{"Settings":"hunter2"}},{"Settings":{"Settings":"hunter2"}}]"#,
        r#"x "Has\":1,\"V\":\"hunter2\""#,
    ] {
        let read = Frame::decode(frame);
        let mut shown = format!("{read:?}");
        for item in read.iter().flatten() {
            shown += &match item {
                Ok(message) => format!("{:?} {:?}", message.value().as_json(), message.payload()),
                Err(error) => format!("{error} {error:?} {:?}", error.clone().into_settings()),
            };
        }
        if let Err(error) = &read {
            shown += &error.to_string();
        }
        assert_silent(&shown, &["hunter2"]);
    }
    let mut tracker = Tracker::new();
    let error = tracker.frame(r#"{"name":"Settings","data":"hunter2"}"#).unwrap_err();
    assert_silent(&format!("{error} {error:?} {tracker:?}"), &["hunter2"]);
}

#[test]
fn network_addresses_are_not_shown_under_any_name() {
    for address in ["192.168.7.9", "fe80::1", "D4:AD:FC:01:02:03", "d4-ad-fc-01-02-03"] {
        for frame in [
            format!(r#"{{"gateway":"{address}"}}"#),
            format!(r#"{{"SystemInfo":{{"dns":["{address}"]}}}}"#),
        ] {
            assert_silent(&format!("{:?}", Frame::decode(&frame)), &[address]);
        }
    }
    let shown = format!("{:?}", Frame::decode(r#"{"fw":"1.2.0","time":"10:29:00"}"#));
    assert!(shown.contains("1.2.0") && shown.contains("10:29:00"));
}

#[test]
fn what_is_redacted_is_json_without_secrets() {
    let redacted = |text: &str| -> Vec<String> {
        let frame = Frame::decode(text).unwrap();
        let messages = frame.iter().map(|message| message.as_ref().unwrap().redacted());
        messages.map(|value| serde_json::to_string(&value).unwrap()).collect()
    };
    assert_eq!(redacted(SETTINGS), ["\"<redacted>\""]);
    let shown = redacted(MACHINE_CONFIGURATION).remove(0);
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["serialNumber"], "<redacted>");
    assert_eq!(shown["boilerTargetTemperature"]["CoffeeBoiler1"], 93.8);
    assert_eq!(
        redacted(
            r#"{"machine_sn":"MR000001","Ip":"192.168.1.5","Text":"plain","Odd":"{\"Hash\":","x":{"mac":["a"],"y":[null,true]}}"#
        ),
        [
            "\"<redacted>\"",
            "\"<redacted>\"",
            "\"plain\"",
            "\"<redacted>\"",
            r#"{"mac":"<redacted>","y":[null,true]}"#
        ],
    );
}

#[test]
fn redacted_numbers_have_the_digits_of_the_wire() {
    let redacted = |value: &str| {
        let frame = Frame::decode(&format!(r#"{{"WaterTDS":{value}}}"#)).unwrap();
        serde_json::to_string(&frame.messages()[0].as_ref().unwrap().redacted()).unwrap()
    };
    for (value, digits) in [
        (r#""93.800000""#, "93.800000"),
        (r#"" \f-1.5e2 ""#, "-1.5e2"),
        (r#""12345678901234567890123""#, "12345678901234567890123"),
        ("18446744073709551615", "18446744073709551615"),
        ("-9007199254740993", "-9007199254740993"),
        ("0.10000000149011612", "0.10000000149011612"),
        (r#""1e999""#, r#""1e999""#),
    ] {
        assert_eq!(redacted(value), digits, "{value}");
    }
}

#[test]
fn of_the_captured_settings_only_three_are_secret() {
    let settings = SettingsMap::from_frame(SETTINGS).unwrap();
    let secret: Vec<u32> =
        settings.iter().filter(|entry| entry.is_secret()).map(|entry| entry.hash()).collect();
    assert_eq!(secret, [696_674_017, 1_232_437_844, 1_897_611_647]);
}
