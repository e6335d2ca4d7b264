//! What a PlaceOS server sends.

use std::borrow::Cow;
use std::hint::black_box;

use placeos_proto::{Generation, Incoming, Kind, Response, classify};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use sonic_rs::LazyValue;

use crate::group::Group;
use crate::ways::{frames, kind, pong, tree};

pub(crate) fn groups() -> Vec<Group> {
    vec![
        notify("PlaceOS: value, small", 0),
        notify("PlaceOS: value, 8 KB", 40),
        string_notify(),
        success(),
        error(),
        log_line(),
        pong("PlaceOS: pong", |frame| {
            black_box(classify(frame, Generation::G3));
        }),
    ]
}

fn response(frame: &str, generation: Generation) -> Response<'_> {
    match classify(frame, generation) {
        Incoming::Response(response) => response,
        other => panic!("no such frame is here: {other:?}"),
    }
}

/// What a client takes from a frame.
fn take(response: &Response<'_>) {
    match response.kind() {
        Kind::Notify => drop(black_box((response.key(), response.value()))),
        Kind::Success => drop(black_box((response.reply_to(), response.value()))),
        Kind::Error => drop(black_box((response.reply_to(), response.error()))),
        Kind::Debug => drop(black_box(response.log_line())),
        kind => panic!("no such frame is here: {kind:?}"),
    }
}

macro_rules! of_server {
    ($name:expr, $generation:expr, $frames:expr, $($typed:ty),*) => {
        kind!(
            $name,
            $frames,
            $($typed),*,
            |frame: &str| take(&response(frame, $generation)),
            |frame: &str| response(frame, $generation).encode()
        )
    };
}

#[derive(Deserialize, Serialize)]
struct Meta<'a> {
    #[serde(borrow)]
    sys: Cow<'a, str>,
    #[serde(borrow)]
    r#mod: Cow<'a, str>,
    index: i32,
    #[serde(borrow)]
    name: Cow<'a, str>,
}

/// With a value that is left as JSON.
#[derive(Deserialize, Serialize)]
struct Valued<'a, V> {
    id: i64,
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    value: V,
    #[serde(borrow)]
    meta: Meta<'a>,
}

/// The value is a number, or a list of bookings.
fn notify(name: &str, bookings: u32) -> Group {
    let frames = frames(|round| {
        let booking = |number: u32| {
            json!({
                "id": format!("event-{}", round * 100 + number),
                "title": "Weekly \"sync\" of the team",
                "event_start": 1_631_058_815 + 900 * number,
                "event_end": 1_631_059_715 + 900 * number,
                "attendees": ["ana@example.com", "bo@example.com"],
                "private": number % 2 == 0,
            })
        };
        let value = match bookings {
            0 => json!(round),
            _ => (0..bookings).map(booking).collect(),
        };
        let meta = json!({"sys": "sys-1234", "mod": "Bookings", "index": 1, "name": format!("list_{round}")});
        json!({"id": round + 1, "type": "notify", "value": value, "meta": meta}).to_string()
    });
    of_server!(name, Generation::G3, frames, Valued<'_, &RawValue>, Valued<'_, LazyValue<'_>>)
}

#[derive(Deserialize, Serialize)]
struct StringValued<'a> {
    id: i64,
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
    #[serde(borrow)]
    meta: Meta<'a>,
}

/// As servers before October 2021 have it: the JSON of the value in a text, which only ours reads and checks.
fn string_notify() -> Group {
    let frames = frames(|round| {
        let mut frame = tree(include_str!("../../testdata/placeos/03_notify_g2.json"));
        frame["id"] = round.into();
        frame["value"] = format!(r#"[{round},"on"]"#).into();
        frame.to_string()
    });
    of_server!("PlaceOS: value in a text", Generation::G2, frames, StringValued<'_>)
}

fn success() -> Group {
    let frames = frames(|round| {
        let mut frame = tree(include_str!("../../testdata/placeos/07_exec_success.json"));
        frame["id"] = round.into();
        frame["value"] = json!({"booked": round});
        frame.to_string()
    });
    of_server!(
        "PlaceOS: success",
        Generation::G3,
        frames,
        Valued<'_, &RawValue>,
        Valued<'_, LazyValue<'_>>
    )
}

#[derive(Deserialize, Serialize)]
struct Refusal<'a> {
    id: i64,
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    #[serde(borrow)]
    msg: Cow<'a, str>,
    error_code: u32,
    #[serde(borrow)]
    meta: Meta<'a>,
}

fn error() -> Group {
    let frames = frames(|round| {
        let meta = json!({"sys": "sys-1234", "mod": "Bookings", "index": 1, "name": "bookings"});
        let message = format!("could not find module Bookings_{round}");
        json!({"id": round + 1, "type": "error", "msg": message, "error_code": round % 8, "meta": meta})
            .to_string()
    });
    of_server!("PlaceOS: error", Generation::G3, frames, Refusal<'_>)
}

#[derive(Deserialize, Serialize)]
struct Line<'a> {
    id: i64,
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    #[serde(borrow)]
    msg: Cow<'a, str>,
    #[serde(borrow)]
    meta: Meta<'a>,
    #[serde(borrow)]
    r#mod: Cow<'a, str>,
    #[serde(borrow)]
    level: Cow<'a, str>,
}

fn log_line() -> Group {
    let frames = frames(|round| {
        let meta = json!({"sys": "sys-1234", "mod": "mod-Z6XXB1doL4", "index": 1, "name": "debug"});
        let message = format!("input changed to HDMI {round}");
        json!({"id": round + 1, "type": "debug", "msg": message, "meta": meta, "mod": "mod-Z6XXB1doL4", "level": "debug"})
            .to_string()
    });
    of_server!("PlaceOS: log line", Generation::G3, frames, Line<'_>)
}
