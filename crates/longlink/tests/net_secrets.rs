//! A credential is in no log, text or error. In a process of its own, because it listens to everything that is logged.
#![cfg(feature = "ring")]

mod net_support;

use std::io;
use std::sync::{Arc, Mutex};

use futures::{SinkExt, StreamExt};
use longlink::Frame;
use longlink::net::{HttpClient, TlsOptions, WebSocketConnector};
use net_support::*;
use tracing_subscriber::util::SubscriberInitExt;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_credential_is_never_logged_or_printed_at_any_level() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish()
        .init();
    let mut printed = String::new();

    let device = Identity::new("another-name");
    let (address, _received) = tls_server(device.server(rustls::ALL_VERSIONS)).await;
    let endpoint = wss(address, TlsOptions::new().pin(device.certificate_pin()));
    let endpoint = endpoint.header("x-app", "hdr-77aa").unwrap();
    let connector = WebSocketConnector::new(endpoint.clone());
    printed += &format!("{endpoint:?} {endpoint:#?} {connector:?}");
    let mut link = connect(endpoint).await.unwrap();
    link.send(Frame::text("{}")).await.unwrap();
    drop(link);

    let echo = serve(|mut tcp| async move {
        let request = read_request(&mut tcp).await.unwrap();
        let response = format!(
            "HTTP/1.1 403 No\r\nX-Echo: {TOKEN}\r\nContent-Length: {}\r\n\r\n{request}",
            request.len()
        );
        tokio::io::AsyncWriteExt::write_all(&mut tcp, response.as_bytes()).await.unwrap();
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut tcp, &mut Vec::new()).await;
    })
    .await;
    let failure = refusal(ws(echo)).await;
    printed +=
        &format!("{failure} {failure:?} {failure:#?} {:?}", std::error::Error::source(&failure));
    printed += &format!("{:?}", ws(echo).get("/x?key=qry-55cc", 10_000).await.unwrap());
    let garbage = answer(format!("{TOKEN}\r\n\r\n")).await.0;
    let failure = refusal(ws(garbage)).await;
    printed += &format!("{failure} {failure:?}");
    let failure =
        refusal(ws(garbage).bearer(longlink::Secret::from(format!("{TOKEN}\n").as_str()))).await;
    printed += &format!("{failure} {failure:?}");
    let peer = upgraded(|mut tcp| async move {
        tokio::io::AsyncWriteExt::write_all(&mut tcp, b"\x81\x02{}\x88\0").await.unwrap();
    });
    let mut link = connect(ws(peer.await)).await.unwrap();
    while link.next().await.is_some() {}

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for expected in ["longlink: connected", "longlink: not connected", "tungstenite", "hyper_util"]
    {
        assert!(logged.contains(expected), "the log is listened to: {expected} in {logged}");
    }
    for secret in [TOKEN, "hdr-77aa", "qry-55cc", "q=1", "authorization: "] {
        assert!(!printed.to_ascii_lowercase().contains(secret), "{secret} in {printed}");
        assert!(!logged.to_ascii_lowercase().contains(secret), "{secret} in {logged}");
    }
}
