//! The protocol on the engine, in simulated time.

use std::time::Duration;

use longlink::{
    CallId, Config, Delivery, Heartbeat, Input, Observation, Outcome, Probe, Schedule,
    SubscriptionId, testing,
};
use placeos_proto::{Generation, PING};

use super::*;

type World = testing::World<Dialect>;

/// The harness, in the words of the protocol.
trait Building {
    fn online() -> Self;
    fn of(generation: Generation) -> Self;
    fn reconnect(&mut self);
    fn bind(&mut self, name: &str) -> SubscriptionId;
    fn exec(&mut self, function: &str) -> CallId;
    /// What was sent on this connection, without the heartbeat: command, id, name.
    fn requests(&self) -> Vec<String>;
    fn heard(&self, subscription: SubscriptionId) -> Vec<String>;
}

impl Building for World {
    fn online() -> Self {
        Self::of(Generation::G3)
    }

    fn of(generation: Generation) -> Self {
        let mut config = Config::default();
        let (interval, timeout) = (Duration::from_secs(15), Duration::from_secs(5));
        config.heartbeat = Heartbeat::new(interval, timeout, Probe::Text(PING), Schedule::Always);
        let mut world = Self::new(Dialect::new(generation.wire()), config, 1);
        world.input(Input::Start);
        world.open();
        assert!(world.session.state().is_online(), "usable at 101");
        world
    }

    fn reconnect(&mut self) {
        self.lose(Observation::Closed(None));
        self.wait_for_attempt();
        self.open();
    }

    fn bind(&mut self, name: &str) -> SubscriptionId {
        self.subscribe(Topic::Variable(key(name)))
    }

    fn exec(&mut self, function: &str) -> CallId {
        self.call(Order {
            command: Command::Exec,
            key: key(function),
            args: Some(Args::none()),
            whole: true,
        })
    }

    fn requests(&self) -> Vec<String> {
        let frames =
            self.sent.iter().filter(|sent| sent.epoch == self.epoch && sent.text() != PING);
        let shown = frames.map(|sent| {
            let frame = Response::decode(sent.text(), Generation::G3).expect("an object");
            let member = |name| {
                let found = frame.members().find(|(member, _)| *member == name);
                found.map_or("", |(_, json)| json).trim_matches('"').to_owned()
            };
            format!("{} {} {}", member("cmd"), member("id"), member("name"))
        });
        shown.collect()
    }

    fn heard(&self, subscription: SubscriptionId) -> Vec<String> {
        self.deliveries(subscription).iter().map(show).collect()
    }
}

fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn key(name: &str) -> BindingKey {
    BindingKey::new("sys-1", "Display", 1, name)
}

fn show(delivery: &Delivery<Inbound, Box<RemoteError>>) -> String {
    match delivery {
        Delivery::Event(Inbound::Value(value)) => value.json().to_owned(),
        Delivery::Event(Inbound::Line(line)) => {
            format!("line {}", line.message.as_deref().unwrap_or("-"))
        }
        Delivery::Event(Inbound::Stray(_)) => "stray".into(),
        Delivery::Event(Inbound::Malformed(_)) => "malformed".into(),
        Delivery::Gap { .. } => "gap".into(),
        Delivery::Resynced { .. } => "resynced".into(),
        Delivery::Refused { retrying, .. } => format!("refused {retrying}"),
        other => format!("{other:?}"),
    }
}

fn notify(id: u32, name: &str, value: &str) -> String {
    format!(
        r#"{{"id":{id},"type":"notify","value":{value},"meta":{{"sys":"sys-1","mod":"Display","index":1,"name":"{name}"}}}}"#
    )
}

fn success(id: u32) -> String {
    format!(r#"{{"id":{id},"type":"success"}}"#)
}

#[test]
fn two_who_bind_a_variable_share_one_binding_until_the_last_of_them_goes() {
    let mut world = World::online();
    let (first, second) = (world.bind("power"), world.bind("power"));
    world.say(&success(1));
    world.say(&notify(1, "power", "true"));
    world.unsubscribe(first);
    world.say(&notify(1, "power", "false"));
    assert_eq!(world.heard(first), ["true"]);
    assert_eq!(world.heard(second), ["true", "false"]);
    assert_eq!(world.requests(), ["bind 1 power"]);
    world.unsubscribe(second);
    assert_eq!(world.requests(), ["bind 1 power", "unbind 2 power"]);
}

#[test]
fn who_binds_a_bound_variable_hears_its_value_though_the_server_sends_it_once() {
    let mut world = World::online();
    world.bind("power");
    world.say(&success(1));
    world.say(&notify(1, "power", "true"));
    let late = world.bind("power");
    assert_eq!(world.heard(late), ["true"]);
}

#[test]
fn a_notify_goes_by_its_target_and_by_its_id_only_without_one() {
    let mut world = World::online();
    let (power, input) = (world.bind("power"), world.bind("input"));
    // The id of another bind, as servers may send.
    world.say(&notify(2, "power", "1"));
    world.say(r#"{"id":2,"type":"notify","value":2}"#);
    world.say(r#"{"id":2,"type":"notify","value":3,"meta":{"sys":"sys-1"}}"#);
    assert_eq!(world.heard(power), ["1"]);
    assert_eq!(world.heard(input), ["2", "3"]);
    world.say(&notify(1, "other", "4"));
    assert_eq!(world.session.stats().unrouted_events, 1);
}

#[test]
fn a_notify_may_come_before_the_success_of_its_bind() {
    let mut world = World::online();
    let power = world.bind("power");
    world.say(&notify(1, "power", "true"));
    world.say(&success(1));
    assert_eq!(world.heard(power), ["true"]);
}

#[test]
fn after_a_reconnect_each_variable_is_bound_once_with_a_new_id_and_a_gap_is_told() {
    let mut world = World::online();
    let (power, unset) = (world.bind("power"), world.bind("unset"));
    for id in [1, 2] {
        world.say(&success(id));
    }
    world.say(&notify(1, "power", "true"));
    world.reconnect();
    assert_eq!(world.requests(), ["bind 3 power", "bind 4 unset"]);
    // The late answer of the connection before has an id of its own.
    world.say(&success(2));
    world.say(&success(4));
    world.say(&notify(3, "power", "false"));
    assert_eq!(world.heard(power), ["true", "gap", "resynced", "false"]);
    assert_eq!(world.heard(unset), ["gap", "resynced"]);
}

#[test]
fn bind_and_unbind_of_a_variable_are_never_in_flight_together() {
    let mut world = World::online();
    let first = world.bind("power");
    world.unsubscribe(first);
    let second = world.bind("power");
    world.unsubscribe(second);
    assert_eq!(world.requests(), ["bind 1 power"]);
    world.say(&success(1));
    assert_eq!(world.requests(), ["bind 1 power", "unbind 2 power"]);
    world.bind("power");
    assert_eq!(world.requests().len(), 2);
    world.say(&success(2));
    assert_eq!(world.requests(), ["bind 1 power", "unbind 2 power", "bind 3 power"]);
}

#[test]
fn a_bind_that_went_unanswered_is_unbound_before_it_is_bound_again() {
    let mut world = World::online();
    world.bind("power");
    world.say("pong");
    world.advance(secs(10.0));
    assert_eq!(world.requests(), ["bind 1 power", "unbind 2 power"]);
    world.say(&success(2));
    assert_eq!(world.requests().last().map(String::as_str), Some("bind 3 power"));
}

#[test]
fn a_refused_bind_is_tried_again_if_the_server_could_not_do_it_now_and_ends_otherwise() {
    for (code, retrying) in [(7, true), (6, true), (2, false), (1, false), (42, false)] {
        let mut world = World::online();
        let power = world.bind("power");
        world.say(&format!(r#"{{"id":1,"type":"error","msg":"","error_code":{code}}}"#));
        assert_eq!(world.heard(power), [format!("refused {retrying}")], "{code}");
        world.say("pong");
        world.advance(secs(6.0));
        assert_eq!(world.requests().len() > 1, retrying, "{code}");
    }
}

#[test]
fn a_resync_unbinds_and_binds_again() {
    let mut world = World::online();
    let power = world.bind("power");
    world.say(&success(1));
    world.say(&notify(1, "power", "true"));
    world.resync(power);
    world.say(&success(2));
    world.say(&success(3));
    world.say(&notify(3, "power", "false"));
    assert_eq!(world.requests(), ["bind 1 power", "unbind 2 power", "bind 3 power"]);
    assert_eq!(world.heard(power), ["true", "gap", "resynced", "false"]);
}

#[test]
fn equal_calls_at_once_are_all_sent_and_each_gets_its_own_answer() {
    let mut world = World::online();
    let calls = [world.exec("up"), world.exec("up"), world.exec("up")];
    assert_eq!(world.requests(), ["exec 1 up", "exec 2 up", "exec 3 up"]);
    for id in [3, 1, 2] {
        world.say(&format!(r#"{{"id":{id},"type":"success","value":{id}}}"#));
    }
    for (call, expected) in calls.into_iter().zip(["1", "2", "3"]) {
        let Outcome::Ok(Answer::Whole(response)) = world.outcome(call) else {
            panic!("{expected}")
        };
        assert_eq!(response.value().expect("a value").json(), expected);
    }
}

#[test]
fn an_answer_whose_id_is_written_otherwise_answers_nothing() {
    let mut world = World::online();
    let call = world.exec("up");
    for id in ["\"1\"", "1.0", "1e0", "null", "0", "-1", "9223372036854775808", "[1]"] {
        world.say(&format!(r#"{{"id":{id},"type":"success","value":1}}"#));
    }
    world.say(r#"{"type":"success","value":1}"#);
    assert!(world.settled.is_empty());
    world.say(&success(1));
    assert!(matches!(world.outcome(call), Outcome::Ok(Answer::Whole(_))));
    world.say(&success(1));
    assert_eq!((world.settled.len(), world.session.stats().unmatched_replies), (1, 10));
}

#[test]
fn a_call_is_indeterminate_when_the_connection_is_lost_and_is_not_sent_again() {
    let mut world = World::online();
    let call = world.exec("up");
    world.reconnect();
    assert_eq!(*world.outcome(call), Outcome::Indeterminate);
    assert!(world.requests().is_empty());
}

#[test]
fn the_answer_of_a_function_without_a_body_is_malformed_and_the_call_ends_by_its_deadline() {
    let mut world = World::online();
    let all = world.subscribe(Topic::Diagnostics);
    let call = world.exec("void");
    world.say(r#"{"id":1,"type":"success","value":,"meta":{"sys":"sys-1","mod":"Display","index":1,"name":"void"}}"#);
    assert_eq!(world.heard(all), ["malformed"]);
    world.say("pong");
    world.advance(secs(10.0));
    assert_eq!(*world.outcome(call), Outcome::Timeout { sent: true });
    assert!(world.session.state().is_online());
}

#[test]
fn the_error_of_a_call_is_the_servers_by_the_code_of_its_generation() {
    for (generation, code) in [(Generation::G1, 3), (Generation::G2, 1), (Generation::G3, 1)] {
        let mut world = World::of(generation);
        let call = world.exec("missing");
        world.say(r#"{"id":1,"type":"error","msg":"no such function","error_code":1,"code":3}"#);
        let Outcome::Remote(error) = world.outcome(call) else { panic!("{generation:?}") };
        assert_eq!(error.code.as_ref().and_then(|code| code.number()), Some(code));
    }
}

#[test]
fn values_are_read_by_the_generation_and_a_misfit_is_told_to_who_bound() {
    for (generation, value, expected) in [
        (Generation::G2, r#""[1]""#, "[1]"),
        (Generation::G3, r#""[1]""#, r#""[1]""#),
        (Generation::G2, "[1]", "malformed"),
    ] {
        let mut world = World::of(generation);
        let list = world.bind("list");
        world.say(&notify(1, "list", value));
        assert_eq!(world.heard(list), [expected], "{generation:?}");
    }
}

#[test]
fn log_lines_go_to_their_target_or_by_their_module_or_by_their_id() {
    let mut world = World::online();
    let (d1, d2) = (ModuleId::from("mod-d1"), ModuleId::from("mod-d2"));
    let first = world.subscribe(Topic::log("sys-1", &d1, 1));
    let second = world.subscribe(Topic::log("sys-2", &d1, 1));
    let other = world.subscribe(Topic::log("sys-1", &d2, 1));
    let stray = world.subscribe(Topic::Diagnostics);
    world.say(r#"{"id":1,"type":"debug","msg":"a","meta":{"sys":"sys-1","mod":"mod-d1","index":1,"name":"debug"},"mod":"mod-d1","level":"debug"}"#);
    world.say(r#"{"type":"debug","mod":"mod-d1","klass":"::Display","level":"debug","msg":"b"}"#);
    world.say(r#"{"id":3,"type":"debug","msg":"c"}"#);
    world.say(r#"{"type":"debug","mod":"mod-d9","msg":"d"}"#);
    world.say(r#"{"type":"debug","msg":"e","meta":{"sys":"sys-9","mod":"mod-d2","index":1,"name":"debug"},"mod":"mod-d2"}"#);
    assert_eq!(world.heard(first), ["line a", "line b"]);
    assert_eq!(world.heard(second), ["line b"]);
    assert_eq!(world.heard(other), ["line c", "line e"]);
    assert_eq!(world.heard(stray), ["line d"]);
    assert_eq!(world.requests(), ["debug 1 debug", "debug 2 debug", "debug 3 debug"]);
}

#[test]
fn a_lost_connection_leaves_nothing_of_its_requests() {
    let mut world = World::online();
    world.exec("forever");
    world.bind("power");
    world.subscribe(Topic::log("sys-1", &ModuleId::from("mod-d1"), 1));
    world.lose(Observation::Reset);
    let Dialect { wire: _, whole, asked, topics, logs } = world.session.dialect();
    assert!(whole.is_empty() && asked.is_empty() && topics.is_none() && logs.is_empty());
}

#[test]
fn a_close_unbinds_then_ignores() {
    let mut world = World::online();
    world.subscribe(Topic::log("sys-1", &ModuleId::from("mod-d1"), 1));
    world.bind("power");
    for id in [1, 2] {
        world.say(&success(id));
    }
    world.input(Input::Close);
    assert_eq!(world.requests()[2..], ["unbind 3 power", "ignore 4 debug"]);
}

#[test]
fn a_ping_leaves_every_fifteen_seconds_and_anything_is_a_sign_of_life() {
    let mut world = World::online();
    for _ in 0..8 {
        world.advance(secs(14.0));
        world.say(&notify(1, "other", "1"));
        world.advance(secs(1.0));
        world.say("pong");
    }
    assert_eq!(world.sent.iter().filter(|sent| sent.text() == PING).count(), 8);
    // Unasked, as servers send every 80 s.
    world.say("pong");
    world.advance(secs(19.99));
    assert!(world.session.state().is_online());
    world.advance(secs(0.02));
    assert!(!world.session.state().is_online(), "20 s without a sign of life");
}

#[test]
fn what_is_unknown_or_no_frame_is_told_and_does_no_harm() {
    let mut world = World::online();
    let all = world.subscribe(Topic::Diagnostics);
    for text in ["", "[]", "PONG", "{", "{}{}", r#"{"type":"new"}"#, r#"{"id":0,"type":"error"}"#] {
        world.say(text);
    }
    world.input(Input::Received { epoch: 1, frame: Frame::Binary(vec![1].into()) });
    assert_eq!(world.heard(all).iter().filter(|it| *it == "malformed").count(), 6);
    assert_eq!(world.heard(all).iter().filter(|it| *it == "stray").count(), 2);
    assert_eq!(world.session.stats().malformed, 6);
    assert!(world.session.state().is_online());
}

#[test]
fn ten_thousand_calls_are_answered_in_any_order() {
    let mut world = World::online();
    let calls: Vec<_> = (0..10_000).map(|_| world.exec("echo")).collect();
    let mut ids: Vec<u32> = (1..=10_000).collect();
    shuffle(&mut ids);
    for id in ids {
        world.say(&format!(r#"{{"id":{id},"type":"success","value":{id}}}"#));
    }
    assert_eq!(world.settled.len(), 10_000);
    for (call, id) in calls.iter().zip(1..) {
        let Outcome::Ok(Answer::Whole(response)) = world.outcome(*call) else { panic!("{id}") };
        assert_eq!(response.value().and_then(|value| value.as_i64()), Some(id));
    }
    assert!(world.session.dialect().whole.is_empty());
}

/// A shuffle that is the same in each run.
fn shuffle(ids: &mut [u32]) {
    let mut state = 1_u64;
    for at in (1..ids.len()).rev() {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ids.swap(at, (state >> 33) as usize % (at + 1));
    }
}

#[test]
fn nothing_is_kept_of_what_is_over() {
    let mut world = World::online();
    for _ in 0..100 {
        let id = world.sent.len() as u32 + 1;
        let power = world.bind("power");
        world.say(&success(id));
        world.say(&format!(r#"{{"id":{id},"type":"notify","value":1}}"#));
        assert_eq!(world.heard(power), ["1"]);
        let log = world.subscribe(Topic::log("sys-1", &ModuleId::from("mod-d1"), 1));
        world.say(&success(id + 1));
        world.unsubscribe(power);
        world.unsubscribe(log);
        world.say(&success(id + 2));
        world.say(&success(id + 3));
    }
    let dialect = world.session.dialect();
    assert!(dialect.asked.is_empty() && dialect.topics.as_ref().is_some_and(HashMap::is_empty));
    assert!(dialect.logs.is_empty() && dialect.whole.is_empty());
    assert_eq!(world.session.subscriptions(), 0);
}

#[test]
fn who_binds_while_a_bind_that_was_given_up_is_in_flight_hears_the_value() {
    let mut world = World::online();
    let first = world.bind("power");
    world.unsubscribe(first);
    world.say(&notify(1, "power", "5"));
    let second = world.bind("power");
    world.say(&success(1));
    assert_eq!(world.requests(), ["bind 1 power"]);
    assert_eq!(world.heard(second), ["5"]);
}

#[test]
fn who_comes_later_hears_the_last_value_that_the_server_said() {
    let mut world = World::online();
    let first = world.bind("power");
    world.say(&success(1));
    world.say(&notify(1, "power", "1"));
    world.input(Input::Writable { epoch: 1, writable: false });
    world.unsubscribe(first);
    world.say(&notify(1, "power", "2"));
    let second = world.bind("power");
    world.input(Input::Writable { epoch: 1, writable: true });
    assert_eq!(world.requests(), ["bind 1 power"]);
    assert_eq!(world.heard(second), ["2"]);
}

#[test]
fn a_resync_ends_with_the_new_binding_and_not_with_what_the_old_one_still_says() {
    let mut world = World::online();
    let power = world.bind("power");
    world.say(&success(1));
    world.say(&notify(1, "power", "1"));
    // The driver reads before it writes.
    world.session.resync(power);
    let frame = Frame::text(notify(1, "power", "2"));
    world.session.handle(Input::Received { epoch: 1, frame }, world.now);
    world.pump();
    world.say(&success(2));
    world.say(&success(3));
    world.say(&notify(3, "power", "3"));
    assert_eq!(world.heard(power), ["1", "gap", "resynced", "3"]);
}

#[test]
fn a_resync_whose_unbind_is_refused_is_one_gap_and_waits_whoever_binds_meanwhile() {
    let mut world = World::online();
    let power = world.bind("power");
    world.say(&success(1));
    world.say(&notify(1, "power", "1"));
    world.resync(power);
    world.say(r#"{"id":2,"type":"error","msg":"","error_code":7}"#);
    world.say(&notify(1, "power", "2"));
    let late = world.bind("power");
    assert_eq!(world.requests(), ["bind 1 power", "unbind 2 power"]);
    world.say("pong");
    world.advance(secs(6.0));
    world.say(&success(3));
    world.say(&success(4));
    world.say(&notify(4, "power", "3"));
    assert_eq!(world.requests()[2..], ["unbind 3 power", "bind 4 power"]);
    assert_eq!(world.heard(power), ["1", "gap", "resynced", "3"]);
    assert_eq!(world.heard(late).last().map(String::as_str), Some("3"));
}

#[test]
fn an_unbind_that_went_unanswered_is_said_again_a_few_times_and_before_a_new_bind() {
    let mut world = World::online();
    let first = world.bind("power");
    world.say(&success(1));
    world.unsubscribe(first);
    world.say("pong");
    world.advance(secs(10.0));
    let second = world.bind("power");
    assert_eq!(world.requests(), ["bind 1 power", "unbind 2 power", "unbind 3 power"]);
    world.say(&success(3));
    world.say(&success(4));
    assert_eq!(world.requests().last().map(String::as_str), Some("bind 4 power"));
    world.unsubscribe(second);
    for _ in 0..40 {
        world.say("pong");
        world.advance(secs(4.0));
    }
    assert_eq!(world.requests().len(), 10, "five times more, and then it is left");
    assert_eq!(world.session.subscriptions(), 0);
}

#[test]
fn the_value_of_a_bind_that_was_refused_is_not_the_current_one() {
    let mut world = World::online();
    world.bind("power");
    world.say(&notify(1, "power", "1"));
    world.say(r#"{"id":1,"type":"error","msg":"","error_code":7}"#);
    let late = world.bind("power");
    assert!(world.heard(late).is_empty(), "{:?}", world.heard(late));
}

#[test]
fn nothing_is_kept_of_what_was_refused() {
    let mut world = World::online();
    let all = world.subscribe(Topic::Diagnostics);
    for n in 1..=100_u32 {
        let secret = world.bind(&format!("secret{n}"));
        // The diagnostics, which are not asked for, have taken the first id.
        let id = n + 1;
        world.say(&format!(r#"{{"id":{id},"type":"error","msg":"","error_code":2}}"#));
        assert_eq!(world.heard(secret), ["refused false"]);
    }
    let log = world.subscribe(Topic::log("sys-1", &ModuleId::from("mod-d1"), 1));
    world.say(r#"{"id":102,"type":"error","msg":"","error_code":1}"#);
    assert_eq!(world.heard(log), ["refused false"]);
    let dialect = world.session.dialect();
    assert!(dialect.asked.is_empty() && dialect.topics.is_none() && dialect.logs.is_empty());
    world.say(r#"{"type":"debug","mod":"mod-d1","msg":"d"}"#);
    assert_eq!(world.heard(all), ["line d"]);
}

#[test]
fn the_oldest_servers_take_the_name_of_a_module_for_its_log() {
    let mut world = World::of(Generation::G1);
    let log = world.subscribe(Topic::log("sys-Z6XXA-Kc_v", &ModuleId::from("Bookings"), 1));
    world.say(r#"{"id":1,"type":"success","mod_id":"mod-Z6XXB1doL4","meta":{"sys":"sys-Z6XXA-Kc_v","mod":"Bookings","index":1}}"#);
    world.say(r#"{"type":"debug","mod":"mod-Z6XXB1doL4","klass":"::Some::Display","level":"debug","msg":"input changed to HDMI"}"#);
    assert_eq!(world.heard(log), ["line input changed to HDMI"]);
    world.unsubscribe(log);
    assert!(world.session.dialect().logs.is_empty());
}

#[test]
fn a_target_that_is_an_array_is_none() {
    let mut world = World::online();
    let (power, input) = (world.bind("power"), world.bind("input"));
    world.say(r#"{"id":2,"type":"notify","value":1,"meta":["sys-1","Display",1,"power"]}"#);
    assert!(world.heard(power).is_empty());
    assert_eq!(world.heard(input), ["1"]);
}
