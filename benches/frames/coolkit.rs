//! What the CoolKit cloud sends.

use std::borrow::Cow;
use std::hint::black_box;
use std::rc::Rc;

use coolkit_proto::{Device, Incoming, PendingRequests, Request, Sequence, classify};
use serde::{Deserialize, Serialize};

use crate::group::Group;
use crate::ways::{frames, kind, pong, tree};

const DEVICE: &str = "babecafe11";
const USER: &str = "ea017bb3-892a-4ce0-8cd6-a4ad5e1b5843";
const MILLIS: u64 = 1_519_293_433_136;

pub(crate) fn groups() -> Vec<Group> {
    vec![
        handshake(),
        acknowledgement(),
        switch(),
        temperature(),
        command(),
        pong("CoolKit: pong", |frame| classify(frame, &PendingRequests::new())),
    ]
}

/// A frame that is classified, written again.
fn again(frame: &str, pending: &PendingRequests) -> String {
    match classify(frame, pending) {
        Incoming::Event(event) => event.frame().encode(),
        Incoming::Handshake(handshake) => handshake.frame().encode(),
        Incoming::Reply(reply) => reply.frame().encode(),
        other => panic!("no such frame is here: {other:?}"),
    }
}

macro_rules! of_cloud {
    ($name:expr, $frames:expr, $typed:ty, $pending:expr) => {{
        let pending = Rc::new($pending);
        let again = |frame: &str| again(frame, &pending);
        let ours = {
            let pending = Rc::clone(&pending);
            move |frame: &str| {
                black_box(classify(frame, &*pending));
            }
        };
        kind!($name, $frames, $typed, ours, again)
    }};
}

#[derive(Deserialize, Serialize)]
struct Login<'a> {
    error: i64,
    #[serde(borrow)]
    apikey: Cow<'a, str>,
    config: Config,
    #[serde(borrow)]
    sequence: Cow<'a, str>,
}

#[derive(Deserialize, Serialize)]
struct Config {
    hb: u8,
    #[serde(rename = "hbInterval")]
    hb_interval: u32,
}

fn handshake() -> Group {
    let frames = frames(|round| {
        let text = include_str!("../../testdata/coolkit/02_handshake_reply.json").trim_end();
        text.replace("145", &(100 + round).to_string())
    });
    let mut pending = PendingRequests::new();
    pending.begin_handshake(&Sequence::from_millis(MILLIS));
    of_cloud!("CoolKit: answer to the login", frames, Login<'_>, pending)
}

#[derive(Deserialize, Serialize)]
struct Acknowledgement<'a> {
    error: i64,
    #[serde(borrow)]
    deviceid: Cow<'a, str>,
    #[serde(borrow)]
    apikey: Cow<'a, str>,
    #[serde(borrow)]
    sequence: Cow<'a, str>,
}

/// All commands are pending.
fn acknowledgement() -> Group {
    let sequence = |round: u32| MILLIS + u64::from(round) * 977;
    let frames = frames(|round| {
        let text = include_str!("../../testdata/coolkit/04_ack_heat_below.json").trim_end();
        text.replace("1519293442952", &sequence(round).to_string())
    });
    let mut pending = PendingRequests::new();
    let device = Device::new(DEVICE, USER);
    for round in 0..frames.len() as u32 {
        let sequence = Sequence::from_millis(sequence(round));
        pending.insert(&Request::query(&device, [], sequence));
    }
    of_cloud!("CoolKit: acknowledgement", frames, Acknowledgement<'_>, pending)
}

#[derive(Deserialize, Serialize)]
struct DeviceUpdate<'a, P> {
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow)]
    deviceid: Cow<'a, str>,
    #[serde(borrow)]
    apikey: Cow<'a, str>,
    #[serde(borrow, rename = "userAgent")]
    user_agent: Cow<'a, str>,
    ts: i64,
    params: P,
    #[serde(borrow)]
    from: Cow<'a, str>,
}

#[derive(Deserialize, Serialize)]
struct Switch<'a> {
    rssi: i32,
    #[serde(borrow, rename = "staMac")]
    sta_mac: Cow<'a, str>,
    #[serde(borrow, rename = "fwVersion")]
    fw_version: Cow<'a, str>,
    #[serde(borrow)]
    startup: Cow<'a, str>,
    #[serde(borrow)]
    switch: Cow<'a, str>,
}

fn switch() -> Group {
    let frames = frames(|round| {
        let text = include_str!("../../testdata/coolkit/07_device_update_switch.json").trim_end();
        text.replace("-55", &format!("-{}", 30 + round))
            .replace(DEVICE, &format!("babecafe{:02}", round % 100))
    });
    of_cloud!("CoolKit: a switch", frames, DeviceUpdate<'_, Switch<'_>>, PendingRequests::new())
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Temperature<'a> {
    #[serde(borrow)]
    current_temperature: Cow<'a, str>,
    #[serde(borrow)]
    current_humidity: Cow<'a, str>,
}

fn temperature() -> Group {
    let frames = frames(|round| {
        let text = include_str!("../../testdata/coolkit/12_device_update_temperature.json");
        text.trim_end().replace("\"22\"", &format!("\"{}.{}\"", 18 + round / 10, round % 10))
    });
    let pending = PendingRequests::new();
    of_cloud!("CoolKit: a sensor", frames, DeviceUpdate<'_, Temperature<'_>>, pending)
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct AppUpdate<'a> {
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow)]
    apikey: Cow<'a, str>,
    #[serde(borrow)]
    deviceid: Cow<'a, str>,
    #[serde(borrow)]
    params: Thermostat<'a>,
    #[serde(borrow)]
    sequence: Cow<'a, str>,
    #[serde(borrow)]
    user_agent: Cow<'a, str>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Thermostat<'a> {
    #[serde(borrow)]
    device_type: Cow<'a, str>,
    #[serde(borrow)]
    main_switch: Cow<'a, str>,
    #[serde(borrow)]
    targets: Vec<Target<'a>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Target<'a> {
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    target_high: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    target_low: Option<Cow<'a, str>>,
    #[serde(borrow)]
    reaction: Reaction<'a>,
}

#[derive(Deserialize, Serialize)]
struct Reaction<'a> {
    #[serde(borrow)]
    switch: Cow<'a, str>,
}

/// Another app's, which the cloud passes on.
fn command() -> Group {
    let frames = frames(|round| {
        let mut frame = tree(include_str!("../../testdata/coolkit/03_update_heat_below.json"));
        frame["params"]["targets"][0]["targetHigh"] = (20 + round).to_string().into();
        frame["sequence"] = (MILLIS + u64::from(round) * 977).to_string().into();
        frame.to_string()
    });
    of_cloud!("CoolKit: command of an app", frames, AppUpdate<'_>, PendingRequests::new())
}
