//! The recorded dialogue between a phone and the cloud, played through from end to end.

mod common;

use common::{DIALOGUE, json, recorded};
use coolkit_proto::params::{Bound, DeviceType, Reading, Startup, SwitchState, ThermostatMode};
use coolkit_proto::state::{DeviceState, Layer, Presence};
use coolkit_proto::{
    ClientFrame, Device, Event, EventKind, Frame, Handshake, HandshakeOutcome, Incoming, JsonRef,
    LegacyPhone, Login, Origin, Params, PendingRequests, Reply, Request, Secret, Sequence,
    Sequences, UserOnline, Verdict, classify, server,
};

/// The login of the dialogue, read as a server reads it.
fn login() -> Login {
    match ClientFrame::decode(DIALOGUE[0]).unwrap() {
        ClientFrame::UserOnline(login) => login,
        other => panic!("{other:?}"),
    }
}

/// The same login, made from its parts.
fn user_online() -> UserOnline {
    let login = login();
    let nonce = login.nonce().unwrap();
    UserOnline::new(
        login.at().unwrap(),
        login.apikey().unwrap(),
        login.appid().unwrap(),
        nonce.expose(),
        Sequence::from_millis(1_519_293_433_136),
    )
}

fn device() -> Device {
    Device::new("babecafe11", login().apikey().unwrap())
}

fn update(params: Params, millis: u64) -> Request {
    Request::update(&device(), params, Sequence::from_millis(millis))
}

/// The four commands of the dialogue with the numbers of their frames.
fn commands() -> [(usize, Request); 4] {
    [
        (3, update(Params::on_below(28), 1_519_293_442_952)),
        (5, update(Params::on_above(28), 1_519_293_449_395)),
        (8, update(Params::manual(false), 1_519_293_454_525)),
        (10, update(Params::switch(true).and(Params::manual(true)), 1_519_293_457_086)),
    ]
}

#[track_caller]
fn handshake(text: &str, pending: &PendingRequests) -> Handshake {
    match classify(text, pending) {
        Incoming::Handshake(handshake) => handshake,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn reply(text: &str, pending: &PendingRequests) -> Reply {
    match classify(text, pending) {
        Incoming::Reply(reply) => reply,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn event(text: &str, pending: &PendingRequests) -> Event {
    match classify(text, pending) {
        Incoming::Event(event) => event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_frame_survives_decoding_and_encoding() {
    for text in DIALOGUE {
        let frame = Frame::decode(text).unwrap();
        assert_eq!(frame.encode(), text.trim_end());
        assert_eq!(json(&frame.encode()), json(text));
    }
}

#[test]
fn the_login_of_version_6_is_the_recorded_one_member_for_member_in_its_order() {
    let login = login();
    let phone = LegacyPhone::new(login.imei().unwrap());
    let frame = user_online().to_legacy_frame(&phone);
    assert_eq!(frame.encode(), DIALOGUE[0].trim_end());
    assert_eq!(frame.members().len(), 14);
    assert_eq!(frame.members().text("apkVesrion"), Some("1.8"));
    assert!(!frame.members().contains("apkVersion"));
    assert_eq!((login.version(), login.ts()), (Some(6), Some(1_519_293_433)));
}

#[test]
fn the_login_of_version_8_has_nine_members_and_a_number_as_time() {
    let frame = user_online().to_frame();
    let names: Vec<&str> = frame.members().iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["action", "version", "ts", "at", "userAgent", "apikey", "appid", "nonce", "sequence"]
    );
    assert_eq!(frame.get("version").and_then(JsonRef::as_u64), Some(8));
    assert_eq!(frame.get("ts").and_then(JsonRef::as_u64), Some(1_519_293_433));
    assert_eq!(frame.get("sequence").and_then(JsonRef::as_str), Some("1519293433136"));
}

#[test]
fn the_answer_to_the_login_accepts_it_with_a_heartbeat_of_145_seconds() {
    let mut pending = PendingRequests::new();
    pending.begin_handshake(&user_online().sequence);
    let answer = handshake(DIALOGUE[1], &pending);
    let HandshakeOutcome::Accepted { heartbeat: Some(heartbeat) } = answer.outcome() else {
        panic!("{answer:?}")
    };
    assert_eq!(heartbeat.interval().as_secs(), 145);
    assert_eq!(heartbeat.ping_interval().as_millis(), 130_500);
}

#[test]
fn each_command_is_exactly_the_recorded_one() {
    for (number, request) in commands() {
        assert_eq!(json(&request.encode()), recorded(number), "frame {number}");
        assert_eq!(request.on_behalf_of(&login().apikey().unwrap()).frame().self_apikey(), None);
    }
}

#[test]
fn a_command_of_the_dialogue_reads_as_what_it_was_written_as() {
    let read = |number: usize| match ClientFrame::decode(DIALOGUE[number - 1]).unwrap() {
        ClientFrame::Update(frame) => frame,
        other => panic!("{other:?}"),
    };
    for (number, above, below) in
        [(3, SwitchState::Off, SwitchState::On), (5, SwitchState::On, SwitchState::Off)]
    {
        let frame = read(number);
        let thermostat = frame.params().unwrap().thermostat();
        assert_eq!(thermostat.device_type(), Some(DeviceType::Temperature));
        assert_eq!(thermostat.mode(), Some(ThermostatMode::Automatic));
        for (bound, reaction) in [(Bound::High, above), (Bound::Low, below)] {
            let target = thermostat.target(bound).unwrap();
            assert_eq!(target.value(), Some(Reading::Value(28.0)));
            assert_eq!(target.reaction(), Some(reaction));
        }
        assert_eq!(thermostat.state(), None);
    }
    let frame = read(8);
    let thermostat = frame.params().unwrap().thermostat();
    assert_eq!(thermostat.mode(), Some(ThermostatMode::Manual));
    assert_eq!((thermostat.main_switch(), thermostat.state()), (Some(SwitchState::Off), None));
    let frame = read(10);
    assert_eq!(frame.params().unwrap().thermostat().state(), Some(SwitchState::On));
}

#[test]
fn each_acknowledgement_answers_its_command() {
    for (number, request) in commands() {
        let mut pending = PendingRequests::new();
        pending.insert(&request);
        let answer = reply(DIALOGUE[number], &pending);
        assert_eq!(answer.sequence(), request.sequence().as_str());
        assert_eq!(answer.verdict(), Verdict::Acknowledged);
        assert!(answer.params().is_none() && answer.config().is_none());
    }
}

#[test]
fn the_first_report_of_the_device_has_no_temperature() {
    let event = event(DIALOGUE[6], &PendingRequests::new());
    let EventKind::Update(update) = event.kind() else { panic!("{event:?}") };
    assert_eq!((update.device_id(), update.origin()), (Some("babecafe11"), Origin::Device));
    assert_eq!((event.frame().sequence(), event.frame().ts()), (None, Some(0)));
    let params = update.params().unwrap();
    let common = params.common();
    assert_eq!(common.rssi(), Some(Reading::Value(-55.0)));
    assert_eq!((common.firmware(), common.startup()), (Some("2.0.4"), Some(Startup::Off)));
    assert_eq!(common.mac().unwrap().expose().len(), 17);
    assert_eq!(params.single_switch().state(), Some(SwitchState::Off));
    assert_eq!((params.thermostat().temperature(), params.thermostat().humidity()), (None, None));
}

#[test]
fn the_last_report_has_a_temperature_and_no_humidity() {
    let event = event(DIALOGUE[11], &PendingRequests::new());
    let EventKind::Update(update) = event.kind() else { panic!("{event:?}") };
    let thermostat = update.params().unwrap().thermostat();
    assert_eq!(thermostat.temperature(), Some(Reading::Value(22.0)));
    assert_eq!(thermostat.humidity(), Some(Reading::Unavailable));
    assert_eq!(thermostat.state(), None);
}

/// Plays all frames in their order, with either login, and gives what is known at the end.
fn play(login: &Frame) -> (DeviceState, PendingRequests) {
    let mut state = DeviceState::new();
    let mut pending = PendingRequests::new();
    let mut open: Vec<Request> = Vec::new();
    let mut commands = commands().into_iter().peekable();
    assert_eq!(login.action().unwrap().as_str(), "userOnline");
    pending.begin_handshake(&user_online().sequence);
    for (number, text) in (1..).zip(DIALOGUE).skip(1) {
        if let Some((_, request)) = commands.next_if(|(own, _)| *own == number) {
            pending.insert(&request);
            open.push(request);
            continue;
        }
        match classify(text, &pending) {
            Incoming::Handshake(handshake) if handshake.is_accepted() => pending.end_handshake(),
            Incoming::Reply(reply) => {
                assert!(pending.finish(reply.sequence()));
                let at = open.iter().position(|r| r.sequence().as_str() == reply.sequence());
                state.answer(&open.remove(at.unwrap()), &reply);
            }
            Incoming::Event(event) => state.apply(&event),
            other => panic!("frame {number}: {other:?}"),
        }
    }
    assert!(open.is_empty());
    (state, pending)
}

#[test]
fn the_dialogue_ends_with_nothing_pending_and_two_layers_of_state() {
    let legacy = user_online().to_legacy_frame(&LegacyPhone::new(Secret::from("imei")));
    for login in [user_online().to_frame(), legacy] {
        let (state, pending) = play(&login);
        assert!(pending.is_empty());
        assert_eq!(state.presence(), Some(Presence::Online));
        assert_eq!(state.reported().switch("switch"), Some(SwitchState::Off));
        assert_eq!(state.reported().thermostat().temperature(), Some(Reading::Value(22.0)));
        let recorded = recorded(5);
        let targets =
            recorded.view().get("params").and_then(|params| params.get("targets")).unwrap();
        let assumed = Params::switch(true).and(Params::manual(true)).with("targets", targets);
        assert_eq!(state.assumed().members(), assumed.members());
        assert_eq!(state.get("switch").unwrap().0, Layer::Assumed);
        assert_eq!(state.current().view().thermostat().state(), Some(SwitchState::On));
    }
}

#[test]
fn the_servers_half_makes_the_recorded_frames() {
    let apikey = login().apikey().unwrap();
    assert_eq!(
        server::accepted("1519293433136", &apikey, Some(145)).encode(),
        DIALOGUE[1].trim_end()
    );
    for (number, request) in commands() {
        let ok = coolkit_proto::FrameCode::OK;
        let ack = server::reply(request.sequence().as_str(), "babecafe11", &apikey, ok);
        assert_eq!(ack.encode(), DIALOGUE[number].trim_end());
    }
    for number in [7, 12] {
        let recorded = recorded(number);
        let params =
            recorded.view().get("params").and_then(JsonRef::as_object).unwrap().to_object();
        let frame = server::device_update("babecafe11", &apikey, params.into());
        assert_eq!(frame.encode(), DIALOGUE[number - 1].trim_end());
    }
}

#[test]
fn sequences_of_the_dialogue_come_from_its_clock() {
    let mut sequences = Sequences::new();
    for (_, request) in commands() {
        let sequence = request.sequence();
        assert_eq!(&sequences.next(sequence.millis()), sequence);
    }
}
