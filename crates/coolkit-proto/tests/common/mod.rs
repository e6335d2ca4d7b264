//! The recorded dialogue, and short ways to look at frames.
#![allow(dead_code, reason = "not every test needs every helper")]

use coolkit_proto::{Incoming, Json, PendingRequests, classify};

macro_rules! recorded {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/coolkit/", $file))
    };
}

/// The frames of the dialogue, in their order; number 1 is at index 0.
pub(crate) const DIALOGUE: [&str; 12] = [
    recorded!("01_user_online_v6.json"),
    recorded!("02_handshake_reply.json"),
    recorded!("03_update_heat_below.json"),
    recorded!("04_ack_heat_below.json"),
    recorded!("05_update_heat_above.json"),
    recorded!("06_ack_heat_above.json"),
    recorded!("07_device_update_switch.json"),
    recorded!("08_update_manual_off.json"),
    recorded!("09_ack_manual_off.json"),
    recorded!("10_update_manual_on.json"),
    recorded!("11_ack_manual_on.json"),
    recorded!("12_device_update_temperature.json"),
];

/// A frame of the dialogue as JSON.
#[track_caller]
pub(crate) fn recorded(number: usize) -> Json {
    json(DIALOGUE[number - 1])
}

#[track_caller]
pub(crate) fn json(text: &str) -> Json {
    Json::parse(text).unwrap()
}

/// Classifies a text while nothing is pending.
pub(crate) fn idle(text: &str) -> Incoming {
    classify(text, &PendingRequests::new())
}
