//! What `Debug`, `Display` and errors must not show.

mod common;

use std::borrow::Cow;

use common::{DIALOGUE, idle, json, recorded};
use coolkit_proto::state::DeviceState;
use coolkit_proto::{
    ClientFrame, Device, Frame, Incoming, Json, JsonRef, LegacyPhone, Params, PendingRequests,
    Request, Secret, Sequence, UserOnline, classify, redact,
};

/// The secret values of the recorded dialogue.
fn secrets() -> Vec<String> {
    let (login, report) = (recorded(1), recorded(7));
    let params = report.view().get("params").unwrap();
    let texts = ["imei", "at", "apikey", "appid", "nonce"].map(|name| login.view().get(name));
    let texts = texts.into_iter().chain([params.get("staMac")]);
    texts.map(|text| text.and_then(JsonRef::as_str).unwrap().to_owned()).collect()
}

#[track_caller]
fn assert_silent(shown: &str) {
    for secret in secrets() {
        assert!(!shown.contains(&secret), "{secret} in {shown}");
    }
}

#[test]
fn no_frame_of_the_dialogue_shows_a_secret_in_any_type() {
    for text in DIALOGUE {
        let json = json(text);
        let frame = Frame::decode(text).unwrap();
        let client = ClientFrame::decode(text).unwrap();
        let mut pending = PendingRequests::new();
        pending.begin_handshake(&Sequence::from_millis(1_519_293_433_136));
        let incoming = classify(text, &pending);
        assert_silent(&format!("{json:?} {frame:?} {frame:#?} {client:?} {incoming:?}"));
        if let Incoming::Event(event) = incoming {
            let mut state = DeviceState::new();
            state.apply(&event);
            assert_silent(&format!("{:?} {state:?} {:?}", event.kind(), state.reported().common()));
        }
    }
    let shown = format!("{:?}", Frame::decode(DIALOGUE[6]).unwrap());
    assert!(shown.contains("\"babecafe11\"") && shown.contains("-55"), "{shown}");
}

#[test]
fn what_an_app_makes_shows_no_secret() {
    let secret = |name: &str| Secret::from(recorded(1).view().get(name).unwrap().as_str().unwrap());
    let sequence = Sequence::from_millis(1_519_293_433_136);
    let nonce = secret("nonce");
    let login = UserOnline::new(
        secret("at"),
        secret("apikey"),
        secret("appid"),
        nonce.expose(),
        sequence.clone(),
    );
    let phone = LegacyPhone::new(secret("imei"));
    let device = Device::new("babecafe11", secret("apikey"));
    let request = Request::update(&device, Params::switch(true), sequence)
        .on_behalf_of(&Secret::from("another key"));
    let shown = format!(
        "{login:?} {phone:?} {:?} {:?} {device:?} {request:?}",
        login.to_frame(),
        login.to_legacy_frame(&phone)
    );
    assert_silent(&shown);
    assert!(!shown.contains("another key"));
    assert!(request.encode().contains("another key"));
}

#[test]
fn secret_names_are_known_in_any_case_and_at_any_depth() {
    for name in [
        "at",
        "rt",
        "apikey",
        "selfApikey",
        "partnerApikey",
        "appid",
        "appSecret",
        "Authorization",
        "devicekey",
        "imei",
        "uid",
        "bindInfos",
        "ssid",
        "bssid",
        "staMac",
        "email",
        "phone",
        "phoneNumber",
        "userName",
        "APIKEY",
        "sender_appid",
        "only_device",
        "password",
    ] {
        for value in ["\"hunter2\"", "[\"hunter2\"]", "{\"x\":\"hunter2\"}", "{\"hunter2\":1}"] {
            let text =
                format!(r#"{{"action":"x","params":[{{"{name}":{value}}}],"{name}":{value}}}"#);
            let shown = format!("{:?} {:?}", json(&text), idle(&text));
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
}

#[test]
fn a_redacted_frame_holds_no_secret_and_says_the_same() {
    for (number, text) in DIALOGUE.iter().enumerate() {
        let redacted = redact(text).unwrap();
        assert_silent(&redacted);
        let frame = Frame::decode(text).unwrap();
        let read = Frame::decode(&redacted).unwrap();
        let names = |frame: &Frame| {
            frame.members().iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&read), names(&frame), "frame {number}");
        assert_eq!(
            (read.action(), read.sequence(), read.device_id(), read.error()),
            (frame.action(), frame.sequence(), frame.device_id(), frame.error()),
        );
        assert!(matches!(redact(&redacted), Ok(Cow::Borrowed(_))), "once is enough");
    }
    let clean = r#" {"sequence":"1","params":{"switch":"on"}, "error":0}"#;
    assert!(matches!(redact(clean), Ok(Cow::Borrowed(text)) if text == clean));
    assert!(matches!(redact(" PING "), Ok(Cow::Borrowed(" PING "))));
    assert_eq!(redact("[1]").unwrap_err().reason(), coolkit_proto::Reason::NotAnObject);
}

#[test]
fn a_redacted_frame_holds_no_secret_of_any_name_kind_or_repetition() {
    for name in ["at", "Apikey", "accountPass", "wifiPassword", "refreshToken", "ssid", "bindInfos"]
    {
        for value in ["\"hunter2\"", "77770", "[\"hunter2\"]", "{\"hunter2\":77770}"] {
            let text = format!(
                r#"{{"params":[{{"{name}":{value}}},1],"{name}":{value},"{name}":"x","a":"{{\"{name}\":1}}"}}"#
            );
            let redacted = redact(&text).unwrap();
            assert!(!redacted.contains("hunter2") && !redacted.contains("7777"), "{redacted}");
            assert!(
                redacted.contains(r#""a":"<redacted>""#),
                "text that may hold JSON: {redacted}"
            );
        }
    }
}

#[test]
fn texts_that_look_like_keys_are_not_shown_under_any_name() {
    for text in [
        "3c303f2cd81300278df1f299cbf7093bf921d797",
        "ea017bb3-892a-4ce0-8cd6-a4ad5e1b5843",
        "Bearer 3c303f2cd81300278df1f299cbf7093bf921d797",
        "2C:3A:E8:4F:54:59",
        "44:58:232:79:84:89",
        "someone@example.org",
        r#"{"x":"y"}"#,
    ] {
        let value = Json::from(coolkit_proto::Object::new().with("x", text).with(text, 1_u8));
        assert_eq!(format!("{value:?}"), r#"{"x": <redacted>, <redacted>: 1}"#);
    }
    for text in ["1519293442952", "babecafe11", "on", "2020-01-01T00:00:00.000Z"] {
        assert!(format!("{:?}", Json::from(text)).contains(text));
    }
}

#[test]
fn no_error_about_a_cut_or_damaged_frame_shows_a_part_of_it() {
    for text in DIALOGUE {
        let text = text.trim_end();
        for at in 0..text.len() {
            let (head, tail) = text.split_at(at);
            let damaged = format!("{head}\u{1}{tail}");
            for broken in [head, tail, &damaged] {
                if let Incoming::Malformed(error) = idle(broken) {
                    let shown = format!("{error} {error:?}");
                    assert_silent(&shown);
                    assert!(error.excerpt().is_none_or(|shown| shown.len() < 10), "{shown}");
                    assert_eq!(error.text().expose(), broken);
                }
            }
        }
    }
}

#[test]
fn an_excerpt_is_short_and_escaped() {
    let Incoming::Malformed(error) =
        idle(&format!("{}\u{1b}]{}", "a".repeat(5000), "b".repeat(5000)))
    else {
        panic!()
    };
    assert!(error.excerpt().unwrap().len() <= 64 && error.to_string().len() < 200);
    let Incoming::Malformed(error) = idle("\u{1b}[2J\n") else { panic!() };
    assert_eq!(error.excerpt(), Some("\\u{1b}[2J\\n"));
}

#[test]
fn a_secret_shows_nothing_and_compares_by_text() {
    let secret = Secret::from("hunter2".to_owned());
    assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "Secret(***) Some(Secret(***))");
    assert_eq!(secret, Secret::from("hunter2"));
    assert!(!secret.is_empty() && Secret::default().is_empty());
}
