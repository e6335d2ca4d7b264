//! Every example frame of the vendor's document, under its generation.

mod common;

use common::{ERRORS, GENERATIONS, assert_same_json, bookings, document, g3, read, request};
use placeos_proto::server::ClientMessage;
use placeos_proto::{
    Args, BindingKey, Command, ErrorCode, Generation, Id, Incoming, Kind, Level, ModuleId, PING,
    PONG, Request, classify,
};

/// The requests of the document with the numbers of their frames.
fn requests() -> [(usize, Generation, Request); 5] {
    let function = BindingKey::new("sys-1234", "Bookings", 1, "make_booking");
    let by_name = ModuleId::from("Bookings");
    let by_id = BindingKey::new("sys-Z6XXA-Kc_v", "mod-Z6XXB1doL4", 1, "ignore");
    let ignore = Request::new(Id::from(5), Command::Ignore, by_id).without_index();
    [
        (1, Generation::G3, Request::bind(Id::from(1), bookings())),
        (4, Generation::G3, Request::unbind(Id::from(2), bookings())),
        (
            6,
            Generation::G3,
            Request::exec(Id::from(3), function, Args::new(&[1_631_058_815]).unwrap()),
        ),
        (8, Generation::G1, Request::debug(Id::from(4), "sys-Z6XXA-Kc_v", &by_name, 1)),
        (11, Generation::G1, ignore),
    ]
}

#[test]
fn the_heartbeat_is_two_plain_texts() {
    assert_eq!(ClientMessage::decode("ping"), Ok(ClientMessage::Ping));
    assert_eq!((PING, PONG), ("ping", "pong"));
    for generation in GENERATIONS {
        assert_eq!(classify("pong", generation), Incoming::Pong);
    }
}

#[test]
fn each_request_is_built_byte_for_byte() {
    for (number, _, built) in requests() {
        assert_eq!(built.encode(), document(number));
    }
}

#[test]
fn each_request_reads_as_what_it_was_built_from() {
    for (number, generation, built) in requests() {
        let frame = request(document(number));
        assert_eq!(frame.check(generation), Ok(built));
        assert_eq!(frame.encode(), document(number));
    }
}

#[test]
fn each_response_is_written_back_with_all_of_its_members() {
    for number in [2, 3, 5, 7, 9, 10, 12] {
        for generation in GENERATIONS {
            let written = read(document(number), generation).encode();
            assert_same_json(&written, document(number));
            // Servers never had the members of these two in the order of the document.
            if ![7, 10].contains(&number) {
                assert_eq!(written, document(number));
            }
        }
    }
}

#[test]
fn the_success_of_a_bind_answers_it_and_has_no_value() {
    let success = g3(document(2));
    assert_eq!((success.kind(), success.reply_to()), (Kind::Success, Some(Id::from(1))));
    assert_eq!((success.key(), success.value()), (Some(bookings()), None));
}

#[test]
fn the_value_of_the_notify_is_an_array_in_g2_and_a_string_in_g3() {
    for (generation, value) in [(Generation::G2, "[]"), (Generation::G3, "\"[]\"")] {
        let notify = read(document(3), generation);
        assert_eq!((notify.kind(), notify.key()), (Kind::Notify, Some(bookings())));
        assert_eq!(notify.value().unwrap().json(), value);
        assert_eq!((notify.id(), notify.reply_to()), (Some(Id::from(18)), None));
        assert_eq!(notify.encode(), document(3));
    }
}

#[test]
fn the_success_of_an_unbind_reads_with_and_without_meta() {
    let success = g3(document(5));
    assert_eq!((success.reply_to(), success.key()), (Some(Id::from(2)), Some(bookings())));
    let success = g3(document(12));
    assert_eq!((success.reply_to(), success.meta()), (Some(Id::from(5)), None));
}

#[test]
fn the_success_of_an_exec_has_a_value_in_any_order_and_generation() {
    for generation in GENERATIONS {
        let success = read(document(7), generation);
        assert_eq!(success.reply_to(), Some(Id::from(3)));
        assert_eq!(success.value().unwrap().json(), "{}");
    }
}

#[test]
fn the_success_of_a_debug_names_the_module_and_has_a_meta_without_name() {
    let success = read(document(9), Generation::G1);
    assert_eq!(success.module(), Some(ModuleId::from("mod-Z6XXB1doL4")));
    let meta = success.meta().unwrap();
    assert_eq!(meta.system().as_deref(), Some("sys-Z6XXA-Kc_v"));
    assert_eq!(meta.module().as_deref(), Some("Bookings"));
    assert_eq!((meta.index(), meta.name(), meta.key()), (Some(1), None, None));
}

#[test]
fn the_log_line_has_a_class_and_no_id() {
    let line = read(document(10), Generation::G1).log_line().unwrap();
    assert_eq!((line.id, line.key), (None, None));
    assert_eq!(line.module, Some(ModuleId::from("mod-Z6XXB1doL4")));
    assert_eq!(line.class_name.as_deref(), Some("::Some::Display"));
    assert_eq!(line.level, Some(Level::Debug));
    assert_eq!(line.message.as_deref(), Some("input changed to HDMI"));
}

#[test]
fn the_table_of_errors_is_the_one_of_the_document() {
    let table: Vec<(i64, String)> = serde_json::from_str(ERRORS).unwrap();
    assert_eq!(table.len(), 8);
    for (number, name) in table {
        let code = ErrorCode::from(number);
        assert_eq!((code.name(), code.number()), (Some(name.as_str()), Some(number)));
    }
}
