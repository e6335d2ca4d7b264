//! What clients write, and which of it servers of each generation carry out.

mod common;

use common::{bookings, request};
use placeos_proto::server::{ClientMessage, Refusal};
use placeos_proto::{Args, BindingKey, Command, Generation, Id, ModuleId, Reason, Request};

const GOOD: &str =
    r#"{"id":1,"cmd":"bind","sys":"sys-1234","mod":"Bookings","index":1,"name":"bookings"}"#;

/// The good request with a piece of it replaced.
fn with(piece: &str, other: &str) -> String {
    assert!(GOOD.contains(piece));
    GOOD.replace(piece, other)
}

#[track_caller]
fn accepted(text: &str, generation: Generation) -> Request {
    request(text).check(generation).unwrap()
}

#[track_caller]
fn refused(text: &str, generation: Generation) -> Refusal {
    request(text).check(generation).unwrap_err()
}

#[test]
fn requests_have_the_members_and_the_order_of_the_vendors_client() {
    let module = ModuleId::from("mod-Z6XXB1doL4");
    let key = |name| BindingKey::new("sys-1", "Display", 2, name);
    for (request, text) in [
        (
            Request::bind(Id::from(1), key("power")),
            r#"{"id":1,"cmd":"bind","sys":"sys-1","mod":"Display","index":2,"name":"power"}"#,
        ),
        (
            Request::unbind(Id::from(2), key("power")),
            r#"{"id":2,"cmd":"unbind","sys":"sys-1","mod":"Display","index":2,"name":"power"}"#,
        ),
        (
            Request::exec(Id::from(3), key("echo"), Args::none()),
            r#"{"id":3,"cmd":"exec","sys":"sys-1","mod":"Display","index":2,"name":"echo","args":[]}"#,
        ),
        (
            Request::debug(Id::from(4), "sys-1", &module, 1),
            r#"{"id":4,"cmd":"debug","sys":"sys-1","mod":"mod-Z6XXB1doL4","index":1,"name":"debug"}"#,
        ),
        (
            Request::ignore(Id::from(5), "sys-1", &module, 1),
            r#"{"id":5,"cmd":"ignore","sys":"sys-1","mod":"mod-Z6XXB1doL4","index":1,"name":"debug"}"#,
        ),
        (
            Request::new(
                Id::from("a\"b"),
                Command::from("new"),
                BindingKey::new("é", "\n", -1, "\\"),
            ),
            r#"{"id":"a\"b","cmd":"new","sys":"é","mod":"\n","index":-1,"name":"\\"}"#,
        ),
    ] {
        assert_eq!(request.encode(), text);
    }
}

#[test]
fn any_object_is_a_frame_and_is_written_back() {
    for text in [
        "{}",
        r#"{"id":null,"cmd":7,"sys":[],"mod":{},"index":"x","name":false,"args":1.0,"new":[1.50]}"#,
        r#"{"id":1e3,"cmd":"reboot","args":{"a":1}}"#,
    ] {
        assert_eq!(request(text).encode(), text);
    }
    let frame = request(r#"{"id":1e3,"cmd":"reboot"}"#);
    assert_eq!(frame.command(), Some(Command::Other("reboot".into())));
    assert_eq!(frame.id().unwrap().to_string(), "1e3");
}

#[test]
fn what_is_almost_ping_is_no_message() {
    for text in ["PING", " ping", "ping\n", "\"ping\"", "", "pong"] {
        assert!(ClientMessage::decode(text).is_err(), "{text:?}");
    }
    let two = format!("{GOOD}{GOOD}");
    assert_eq!(ClientMessage::decode(&two).unwrap_err().reason(), Reason::TrailingText);
}

#[test]
fn todays_servers_take_what_the_vendors_server_takes() {
    let bind = |id: i64| Request::bind(Id::from(id), bookings());
    for (text, request) in [
        (GOOD.to_owned(), bind(1)),
        (with("1,\"cmd", "-7,\"cmd"), bind(-7)),
        (with("\"bind\"", "\"BIND\""), bind(1)),
        (with("\"bind\"", "\"_b_Ind\""), bind(1)),
        (with("\"index\":1,", ""), bind(1).without_index()),
        (with("\"index\":1", "\"index\":null"), bind(1).without_index()),
        (with("{", "{\"args\":null,"), bind(1)),
        (with("{", "{\"args\":[1],"), bind(1).with_args(Args::new(&[1]).unwrap())),
        (with("{", " {\"id\":0,") + "\n", bind(1)),
    ] {
        for generation in [Generation::G2, Generation::G3] {
            assert_eq!(accepted(&text, generation), request, "{text}");
        }
    }
    let zero = accepted(&with("\"index\":1", "\"index\":0"), Generation::G3);
    assert_eq!((zero.key().index(), zero.has_index()), (0, true));
}

#[test]
fn todays_servers_refuse_what_the_vendors_server_refuses() {
    for (text, refusal) in [
        (with("\"id\":1,", ""), Refusal::Missing("id")),
        (with("1,\"cmd", "null,\"cmd"), Refusal::Missing("id")),
        (with("1,\"cmd", "\"1\",\"cmd"), Refusal::WrongType("id")),
        (with("1,\"cmd", "1.0,\"cmd"), Refusal::WrongType("id")),
        (with("1,\"cmd", "9223372036854775808,\"cmd"), Refusal::WrongType("id")),
        (with("\"cmd\":\"bind\",", ""), Refusal::Missing("cmd")),
        (with("\"bind\"", "\"nope\""), Refusal::UnknownCommand),
        (with("\"sys-1234\"", "null"), Refusal::Missing("sys")),
        (with("\"Bookings\"", "1"), Refusal::WrongType("mod")),
        (with("\"index\":1", "\"index\":\"1\""), Refusal::WrongType("index")),
        (with("\"index\":1", "\"index\":1.5"), Refusal::WrongType("index")),
        (with("\"index\":1", "\"index\":2147483648"), Refusal::WrongType("index")),
        (with(",\"name\":\"bookings\"", ""), Refusal::Missing("name")),
        (with("{", "{\"args\":{},"), Refusal::WrongType("args")),
        (with("{", "{\"extra\":1,"), Refusal::UnknownMember),
    ] {
        for generation in [Generation::G2, Generation::G3] {
            assert_eq!(refused(&text, generation), refusal, "{text}");
        }
    }
}

#[test]
fn the_first_generation_takes_any_scalar_as_id_texts_as_index_and_new_members() {
    let g1 = |text: &str| accepted(text, Generation::G1);
    assert_eq!(g1(&with("1,\"cmd", "\"a\",\"cmd")).id(), &Id::from("a"));
    assert_eq!(g1(&with("1,\"cmd", "1.0,\"cmd")).id().to_string(), "1.0");
    assert_eq!(g1(&with("\"index\":1", "\"index\":\"2\"")).key().index(), 2);
    assert_eq!(g1(&with("{", "{\"extra\":1,")), Request::bind(Id::from(1), bookings()));
    assert_eq!(refused(&with("\"bind\"", "\"BIND\""), Generation::G1), Refusal::UnknownCommand);
}
