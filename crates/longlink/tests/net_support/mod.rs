//! Certificates made at start, and servers on loopback that do what a test says.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use longlink::net::{
    Ask, Attempt, BoxTransport, Connector, Endpoint, Pin, Plain, Target, TlsOptions,
    WebSocketConnector,
};
use longlink::{Failure, Observation, TlsFault};
use rcgen::{CertificateParams, DnType, KeyPair, PublicKeyData};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

pub const TOKEN: &str = "tok-3f9a2b7c";

/// A certificate and a key, which need not fit.
pub struct Identity {
    pub certificate: CertificateDer<'static>,
    pub key: KeyPair,
}

impl Identity {
    /// Signed by itself, for this name or address.
    pub fn new(name: &str) -> Self {
        Self::with(name, |_| {})
    }

    pub fn with(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { certificate, key }
    }

    /// An X.509 version 1 certificate, as embedded devices still make them. Its own signature is not one.
    pub fn version_1() -> Self {
        let key = KeyPair::generate().unwrap();
        let ecdsa_sha256 = der(0x30, &[&[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]]);
        let validity =
            der(0x30, &[&der(0x17, &[b"200101000000Z"]), &der(0x17, &[b"400101000000Z"])]);
        let (serial, name) = (der(0x02, &[&[1]]), der(0x30, &[]));
        let body = der(
            0x30,
            &[&serial, &ecdsa_sha256, &name, &validity, &name, &key.subject_public_key_info()],
        );
        let certificate = der(0x30, &[&body, &ecdsa_sha256, &der(0x03, &[&[0, 1, 2, 3]])]);
        Self { certificate: certificate.into(), key }
    }

    pub fn certificate_pin(&self) -> Pin {
        Pin::of_certificate(&self.certificate)
    }

    pub fn public_key_pin(&self) -> Pin {
        Pin::of_public_key(&self.key.subject_public_key_info())
    }

    pub fn server(&self, versions: &[&'static SupportedProtocolVersion]) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let key = provider.key_provider.load_private_key(key).unwrap();
        let shown = CertifiedKey::new(vec![self.certificate.clone()], key);
        ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Always(Arc::new(shown))))
    }
}

/// A root and a certificate for `name` that it signed.
pub fn signed(
    name: &str,
    change: impl FnOnce(&mut CertificateParams),
) -> (CertificateDer<'static>, Identity) {
    let mut root = CertificateParams::default();
    root.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    root.distinguished_name.push(DnType::CommonName, "test root");
    let root = rcgen::CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &root).unwrap().der().clone();
    (root.der().clone(), Identity { certificate, key })
}

#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut tlv = match content.len() {
        length @ 0..=127 => vec![tag, length as u8],
        length @ 128..=255 => vec![tag, 0x81, length as u8],
        length => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    tlv.extend(content);
    tlv
}

/// What a server received within TLS; nothing after a failed handshake.
pub type Received = mpsc::UnboundedReceiver<Vec<u8>>;

/// A TLS server that upgrades, or only counts: it tells what it received once the client is gone.
pub async fn tls_server(config: ServerConfig) -> (SocketAddr, Received) {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (tell, received) = mpsc::unbounded_channel();
    let address = serve(move |tcp| {
        let (acceptor, tell) = (acceptor.clone(), tell.clone());
        async move {
            let mut bytes = Vec::new();
            if let Ok(mut tls) = acceptor.accept(tcp).await {
                if let Some(request) = read_request(&mut tls).await {
                    bytes.extend_from_slice(request.as_bytes());
                    let _ = tls.write_all(switching(&request).as_bytes()).await;
                }
                let _ = tls.read_to_end(&mut bytes).await;
            }
            let _ = tell.send(bytes);
        }
    })
    .await;
    (address, received)
}

/// Calls `peer` with each connection.
pub async fn serve<F, R>(peer: F) -> SocketAddr
where
    F: Fn(TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            tokio::spawn(peer(tcp));
        }
    });
    address
}

/// Answers each request with these bytes, closes, and tells the requests.
pub async fn answer(response: impl Into<Vec<u8>>) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let (tell, requests) = mpsc::unbounded_channel();
    let response: Arc<[u8]> = response.into().into();
    let address = serve(move |mut tcp| {
        let (tell, response) = (tell.clone(), response.clone());
        async move {
            if let Some(request) = read_request(&mut tcp).await {
                let _ = tell.send(request);
                let _ = tcp.write_all(&response).await;
                let _ = tcp.shutdown().await;
                let _ = tcp.read_to_end(&mut Vec::new()).await;
            }
        }
    })
    .await;
    (address, requests)
}

/// The header of a request.
pub async fn read_request(stream: &mut (impl AsyncReadExt + Unpin)) -> Option<String> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(request).ok()
}

/// The response that agrees to the upgrade.
pub fn switching(request: &str) -> String {
    let key = header(request, "sec-websocket-key").unwrap_or_default();
    let accept = derive_accept_key(key.as_bytes());
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    )
}

pub fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = request.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

pub fn wss(address: SocketAddr, tls: TlsOptions) -> Endpoint {
    Endpoint::new(Target::wss("127.0.0.1", address.port(), "/messages").unwrap())
        .tls(tls)
        .bearer(secret())
}

pub fn ws(address: SocketAddr) -> Endpoint {
    let target = Target::ws("127.0.0.1", address.port(), "/messages?q=1", Plain::LocalOnly);
    Endpoint::new(target.unwrap()).bearer(secret())
}

pub fn secret() -> longlink::Secret {
    TOKEN.into()
}

pub async fn connect(endpoint: Endpoint) -> Result<BoxTransport, Failure> {
    let connector = WebSocketConnector::new(endpoint);
    soon(connector.connect(Attempt::new(1, Ask::Current))).await.map(|opened| opened.transport)
}

pub async fn refusal(endpoint: Endpoint) -> Failure {
    match connect(endpoint).await {
        Ok(_) => panic!("connected"),
        Err(failure) => failure,
    }
}

pub async fn tls_fault(endpoint: Endpoint) -> TlsFault {
    let failure = refusal(endpoint).await;
    match failure.observation() {
        Observation::Tls(fault) => fault.clone(),
        _ => panic!("{failure:?}"),
    }
}

/// Nothing in these tests takes long.
pub async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("in time")
}

/// Agrees to the upgrade and calls `peer` with the stream.
pub async fn upgraded<F, R>(peer: F) -> SocketAddr
where
    F: Fn(TcpStream) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    serve(move |mut tcp| {
        let peer = peer.clone();
        async move {
            let request = read_request(&mut tcp).await.unwrap();
            tcp.write_all(switching(&request).as_bytes()).await.unwrap();
            peer(tcp).await;
        }
    })
    .await
}

/// A listener that notices every connection.
pub fn untouched() -> (std::net::TcpListener, SocketAddr) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

pub fn assert_untouched(listener: &std::net::TcpListener) {
    let error = listener.accept().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock, "nobody connected");
}
