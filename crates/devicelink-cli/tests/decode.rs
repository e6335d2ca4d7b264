//! What `devicelink decode` says of frames, and what it does with files that are none.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use serde_json::{Value, json};

fn program(args: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_devicelink"));
    program.arg("decode").args(args);
    program
}

/// Runs `devicelink decode` with this on standard input.
fn decode(args: &[&str], input: &[u8]) -> Output {
    let mut command = program(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The program may end before it has read everything.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// The lines that `--json` prints.
fn lines(args: &[&str], input: impl AsRef<[u8]>) -> Vec<Value> {
    let output = decode(&[args, &["--json"]].concat(), input.as_ref());
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
    stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What `--json` prints of one frame, without the number of the line.
#[track_caller]
fn line(args: &[&str], frame: impl AsRef<[u8]>) -> Value {
    let mut lines = lines(args, frame);
    assert_eq!(lines.len(), 1);
    let Value::Object(mut line) = lines.remove(0) else { panic!("no object") };
    assert_eq!(line.remove("line"), Some(json!(1)));
    Value::Object(line)
}

fn kinds(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["kind"].as_str().unwrap()).collect()
}

fn testdata(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(file)
}

fn captured(file: &str) -> Vec<u8> {
    fs::read(testdata(file)).unwrap()
}

#[test]
fn a_captured_measurement_has_its_name_value_unit_and_index() {
    assert_eq!(
        line(&["lamarzocco"], captured("lamarzocco/coffee_boiler_temperature.json")),
        json!({"kind": "measurement", "messages": [
            {"name": "CoffeeBoiler1UpdateTemperature", "value": 0.0, "unit": "C°", "boiler": 1}
        ]})
    );
}

#[test]
fn the_captured_settings_have_labels_types_values_and_bytes() {
    let line = line(&["lamarzocco"], captured("lamarzocco/settings.json"));
    assert_eq!((&line["kind"], &line["count"]), (&json!("settings"), &json!(249)));
    let entries = line["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 249);
    for expected in [
        json!({"hash": 24_545_312, "label": null, "type": "u32", "value": 2, "raw_hex": "02000000"}),
        json!({"hash": 1_502_125_449, "label": "CoffeeBoiler1.TargetTemperature", "type": "f32", "value": 93.80003, "unit": "°C", "raw_hex": "9e99bb42"}),
        json!({"hash": 1_714_972_457, "label": "Machine.Name", "type": "string", "value": "LAMARZOCCO", "raw_hex": "4c414d41525a4f43434f"}),
        json!({"hash": 696_674_017, "label": "Menu.Factory.Password", "type": "string", "value": "<redacted>", "raw_hex": "<redacted>"}),
    ] {
        let entry = entries.iter().find(|entry| entry["hash"] == expected["hash"]);
        assert_eq!(entry, Some(&expected));
    }
    let wire = entries.iter().find(|entry| entry["label"] == "Machine.AutoOnOff.Enabled").unwrap();
    assert_eq!((&wire["type"], &wire["value"]), (&json!("bool"), &json!(true)));
}

#[test]
fn a_setting_of_any_length_has_its_bytes() {
    let settings = r#"{"Settings":{"Settings":[{"Hash":1,"Value":"AQID"},{"Hash":2,"Value":""},{"Hash":3,"Value":"AADAfw=="}]}}"#;
    assert_eq!(
        line(&["lamarzocco"], settings)["entries"],
        json!([
            {"hash": 1, "label": null, "type": "raw", "value": null, "raw_hex": "010203"},
            {"hash": 2, "label": null, "type": "raw", "value": null, "raw_hex": ""},
            {"hash": 3, "label": null, "type": "raw", "value": null, "raw_hex": "0000c07f"},
        ])
    );
}

#[test]
fn a_faulty_setting_does_not_hide_the_others() {
    let settings = r#"{"Settings":{"Settings":[{"Hash":800486879,"Value":"AAD0Qg=="},{"Hash":7,"Value":"?"}]}}"#;
    let output = decode(&["lamarzocco", "--verbose"], settings.as_bytes());
    let lines: Vec<&str> = stdout(&output).lines().collect();
    assert!(lines[0].starts_with("1  malformed  the value of an entry of the settings is not"));
    assert!(lines[1].contains("SteamBoiler.TargetTemperature "), "{lines:?}");
    assert!(lines[1].ends_with(" f32    122 °C"), "{lines:?}");
}

#[test]
fn the_captured_configuration_is_there_without_its_serial_number() {
    let line = line(&["lamarzocco"], captured("lamarzocco/machine_configuration_redacted.json"));
    assert_eq!(line["kind"], "machine_configuration");
    assert_eq!(line["configuration"]["boilerTargetTemperature"]["SteamBoiler"], 122);
    assert_eq!(line["configuration"]["serialNumber"], "<redacted>");
}

#[test]
fn frames_of_machines_are_of_the_kind_that_they_hold() {
    for (frame, kind, messages) in [
        (
            r#"{"name":"WaterTDS","value":193.28}"#,
            "measurement",
            json!([{"name": "WaterTDS", "value": 193.28}]),
        ),
        (
            r#"{"name":"MachineMode","unit":"N/A","data":"StandBy"}"#,
            "measurement",
            json!([{"name": "MachineMode", "value": "StandBy"}]),
        ),
        (
            r#"[{"BrewingUpdateGroup2Ev":true}]"#,
            "measurement",
            json!([{"name": "BrewingUpdateGroup2Ev", "value": true, "group": 2}]),
        ),
        (
            r#"{"SystemInfo":"{\"up_time\":3}"}"#,
            "json",
            json!([{"name": "SystemInfo", "value": {"up_time": 3}}]),
        ),
        (r#"{"New":[1]}"#, "unknown", json!([{"name": "New", "value": [1]}])),
        ("[]", "batch", json!([])),
        (
            r#"[{"Sleep":"command"},7,{"a":null}]"#,
            "batch",
            json!([
                {"name": "Sleep", "value": "command"},
                {"error": "an item of the list is not an object, item 1, at byte 21: 7", "at": 21},
                {"name": "a", "value": null},
            ]),
        ),
    ] {
        let expected = json!({"kind": kind, "messages": messages});
        assert_eq!(line(&["lamarzocco"], frame), expected, "{frame}");
    }
    for (frame, error, at) in [
        ("hello", "the text is not JSON, at byte 0: hello", 0),
        ("7", "the frame is neither an object nor a list, at byte 0: 7", 0),
        (
            r#"{"Settings":[]}"#,
            "the settings are not an object with a list `Settings`, at byte 0, 0 entries could be read",
            0,
        ),
    ] {
        let expected = json!({"kind": "malformed", "error": error, "at": at});
        assert_eq!(line(&["lamarzocco"], frame), expected, "{frame}");
    }
}

/// Numbers are compared as text: a tree of JSON would round them.
#[test]
fn numbers_have_all_their_digits() {
    for (args, frame, expected) in [
        (
            &["lamarzocco"][..],
            r#"{"WaterTDS":"12345678901234567890.50"}"#,
            r#""value":12345678901234567890.50"#,
        ),
        (&["lamarzocco"], r#"{"WaterTDS":"1e999"}"#, r#""value":"1e999""#),
        (&["lamarzocco"], r#"{"x":9007199254740993}"#, r#""value":9007199254740993"#),
        (
            &["coolkit"],
            r#"{"action":"update","params":{"d":18446744073709551615}}"#,
            r#"{"d":18446744073709551615}"#,
        ),
        (
            &["placeos"],
            r#"{"id":1e3,"type":"success","value":1.50}"#,
            r#""id":1e3,"meta":null,"value":1.50,"#,
        ),
    ] {
        let output = decode(&[args, &["--json"]].concat(), frame.as_bytes());
        assert!(stdout(&output).contains(expected), "{}", stdout(&output));
    }
}

const DIALOGUE: [&str; 12] = [
    "01_user_online_v6.json",
    "02_handshake_reply.json",
    "03_update_heat_below.json",
    "04_ack_heat_below.json",
    "05_update_heat_above.json",
    "06_ack_heat_above.json",
    "07_device_update_switch.json",
    "08_update_manual_off.json",
    "09_ack_manual_off.json",
    "10_update_manual_on.json",
    "11_ack_manual_on.json",
    "12_device_update_temperature.json",
];

fn dialogue() -> Vec<u8> {
    DIALOGUE.iter().flat_map(|file| captured(&format!("coolkit/{file}"))).collect()
}

#[test]
fn the_recorded_dialogue_is_a_login_answers_and_events() {
    let args = [
        "coolkit",
        "--pending=1519293433136::userOnline",
        "--pending=1519293442952:babecafe11:update",
        "--pending=1519293449395",
        "--pending=1519293454525:babecafe12",
    ];
    let lines = lines(&args, dialogue());
    let expected = [
        "event",
        "handshake",
        "event",
        "reply",
        "event",
        "reply",
        "event",
        "event",
        "unmatched",
        "event",
        "unmatched",
        "event",
    ];
    assert_eq!(kinds(&lines), expected);
    assert_eq!(
        lines[1],
        json!({"line": 2, "kind": "handshake", "ok": true, "heartbeat_interval_s": 145})
    );
    assert_eq!(
        lines[3],
        json!({"line": 4, "kind": "reply", "sequence": "1519293442952", "error": 0, "class": "ok", "deviceid": "babecafe11"})
    );
    let params = json!({"rssi": -55, "staMac": "<redacted>", "fwVersion": "2.0.4", "startup": "off", "switch": "off"});
    assert_eq!(
        lines[6],
        json!({"line": 7, "kind": "event", "action": "update", "deviceid": "babecafe11", "params": params})
    );
}

#[test]
fn frames_of_the_cloud_are_of_the_kind_that_they_hold() {
    let unmatched = |sequence: Value, error: Value, class: &str, deviceid: Value| json!({"kind": "unmatched", "sequence": sequence, "error": error, "class": class, "deviceid": deviceid});
    for (frame, expected) in [
        (" PONG\t", json!({"kind": "heartbeat"})),
        (r#"{"action":"pong"}"#, json!({"kind": "heartbeat"})),
        (
            r#"{"action":"new","error":0,"sequence":"1"}"#,
            json!({"kind": "event", "action": "new", "deviceid": null, "params": null}),
        ),
        (
            r#"{"action":"query","params":[],"deviceid":5}"#,
            json!({"kind": "event", "action": "query", "deviceid": null, "params": []}),
        ),
        ("{}", unmatched(Value::Null, Value::Null, "unknown", Value::Null)),
        (
            r#"{"error":"504","sequence":12,"deviceid":"a"}"#,
            unmatched(json!("12"), json!(504), "outcome unknown", json!("a")),
        ),
        (r#"{"error":1.5}"#, unmatched(Value::Null, json!(1.5), "unknown", Value::Null)),
        (r#"{"error":503}"#, unmatched(Value::Null, json!(503), "device offline", Value::Null)),
        (r#"{"error":529}"#, unmatched(Value::Null, json!(529), "retryable", Value::Null)),
        (r#"{"error":403}"#, unmatched(Value::Null, json!(403), "permanent", Value::Null)),
        (r#"{"error":406}"#, unmatched(Value::Null, json!(406), "auth", Value::Null)),
        (
            "[1]",
            json!({"kind": "malformed", "error": "the text is not a JSON object, at byte 0 of 3: [1]", "at": 0}),
        ),
    ] {
        assert_eq!(line(&["coolkit"], frame), expected, "{frame}");
    }
    let refused = line(
        &["coolkit", "--pending", "7::userOnline"],
        r#"{"error":406,"reason":"Authentication Failed","actionName":"userOnline"}"#,
    );
    assert_eq!(refused, json!({"kind": "handshake", "ok": false, "heartbeat_interval_s": null}));
}

/// A frame of a building, with all of its members.
fn frame(kind: &str, members: Value) -> Value {
    let mut frame = json!({
        "kind": kind, "id": null, "meta": null, "value": null, "error_code": null, "code": null,
        "message": null, "level": null, "module": null,
    });
    let Value::Object(members) = members else { panic!("no object") };
    frame.as_object_mut().unwrap().extend(members);
    frame
}

#[test]
fn frames_of_servers_are_of_the_kind_that_they_hold() {
    let bookings = json!({"sys": "sys-1234", "mod": "Bookings", "index": 1, "name": "bookings"});
    for (generation, text, expected) in [
        ("g3", &b"pong"[..], frame("pong", json!({}))),
        (
            "g3",
            &captured("placeos/02_bind_success.json"),
            frame("success", json!({"id": 1, "meta": bookings})),
        ),
        (
            "g2",
            &captured("placeos/03_notify_g2.json"),
            frame("notify", json!({"id": 18, "meta": bookings, "value": []})),
        ),
        (
            "g3",
            &captured("placeos/03_notify_g2.json"),
            frame("notify", json!({"id": 18, "meta": bookings, "value": "[]"})),
        ),
        (
            "g1",
            &captured("placeos/09_debug_success_g1.json"),
            frame(
                "success",
                json!({"id": 4, "module": "mod-Z6XXB1doL4", "meta": {"sys": "sys-Z6XXA-Kc_v", "mod": "Bookings", "index": 1}}),
            ),
        ),
        (
            "g1",
            &captured("placeos/10_log_line_g1.json"),
            frame(
                "debug",
                json!({"module": "mod-Z6XXB1doL4", "level": "debug", "message": "input changed to HDMI"}),
            ),
        ),
        (
            "g3",
            br#"{"id":9,"type":"error","msg":"","error_code":1,"code":500}"#,
            frame("error", json!({"id": 9, "message": "", "error_code": 1, "code": 500})),
        ),
        (
            "g1",
            br#"{"id":"x","type":"error","error_code":1,"code":5}"#,
            frame("error", json!({"id": "x", "error_code": 5})),
        ),
        (
            "g3",
            br#"{"id":[],"type":"error","error_code":"3","code":"500","meta":7}"#,
            frame("error", json!({"error_code": "3"})),
        ),
        ("g3", br#"{"id":1,"type":"Success"}"#, frame("unknown", json!({"id": 1}))),
        (
            "g3",
            br#"{"id":5,"type":"success","value":,}"#,
            frame(
                "malformed",
                json!({"at": 33, "error": r#"the text is not JSON, at byte 33 of 35: \"id\":5,\"type\":\"success\",\"value\":,}"#}),
            ),
        ),
        (
            "g2",
            br#"{"id":1,"type":"notify","value":7,"meta":{"sys":"s","mod":"m","index":1,"name":"n"}}"#,
            frame(
                "malformed",
                json!({
                    "id": 1, "meta": {"sys": "s", "mod": "m", "index": 1, "name": "n"}, "at": 32,
                    "error": r#"the value of the notify is not a string that holds JSON, at byte 32 of 84: {\"id\":1,\"type\":\"notify\",\"value\":7,\"meta\":{\"sys\":\"s\"#,
                }),
            ),
        ),
    ] {
        let line = line(&["placeos", "--generation", generation], text);
        assert_eq!(line, expected, "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn no_secret_prints_in_text_or_json() {
    let machine = [
        captured("lamarzocco/settings.json"),
        br#"{"machineSn":"GN000126","Settings":{"Settings":[{"Hash":7,"Value":"MTIzMzIx"}]}}"#
            .to_vec(),
        br#"{"Settings":"{\"Settings\":[{\"Hash\":696674017,\"Value\":\"MTIzMzIx?\"}]}"}"#.to_vec(),
    ]
    .join(&b'\n');
    let mut cloud = dialogue();
    cloud.extend_from_slice(br#"{"at":"babecafe","error":"0123456789abcdef0123456789"}"#);
    for (vendor, input, secrets) in [
        ("lamarzocco", machine, &["123321", "123123", "GN000126", "3132333332", "MTIz"][..]),
        ("coolkit", cloud, &["5C:CF", "0123456789", "apkVesrion", "nonce", "\"at\""]),
    ] {
        for args in [&[vendor, "--json"][..], &[vendor], &[vendor, "--color=always"]] {
            let output = decode(args, &input);
            for secret in secrets {
                assert!(!stdout(&output).contains(secret), "{secret} in {}", stdout(&output));
            }
        }
    }
}

#[test]
fn a_malformed_line_never_stops_the_rest() {
    let input = b"pong\r\n\r\n{\n\xff\xfe\n\0\n{\"type\":\"\xc3\"}\n\n{\"id\":2,\"type\":\"success\"}\r\npong";
    for vendor in ["lamarzocco", "coolkit", "placeos"] {
        let lines = lines(&[vendor], input);
        let numbers: Vec<u64> = lines.iter().map(|line| line["line"].as_u64().unwrap()).collect();
        assert_eq!(numbers, [1, 3, 4, 5, 6, 8, 9], "{vendor}");
        assert_eq!(kinds(&lines)[1..5], ["malformed"; 4], "{vendor}");
        assert_eq!(lines[4]["at"], 9, "{vendor}");
        assert_ne!(lines[5]["kind"], "malformed", "{vendor}");
    }
}

#[test]
fn a_line_that_is_too_long_is_malformed_and_passed_over() {
    for (line, kind) in [("pong", "pong"), ("pong\r", "pong"), ("pongg", "malformed")] {
        for end in ["", "\n", "\nping\npong\n"] {
            let lines = lines(&["placeos", "--max-line", "4"], format!("{line}{end}"));
            assert_eq!(lines[0]["kind"], kind, "{line:?} {end:?}");
            assert_eq!(lines.len(), if end.len() > 1 { 3 } else { 1 });
        }
    }
    let mut input = vec![b'['; 3 << 20];
    input.extend_from_slice(b"\n[]\n");
    let lines = lines(&["lamarzocco", "--max-line", "1048576"], input);
    assert_eq!(
        lines[0],
        json!({"line": 1, "kind": "malformed", "error": "the line is longer than 1048576 bytes (--max-line)", "at": 1_048_576})
    );
    assert_eq!((&lines[1]["line"], lines.len()), (&json!(2), 2));
}

#[test]
fn a_whole_file_is_one_frame() {
    let pretty = b"{\n  \"id\": 1,\n  \"type\": \"success\"\n}\n";
    assert_eq!(line(&["placeos", "--whole"], pretty), frame("success", json!({"id": 1})));
    assert_eq!(line(&["placeos", "--whole"], "pong\n"), frame("pong", json!({})));
    let long = line(&["placeos", "--whole", "--max-line=20"], pretty);
    assert_eq!((&long["kind"], &long["at"]), (&json!("malformed"), &json!(20)));
    assert!(lines(&["placeos", "--whole"], "").is_empty());
}

#[test]
fn any_bytes_are_read_to_their_end() {
    let mut seed = 7_u64;
    let mut garbage = Vec::new();
    for _ in 0..20_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        garbage.extend_from_slice(&seed.to_be_bytes()[..3]);
    }
    garbage.extend_from_slice(b"\npong");
    for vendor in ["lamarzocco", "coolkit", "placeos"] {
        let last = garbage.split(|byte| *byte == b'\n').count();
        assert_eq!(lines(&[vendor], &garbage).last().unwrap()["line"], last);
        assert!(decode(&[vendor], &garbage).status.success());
    }
    let deep = format!("{{\"action\":\"a\",\"params\":{}{}}}", "[".repeat(127), "]".repeat(127));
    assert!(stdout(&decode(&["coolkit"], deep.as_bytes())).starts_with("1  event"));
}

#[test]
fn files_are_read_and_standard_input_is_one_of_them() {
    let file = testdata("lamarzocco/steam_boiler_temperature.json");
    let output = program(&["lamarzocco"]).arg(&file).output().unwrap();
    assert_eq!(stdout(&output), "1  measurement  SteamBoilerUpdateTemperature 0.000000 C°\n");
    assert_eq!(stdout(&decode(&["placeos", "-"], b"pong")), "1  pong\n");
    let empty = decode(&["coolkit"], b"");
    assert_eq!((empty.status.code(), stdout(&empty)), (Some(0), ""));
}

#[test]
fn a_file_that_cannot_be_read_is_a_failure_and_wrong_options_are_wrong_usage() {
    for (args, code, error) in [
        (&["lamarzocco", "not/there"][..], 1, "not/there cannot be read: "),
        (&["lamarzocco", env!("CARGO_MANIFEST_DIR")], 1, " cannot be read: "),
        (&["lamarzocco", "--max-line", "0"], 2, "invalid value '0'"),
        (&["placeos", "--generation", "g4"], 2, "[possible values: g1, g2, g3]"),
        (&["coolkit", "--pending", ":babecafe11"], 2, "expected SEQUENCE[:DEVICEID[:KIND]]"),
        (&["coolkit", "--pending", "1::login"], 2, "expected userOnline, update, query"),
    ] {
        let output = decode(args, b"");
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        assert!(stderr(&output).contains(error), "{}", stderr(&output));
    }
}

#[test]
fn malformed_lines_are_a_failure_only_if_that_is_asked_for() {
    let input = b"pong\nx\n";
    assert_eq!(decode(&["placeos"], input).status.code(), Some(0));
    let strict = decode(&["placeos", "--strict"], input);
    assert_eq!((strict.status.code(), stdout(&strict).lines().count()), (Some(1), 2));
    assert_eq!(stderr(&strict), "error: 2 frames, 1 malformed\n");
    assert_eq!(decode(&["placeos", "--strict"], b"pong\n").status.code(), Some(0));
    // A message that cannot be read makes the list that it stands in malformed.
    assert_eq!(decode(&["lamarzocco", "--strict"], b"[7,{}]").status.code(), Some(1));
}

#[test]
fn whoever_has_seen_enough_ends_it() {
    let mut command = program(&["placeos", "--json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = thread::spawn(move || while stdin.write_all(&b"pong\n".repeat(10_000)).is_ok() {});
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("\"pong\""));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    writer.join().unwrap();
}

#[test]
fn a_line_is_shown_as_soon_as_it_is_there() {
    let mut command = program(&["placeos"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for number in 1..=3 {
        stdin.write_all(b"pong\n").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, format!("{number}  pong\n"));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

/// The most memory that a process ever had, in KiB.
#[cfg(target_os = "linux")]
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_file() {
    let frames = [
        captured("lamarzocco/settings.json"),
        captured("lamarzocco/steam_boiler_temperature.json"),
        vec![b'x'; 70_000],
        b"\n[7]\n".to_vec(),
    ]
    .concat();
    for args in [&["lamarzocco", "--max-line=65536"][..], &["lamarzocco", "--json"]] {
        let mut command = program(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut peaks = Vec::new();
        for count in [20, 200] {
            (0..count).for_each(|_| stdin.write_all(&frames).unwrap());
            peaks.push(peak(child.id()));
        }
        drop(stdin);
        assert!(child.wait().unwrap().success());
        assert!(peaks[1] < peaks[0] + 512, "{peaks:?} KiB");
    }
}

#[test]
fn only_text_for_a_terminal_is_coloured() {
    assert!(
        stdout(&decode(&["placeos", "--color=always"], b"pong")).contains("\u{1b}[2mpong\u{1b}[0m")
    );
    assert_eq!(stdout(&decode(&["placeos"], b"pong")), "1  pong\n");
    assert!(!stdout(&decode(&["placeos", "--color=always", "--json"], b"pong")).contains('\u{1b}'));
    // What a device writes moves no cursor.
    let hostile = br#"{"type":"debug","msg":"\u001b[2J\u009b2J"}"#;
    let shown = decode(&["placeos", "--color=always"], hostile);
    assert!(stdout(&shown).contains("\\u{1b}[2J\\u{9b}2J"), "{}", stdout(&shown));
}
