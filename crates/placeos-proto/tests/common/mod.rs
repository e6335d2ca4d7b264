//! The frames of the vendor's document, and short ways to look at frames.
#![allow(dead_code, reason = "not every test needs every helper")]

use placeos_proto::server::{ClientMessage, RequestFrame};
use placeos_proto::{BindingKey, Generation, Incoming, Malformed, Response, Value, classify};

macro_rules! document {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/placeos/", $file))
            .trim_ascii_end()
    };
}

/// The frames of the document, in their order; number 1 is at index 0.
pub(crate) const DOCUMENT: [&str; 12] = [
    document!("01_bind.json"),
    document!("02_bind_success.json"),
    document!("03_notify_g2.json"),
    document!("04_unbind.json"),
    document!("05_unbind_success.json"),
    document!("06_exec.json"),
    document!("07_exec_success.json"),
    document!("08_debug_g1.json"),
    document!("09_debug_success_g1.json"),
    document!("10_log_line_g1.json"),
    document!("11_ignore_g1.json"),
    document!("12_ignore_success.json"),
];

/// The document's table of errors.
pub(crate) const ERRORS: &str = document!("errors.json");

/// All generations, oldest first.
pub(crate) const GENERATIONS: [Generation; 3] = [Generation::G1, Generation::G2, Generation::G3];

/// A frame of the document, by its number.
pub(crate) fn document(number: usize) -> &'static str {
    DOCUMENT[number - 1]
}

/// The key that most frames of the document are about.
pub(crate) fn bookings() -> BindingKey {
    BindingKey::new("sys-1234", "Bookings", 1, "bookings")
}

#[track_caller]
pub(crate) fn read(text: &str, generation: Generation) -> Response<'_> {
    match classify(text, generation) {
        Incoming::Response(response) => response,
        other => panic!("{other:?}"),
    }
}

/// Reads a frame of today's servers.
#[track_caller]
pub(crate) fn g3(text: &str) -> Response<'_> {
    read(text, Generation::G3)
}

#[track_caller]
pub(crate) fn malformed(text: &str, generation: Generation) -> Malformed {
    match classify(text, generation) {
        Incoming::Malformed(error) => error,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub(crate) fn request(text: &str) -> RequestFrame<'_> {
    match ClientMessage::decode(text).unwrap() {
        ClientMessage::Request(frame) => frame,
        ClientMessage::Ping => panic!("ping"),
    }
}

#[track_caller]
pub(crate) fn json(text: &str) -> Value {
    Value::parse(text).unwrap()
}

/// Whether two texts are the same JSON, whatever the order of members.
#[track_caller]
pub(crate) fn assert_same_json(left: &str, right: &str) {
    let tree = |text| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(tree(left), tree(right));
}
