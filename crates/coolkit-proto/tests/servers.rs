//! The frames of the cloud read as what they were made as.

mod common;

use common::idle;
use coolkit_proto::{
    Action, Device, ErrorClass, EventKind, FrameCode, HandshakeOutcome, Incoming, Json, Object,
    Origin, Params, PendingRequests, Request, Secret, Sequence, Verdict, classify, server,
};

fn key() -> Secret {
    Secret::from("key")
}

#[test]
fn logins_are_accepted_with_and_without_a_heartbeat_or_refused() {
    let mut pending = PendingRequests::new();
    pending.begin_handshake(&Sequence::from_millis(7));
    let outcome = |frame: coolkit_proto::Frame| match classify(&frame.encode(), &pending) {
        Incoming::Handshake(handshake) => handshake.outcome(),
        other => panic!("{other:?}"),
    };
    let HandshakeOutcome::Accepted { heartbeat: Some(heartbeat) } =
        outcome(server::accepted("7", &key(), Some(60)))
    else {
        panic!()
    };
    assert_eq!(heartbeat.interval().as_secs(), 60);
    let off = outcome(server::accepted("7", &key(), None));
    assert_eq!(off, HandshakeOutcome::Accepted { heartbeat: None });
    let auth = FrameCode::AUTHENTICATION_FAILED;
    for frame in
        [server::refused("7", &key(), auth, "Authentication Failed"), server::bare("7", auth)]
    {
        let HandshakeOutcome::Refused { class, error } = outcome(frame) else { panic!() };
        assert_eq!((class, error.code()), (ErrorClass::Auth, Some(auth)));
    }
}

#[test]
fn commands_and_queries_are_answered() {
    let device = Device::new("d", "key");
    let request = Request::query(&device, [], Sequence::from_millis(7));
    let mut pending = PendingRequests::new();
    pending.insert(&request);
    let read = |frame: coolkit_proto::Frame| match classify(&frame.encode(), &pending) {
        Incoming::Reply(reply) => reply,
        other => panic!("{other:?}"),
    };
    let answer = read(server::query_reply("7", "d", &key(), Params::switch(true)));
    assert_eq!(answer.verdict(), Verdict::Acknowledged);
    assert_eq!(answer.params().unwrap().members(), Params::switch(true).members());
    let answer = read(server::reply("7", "d", &key(), FrameCode::NO_ANSWER));
    let class = ErrorClass::OutcomeUnknown;
    assert_eq!(answer.verdict(), Verdict::Rejected { code: FrameCode::NO_ANSWER, class });
    let config = Object::new().with("oneKwhData", "0.00");
    let answer = read(server::reply("7", "d", &key(), FrameCode::OK).with("config", config));
    assert_eq!(answer.config().unwrap().text("oneKwhData"), Some("0.00"));
}

#[test]
fn events_are_of_their_kind() {
    let event = |frame: coolkit_proto::Frame| match idle(&frame.encode()) {
        Incoming::Event(event) => event,
        other => panic!("{other:?}"),
    };
    let forwarded = event(server::forwarded_update("7", "d", &key(), Params::switch(true)));
    let EventKind::Update(update) = forwarded.kind() else { panic!() };
    assert_eq!((update.origin(), update.temp_rec()), (Origin::App, Some("")));
    let device = event(
        server::device_update("d", &key(), Params::new())
            .with("uiid", 15_u8)
            .with("proxyMsgTime", 1_700_000_000_000_u64)
            .with("d_seq", u64::MAX)
            .with("seq", "12"),
    );
    let EventKind::Update(update) = device.kind() else { panic!() };
    assert_eq!((update.uiid(), update.proxy_msg_time()), (Some(15), Some(1_700_000_000_000)));
    assert_eq!((device.frame().d_seq(), device.frame().seq()), (Some(u64::MAX), Some("12")));
    let sysmsg = event(server::sysmsg("d", &key(), true));
    let connection = EventKind::Connection { device_id: Some("d"), online: Some(true) };
    assert_eq!(sysmsg.kind(), connection);
    let notify = event(server::notify("7", "d", &key(), 1, 2));
    let EventKind::Notify(notify) = notify.kind() else { panic!() };
    assert_eq!((notify.start(), notify.end()), (Some(1), Some(2)));
    assert_eq!(notify.cmd(), Some("incrementalDataNotify"));
    let report = event(server::report_sub_device("d", &key(), Json::list::<Json>([])));
    assert!(matches!(report.kind(), EventKind::SubDevices { device_id: Some("d"), .. }));
    assert_eq!(report.action(), Action::ReportSubDevice);
}
