//! The protocol on the engine, in simulated time.

use std::time::Duration;

use coolkit_proto::JsonRef;
use longlink::{
    CallId, Delivery, Input, Outcome, State, StopReason, SubscriptionId,
    testing::{self, Sent},
};

use super::*;
use crate::builder::Builder;
use crate::credentials::Credentials;

pub(super) const ACCEPTED: &str =
    r#"{"error":0,"apikey":"owner","config":{"hb":1,"hbInterval":145},"sequence":"SEQ"}"#;

type World = testing::World<Dialect>;

/// The harness, in the words of the protocol.
trait Cloud {
    fn with(change: impl FnOnce(&mut Dialect), seed: u64) -> Self;
    fn online() -> Self;
    /// Opens the transport, with a token.
    fn dial(&mut self);
    /// Opens the transport and accepts the login.
    fn accept(&mut self);
    /// Says this with the sequence of the last frame in the place of `SEQ`.
    fn answer(&mut self, text: &str);
    /// When the next attempt is due; of one in progress, now.
    fn next_attempt(&self) -> Instant;
    fn call_to(&mut self, device: &Device, ask: Ask) -> CallId;
    /// The last JSON that was sent.
    fn last(&self) -> Option<coolkit_proto::Frame>;
    /// The events of a subscription.
    fn heard(&self, subscription: SubscriptionId) -> Vec<&Inbound>;
    /// What was sent that contains this text.
    fn sent_with(&self, text: &str) -> Vec<&Sent>;
    fn pings(&self) -> Vec<f64>;
    fn stopped(&self) -> Option<(StopReason, String)>;
    fn state(&self, id: &str) -> Arc<coolkit_proto::state::DeviceState>;
}

impl Cloud for World {
    fn with(change: impl FnOnce(&mut Dialect), seed: u64) -> Self {
        let mut dialect = dialect();
        change(&mut dialect);
        let mut world = Self::new(dialect, config(), seed);
        world.input(Input::WallClock { unix: Duration::from_millis(1_519_293_433_136) });
        world.input(Input::Start);
        world
    }

    fn online() -> Self {
        let mut world = Self::with(|_| {}, 1);
        world.accept();
        world
    }

    fn dial(&mut self) {
        self.open_with(Some(Secret::from("token")));
    }

    fn accept(&mut self) {
        self.dial();
        self.answer(ACCEPTED);
        assert!(self.session.state().is_online());
    }

    fn answer(&mut self, text: &str) {
        let sequence =
            self.last().and_then(|frame| Some(frame.get("sequence")?.as_str()?.to_owned()));
        self.say(&text.replace("SEQ", &sequence.unwrap_or_default()));
    }

    fn next_attempt(&self) -> Instant {
        match self.session.state() {
            State::Waiting { until, .. } => until,
            State::Connecting { .. } => self.now,
            _ => Instant::ZERO + Duration::MAX / 4,
        }
    }

    fn call_to(&mut self, device: &Device, ask: Ask) -> CallId {
        self.call(Order { device: Arc::new(device.clone()), ask })
    }

    fn last(&self) -> Option<coolkit_proto::Frame> {
        self.sent.iter().rev().find_map(|sent| coolkit_proto::Frame::decode(sent.text()).ok())
    }

    fn heard(&self, subscription: SubscriptionId) -> Vec<&Inbound> {
        let events = self.deliveries(subscription).iter().filter_map(|delivery| match delivery {
            Delivery::Event(event) => Some(event),
            _ => None,
        });
        events.collect()
    }

    fn sent_with(&self, text: &str) -> Vec<&Sent> {
        self.sent.iter().filter(|sent| sent.text().contains(text)).collect()
    }

    fn pings(&self) -> Vec<f64> {
        let pings = self.sent.iter().filter(|sent| sent.text() == "ping");
        pings.map(|sent| sent.at.elapsed_since_start().as_secs_f64()).collect()
    }

    fn stopped(&self) -> Option<(StopReason, String)> {
        match self.session.state() {
            State::Stopped { reason, failure } => Some((reason, failure.to_string())),
            _ => None,
        }
    }

    fn state(&self, id: &str) -> Arc<coolkit_proto::state::DeviceState> {
        self.session.dialect().store.state(id)
    }
}

/// To a device of the user's.
impl From<Ask> for Order {
    fn from(ask: Ask) -> Self {
        Self { device: Arc::new(Device::new("babecafe11", "own key")), ask }
    }
}

/// As the builder makes it by default.
pub(super) fn dialect() -> Dialect {
    Dialect {
        login: Login { apikey: "own key".into(), appid: "app".into(), phone: None },
        heartbeat: HeartbeatOptions {
            limits: HeartbeatLimits::default(),
            interval: None,
            timeout: Duration::from_secs(5),
        },
        resync: false,
        sequences: Arc::default(),
        store: Arc::default(),
        pending: Requests::default(),
        ui_active_at: None,
    }
}

/// The default.
pub(super) fn config() -> longlink::Config {
    Builder::new(Credentials::new("token", "own key", "app")).config()
}

fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn on() -> Ask {
    Ask::Update(Params::switch(true))
}

#[test]
fn the_login_is_the_first_frame_and_the_only_one_until_it_is_accepted() {
    let mut world = World::with(|_| {}, 1);
    world.dial();
    world.advance(secs(9.0));
    assert_eq!(world.sent.len(), 1);
    let login = world.last().expect("the login");
    let text = |name| login.get(name).and_then(JsonRef::as_str);
    assert_eq!(text("action"), Some("userOnline"));
    assert_eq!(text("at"), Some("token"));
    assert_eq!(text("apikey"), Some("own key"));
    assert_eq!(text("sequence"), Some("1519293433136"));
    assert_eq!(text("nonce").map(str::len), Some(8));
    assert_eq!(login.get("version").and_then(JsonRef::as_u64), Some(8));
}

#[test]
fn the_first_ping_follows_the_acceptance_and_the_next_ones_nine_tenths_of_the_interval() {
    let mut world = World::online();
    for _ in 0..4 {
        world.say("pong");
        world.advance(secs(130.5));
    }
    assert_eq!(world.pings(), [0.0, 130.5, 261.0, 391.5, 522.0]);
}

#[test]
fn a_dead_connection_is_noticed_within_the_ping_interval_and_five_seconds() {
    let mut world = World::online();
    world.say("pong");
    world.advance(secs(135.499));
    assert!(world.session.state().is_online());
    world.advance(secs(0.001));
    assert!(!world.session.state().is_online());
}

#[test]
fn any_frame_is_a_sign_of_life() {
    let mut world = World::online();
    for _ in 0..1000 {
        world.advance(secs(4.0));
        world.say(r#"{"action":"sysmsg","deviceid":"babecafe11","params":{"online":true}}"#);
    }
    assert!(world.session.state().is_online());
}

#[test]
fn the_heartbeat_is_what_the_login_announces_within_its_limits() {
    for (config, expected) in [
        (r#","config":{"hb":1,"hbInterval":20}"#, vec![0.0, 18.0]),
        (r#","config":{"hb":1,"hbInterval":"20"}"#, vec![0.0, 18.0]),
        (r#","config":{"hb":1,"hbInterval":1}"#, vec![0.0, 9.0, 18.0]),
        ("", vec![0.0]),
        (r#","config":{"hb":0,"hbInterval":20}"#, vec![]),
    ] {
        let mut world = World::with(|_| {}, 1);
        world.dial();
        world.answer(&format!(r#"{{"error":0,"sequence":"SEQ"{config}}}"#));
        for _ in 0..20 {
            world.say("pong");
            world.advance(secs(1.0));
        }
        assert_eq!(world.pings(), expected, "{config}");
    }
}

#[test]
fn without_a_heartbeat_of_the_cloud_a_websocket_ping_notices_a_dead_connection() {
    let mut world = World::with(|_| {}, 1);
    world.dial();
    world.answer(r#"{"error":0,"config":{"hb":0},"sequence":"SEQ"}"#);
    world.advance(secs(94.9));
    assert!(world.session.state().is_online());
    world.advance(secs(0.2));
    assert!(!world.session.state().is_online());
    assert!(world.pings().is_empty());
}

#[test]
fn a_ping_interval_of_the_user_is_at_most_what_the_documents_allow() {
    let mut world = World::with(|dialect| dialect.heartbeat.interval = Some(secs(1000.0)), 1);
    world.accept();
    world.say("pong");
    world.advance(secs(152.0));
    assert_eq!(world.pings(), [0.0, 152.0]);
}

#[test]
fn an_update_before_the_answer_to_the_login_is_an_event_and_no_acceptance() {
    let mut world = World::with(|_| {}, 1);
    let all = world.subscribe(Topic::Everything);
    world.dial();
    world.answer(r#"{"action":"update","deviceid":"babecafe11","params":{"switch":"on"},"sequence":"SEQ","error":0}"#);
    assert!(matches!(world.session.state(), State::Greeting { .. }));
    world.answer(ACCEPTED);
    assert!(world.session.state().is_online());
    assert!(matches!(world.heard(all)[..], [Inbound::Event(_)]));
}

#[test]
fn a_refused_token_is_final_without_a_source_and_says_why() {
    let mut world = World::with(|_| {}, 1);
    world.dial();
    world.answer(r#"{"error":406,"reason":"Authentication Failed","apikey":"own key","sequence":"SEQ","actionName":"userOnline"}"#);
    assert_eq!(world.connects, [(Instant::ZERO, false), (Instant::ZERO, true)]);
    world.lose(Observation::NoCredential);
    let (reason, text) = world.stopped().expect("it stopped");
    assert_eq!(reason, StopReason::Unauthorized);
    assert!(text.contains("406"), "{text}");
    world.advance(secs(86400.0));
    assert_eq!(world.connects.len(), 2);
}

#[test]
fn another_token_is_tried_once_in_ten_minutes() {
    let mut world = World::with(|_| {}, 1);
    for refresh in [false, true] {
        assert_eq!(world.connects.last().map(|connect| connect.1), Some(refresh));
        world.dial();
        world.answer(r#"{"error":406,"sequence":"SEQ"}"#);
    }
    assert_eq!(world.stopped().map(|stop| stop.0), Some(StopReason::Unauthorized));
}

#[test]
fn an_answer_of_class_auth_without_ids_refuses_the_login_too() {
    let mut world = World::with(|_| {}, 1);
    world.dial();
    world.say(r#"{"error":406,"sequence":"1"}"#);
    assert_eq!(world.connects.len(), 2);
}

#[test]
fn a_login_that_the_cloud_cannot_take_is_final() {
    let mut world = World::with(|_| {}, 1);
    world.dial();
    world.answer(
        r#"{"error":400,"reason":"Bad Request","sequence":"SEQ","actionName":"userOnline"}"#,
    );
    let (reason, text) = world.stopped().expect("it stopped");
    assert_eq!(reason, StopReason::Rejected);
    assert!(text.contains("400"), "{text}");
}

#[test]
fn an_overloaded_or_silent_cloud_is_tried_again_with_growing_pauses() {
    for (seed, answer) in
        [(1, r#"{"error":529,"sequence":"SEQ"}"#), (2, r#"{"sequence":"SEQ"}"#), (3, "")]
    {
        let mut world = World::with(|_| {}, seed);
        let mut waits = Vec::new();
        for _ in 0..8 {
            world.dial();
            if answer.is_empty() {
                world.advance(secs(10.0));
            } else {
                world.answer(answer);
            }
            let State::Waiting { until, .. } = world.session.state() else { panic!("{answer}") };
            waits.push(until.since(world.now).as_secs_f64());
            world.wait_for_attempt();
        }
        for (n, wait) in waits.iter().enumerate() {
            let middle = (5.0 * 2_f64.powi(n as i32)).min(300.0);
            assert!((4_f64.max(middle * 0.8)..=middle * 1.2).contains(wait), "{n}: {wait}");
        }
    }
}

#[test]
fn ten_minutes_of_refusal_see_at_most_nine_logins() {
    let mut most = 0;
    for seed in 0..2000 {
        let mut world = World::with(|_| {}, seed);
        let end = Instant::ZERO + secs(600.0);
        while world.now < end {
            world.dial();
            world.answer(r#"{"error":529,"sequence":"SEQ"}"#);
            world.wait_for_attempt();
        }
        most = most.max(world.connects.iter().filter(|(at, _)| *at < end).count());
    }
    assert!((7..=9).contains(&most), "{most}");
}

#[test]
fn two_programs_with_one_token_do_not_log_in_more_often_than_the_vendor_allows() {
    let mut worst = 0;
    for seed in 0..100 {
        let mut programs = [World::with(|_| {}, seed), World::with(|_| {}, seed + 1000)];
        let mut logins = [Vec::new(), Vec::new()];
        let end = Instant::ZERO + secs(6.0 * 3600.0);
        loop {
            // Whoever comes next takes the connection from the other.
            let next = usize::from(programs[0].next_attempt() > programs[1].next_attempt());
            let at = programs[next].next_attempt();
            if at > end {
                break;
            }
            programs[next].advance(at.since(programs[next].now));
            programs[next].accept();
            programs[next].say("pong");
            logins[next].push(at);
            let other = &mut programs[1 - next];
            if other.open.is_some() {
                while other.now < at {
                    let ping = secs(130.0).min(at.since(other.now));
                    other.advance(ping);
                    other.say("pong");
                }
                other.lose(Observation::Eof);
            }
        }
        for logins in logins {
            let in_ten_minutes = |from: &Instant| {
                logins.iter().filter(|at| **at >= *from && at.since(*from) < secs(600.0)).count()
            };
            worst = worst.max(logins.iter().map(in_ten_minutes).max().unwrap_or_default());
        }
    }
    assert!((2..=20).contains(&worst), "{worst} logins of one program in ten minutes");
}

#[test]
fn commands_are_spaced_and_pings_are_not_held_up_by_them() {
    let mut world = World::online();
    world.sent.clear();
    for _ in 0..256 {
        world.call(on());
    }
    world.say("pong");
    world.advance(secs(5.0));
    let commands: Vec<_> = world.sent_with("update").iter().map(|sent| sent.at).collect();
    assert!(commands.len() >= 50);
    assert!(commands.windows(2).all(|pair| pair[1].since(pair[0]) >= Duration::from_millis(100)));

    let mut world = World::with(|dialect| dialect.heartbeat.interval = Some(secs(10.0)), 1);
    world.accept();
    world.say("pong");
    for _ in 0..256 {
        world.call(on());
    }
    world.advance(secs(10.0));
    assert_eq!(world.pings(), [0.0, 10.0]);
}

#[test]
fn a_command_is_acknowledged_by_the_answer_with_its_sequence() {
    let mut world = World::online();
    let call = world.call(on());
    world.answer(r#"{"error":0,"deviceid":"babecafe11","apikey":"own key","sequence":"SEQ"}"#);
    assert!(matches!(world.outcome(call), Outcome::Ok(_)));
    let state = world.state("babecafe11");
    assert_eq!(state.assumed().switch("switch").and_then(|state| state.is_on()), Some(true));
    assert_eq!(state.presence(), Some(coolkit_proto::state::Presence::Online));
}

#[test]
fn the_first_answer_wins_and_a_second_one_is_a_diagnostic() {
    let mut world = World::online();
    let all = world.subscribe(Topic::Everything);
    let call = world.call(on());
    world.answer(r#"{"error":411,"sequence":"SEQ"}"#);
    world.answer(r#"{"error":504,"sequence":"SEQ"}"#);
    assert!(
        matches!(world.outcome(call), Outcome::Remote(reply) if reply.frame().error().class() == ErrorClass::OutcomeUnknown)
    );
    let kinds = world.heard(all);
    assert!(matches!(kinds[..], [Inbound::Reply(_), Inbound::Unmatched(_)]), "{kinds:?}");
    assert_eq!(world.session.stats().unmatched_replies, 1);
}

#[test]
fn an_answer_for_another_device_answers_nothing() {
    let mut world = World::online();
    let call = world.call(on());
    world.answer(r#"{"error":0,"deviceid":"1000000000","sequence":"SEQ"}"#);
    assert!(world.settled.is_empty());
    world.answer(r#"{"error":0,"sequence":"SEQ"}"#);
    assert!(matches!(world.outcome(call), Outcome::Ok(_)));
}

#[test]
fn an_answer_with_the_number_of_a_sequence_in_other_digits_answers_nothing() {
    let mut world = World::online();
    let call = world.call(on());
    for other in ["0SEQ", "+SEQ", " SEQ", "SEQ.0"] {
        world.answer(&format!(r#"{{"error":0,"sequence":"{other}"}}"#));
        assert!(world.settled.is_empty(), "{other:?}");
    }
    world.answer(r#"{"error":0,"sequence":"SEQ"}"#);
    assert!(matches!(world.outcome(call), Outcome::Ok(_)));
}

#[test]
fn a_command_of_another_app_with_our_sequence_is_an_event() {
    let mut world = World::online();
    let topic = Topic::Device("babecafe11".into());
    let device = world.subscribe(topic);
    world.call(on());
    world.answer(r#"{"action":"update","deviceid":"babecafe11","userAgent":"app","params":{"switch":"off"},"sequence":"SEQ"}"#);
    assert!(world.settled.is_empty());
    assert!(matches!(world.heard(device)[..], [Inbound::Event(_)]));
}

#[test]
fn answers_in_any_order_find_their_commands() {
    let mut world = World::online();
    let calls: Vec<_> = (0..20).map(|_| world.call(on())).collect();
    world.advance(secs(2.0));
    let sequences: Vec<_> = world
        .sent
        .iter()
        .filter_map(|sent| {
            coolkit_proto::Frame::decode(sent.text()).ok()?.sequence().map(|it| it.into_owned())
        })
        .skip(1)
        .collect();
    assert_eq!(sequences.len(), calls.len());
    for (n, sequence) in sequences.iter().enumerate().rev() {
        world.say(&format!(
            r#"{{"error":0,"deviceid":"babecafe11","n":{n},"sequence":"{sequence}"}}"#
        ));
    }
    for (n, call) in calls.iter().enumerate() {
        let Outcome::Ok(reply) = world.outcome(*call) else { panic!("{n}") };
        assert_eq!(reply.frame().get("n").and_then(JsonRef::as_u64), Some(n as u64));
    }
}

#[test]
fn a_lost_connection_ends_commands_and_nothing_is_sent_again() {
    let mut world = World::online();
    let calls = [world.call(on()), world.call(on()), world.call(on())];
    world.lose(Observation::Closed(Some(1006)));
    assert_eq!(*world.outcome(calls[0]), Outcome::Indeterminate);
    assert!(matches!(world.outcome(calls[1]), Outcome::NotSent(_)));
    assert!(world.state("babecafe11").presence().is_none());
    world.wait_for_attempt();
    world.sent.clear();
    world.accept();
    world.advance(secs(60.0));
    let updates = world.sent_with("update").len();
    assert_eq!(updates, 0);
}

#[test]
fn a_refusal_of_a_command_for_its_login_rejects_it_and_then_counts_as_one_of_the_connection() {
    let mut world = World::online();
    let (call, other) = (world.call(on()), world.call(on()));
    world.answer(r#"{"error":406,"sequence":"SEQ"}"#);
    assert!(matches!(world.outcome(call), Outcome::Remote(_)));
    assert!(matches!(world.outcome(other), Outcome::NotSent(_)));
    assert_eq!(world.connects.last().map(|connect| connect.1), Some(true));
}

#[test]
fn a_device_that_is_offline_says_so_and_the_connection_lives() {
    let mut world = World::online();
    let call = world.call(on());
    world.answer(r#"{"error":503,"deviceid":"babecafe11","sequence":"SEQ"}"#);
    assert!(matches!(world.outcome(call), Outcome::Remote(_)));
    assert_eq!(world.state("babecafe11").presence(), Some(coolkit_proto::state::Presence::Offline));
    assert!(world.session.state().is_online());
}

#[test]
fn a_lost_connection_makes_states_stale_and_nobody_offline() {
    let mut world = World::online();
    world.say(r#"{"action":"update","deviceid":"babecafe11","userAgent":"device","params":{"switch":"on"}}"#);
    assert!(!world.state("babecafe11").is_stale());
    world.lose(Observation::Reset);
    let state = world.state("babecafe11");
    assert!(state.is_stale());
    assert_eq!(state.presence(), Some(coolkit_proto::state::Presence::Online));
}

#[test]
fn when_asked_for_each_connection_queries_the_devices_that_were_named_spaced() {
    let mut world = World::with(|dialect| dialect.resync = true, 1);
    for id in ["1000000001", "1000000002", "1000000003"] {
        world.session.dialect().store.follow(Device::new(id, "own key"));
    }
    for _ in 0..2 {
        world.sent.clear();
        world.accept();
        world.say(r#"{"action":"update","deviceid":"1000000009","params":{"switch":"on"}}"#);
        world.advance(secs(1.0));
        let queries = world.sent_with(r#""query""#);
        assert_eq!(queries.len(), 3, "{queries:?}");
        assert!(queries.windows(2).all(|pair| pair[1].at.since(pair[0].at) >= secs(0.1)));
        world.answer(
            r#"{"error":0,"deviceid":"1000000003","sequence":"SEQ","params":{"switch":"off"}}"#,
        );
        let state = world.state("1000000003");
        assert_eq!(state.reported().switch("switch").and_then(|state| state.is_on()), Some(false));
        world.lose(Observation::Reset);
        world.wait_for_attempt();
    }
}

#[test]
fn a_command_to_a_shared_device_carries_both_apikeys_and_one_to_an_own_device_one() {
    let mut world = World::online();
    world.call(on());
    assert!(world.last().expect("sent").self_apikey().is_none());
    world.advance(secs(0.1));
    world.call_to(&Device::new("1000000001", "owner"), on());
    let frame = world.last().expect("sent");
    assert_eq!(frame.apikey().as_ref().map(|key| key.expose()), Some("owner"));
    assert_eq!(frame.self_apikey().as_ref().map(|key| key.expose()), Some("own key"));
}

#[test]
fn nonsense_is_told_and_does_no_harm() {
    let mut world = World::online();
    let all = world.subscribe(Topic::Everything);
    for text in ["", "[]", "\"pong\"", "{", "\u{0}", r#"{"action":7}"#, r#"{"action":"new thing"}"#]
    {
        world.say(text);
    }
    world.input(Input::Received { epoch: 1, frame: Frame::Binary(vec![0, 159].into()) });
    assert!(world.session.state().is_online());
    assert_eq!(world.session.stats().malformed, 6);
    assert_eq!(world.heard(all).len(), 7);
}

#[test]
fn sequences_grow_also_over_connections_and_when_the_clock_steps_back() {
    let mut world = World::online();
    let mut sequences = vec![world.last().and_then(|frame| Some(frame.sequence()?.into_owned()))];
    for step in 0..6 {
        world.input(Input::WallClock { unix: secs(1_519_293_000.0 - f64::from(step)) });
        world.call(on());
        sequences.push(world.last().and_then(|frame| Some(frame.sequence()?.into_owned())));
        world.advance(secs(0.1));
    }
    world.lose(Observation::Reset);
    world.wait_for_attempt();
    world.accept();
    sequences.push(world.last().and_then(|frame| Some(frame.sequence()?.into_owned())));
    assert!(sequences.windows(2).all(|pair| pair[0] < pair[1]), "{sequences:?}");
    assert!(sequences.iter().flatten().all(|sequence| sequence.len() == 13));
}

#[test]
fn a_resync_of_many_devices_asks_all_of_them_and_holds_no_command_up() {
    let mut world = World::with(|dialect| dialect.resync = true, 1);
    for number in 0..300 {
        let device = Device::new(&format!("{number:010x}"), "own key");
        world.session.dialect().store.follow(device);
    }
    world.accept();
    world.advance(secs(1.0));
    let call = world.call(on());
    world.advance(secs(0.1));
    world.answer(r#"{"error":0,"deviceid":"babecafe11","sequence":"SEQ"}"#);
    assert!(matches!(world.outcome(call), Outcome::Ok(_)));
    for _ in 0..320 {
        world.advance(secs(0.1));
        world.say("pong");
    }
    let asked = world.sent_with(r#""query""#).len();
    assert_eq!(asked, 300);
}

#[test]
fn what_was_known_before_a_loss_stays_stale_until_it_is_reported_again() {
    let mut world = World::online();
    world.say(r#"{"action":"update","deviceid":"babecafe11","userAgent":"device","params":{"switch":"on","rssi":-50}}"#);
    world.lose(Observation::Reset);
    world.wait_for_attempt();
    world.accept();
    world.say(r#"{"action":"sysmsg","deviceid":"babecafe11","params":{"online":true}}"#);
    world.call(on());
    world.answer(r#"{"error":503,"deviceid":"babecafe11","sequence":"SEQ"}"#);
    world.say(
        r#"{"action":"update","deviceid":"babecafe11","userAgent":"device","params":{"rssi":-51}}"#,
    );
    let state = world.state("babecafe11");
    assert!(state.is_stale() && state.is_stale_member("switch") && !state.is_stale_member("rssi"));
    assert!(!state.is_stale_presence());
    world.say(r#"{"action":"update","deviceid":"babecafe11","userAgent":"device","params":{"switch":"on"}}"#);
    assert!(!world.state("babecafe11").is_stale());
}

#[test]
fn the_state_of_a_device_that_the_user_named_is_kept_whatever_strangers_came_before() {
    let mut world = World::online();
    let report = |id: &str| {
        format!(
            r#"{{"action":"update","deviceid":"{id}","userAgent":"device","params":{{"switch":"on"}}}}"#
        )
    };
    for number in 0..2000 {
        world.say(&report(&format!("{number}")));
    }
    assert_eq!(world.session.dialect().store.states().len(), 1024);
    world.session.dialect().store.follow(Device::new("babecafe11", "own key"));
    world.say(&report("babecafe11"));
    assert!(world.state("babecafe11").get("switch").is_some());
    assert_eq!(world.session.dialect().store.states().len(), 1024);
}

#[test]
fn an_answer_to_a_query_reports_also_without_a_code_and_without_a_waiter() {
    for is_matched in [false, true] {
        let mut world = World::online();
        world.call(Ask::Query(Vec::new()));
        let text = r#"{"deviceid":"babecafe11","sequence":"SEQ","params":{"switch":"on"}}"#;
        if is_matched {
            world.answer(text);
        } else {
            world.say(text);
        }
        assert!(world.state("babecafe11").get("switch").is_some(), "matched: {is_matched}");
    }
}

#[test]
fn a_refused_token_stops_at_once_also_after_twenty_logins() {
    let mut world = World::with(|_| {}, 1);
    for _ in 0..19 {
        world.dial();
        world.lose(Observation::Reset);
        world.wait_for_attempt();
    }
    world.dial();
    world.answer(r#"{"error":406,"sequence":"SEQ"}"#);
    world.lose(Observation::NoCredential);
    assert!(world.stopped().is_some(), "{:?}", world.session.state());
}

#[test]
fn no_more_than_twenty_logins_in_ten_minutes_whatever_the_user_asks_for() {
    let mut world = World::with(|_| {}, 1);
    while world.now < Instant::ZERO + secs(600.0) {
        if matches!(world.session.state(), State::Connecting { .. }) {
            world.dial();
            world.lose(Observation::Reset);
        }
        world.input(Input::Retry);
        world.advance(secs(0.1));
    }
    assert_eq!(world.sent.len(), 20);
    let apart = world.connects.windows(2).all(|pair| pair[1].0.since(pair[0].0) >= secs(1.0));
    assert!(apart, "a second between attempts");
}

#[test]
fn a_meter_is_asked_for_readings_once_a_second_at_most() {
    let mut world = World::online();
    for _ in 0..3 {
        world.call(Ask::Update(Params::ui_active(60)));
    }
    world.advance(secs(3.0));
    let at: Vec<_> = world.sent_with("uiActive").iter().map(|sent| sent.at).collect();
    assert_eq!(at.len(), 3);
    assert!(at.windows(2).all(|pair| pair[1].since(pair[0]) >= secs(1.0)), "{at:?}");
}

#[test]
fn upgrades_and_shares_have_the_members_that_the_documents_ask_for() {
    let mut world = World::online();
    world.call(Ask::Other(Action::Upgrade, coolkit_proto::Object::new().into()));
    let upgrade = world.last().expect("sent");
    assert_eq!(upgrade.get("ts").and_then(JsonRef::as_u64), Some(0));
    world.advance(secs(0.1));
    world.call(Ask::Other(Action::Share, coolkit_proto::Object::new().into()));
    let share = world.last().expect("sent");
    assert_eq!(share.self_apikey().as_ref().map(|key| key.expose()), Some("own key"));
}

#[test]
fn no_close_code_stops_the_client() {
    for code in [1000, 1002, 1006, 1008, 4000] {
        let mut world = World::online();
        for _ in 0..4 {
            let close = longlink::CloseFrame::new(code, "");
            world.input(Input::Received { epoch: world.epoch, frame: Frame::Close(Some(close)) });
            assert!(world.stopped().is_none(), "{code}");
            world.wait_for_attempt();
            world.accept();
        }
    }
}

#[test]
fn a_connection_counts_as_healthy_after_a_minute() {
    let mut world = World::online();
    let delay = |world: &World| match world.session.state() {
        State::Waiting { until, .. } => until.since(world.now),
        state => panic!("{state:?}"),
    };
    for (lived, least, most) in [(59.9, 4.0, 6.0), (59.9, 8.0, 12.0), (60.0, 4.0, 6.0)] {
        world.say("pong");
        world.advance(secs(lived - 50.0));
        world.say("pong");
        world.advance(secs(50.0));
        world.lose(Observation::Eof);
        let waited = delay(&world).as_secs_f64();
        assert!((least..=most).contains(&waited), "{lived}: {waited}");
        world.wait_for_attempt();
        world.accept();
    }
}
