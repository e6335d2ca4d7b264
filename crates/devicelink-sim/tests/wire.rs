//! Each impairment of a wire does what it says, seen from both of its ends.

mod common;

use std::io::ErrorKind;
use std::time::Duration;

use common::{Socket, message, text};
use devicelink_sim::lamarzocco::Machine;
use devicelink_sim::wire::{Builder, Direction, Impairments, Wire};
use futures::{FutureExt, SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

/// A wire with a connection over it, and both ends of that.
struct Ends {
    wire: Wire,
    client: TcpStream,
    server: TcpStream,
}

impl Ends {
    async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    async fn with(change: impl FnOnce(Builder) -> Builder) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire =
            change(Wire::to(listener.local_addr().unwrap())).start().await.expect("a free port");
        let client = TcpStream::connect(wire.address()).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        client.set_nodelay(true).unwrap();
        Self { wire, client, server }
    }

    /// Impairs what the client sends.
    fn impair(&self, impairments: Impairments) {
        self.wire.impair(Direction::ToServer, impairments);
    }

    /// The next bytes that the server gets, of a known number.
    async fn received(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.server.read_exact(&mut bytes).await.unwrap();
        bytes
    }
}

#[tokio::test]
async fn a_good_wire_carries_all_bytes_and_each_end_and_counts_them() {
    let Ends { wire, mut client, mut server } = Ends::new().await;
    let long = vec![7; 3 << 20];
    let sender = async {
        client.write_all(&long).await.unwrap();
        client.shutdown().await.unwrap();
    };
    let mut received = Vec::new();
    let (_, read) = tokio::join!(sender, server.read_to_end(&mut received));
    read.unwrap();
    assert!(received == long);

    // The other direction is still open.
    server.write_all(b"bye").await.unwrap();
    drop(server);
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "bye");
    let traffic = wire.until(|traffic| traffic.open() == 0).await;
    assert_eq!((traffic.to_server(), traffic.to_client()), (3 << 20, 3));
    assert_eq!(traffic.connections.len(), 1);
    assert_eq!(traffic.connections[0].first_byte, Some(7));
}

#[test]
fn a_url_is_pointed_at_the_wire_and_stays_the_same_otherwise() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let wire = runtime.block_on(Wire::to(([127, 0, 0, 1], 9).into()).start()).unwrap();
    let here = wire.address();
    for (url, expected) in [
        ("wss://127.0.0.1:9/messages?a=b://c", format!("wss://{here}/messages?a=b://c")),
        ("http://[::1]:9?x", format!("http://{here}?x")),
        ("https://host", format!("https://{here}")),
    ] {
        assert_eq!(wire.url(url), expected);
    }
}

#[tokio::test]
async fn a_server_that_refuses_is_a_reset() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let wire = Wire::to(listener.local_addr().unwrap()).start().await.unwrap();
    drop(listener);
    let mut client = TcpStream::connect(wire.address()).await.unwrap();
    assert_eq!(client.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_reset_of_one_end_is_one_at_the_other() {
    let Ends { wire, mut client, server } = Ends::new().await;
    #[allow(deprecated, reason = "as in the crate: zero does not block")]
    server.set_linger(Some(Duration::ZERO)).unwrap();
    drop(server);
    assert_eq!(client.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    wire.until(|traffic| traffic.open() == 0).await;
}

#[tokio::test(start_paused = true)]
async fn latency_delays_every_chunk_and_does_not_slow_down_the_stream() {
    let mut ends = Ends::new().await;
    let latency = Duration::from_secs(3);
    ends.impair(Impairments::new().latency(latency));
    let start = Instant::now();
    for n in 0..100 {
        ends.client.write_all(&[n]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(ends.received(100).await, (0..100).collect::<Vec<u8>>());
    let elapsed = start.elapsed();
    assert!(elapsed >= latency && elapsed < latency * 2, "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn jitter_keeps_the_order() {
    let mut ends = Ends::with(|wire| wire.seed(3)).await;
    ends.impair(Impairments::new().jitter(Duration::from_secs(2)));
    let start = Instant::now();
    for n in 0..50 {
        ends.client.write_all(&[n]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(ends.received(50).await, (0..50).collect::<Vec<u8>>());
    let elapsed = start.elapsed();
    assert!(elapsed > Duration::from_secs(1) && elapsed < Duration::from_secs(3), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_bandwidth_is_not_exceeded_and_can_be_lifted() {
    let mut ends = Ends::new().await;
    ends.impair(Impairments::new().bandwidth(1000));
    let start = Instant::now();
    ends.client.write_all(&[1; 5000]).await.unwrap();
    ends.received(5000).await;
    let elapsed = start.elapsed();
    assert!(elapsed > Duration::from_millis(4800) && elapsed < Duration::from_secs(6));
    ends.wire.mend();
    let start = Instant::now();
    ends.client.write_all(&[1; 5000]).await.unwrap();
    ends.received(5000).await;
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn slices_come_one_by_one() {
    let mut ends = Ends::new().await;
    for slice in [1, 3] {
        ends.impair(Impairments::new().slice(slice));
        ends.client.write_all(&[9; 300]).await.unwrap();
        let (mut left, mut buffer) = (300, [0; 300]);
        while left > 0 {
            let count = ends.server.read(&mut buffer).await.unwrap();
            assert_eq!(count, slice);
            left -= count;
        }
    }
}

#[tokio::test]
async fn after_the_limit_the_connection_is_closed_on_either_side() {
    let Ends { wire, mut client, mut server } = Ends::new().await;
    client.write_all(b"before").await.unwrap();
    wire.until(|traffic| traffic.to_server() == 6).await;
    // What has passed before does not count.
    wire.impair(Direction::ToServer, Impairments::new().close_after(10));
    client.write_all(&[b'x'; 100]).await.unwrap();
    let mut received = String::new();
    server.read_to_string(&mut received).await.unwrap();
    assert_eq!(received, format!("before{}", "x".repeat(10)));
    assert_eq!(client.read(&mut [0; 8]).await.unwrap(), 0);
}

#[tokio::test]
async fn after_the_limit_the_connection_is_reset_on_either_side() {
    let Ends { wire, mut client, mut server } = Ends::new().await;
    wire.impair(Direction::ToClient, Impairments::new().reset_after(4));
    server.write_all(b"half a frame").await.unwrap();
    let traffic = wire.until(|traffic| traffic.open() == 0).await;
    assert_eq!(traffic.to_client(), 4);
    let mut rest = Vec::new();
    let error = client.read_to_end(&mut rest).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let error = server.read_to_end(&mut rest).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);

    wire.impair(Direction::ToClient, Impairments::new().reset_after(0));
    let mut client = TcpStream::connect(wire.address()).await.unwrap();
    assert_eq!(client.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_reset_ends_what_is_open_and_not_what_comes_later() {
    let machine = Machine::start().await.unwrap();
    let wire = Wire::to(machine.address()).start().await.unwrap();
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(TcpStream::connect(wire.address()).await.unwrap());
    }
    machine.until(|seen| seen.open_connections == 3).await;
    wire.reset();
    for mut client in clients {
        assert_eq!(client.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
    let _later = TcpStream::connect(wire.address()).await.unwrap();
    machine.until(|seen| seen.connects == 4 && seen.open_connections == 1).await;
    assert_eq!(wire.traffic().open(), 1);
}

#[tokio::test]
async fn a_black_hole_keeps_everything_and_a_healed_one_goes_on_where_it_began() {
    let mut ends = Ends::new().await;
    ends.impair(Impairments::new().black_hole());
    ends.client.write_all(b"held").await.unwrap();
    ends.client.shutdown().await.unwrap();
    // The other direction is served, so this one had its turn.
    ends.server.write_all(b"x").await.unwrap();
    ends.client.read_u8().await.unwrap();
    assert!(ends.server.read_u8().now_or_never().is_none());
    assert_eq!(ends.wire.traffic().to_server(), 0);
    ends.wire.mend();
    let mut received = String::new();
    ends.server.read_to_string(&mut received).await.unwrap();
    assert_eq!(received, "held");
}

#[tokio::test]
async fn a_chunk_can_come_twice() {
    let mut ends = Ends::new().await;
    ends.impair(Impairments::new().duplicate(1.0));
    ends.client.write_all(b"ab").await.unwrap();
    assert_eq!(ends.received(4).await, b"abab");
}

#[tokio::test]
async fn chunks_can_change_places_and_the_last_waits_for_none() {
    let mut ends = Ends::new().await;
    ends.impair(Impairments::new().reorder(1.0));
    ends.client.write_all(b"a").await.unwrap();
    ends.wire.until(|traffic| traffic.connections[0].first_byte.is_some()).await;
    ends.client.write_all(b"b").await.unwrap();
    assert_eq!(ends.received(2).await, b"ba");
    ends.client.write_all(b"c").await.unwrap();
    assert_eq!(ends.received(1).await, b"c");
}

#[tokio::test]
async fn bits_flip_as_the_seed_says_and_as_often_as_was_asked_for() {
    let mut flipped = Vec::new();
    for (seed, chunk) in [(5, 1000), (5, 50), (6, 1000)] {
        let mut ends = Ends::with(|wire| wire.seed(seed)).await;
        ends.impair(Impairments::new().corrupt(0.1));
        let mut received = Vec::new();
        for _ in 0..1000 / chunk {
            ends.client.write_all(&vec![0; chunk]).await.unwrap();
            received.extend(ends.received(chunk).await);
        }
        flipped.push(received);
    }
    assert!(flipped[0] == flipped[1] && flipped[0] != flipped[2]);
    for bytes in flipped {
        assert!(bytes.iter().all(|byte| byte.count_ones() <= 1));
        let count = bytes.iter().filter(|byte| **byte != 0).count();
        assert!((50..200).contains(&count), "{count}");
    }
}

/// An upgrade over the wire to a machine without TLS.
async fn connect(machine: &Machine, wire: &Wire) -> Socket {
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    let mut request = wire.url(&machine.url()).into_client_request().unwrap();
    let bearer = format!("Bearer {}", machine.token()).parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    let tcp = TcpStream::connect(wire.address()).await.unwrap();
    let stream: Box<dyn common::Stream> = Box::new(tcp);
    tokio_tungstenite::client_async(request, stream).await.unwrap().0
}

#[tokio::test]
async fn by_frames_whole_messages_come_twice_and_the_stream_stays_sound() {
    let machine = Machine::builder().plain().tick(Duration::ZERO).start().await.unwrap();
    let wire = Wire::to(machine.address()).by_frames().start().await.unwrap();
    wire.impair(Direction::ToClient, Impairments::new().duplicate(1.0));
    let mut socket = connect(&machine, &wire).await;
    for _ in 0..4 {
        assert_eq!(message(&mut socket).await, message(&mut socket).await);
    }
    // Control frames come once.
    socket.send(Message::Ping("a".into())).await.unwrap();
    socket.send(Message::Ping("b".into())).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::Pong("a".into()));
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::Pong("b".into()));
}

#[tokio::test]
async fn by_frames_whole_messages_change_places() {
    let machine = Machine::builder().plain().greeting([]).tick(Duration::ZERO);
    let machine = machine.start().await.unwrap();
    let wire = Wire::to(machine.address()).by_frames().start().await.unwrap();
    let mut socket = connect(&machine, &wire).await;
    wire.impair(Direction::ToClient, Impairments::new().reorder(1.0).slice(1));
    for word in ["one", "two", "three"] {
        machine.send_text(word).await;
    }
    for word in ["two", "one", "three"] {
        assert_eq!(text(&mut socket).await, word);
    }
}

#[tokio::test]
async fn a_dropped_wire_ends_its_connections_and_refuses_new_ones() {
    let Ends { wire, mut client, mut server } = Ends::new().await;
    let address = wire.address();
    drop(wire);
    for end in [&mut client, &mut server] {
        assert!(end.read_u8().await.is_err());
    }
    assert!(TcpStream::connect(address).await.is_err());
}
