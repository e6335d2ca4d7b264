//! Laws that hold for all inputs.

mod common;

use common::DIALOGUE;
use coolkit_proto::dispatch::{DispatchReply, HostPolicy, HttpReply, Redirects};
use coolkit_proto::params::{DayWidth, EnergyHistory, numeric};
use coolkit_proto::state::{DeviceState, merge};
use coolkit_proto::{
    ClientFrame, Device, EventKind, Frame, Heartbeat, HeartbeatLimits, Incoming, Json, JsonRef,
    Number, Object, Params, ParamsRef, PendingRequests, Request, Sequence, classify,
    classify_bytes,
};
use proptest::prelude::*;

fn pending() -> PendingRequests {
    let mut pending = PendingRequests::new();
    pending.begin_handshake(&Sequence::from_millis(1));
    let device = Device::new("d", "key");
    pending.insert(&Request::update(&device, Params::switch(true), Sequence::from_millis(2)));
    pending
}

/// Reads all that can be read of a frame; nothing may panic.
fn look(incoming: &Incoming) {
    assert!(!format!("{incoming:?} {incoming:#?}").is_empty());
    let _ = incoming.refuses_login();
    let frame = match incoming {
        Incoming::Event(event) => {
            DeviceState::new().apply(event);
            if let EventKind::Update(update) = event.kind() {
                let _ = (update.origin(), update.uiid(), update.temp_rec());
            }
            event.frame()
        }
        Incoming::Handshake(handshake) => {
            let _ = handshake.outcome();
            handshake.frame()
        }
        Incoming::Reply(reply) => {
            let _ = reply.verdict();
            reply.frame()
        }
        Incoming::Unmatched(unmatched) => {
            let _ = unmatched.state();
            unmatched.frame()
        }
        _ => return,
    };
    let _ = (frame.ts(), frame.error().class(), frame.user_agent(), frame.sender(), frame.apikey());
    let _ = Heartbeat::of_reply(frame, &HeartbeatLimits::default());
    let object = frame.params_json().and_then(JsonRef::as_object).unwrap_or(frame.members());
    look_at(ParamsRef::new(object));
    assert_eq!(&Frame::decode(&frame.encode()).unwrap(), frame);
}

fn look_at(params: ParamsRef<'_>) {
    let common = params.common();
    let _ = (common.rssi(), common.startup(), common.mac(), params.single_switch().state());
    let _ = params.switches().outlets().chain(params.switches().pulses()).count();
    let _ = (params.thermostat().mode(), params.thermostat().targets().count());
    let _ = (params.power().power(), params.power_channel(255).current(), params.breaker().state());
    let _ = (params.light().brightness(), params.light().white(), params.bulb().cold());
    let _ = (params.zigbee_sensor().temperature(), params.sub_device().rssi());
    let _ = (params.rf_bridge().triggers().count(), params.curtain().state());
    let _ = params
        .timers()
        .filter(|timer| timer.kind().is_some() && timer.is_enabled().is_some())
        .count();
    let history = EnergyHistory::new(params.members());
    let _ = (history.period(), history.days(DayWidth::Three).count());
}

/// Names that mean something, and some that do not.
fn names() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "action",
        "error",
        "sequence",
        "deviceid",
        "apikey",
        "config",
        "params",
        "reason",
        "ts",
        "actionName",
        "userAgent",
        "from",
        "hb",
        "hbInterval",
        "d_seq",
        "switch",
        "switches",
        "configure",
        "outlet",
        "targets",
        "targetHigh",
        "reaction",
        "timers",
        "enabled",
        "ltype",
        "white",
        "color",
        "br",
        "subDevRssi",
        "rfTrig0",
        "online",
        "hundredDaysKwhData",
        "domain",
        "port",
        "region",
        "data",
        "$serde_json::private::RawValue",
    ];
    prop_oneof![8 => proptest::sample::select(KNOWN).prop_map(str::to_owned), 1 => any::<String>()]
}

fn scalars() -> impl Strategy<Value = Json> {
    const TEXTS: &[&str] = &[
        "update",
        "sysmsg",
        "userOnline",
        "query",
        "pong",
        "1",
        "2",
        "d",
        "on",
        "off",
        "app",
        "device",
        "unavailable",
        "white",
        "0",
        "504",
        "28.5",
        "",
    ];
    prop_oneof![
        Just(Json::null()),
        any::<bool>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (0_u8..4).prop_map(Json::from),
        proptest::num::f64::NORMAL.prop_filter_map("finite", Number::from_f64).prop_map(Json::from),
        proptest::sample::select(TEXTS).prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ]
}

fn values() -> impl Strategy<Value = Json> {
    scalars().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::list),
            proptest::collection::vec((names(), inner), 0..6)
                .prop_map(|members| members.into_iter().collect::<Object>().into()),
        ]
    })
}

fn objects() -> impl Strategy<Value = Object> {
    proptest::collection::vec((names(), values()), 0..10)
        .prop_map(|members| members.into_iter().collect())
}

/// Params of the types that devices send, so that lists stay lists.
fn params() -> impl Strategy<Value = Object> {
    let outlets = proptest::collection::vec((0_u8..4, any::<bool>()), 0..5);
    let plain = proptest::collection::vec(("[a-d]", scalars()), 0..5);
    (proptest::option::of(outlets), plain).prop_map(|(outlets, plain)| {
        let plain: Object = plain.into_iter().collect();
        match outlets {
            Some(outlets) => Params::outlets(outlets).and(plain.into()).into(),
            None => plain,
        }
    })
}

fn merged(state: &Object, update: &Object) -> Object {
    let mut state = state.clone();
    merge(&mut state, ParamsRef::new(update.view()), usize::MAX);
    state
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_classified(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        look(&classify_bytes(&bytes, &pending()));
        let _ = DispatchReply::from_bytes(&bytes).map(|reply| reply.endpoint(&HostPolicy::official()));
        let _ = Redirects::new().follow(&HttpReply::new(200, &bytes));
    }

    #[test]
    fn any_text_is_classified(text in any::<String>(), json in "[\\[\\]{}\":,0-9eE+.\\-\\\\a-z \n]{0,60}") {
        for text in [&text, &json] {
            look(&classify(text, &pending()));
            let _ = (ClientFrame::decode(text), HostPolicy::official().check(text, 1));
        }
    }

    #[test]
    fn damaged_frames_are_classified(which in 0..12_usize, at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = DIALOGUE[which].as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        look(&classify_bytes(&bytes, &pending()));
        look(&classify_bytes(&bytes[at..], &pending()));
    }

    #[test]
    fn any_frame_is_classified_and_survives_a_round_trip(object in objects()) {
        let text = object.encode();
        prop_assert_eq!(Json::parse(&text).unwrap(), Json::from(object));
        look(&classify(&text, &pending()));
    }

    #[test]
    fn a_frame_with_an_action_is_an_event_and_no_other_is(object in objects()) {
        let frame = Frame::new(object);
        let has_action = frame.action().is_some_and(|action| action.as_str() != "pong");
        let is_event = matches!(frame.classify(&pending()), Incoming::Event(_));
        prop_assert_eq!(is_event, has_action);
    }

    #[test]
    fn numbers_read_the_same_as_text(number in -1_000_000_i32..1_000_000, hundredths in 0_u8..100) {
        let text = format!("{number}.{hundredths:02}");
        let read = numeric(Json::from(text.as_str()).view());
        prop_assert_eq!(read, numeric(Json::parse(&text).unwrap().view()));
    }

    #[test]
    fn merging_twice_is_merging_once(state in params(), update in params()) {
        let once = merged(&state, &update);
        prop_assert_eq!(merged(&once, &update), once);
    }

    #[test]
    fn merging_one_by_one_is_merging_together(a in params(), b in params(), c in params()) {
        prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
    }

    #[test]
    fn a_merge_keeps_what_was_not_named_and_takes_what_was(state in objects(), update in objects()) {
        let found = merged(&state, &update);
        let (state, update, found) = (state.view(), update.view(), found.view());
        for (name, value) in state {
            if !update.contains(name) {
                prop_assert_eq!(found.get(name), Some(value));
            }
        }
        for (name, value) in update {
            if !["switches", "configure", "pulses"].contains(&name) {
                prop_assert_eq!(found.get(name), Some(value));
            }
        }
        prop_assert!(found.iter().all(|(name, _)| state.contains(name) || update.contains(name)));
    }

    #[test]
    fn what_is_reported_is_current(assumed in params(), report in params()) {
        let mut state = DeviceState::new();
        state.assume(ParamsRef::new(assumed.view()));
        state.report(ParamsRef::new(report.view()));
        let expected = merged(&merged(&Object::new(), &assumed), &report);
        let current = state.current();
        prop_assert_eq!(current.members(), expected.view());
    }

    #[test]
    fn only_names_below_the_domains_pass(host in "[a-zA-Z0-9.@:/-]{0,12}(coolkit)?[.]?(cc|cn|org)?[.]?") {
        if let Ok(endpoint) = HostPolicy::official().check(&host, 8080) {
            let name = format!(".{}", endpoint.host());
            prop_assert!(name.ends_with(".coolkit.cc") || name.ends_with(".coolkit.cn"));
            prop_assert!(host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.'));
        }
    }
}
