//! Merging, the two layers, and who is online.

mod common;

use common::{idle, json};
use coolkit_proto::params::SwitchState;
use coolkit_proto::state::{DeviceState, Layer, MAX_PARAMS, Presence, merge, presence_of_event};
use coolkit_proto::{
    Action, Device, Incoming, Object, Params, ParamsRef, PendingRequests, Reply, Request, Secret,
    Sequence, classify, server,
};

fn object(text: &str) -> Object {
    json(text).into_object().unwrap()
}

#[track_caller]
fn assert_merged(state: &str, update: &str, merged: &str) {
    let mut found = object(state);
    assert_eq!(merge(&mut found, ParamsRef::new(object(update).view()), usize::MAX), 0);
    assert_eq!(found, object(merged), "{state} and {update}");
}

fn request(action: &Action) -> Request {
    let device = Device::new("d", "key");
    let sequence = Sequence::from_millis(1);
    match action {
        Action::Query => Request::query(&device, [], sequence),
        _ => Request::update(&device, Params::switch(true), sequence),
    }
}

fn answer(request: &Request, rest: &str) -> Reply {
    let mut pending = PendingRequests::new();
    pending.insert(request);
    match classify(&format!(r#"{{"sequence":"1",{rest}}}"#), &pending) {
        Incoming::Reply(reply) => reply,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn presence(text: &str) -> Option<Presence> {
    match idle(text) {
        Incoming::Event(event) => presence_of_event(&event),
        other => panic!("{other:?}"),
    }
}

#[test]
fn params_merge_by_member_and_null_is_a_value() {
    assert_merged(r#"{"a":1,"b":2}"#, r#"{"b":3,"c":4}"#, r#"{"a":1,"b":3,"c":4}"#);
    assert_merged(r#"{"a":1}"#, r#"{"a":null}"#, r#"{"a":null}"#);
    assert_merged(r#"{"a":1}"#, "{}", r#"{"a":1}"#);
}

#[test]
fn lists_of_outlets_merge_by_outlet_and_no_others_do() {
    for name in ["switches", "configure", "pulses"] {
        let name = |text: &str| text.replace("NAME", name);
        assert_merged(
            &name(r#"{"NAME":[{"outlet":0,"switch":"on","x":1},{"outlet":1,"switch":"on"}]}"#),
            &name(r#"{"NAME":[{"outlet":"0","switch":"off"}]}"#),
            &name(r#"{"NAME":[{"outlet":"0","switch":"off"},{"outlet":1,"switch":"on"}]}"#),
        );
        assert_merged(
            &name(r#"{"NAME":[{"outlet":0}]}"#),
            &name(r#"{"NAME":0}"#),
            &name(r#"{"NAME":0}"#),
        );
        assert_merged(
            &name(r#"{"NAME":[{"outlet":0},{"bad":1}]}"#),
            &name(r#"{"NAME":[{"outlet":1},{"bad":2}]}"#),
            &name(r#"{"NAME":[{"outlet":0},{"outlet":1},{"bad":2}]}"#),
        );
    }
    assert_merged(
        r#"{"timers":[{"mId":"a"}],"targets":[{"outlet":0},{"outlet":1}],"white":{"br":1,"ct":2}}"#,
        r#"{"timers":[],"targets":[{"outlet":1}],"white":{"br":5}}"#,
        r#"{"timers":[],"targets":[{"outlet":1}],"white":{"br":5}}"#,
    );
}

#[test]
fn a_layer_holds_no_more_than_its_limit() {
    let mut state = DeviceState::new();
    let many: Object = (0..MAX_PARAMS + 100).map(|n| (format!("m{n}"), 1_u8)).collect();
    state.report(ParamsRef::new(many.view()));
    assert_eq!(state.reported().members().len(), MAX_PARAMS);
    state.report(Params::new().with("m0", 2_u8).with("new", 1_u8).view());
    assert_eq!(state.reported().members().get("m0").unwrap().as_u64(), Some(2));
    assert!(!state.reported().members().contains("new"));
}

#[test]
fn only_an_acknowledged_update_is_assumed_and_a_report_ends_that() {
    let update = request(&Action::Update);
    for refused in [r#""error":504"#, r#""error":400"#, r#""reason":"x""#, r#""error":"x""#] {
        let mut state = DeviceState::new();
        state.answer(&update, &answer(&update, refused));
        assert!(state.assumed().members().is_empty(), "{refused}");
    }
    let mut state = DeviceState::new();
    state.report(Params::switch(false).view());
    state.answer(&update, &answer(&update, r#""error":0"#));
    assert_eq!(state.get("switch").unwrap().0, Layer::Assumed);
    assert_eq!(state.reported().switch("switch"), Some(SwitchState::Off));
    state.report(Params::new().with("rssi", -5).view());
    assert_eq!(state.get("switch").unwrap().0, Layer::Assumed);
    state.report(Params::switch(false).view());
    assert_eq!(state.get("switch").unwrap().0, Layer::Reported);
}

#[test]
fn a_report_of_one_outlet_ends_the_assumption_of_that_outlet_only() {
    let mut state = DeviceState::new();
    state.report(Params::outlets([(0, false), (1, false)]).view());
    state.assume(Params::outlets([(0, true), (1, true)]).view());
    state.report(Params::outlet(0, false).view());
    assert_eq!(state.assumed().members(), Params::outlet(1, true).members());
    assert_eq!(state.current(), Params::outlets([(0, false), (1, true)]));
    state.report(Params::outlet(1, true).view());
    assert!(state.assumed().members().is_empty());
}

#[test]
fn an_assumed_entry_without_an_outlet_ends_with_the_next_report() {
    let mut state = DeviceState::new();
    let switches = object(r#"{"switches":[{"switch":"on"}]}"#);
    state.assume(ParamsRef::new(switches.view()));
    state.report(Params::outlet(0, false).view());
    assert!(state.assumed().members().is_empty());
}

#[test]
fn the_answer_to_a_query_reports_and_says_nothing_about_being_online() {
    let query = request(&Action::Query);
    for error in [r#""error":0,"#, ""] {
        let mut state = DeviceState::new();
        let rest = format!(r#"{error}"params":{{"switch":"on"}}"#);
        state.answer(&query, &answer(&query, &rest));
        assert_eq!(state.get("switch").unwrap().0, Layer::Reported);
        assert_eq!(state.presence(), None);
    }
}

#[test]
fn sysmsg_decides_only_by_a_bool() {
    let sysmsg = |online: &str| {
        presence(&format!(r#"{{"action":"sysmsg","deviceid":"d","params":{{"online":{online}}}}}"#))
    };
    assert_eq!(
        (sysmsg("true"), sysmsg("false")),
        (Some(Presence::Online), Some(Presence::Offline))
    );
    for other in ["null", "1", "\"true\"", "{}"] {
        assert_eq!(sysmsg(other), None);
    }
    assert_eq!(presence(r#"{"action":"sysmsg","params":0}"#), None);
    assert_eq!(
        presence(&server::sysmsg("d", &Secret::from("k"), false).encode()),
        Some(Presence::Offline)
    );
}

#[test]
fn a_devices_own_update_says_that_it_is_online_unless_it_holds_only_the_childs_rssi() {
    let update = |rest: &str| presence(&format!(r#"{{"action":"update",{rest}}}"#));
    let online = Some(Presence::Online);
    assert_eq!(update(r#""userAgent":"device","params":{"rssi":-5}"#), online);
    assert_eq!(update(r#""from":"device","params":{"subDevRssi":-5,"x":1}"#), online);
    assert_eq!(update(r#""userAgent":"device","params":0"#), online);
    assert_eq!(update(r#""userAgent":"device","params":{"subDevRssi":127}"#), None);
    assert_eq!(update(r#""userAgent":"app","from":"device","params":{}"#), None);
    assert_eq!(update(r#""params":{"switch":"on"}"#), None);
    let forwarded = server::forwarded_update("1", "d", &Secret::from("k"), Params::switch(true));
    assert_eq!(presence(&forwarded.encode()), None);
    assert_eq!(presence(r#"{"action":"notify","params":{}}"#), None);
}

#[test]
fn an_answer_says_online_by_0_offline_by_503_and_else_nothing() {
    let update = request(&Action::Update);
    for (rest, expected) in [
        (r#""error":0"#, Some(Presence::Online)),
        (r#""error":503"#, Some(Presence::Offline)),
        (r#""error":504"#, None),
        (r#""error":411"#, None),
        (r#""reason":"x""#, None),
    ] {
        let mut state = DeviceState::new();
        state.answer(&update, &answer(&update, rest));
        assert_eq!(state.presence(), expected, "{rest}");
    }
}

#[test]
fn a_lost_connection_makes_all_stale_and_nothing_offline() {
    let mut state = DeviceState::new();
    let update = request(&Action::Update);
    state.answer(&update, &answer(&update, r#""error":0"#));
    state.disconnected();
    assert_eq!((state.is_stale(), state.presence()), (true, Some(Presence::Online)));
    assert!(state.is_stale_presence());
    state.report(Params::switch(true).view());
    assert!(!state.is_stale());
    assert!(state.is_stale_presence(), "params alone say nothing of it");
    state.answer(&update, &answer(&update, r#""error":0"#));
    assert!(!state.is_stale_presence());
}
