//! Keys of requests, and the requests that carry them.

use coolkit_proto::{
    Action, ClientFrame, Device, Json, Object, Params, Request, Secret, Sequence, Sequences,
};

#[test]
fn sequences_grow_whatever_the_clock_does_and_have_13_digits() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut sequences = Sequences::new();
    let mut last = 0;
    for _ in 0..10_000 {
        let now = match random.u8(..4) {
            0 => 0,
            1 => u64::MAX,
            2 => random.u64(..),
            _ => 1_519_293_433_136 + random.u64(..1000),
        };
        let next = sequences.next(now);
        assert!(next.millis() > last, "{now}");
        assert_eq!(next.as_str().len(), 13);
        last = next.millis();
    }
    assert!(last < 9_999_999_999_999);
}

#[test]
fn a_clock_that_runs_gives_its_own_time() {
    let mut sequences = Sequences::new();
    assert_eq!(sequences.next(1_700_000_000_000).millis(), 1_700_000_000_000);
    assert_eq!(sequences.next(1_700_000_005_999).seconds(), 1_700_000_005);
}

#[test]
fn a_shared_device_is_commanded_in_the_name_of_the_user() {
    let device = Device::new("d", "owner");
    let make = || Request::update(&device, Params::switch(true), Sequence::from_millis(5));
    let own = make().on_behalf_of(&Secret::from("owner"));
    assert_eq!(own, make());
    let shared = make().on_behalf_of(&Secret::from("guest"));
    assert_eq!(shared.frame().self_apikey(), Some(Secret::from("guest")));
    assert_eq!(shared.frame().apikey(), Some(Secret::from("owner")));
}

#[test]
fn the_members_by_which_an_answer_is_known_cannot_be_changed() {
    let device = Device::new("d", "owner");
    let request = Request::query(&device, ["switch"], Sequence::from_millis(5));
    let changed = request.clone().with("sequence", "6").with("deviceid", "e").with("action", "x");
    assert_eq!(changed, request);
    assert_eq!(request.with("from", "app").frame().sender().unwrap().as_str(), "app");
}

#[test]
fn every_request_reads_as_what_it_is() {
    let device = Device::new("d", "owner");
    let sequence = || Sequence::from_millis(5);
    let query = Request::query(&device, [], sequence());
    assert!(matches!(ClientFrame::decode(&query.encode()), Ok(ClientFrame::Query(_))));
    assert_eq!(query.frame().params_json(), Some(Json::list::<Json>([]).view()));
    let named = Request::query(&device, ["switch", "rssi"], sequence());
    assert_eq!(named.frame().params_json().unwrap().encode(), r#"["switch","rssi"]"#);
    let upgrade = Request::upgrade(&device, Object::new().with("model", "x"), sequence());
    assert_eq!(upgrade.frame().ts(), Some(0));
    let user = Secret::from("guest");
    for action in [Action::Share, Action::UpdateShare, Action::CancelShare] {
        let share = Request::share(action.clone(), &device, &user, Object::new(), sequence());
        let Ok(ClientFrame::Other(frame)) = ClientFrame::decode(&share.encode()) else { panic!() };
        assert_eq!((frame.action(), frame.self_apikey()), (Some(action), Some(user.clone())));
    }
    for ping in ["ping", " PING\n"] {
        assert_eq!(ClientFrame::decode(ping), Ok(ClientFrame::Ping));
    }
    assert!(ClientFrame::decode("pin").is_err());
}
