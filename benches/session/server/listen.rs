//! A server that costs next to nothing: what it sends is written beforehand, what it reads is searched for a few members.
//!
//! It speaks plain WebSockets on loopback, as much of them as clients of this workspace need. The path says which vendor
//! it is: `/api/ws` CoolKit, `/messages/…` La Marzocco, any other one PlaceOS.

mod coolkit;
mod frames;
mod lamarzocco;
mod placeos;
mod script;

use std::io::{self, Read};
use std::thread;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use self::coolkit::Cloud;
use self::frames::{Frame, next, put};
use self::lamarzocco::Machine;
use self::placeos::Building;
use self::script::Script;

/// How much is read, and about how much is written, at a time.
const CHUNK: usize = 256 * 1024;

/// Prints the address, and serves until the standard input ends. Port 0 is any one.
pub(crate) fn serve(port: &str) {
    let address = format!("127.0.0.1:{port}");
    thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        runtime.expect("a runtime").block_on(accept(address)).expect("a server");
    });
    // Its end tells of that of whoever started this.
    io::stdin().read_to_end(&mut Vec::new()).expect("an end");
}

async fn accept(address: String) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        // A connection ends as its client likes.
        drop(tokio::spawn(converse(stream)));
    }
}

/// A vendor's side of a conversation.
trait Vendor: Send {
    /// Answers a text, if it is to be answered at once.
    fn hear(&mut self, text: &[u8], script: &mut Script);
}

pub(crate) async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut input = Vec::new();
    let head = loop {
        read(&mut stream, &mut input).await?;
        if let Some(end) = input.windows(4).position(|it| it == b"\r\n\r\n") {
            break input.drain(..end + 4).collect::<Vec<_>>();
        }
    };
    let head = String::from_utf8_lossy(&head);
    stream.write_all(upgrade(&head).as_bytes()).await?;
    let mut script = Script::default();
    let mut vendor = vendor(head.split(' ').nth(1).unwrap_or_default(), &mut script);
    loop {
        while script.speak(CHUNK) {
            stream.write_all(&script.output).await?;
            script.output.clear();
        }
        read(&mut stream, &mut input).await?;
        let mut begin = 0;
        while let Some((frame, length)) = next(&mut input[begin..]) {
            match frame {
                Frame::Text(text) => vendor.hear(text, &mut script),
                Frame::Ping(payload) => put(0x8a, payload, &mut script.output),
                Frame::Close => return stream.write_all(&[0x88, 0]).await,
                Frame::Other => {}
            }
            begin += length;
        }
        input.drain(..begin);
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin), input: &mut Vec<u8>) -> io::Result<()> {
    input.reserve(CHUNK);
    match stream.read_buf(input).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

fn upgrade(head: &str) -> String {
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    let mut keys = headers.filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"));
    let accept = derive_accept_key(keys.next().expect("a key").1.trim().as_bytes());
    let fields = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept";
    format!("HTTP/1.1 101 Switching Protocols\r\n{fields}: {accept}\r\n\r\n")
}

fn vendor(path: &str, script: &mut Script) -> Box<dyn Vendor> {
    match path.strip_prefix("/messages/") {
        Some(events) => Box::new(Machine::new(events, script)),
        None if path == "/api/ws" => Box::new(Cloud),
        None => Box::new(Building::default()),
    }
}
