//! A plain client: TCP, rustls, and tokio-tungstenite's handshake. Nothing of this repository but the wire types.
#![allow(dead_code, reason = "not every test file uses all of it")]

pub(crate) mod app;
pub(crate) mod panel;

use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::Arc;

use devicelink_sim::coolkit::Cloud;
use devicelink_sim::lamarzocco::Machine;
use devicelink_sim::placeos::Building;
use futures::StreamExt;
use lamarzocco_proto::{Frame, Message, Name};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Error};

pub(crate) trait Stream: AsyncRead + AsyncWrite + Debug + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Stream for T {}

pub(crate) type Socket = WebSocketStream<Box<dyn Stream>>;

/// What can be dialled.
pub(crate) trait Simulated {
    fn address(&self) -> SocketAddr;
    fn url(&self) -> String;
    fn certificate(&self) -> Vec<u8>;
}

macro_rules! simulated {
    ($($type:ty),*) => {$(
        impl Simulated for $type {
            fn address(&self) -> SocketAddr {
                self.address()
            }

            fn url(&self) -> String {
                self.url()
            }

            fn certificate(&self) -> Vec<u8> {
                self.certificate_der()
            }
        }
    )*};
}

simulated!(Machine, Cloud, Building);

/// A stream to the server, with TLS if the server has it.
pub(crate) async fn dial(server: &impl Simulated) -> std::io::Result<Box<dyn Stream>> {
    let tcp = TcpStream::connect(server.address()).await?;
    tcp.set_nodelay(true)?;
    if server.url().starts_with("ws:") {
        return Ok(Box::new(tcp));
    }
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(server.certificate())).unwrap();
    let config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let name = ServerName::from(server.address().ip());
    let tls = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await?;
    Ok(Box::new(tls))
}

pub(crate) async fn connect(machine: &Machine) -> Result<Socket, Error> {
    connect_with(machine, &machine.token()).await
}

pub(crate) async fn connect_with(machine: &Machine, token: &str) -> Result<Socket, Error> {
    let mut request = machine.url().into_client_request()?;
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let (socket, _) = tokio_tungstenite::client_async(request, dial(machine).await?).await?;
    Ok(socket)
}

/// The status that an upgrade was refused with.
pub(crate) fn refusal(result: Result<Socket, Error>) -> u16 {
    match result {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("not refused, but {error}"),
        Ok(_) => panic!("not refused"),
    }
}

/// A GET request by hand; returns status, head and body.
pub(crate) async fn get(
    server: &impl Simulated,
    path: &str,
    token: Option<&str>,
) -> (u16, String, String) {
    request(server, "GET", path, token).await
}

/// As [`get`], with any method.
pub(crate) async fn request(
    server: &impl Simulated,
    method: &str,
    path: &str,
    token: Option<&str>,
) -> (u16, String, String) {
    let mut stream = dial(server).await.unwrap();
    let authorization =
        token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let request = format!("{method} {path} HTTP/1.1\r\nhost: machine\r\n{authorization}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), head.to_owned(), body.to_owned())
}

/// The next data frame as text.
pub(crate) async fn text(socket: &mut Socket) -> String {
    loop {
        match socket.next().await.expect("the socket is open").expect("a frame") {
            tungstenite::Message::Text(text) => return text.to_string(),
            tungstenite::Message::Binary(bytes) => {
                return String::from_utf8(bytes.to_vec()).unwrap();
            }
            _ => {}
        }
    }
}

pub(crate) async fn frame(socket: &mut Socket) -> Frame {
    Frame::decode(&text(socket).await).expect("a frame of the machine")
}

pub(crate) async fn message(socket: &mut Socket) -> Message {
    frame(socket).await.into_iter().next().unwrap().unwrap()
}

/// Reads until a message of this name comes.
pub(crate) async fn message_of(socket: &mut Socket, name: &Name) -> Message {
    loop {
        let message = message(socket).await;
        if message.name() == name {
            return message;
        }
    }
}
