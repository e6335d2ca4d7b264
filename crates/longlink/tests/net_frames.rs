//! Frames on an open link.
#![cfg(feature = "ring")]

mod net_support;

use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use longlink::net::{Ask, Attempt, BoxTransport, Connector, Limits, WebSocketConnector};
use longlink::{CloseFrame, Failure, Frame, Observation};
use net_support::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

/// A link to a server that sends back every data message and tells all of them.
async fn echo() -> (BoxTransport, mpsc::UnboundedReceiver<Message>) {
    let (tell, told) = mpsc::unbounded_channel();
    let address = upgraded(move |tcp| {
        let tell = tell.clone();
        async move {
            let mut socket = WebSocketStream::from_raw_socket(tcp, Role::Server, None).await;
            while let Some(Ok(message)) = socket.next().await {
                let _ = tell.send(message.clone());
                if message.is_text() || message.is_binary() {
                    socket.send(message).await.unwrap();
                }
            }
        }
    })
    .await;
    (connect(ws(address)).await.unwrap(), told)
}

/// A link to a server that writes these bytes and tells what it reads afterwards.
async fn raw(bytes: Vec<u8>, limits: Limits) -> (BoxTransport, mpsc::UnboundedReceiver<Vec<u8>>) {
    let (tell, told) = mpsc::unbounded_channel();
    let address = upgraded(move |mut tcp| {
        let (tell, bytes) = (tell.clone(), bytes.clone());
        async move {
            tcp.write_all(&bytes).await.unwrap();
            let mut read = Vec::new();
            let _ = tcp.read_to_end(&mut read).await;
            let _ = tell.send(read);
        }
    })
    .await;
    let connector = WebSocketConnector::new(ws(address)).limits(limits);
    (connector.connect(Attempt::new(1, Ask::Current)).await.unwrap().transport, told)
}

async fn next(link: &mut BoxTransport) -> Option<Result<Frame, Failure>> {
    soon(link.next()).await
}

async fn violation(bytes: &[u8]) -> Observation {
    let (mut link, mut told) = raw(bytes.to_vec(), Limits::default()).await;
    let failure = next(&mut link).await.unwrap().unwrap_err();
    let Observation::Violation(code) = *failure.observation() else { panic!("{failure:?}") };
    assert!(next(&mut link).await.is_none(), "it ends after an error");
    soon(link.send(Frame::Close(Some(CloseFrame::new(code, ""))))).await.unwrap();
    drop(link);
    let read = soon(told.recv()).await.unwrap();
    let mask = &read[2..6];
    assert_eq!(read[..2], [0x88, 0x82], "the peer is told why");
    assert_eq!(u16::from_be_bytes([read[6] ^ mask[0], read[7] ^ mask[1]]), code);
    failure.observation().clone()
}

/// A frame as a server sends it: first byte, then a 64-bit length.
fn frame(first: u8, length: usize, payload: &[u8]) -> Vec<u8> {
    [&[first, 127], (length as u64).to_be_bytes().as_slice(), payload].concat()
}

#[tokio::test]
async fn text_and_binary_messages_make_the_round_trip() {
    let (mut link, _told) = echo().await;
    let frames = [
        Frame::text("{}"),
        Frame::text(""),
        Frame::text("µ☕".repeat(10_000)),
        Frame::Binary(Bytes::from_static(b"\x00\xff")),
    ];
    for sent in frames {
        soon(link.send(sent.clone())).await.unwrap();
        assert_eq!(next(&mut link).await.unwrap().unwrap(), sent);
    }
}

#[tokio::test]
async fn a_ping_of_the_peer_is_delivered_and_answered() {
    let (mut link, mut told) = raw(b"\x89\x02hi\x8a\x03abc".to_vec(), Limits::default()).await;
    assert_eq!(next(&mut link).await.unwrap().unwrap(), Frame::Ping("hi".into()));
    assert_eq!(next(&mut link).await.unwrap().unwrap(), Frame::Pong("abc".into()));
    drop(link);
    let read = soon(told.recv()).await.unwrap();
    assert_eq!(read[..2], [0x8a, 0x82], "a masked pong of two bytes");
}

#[tokio::test]
async fn a_ping_of_ours_is_answered_by_a_pong() {
    let (mut link, mut told) = echo().await;
    soon(link.send(Frame::Ping("7".into()))).await.unwrap();
    assert_eq!(next(&mut link).await.unwrap().unwrap(), Frame::Pong("7".into()));
    soon(link.send(Frame::Pong("8".into()))).await.unwrap();
    assert_eq!(soon(told.recv()).await, Some(Message::Ping("7".into())));
    assert_eq!(soon(told.recv()).await, Some(Message::Pong("8".into())));
}

#[tokio::test]
async fn a_close_of_the_peer_is_the_last_frame_and_is_answered() {
    let (mut link, mut told) =
        raw(b"\x88\x06\x03\xf4gone\x81\x01x".to_vec(), Limits::default()).await;
    let close = next(&mut link).await.unwrap().unwrap();
    assert_eq!(close, Frame::Close(Some(CloseFrame::new(1012, "gone"))));
    assert!(next(&mut link).await.is_none());
    assert!(next(&mut link).await.is_none());
    drop(link);
    let read = soon(told.recv()).await.unwrap();
    assert_eq!(read[..2], [0x88, 0x86], "the answer repeats code and reason");
}

#[tokio::test]
async fn a_close_of_ours_is_answered_and_ends_the_link() {
    let (mut link, mut told) = echo().await;
    soon(link.send(Frame::Close(Some(CloseFrame::new(1000, "bye"))))).await.unwrap();
    assert!(
        matches!(next(&mut link).await, Some(Ok(Frame::Close(Some(close)))) if close.code == 1000)
    );
    assert!(next(&mut link).await.is_none());
    let Some(Message::Close(Some(close))) = soon(told.recv()).await else { panic!() };
    assert_eq!((u16::from(close.code), close.reason.as_str()), (1000, "bye"));
}

#[tokio::test]
async fn a_close_that_may_not_be_sent_as_it_is_is_made_fit() {
    for (sent, code, reason) in [(1006, None, 0), (3001, Some(3001), 122)] {
        let (mut link, mut told) = echo().await;
        soon(link.send(Frame::Close(Some(CloseFrame::new(sent, "é".repeat(100)))))).await.unwrap();
        let Some(Message::Close(close)) = soon(told.recv()).await else { panic!() };
        assert_eq!(close.as_ref().map(|close| u16::from(close.code)), code);
        assert_eq!(close.map_or(0, |close| close.reason.len()), reason, "cut between characters");
    }
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_from_its_header() {
    let too_large = Observation::Violation(1009);
    assert_eq!(violation(&frame(0x81, 256 * 1024 + 1, b"")).await, too_large);
    assert_eq!(violation(&frame(0x82, 16 << 20, b"")).await, too_large);
    let fragments =
        [frame(0x01, 200_000, &[b'a'; 200_000]), frame(0x80, 100_000, &[b'a'; 100_000])].concat();
    assert_eq!(violation(&fragments).await, too_large);
}

#[tokio::test]
async fn a_message_at_the_limit_is_taken_and_the_limit_can_be_changed() {
    let (mut link, _told) =
        raw(frame(0x81, 256 * 1024, &[b'a'; 256 * 1024]), Limits::default()).await;
    assert_eq!(next(&mut link).await.unwrap().unwrap().len(), 256 * 1024);
    let (mut link, _told) =
        raw(b"\x81\x04four\x81\x05fives".to_vec(), Limits::default().message(4)).await;
    assert_eq!(next(&mut link).await.unwrap().unwrap(), Frame::text("four"));
    assert_eq!(
        next(&mut link).await.unwrap().unwrap_err().observation(),
        &Observation::Violation(1009)
    );
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_a_violation_but_a_split_code_point_is_not() {
    assert_eq!(violation(b"\x81\x02\xc3\x28").await, Observation::Violation(1007));
    assert_eq!(violation(b"\x01\x01\xc3\x80\x01\x28").await, Observation::Violation(1007));
    let (mut link, _told) = raw(b"\x01\x01\xc3\x80\x01\xa9".to_vec(), Limits::default()).await;
    assert_eq!(next(&mut link).await.unwrap().unwrap(), Frame::text("é"));
}

#[tokio::test]
async fn a_broken_frame_is_a_violation() {
    let broken: [&[u8]; 5] = [b"\x81\x81\0\0\0\0a", b"\x83\0", b"\xc1\0", b"\x80\0", b"\x09\0"];
    for bytes in broken {
        assert_eq!(violation(bytes).await, Observation::Violation(1002), "{bytes:x?}");
    }
}

#[tokio::test]
async fn an_end_without_a_close_frame_is_told_from_a_reset() {
    let address =
        upgraded(|mut tcp| async move { tcp.write_all(b"\x81\x05he").await.unwrap() }).await;
    let mut link = connect(ws(address)).await.unwrap();
    assert_eq!(next(&mut link).await.unwrap().unwrap_err().observation(), &Observation::Eof);
    assert!(next(&mut link).await.is_none());

    let address = upgraded(|mut tcp| async move {
        tcp.read_u8().await.unwrap();
        tcp.set_zero_linger().unwrap();
    })
    .await;
    let mut link = connect(ws(address)).await.unwrap();
    soon(link.send(Frame::text("x"))).await.unwrap();
    assert_eq!(next(&mut link).await.unwrap().unwrap_err().observation(), &Observation::Reset);
}

#[tokio::test]
async fn a_frame_that_does_not_fit_into_the_write_buffer_is_an_error_that_does_not_show_it() {
    let (mut link, _told) = raw(Vec::new(), Limits::default().write_buffer(0).read_buffer(0)).await;
    soon(link.send(Frame::text("small"))).await.unwrap();
    let failure = soon(link.send(Frame::text("secret ".repeat(10_000)))).await.unwrap_err();
    assert_eq!(failure.observation(), &Observation::Io);
    assert!(!format!("{failure} {failure:?}").contains("secret"));
}

#[tokio::test]
async fn frames_travel_over_tls() {
    let device = Identity::new("another-name");
    let (address, mut received) = tls_server(device.server(rustls::ALL_VERSIONS)).await;
    let tls = longlink::net::TlsOptions::new().pin(device.certificate_pin());
    let mut link = connect(wss(address, tls)).await.unwrap();
    soon(link.send(Frame::Binary("x".into()))).await.unwrap();
    soon(link.close()).await.unwrap();
    drop(link);
    let bytes = soon(received.recv()).await.unwrap();
    let frames = &bytes[bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4..];
    assert_eq!(frames[..2], [0x82, 0x81]);
}
