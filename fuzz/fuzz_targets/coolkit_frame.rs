//! Frames of the cloud and of apps: any bytes are classified, and what was classified survives writing.
#![no_main]

use coolkit_proto::{
    Action, ClientFrame, Device, EventKind, Frame, Heartbeat, HeartbeatLimits, Incoming, Malformed,
    Params, Pending, PendingRequests, Request, Sequence, classify, classify_bytes,
};
use devicelink_fuzz::look;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let pending = pending();
    let incoming = classify_bytes(bytes, &pending);
    look(&incoming);
    let _ = incoming.refuses_login();
    check(&incoming, &pending, bytes.len());
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert_eq!(classify(text, &pending), incoming);
        check_client_frame(text);
    }
});

/// A login and some commands, with the sequences of the recorded dialogue.
fn pending() -> PendingRequests {
    let mut pending = PendingRequests::new();
    pending.begin_handshake(&Sequence::from_millis(1_519_293_433_136));
    let device = Device::new("babecafe11", "key");
    for millis in [1, 1_519_293_442_952, 1_519_293_454_525] {
        let sequence = Sequence::from_millis(millis);
        pending.insert(&Request::update(&device, Params::switch(true), sequence));
    }
    pending
}

fn check(incoming: &Incoming, pending: &PendingRequests, length: usize) {
    let frame = match incoming {
        Incoming::Heartbeat => return,
        Incoming::Malformed(error) => return check_error(error, length),
        Incoming::Event(event) => {
            assert!(event.frame().action().is_some_and(|action| action != Action::Pong));
            match event.kind() {
                EventKind::Update(update) => {
                    look(&(update.origin(), update.uiid(), update.proxy_msg_time()));
                }
                EventKind::Notify(notify) => look(&(notify.cmd(), notify.start(), notify.end())),
                kind => look(&kind),
            }
            event.frame()
        }
        Incoming::Handshake(handshake) => {
            look(&handshake.outcome());
            assert!(!handshake.is_accepted() || handshake.frame().error().is_ok());
            handshake.frame()
        }
        Incoming::Reply(reply) => {
            look(&reply.verdict());
            let awaited = pending.request(reply.sequence()).expect("the request is pending");
            assert!(reply.frame().device_id().is_none_or(|id| awaited.device_id == Some(id)));
            reply.frame()
        }
        Incoming::Unmatched(unmatched) => {
            look(&unmatched.state());
            unmatched.frame()
        }
        other => panic!("{other:?}"),
    };
    let is_event = matches!(incoming, Incoming::Event(_));
    assert_eq!(frame.action().is_some(), is_event);
    check_frame(frame);
    assert_eq!(&classify(&frame.encode(), pending), incoming);
}

fn check_frame(frame: &Frame) {
    look(&(frame.ts(), frame.error().class(), frame.user_agent(), frame.sender(), frame.d_seq()));
    look(&(frame.apikey(), frame.self_apikey(), frame.action_name(), frame.seq(), frame.reason()));
    let limits = HeartbeatLimits::default();
    if let Some(heartbeat) = Heartbeat::of_reply(frame, &limits) {
        assert!((10..=300).contains(&heartbeat.interval().as_secs()));
        assert!(heartbeat.ping_interval() < heartbeat.interval());
    }
    let text = frame.encode();
    assert_eq!(&Frame::decode(&text).unwrap(), frame);
    assert_eq!(Frame::new(frame.members().to_object()).encode(), text);
}

fn check_client_frame(text: &str) {
    let message = match ClientFrame::decode(text) {
        Ok(message) => message,
        Err(error) => return check_error(&error, text.len()),
    };
    look(&message);
    if let ClientFrame::UserOnline(login) = &message {
        look(&(login.version(), login.ts(), login.at(), login.apikey(), login.nonce()));
    }
    match message.frame() {
        Some(frame) => {
            check_frame(frame);
            assert_eq!(ClientFrame::decode(&frame.encode()).unwrap(), message);
        }
        None => assert!(text.trim().eq_ignore_ascii_case("ping")),
    }
}

fn check_error(error: &Malformed, length: usize) {
    assert!(error.offset() <= length);
    assert!(error.excerpt().is_none_or(|excerpt| excerpt.len() <= 64));
    assert!(!format!("{error} {}", error.advice()).is_empty());
}
