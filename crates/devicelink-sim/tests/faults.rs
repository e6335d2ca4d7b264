//! Each fault does what it says, seen by a client.

mod common;

use std::io::ErrorKind;
use std::time::Duration;

use bytes::Bytes;
use common::{connect, dial, get, message, refusal, text};
use devicelink_sim::lamarzocco::{Builder, Machine};
use devicelink_sim::{Answer, Fault, FaultPlan, Identity};
use futures::{FutureExt, SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::{Error, Message};

/// A machine that says nothing by itself, without TLS so that a client can look at the bytes.
fn quiet() -> Builder {
    Machine::builder().plain().greeting([]).tick(Duration::ZERO)
}

async fn with(plan: FaultPlan) -> Machine {
    quiet().faults(plan).start().await.unwrap()
}

/// What an upgrade by hand is answered, until the server ends the connection.
async fn raw_answer(machine: &Machine) -> std::io::Result<String> {
    let mut tcp = TcpStream::connect(machine.address()).await?;
    let request = format!(
        "GET /messages HTTP/1.1\r\nhost: machine\r\nauthorization: Bearer {}\r\nconnection: upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        machine.token()
    );
    tcp.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    tcp.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn reset_at_accept_is_a_reset_and_only_for_the_planned_connection() {
    let machine = with(FaultPlan::new().on(1, Fault::Reset)).await;
    let mut tcp = TcpStream::connect(machine.address()).await.unwrap();
    assert_eq!(tcp.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!((machine.seen().connects, machine.seen().bytes_received), (1, 0));
    assert!(connect(&machine).await.is_ok());
}

#[tokio::test]
async fn drop_at_accept_is_an_end_of_file_even_though_the_client_has_spoken() {
    let machine = with(FaultPlan::new().on(1, Fault::Drop)).await;
    assert_eq!(raw_answer(&machine).await.unwrap(), "");
    assert_eq!(machine.seen().request_count, 0);
}

#[tokio::test]
async fn silence_at_accept_leaves_the_connection_open_and_never_answers() {
    let machine = with(FaultPlan::new().on(1, Fault::Silence)).await;
    let mut tcp = TcpStream::connect(machine.address()).await.unwrap();
    tcp.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    // The second connection is served, so the first one had its turn.
    connect(&machine).await.unwrap();
    assert!(tcp.read_u8().now_or_never().is_none());
    assert_eq!(machine.seen().open_connections, 2);
    machine.restart().await.unwrap();
    assert!(tcp.read_u8().await.is_err());
}

#[tokio::test]
async fn at_the_request_the_connection_can_be_reset_dropped_or_silenced() {
    let plan = FaultPlan::new()
        .on_request(1, Fault::Reset)
        .on_request(2, Fault::Drop)
        .on_request(3, Fault::Silence);
    let machine = with(plan).await;
    assert_eq!(raw_answer(&machine).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(raw_answer(&machine).await.unwrap(), "");
    tokio::select! {
        answer = raw_answer(&machine) => panic!("{answer:?}"),
        seen = machine.until(|seen| seen.request_count == 3) => {
            assert!(seen.requests.iter().all(|request| request.is_authorized() && request.status.is_none()));
            assert_eq!(seen.upgrades, 0);
        }
    }
}

#[tokio::test]
async fn any_status_with_any_headers_can_stand_in_the_place_of_the_answer() {
    let plan = FaultPlan::new()
        .on(
            1,
            Answer::status(503).header("retry-after", "120").header("not a name", "x").body("busy"),
        )
        .on(2, Answer::html(200))
        .on(3, Answer::redirect("https://example.com/"))
        .on(4, Answer::status(403));
    let machine = with(plan).await;
    let (status, head, body) = get(&machine, "/config", Some(&machine.token())).await;
    assert_eq!((status, body.as_str()), (503, "busy"));
    assert!(head.contains("retry-after: 120\r\n") && !head.contains("not a name"), "{head}");
    let (status, head, body) = get(&machine, "/config", None).await;
    assert!(status == 200 && head.contains("text/html") && body.starts_with("<!doctype html>"));
    let (status, head, _) = get(&machine, "/config", None).await;
    assert!(status == 302 && head.contains("location: https://example.com/"));
    assert_eq!(refusal(connect(&machine).await), 403);
    assert!(connect(&machine).await.is_ok());
    let seen = machine.seen();
    let statuses: Vec<_> = seen.requests.iter().map(|request| request.status).collect();
    assert_eq!(statuses, [Some(503), Some(200), Some(302), Some(403), Some(101)]);
}

#[tokio::test]
async fn an_upgrade_can_lack_its_headers() {
    let machine = with(FaultPlan::new().on(1, Answer::status(101))).await;
    let error = connect(&machine).await.unwrap_err();
    assert!(
        matches!(error, Error::Protocol(ProtocolError::MissingUpgradeWebSocketHeader)),
        "{error:?}"
    );
    assert_eq!(machine.seen().upgrades, 0);
}

#[tokio::test]
async fn the_accept_key_can_be_wrong() {
    let machine = with(FaultPlan::new().on(1, Fault::WrongAcceptKey)).await;
    let error = connect(&machine).await.unwrap_err();
    assert!(
        matches!(error, Error::Protocol(ProtocolError::SecWebSocketAcceptKeyMismatch)),
        "{error:?}"
    );
}

#[tokio::test]
async fn half_a_status_line_is_all_that_comes() {
    let machine = with(FaultPlan::new().on(1, Fault::HalfStatusLine)).await;
    assert_eq!(raw_answer(&machine).await.unwrap(), "HTTP/1.1 10");
}

#[tokio::test(start_paused = true)]
async fn the_head_of_an_answer_can_come_byte_by_byte_and_is_whole_in_the_end() {
    let second = Duration::from_secs(1);
    let plan = FaultPlan::new()
        .on(.., Fault::SlowAnswer(second))
        .on(1, Fault::Text("after all".to_owned()))
        .after_frames(1, 0, Fault::Drop)
        .on(2, Answer::status(503).body("later"));
    let machine = with(plan).await;
    let start = Instant::now();
    // By hand, because tungstenite takes it for an attack.
    let answer = raw_answer(&machine).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 101 ") && answer.ends_with("after all"), "{answer}");
    assert!(start.elapsed() > second * 100, "{:?}", start.elapsed());
    let (status, _, body) = get(&machine, "/config", None).await;
    assert_eq!((status, body.as_str()), (503, "later"));
}

#[tokio::test(start_paused = true)]
async fn a_slow_server_writes_no_more_than_it_may() {
    let machine = with(FaultPlan::new().on(1, Fault::Slow(100))).await;
    let start = Instant::now();
    let mut socket = connect(&machine).await.unwrap();
    machine.send_text("x".repeat(1000)).await;
    assert_eq!(text(&mut socket).await.len(), 1000);
    let elapsed = start.elapsed();
    assert!(elapsed > Duration::from_secs(9) && elapsed < Duration::from_secs(20), "{elapsed:?}");
    machine.inject(Fault::Slow(0)).await;
    machine.send_text("fast").await;
    text(&mut socket).await;
    let start = Instant::now();
    machine.send_text("x".repeat(1000)).await;
    text(&mut socket).await;
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn after_so_many_frames_the_connection_ends_in_the_planned_way() {
    let plan = FaultPlan::new()
        .after_frames(1, 2, Fault::Reset)
        .after_frames(2, 2, Fault::Drop)
        .after_frames(3, 2, Fault::Close(1012));
    // With TLS and the usual greeting of four frames.
    let machine = Machine::builder().faults(plan).start().await.unwrap();
    let mut ends = Vec::new();
    for _ in 0..3 {
        let mut socket = connect(&machine).await.unwrap();
        let mut frames = 0;
        let end = loop {
            match socket.next().await {
                Some(Ok(Message::Text(_))) => frames += 1,
                end => break end,
            }
        };
        // A reset may overtake frames.
        assert!(frames == 2 || (frames < 2 && ends.is_empty()), "{frames}");
        ends.push(end);
    }
    assert!(matches!(&ends[0], Some(Err(_))), "{:?}", ends[0]);
    assert!(matches!(&ends[1], Some(Err(_))), "{:?}", ends[1]);
    let Some(Ok(Message::Close(Some(close)))) = &ends[2] else { panic!("{:?}", ends[2]) };
    assert_eq!(u16::from(close.code), 1012);
}

#[tokio::test]
async fn a_silent_socket_takes_no_frames_and_answers_no_ping_until_it_is_reset() {
    let machine = with(FaultPlan::new()).await;
    let mut socket = connect(&machine).await.unwrap();
    machine.inject(Fault::Silence).await;
    socket.send(Message::Ping("hello".into())).await.unwrap();
    // More than a queue holds: they are swallowed.
    for _ in 0..3000 {
        machine.send_text("lost").await;
    }
    assert!(socket.next().now_or_never().is_none());
    assert_eq!(machine.seen().open_sockets, 1);
    machine.inject(Fault::Reset).await;
    assert!(socket.next().await.unwrap().is_err());
    let seen = machine.until(|seen| seen.open_connections == 0).await;
    assert_eq!((seen.pings_received, seen.frames_sent), (0, 0));
}

#[tokio::test]
async fn a_deaf_socket_sends_frames_but_answers_no_ping() {
    let machine = with(FaultPlan::new().on(1, Fault::Deaf)).await;
    let mut socket = connect(&machine).await.unwrap();
    socket.send(Message::Ping("hello".into())).await.unwrap();
    machine.send_text("still here").await;
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("still here"));
    assert_eq!(machine.seen().pings_received, 0);
}

#[tokio::test]
async fn frames_can_be_garbage_in_text_and_in_bytes() {
    let plan = FaultPlan::new()
        .on(1, Fault::Text("{\"name\":".to_owned()))
        .on(1, Fault::Binary(Bytes::from_static(&[0xff, 0x00])));
    let machine = with(plan).await;
    let mut socket = connect(&machine).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("{\"name\":"));
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::binary(vec![0xff, 0x00]));
    machine.send_text("as before").await;
    assert_eq!(text(&mut socket).await, "as before");
}

#[tokio::test]
async fn invalid_utf_8_is_refused_by_the_client() {
    let machine = with(FaultPlan::new()).await;
    let mut socket = connect(&machine).await.unwrap();
    machine.inject(Fault::InvalidUtf8).await;
    let error = socket.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Utf8(_)), "{error:?}");
}

#[tokio::test]
async fn an_oversize_frame_has_the_size_it_says_and_is_json() {
    let machine = with(FaultPlan::new()).await;
    let mut socket = connect(&machine).await.unwrap();
    machine.inject(Fault::Oversize(300 << 10)).await;
    let frame = text(&mut socket).await;
    assert_eq!(frame.len(), 300 << 10);
    assert!(lamarzocco_proto::Frame::decode(&frame).is_ok());
    machine.inject(Fault::Oversize(65 << 20)).await;
    let error = socket.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Capacity(CapacityError::MessageTooLong { .. })), "{error:?}");
}

#[tokio::test]
async fn a_header_can_claim_more_than_ever_comes() {
    let machine = with(FaultPlan::new().on(1, Fault::claimed(1 << 40))).await;
    let mut socket = connect(&machine).await.unwrap();
    let error = socket.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Capacity(_)), "{error:?}");
}

#[tokio::test]
async fn raw_bytes_can_be_half_a_frame_before_a_reset() {
    let plan = FaultPlan::new().on(1, Fault::Raw(Bytes::from_static(b"\x81\x05he"))).after_frames(
        1,
        0,
        Fault::Drop,
    );
    let machine = with(plan).await;
    let answer = raw_answer(&machine).await.unwrap();
    assert!(answer.ends_with("\r\n\r\n\u{fffd}\u{5}he"), "{answer:?}");
}

#[tokio::test]
async fn fragments_never_end() {
    let machine = with(FaultPlan::new().on(1, Fault::fragments(1000)).after_frames(
        1,
        0,
        Fault::Text("{}".into()),
    ))
    .await;
    let mut socket = connect(&machine).await.unwrap();
    // A new text in the middle of a fragmented one is against the protocol, which shows that all fragments were read.
    let error = socket.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Protocol(ProtocolError::ExpectedFragment(_))), "{error:?}");
}

#[tokio::test]
async fn duplicates_come_twice_in_order() {
    let machine =
        Machine::builder().faults(FaultPlan::new().on(1, Fault::Duplicate)).start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    for _ in 0..4 {
        assert_eq!(message(&mut socket).await, message(&mut socket).await);
    }
}

#[tokio::test(start_paused = true)]
async fn frames_can_be_delayed() {
    let machine = with(FaultPlan::new()).await;
    let mut socket = connect(&machine).await.unwrap();
    machine.inject(Fault::Delay(Duration::from_secs(30))).await;
    let start = Instant::now();
    machine.send_text("late").await;
    text(&mut socket).await;
    assert!(start.elapsed() >= Duration::from_secs(30));
}

#[tokio::test]
async fn a_closed_port_refuses_and_keeps_its_number() {
    let machine = quiet().start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    machine.refuse_connections().await.unwrap();
    machine.refuse_connections().await.unwrap();
    let refused = TcpStream::connect(machine.address()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    machine.send_text("open connections stay").await;
    text(&mut socket).await;
    machine.accept_connections().await.unwrap();
    assert!(connect(&machine).await.is_ok());
}

#[tokio::test]
async fn a_restart_ends_all_connections_and_comes_back_at_the_same_port() {
    let machine = quiet().start().await.unwrap();
    let (address, mut socket) = (machine.address(), connect(&machine).await.unwrap());
    machine.set_token("another");
    machine.restart().await.unwrap();
    assert!(socket.next().await.is_none_or(|end| end.is_err()));
    assert_eq!((machine.address(), machine.seen().open_connections), (address, 0));
    assert!(connect(&machine).await.is_ok());
}

#[tokio::test]
async fn certificates_can_be_wrong_in_every_way_and_no_client_says_a_word() {
    let machine = Machine::builder().greeting([]).start().await.unwrap();
    let first = machine.identity();
    let identities = [
        Identity::expired().unwrap(),
        Identity::not_yet_valid().unwrap(),
        Identity::for_names(["espresso.example"]).unwrap(),
        first.impostor().unwrap(),
    ];
    for identity in identities {
        machine.set_identity(identity.clone()).unwrap();
        assert!(dial(&machine).await.is_err(), "{identity:?}");
    }
    let seen = machine.until(|seen| seen.open_connections == 0).await;
    assert_eq!((seen.tls_handshakes, seen.tls_failures, seen.bytes_received), (0, 4, 0));
    let renewed = first.renewed().unwrap();
    assert_ne!(renewed.certificate_sha256(), first.certificate_sha256());
    assert_eq!(renewed.public_key_sha256(), first.public_key_sha256());
    machine.set_identity(renewed).unwrap();
    assert!(connect(&machine).await.is_ok());
}

#[tokio::test]
async fn what_was_sent_before_a_fault_comes_before_it() {
    let machine = quiet().start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    machine.send_text("last words").await;
    machine.inject(Fault::Drop).await;
    assert_eq!(text(&mut socket).await, "last words");
    assert!(!socket_is_open(&mut socket).await);
}

#[tokio::test]
async fn a_new_plan_counts_from_the_next_connection() {
    let machine = quiet().start().await.unwrap();
    connect(&machine).await.unwrap();
    machine.set_faults(FaultPlan::new().on(1, Answer::status(429)));
    assert_eq!(refusal(connect(&machine).await), 429);
    assert!(connect(&machine).await.is_ok());
}

#[tokio::test]
async fn a_client_that_does_not_get_its_frames_misses_temperatures_and_nobody_waits_for_it() {
    let plan = FaultPlan::new().on(1, Fault::Delay(Duration::from_secs(3600)));
    let machine = quiet().tick(Duration::from_millis(1)).faults(plan).start().await.unwrap();
    let _stalled = connect(&machine).await.unwrap();
    let mut reading = connect(&machine).await.unwrap();
    let read = async { while socket_is_open(&mut reading).await {} };
    tokio::select! {
        () = read => panic!("the second client is served"),
        seen = machine.until(|seen| seen.frames_skipped > 0) => assert!(seen.frames_sent > 500),
    }
}

async fn socket_is_open(socket: &mut common::Socket) -> bool {
    socket.next().await.is_some_and(|frame| frame.is_ok())
}
