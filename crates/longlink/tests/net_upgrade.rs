//! The upgrade, and what comes instead of it.
#![cfg(feature = "ring")]

mod net_support;

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use longlink::net::{
    Ask, Attempt, Connector, CredentialSource, Endpoint, HeaderError, Refusal, Target,
    WebSocketConnector,
};
use longlink::{
    Failure, Frame, Observation, RetryAfter, Secret, StopReason, UpgradeFault, Verdict,
};
use net_support::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn observe(response: &str) -> Observation {
    let (address, _requests) = answer(response).await;
    refusal(ws(address)).await.observation().clone()
}

fn http(status: u16, retry_after: Option<RetryAfter>, html: bool) -> Observation {
    Observation::Http { status, retry_after, html }
}

#[tokio::test]
async fn the_request_is_an_upgrade_with_the_credential_and_the_headers() {
    let (address, mut requests) =
        answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await;
    let endpoint =
        ws(address).header("X-App", "espresso").unwrap().header("user-agent", "mine/1").unwrap();
    refusal(endpoint).await;
    let request = requests.recv().await.unwrap();
    assert!(request.starts_with("GET /messages?q=1 HTTP/1.1\r\n"), "{request}");
    assert_eq!(header(&request, "host"), Some(format!("127.0.0.1:{}", address.port()).as_str()));
    assert_eq!(header(&request, "authorization"), Some("Bearer tok-3f9a2b7c"));
    assert_eq!(header(&request, "x-app"), Some("espresso"));
    assert_eq!(header(&request, "user-agent"), Some("mine/1"));
    assert_eq!(header(&request, "connection"), Some("Upgrade"));
    assert_eq!(header(&request, "upgrade"), Some("websocket"));
    assert_eq!(header(&request, "sec-websocket-version"), Some("13"));
    assert_eq!(header(&request, "sec-websocket-key").unwrap().len(), 24);
    assert_eq!(header(&request, "sec-websocket-protocol"), None);
    assert_eq!(header(&request, "sec-websocket-extensions"), None);

    let target = Target::parse(&format!("ws://127.0.0.1:{}", address.port())).unwrap();
    refusal(Endpoint::new(target).credential_header("X-API-Key", secret()).unwrap()).await;
    let request = requests.recv().await.unwrap();
    assert!(request.starts_with("GET / HTTP/1.1\r\n"), "{request}");
    assert_eq!(header(&request, "x-api-key"), Some(TOKEN));
    assert_eq!(header(&request, "authorization"), None);
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let (elsewhere, target) = untouched();
    for status in [301, 302, 303, 307, 308] {
        for location in
            [format!("ws://{target}/"), format!("http://{target}/x"), format!("//{target}/")]
        {
            let response = format!(
                "HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
            );
            let observed = observe(&response).await;
            assert_eq!(observed, http(status, None, false));
            assert_eq!(observed.verdict(), Verdict::Stop(StopReason::Redirected));
        }
    }
    assert_untouched(&elsewhere);
}

#[tokio::test]
async fn a_response_that_does_not_agree_to_our_upgrade_is_refused() {
    const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\n";
    let fault = async |response: String| observe(&response).await;
    let wrong_key = "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n";
    let both = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    assert_eq!(
        fault(format!("{SWITCH}{both}{wrong_key}\r\n")).await,
        Observation::Upgrade(UpgradeFault::WrongAcceptKey)
    );
    assert_eq!(
        fault(format!("{SWITCH}{both}\r\n")).await,
        Observation::Upgrade(UpgradeFault::WrongAcceptKey)
    );
    assert_eq!(
        fault(format!("{SWITCH}Connection: Upgrade\r\n\r\n")).await,
        Observation::Upgrade(UpgradeFault::NotAnUpgrade)
    );
    assert_eq!(
        fault(format!("{SWITCH}Upgrade: websocket\r\n\r\n")).await,
        Observation::Upgrade(UpgradeFault::NotAnUpgrade)
    );
    assert_eq!(
        fault(format!("{SWITCH}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n")).await,
        Observation::Upgrade(UpgradeFault::NotAnUpgrade)
    );
    for status in ["200 OK", "204 No Content"] {
        let observed = fault(format!("HTTP/1.1 {status}\r\n\r\n")).await;
        assert_eq!(observed, Observation::Upgrade(UpgradeFault::NotAnUpgrade));
        assert_eq!(observed.verdict(), Verdict::Stop(StopReason::NotTheProtocol));
    }
}

#[tokio::test]
async fn an_extension_or_subprotocol_that_was_not_asked_for_is_refused() {
    for unasked in ["Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Protocol: chat"]
    {
        let address = serve(move |mut tcp| async move {
            let request = read_request(&mut tcp).await.unwrap();
            let response =
                switching(&request).replace("\r\n\r\n", &format!("\r\n{unasked}\r\n\r\n"));
            tcp.write_all(response.as_bytes()).await.unwrap();
            let _ = tcp.read_to_end(&mut Vec::new()).await;
        })
        .await;
        let failure = refusal(ws(address)).await;
        assert_eq!(failure.observation(), &Observation::Upgrade(UpgradeFault::Unasked));
    }
}

#[tokio::test]
async fn every_status_keeps_what_decides_about_it() {
    let status = async |response: &str| observe(&format!("HTTP/1.1 {response}\r\n\r\n")).await;
    assert_eq!(status("401 Unauthorized").await, http(401, None, false));
    assert_eq!(
        status("403 Forbidden\r\nContent-Type: application/json").await,
        http(403, None, false)
    );
    assert_eq!(
        status("403 Forbidden\r\nContent-Type: Text/HTML; charset=utf-8").await,
        http(403, None, true)
    );
    assert_eq!(
        status("403 Forbidden\r\n\r\n <!DOCTYPE HTML><p>blocked").await,
        http(403, None, true)
    );
    let seconds = |seconds| Some(RetryAfter::Seconds(seconds));
    assert_eq!(status("429 Slow\r\nRetry-After: 120").await, http(429, seconds(120), false));
    assert_eq!(
        status("429 Slow\r\nRetry-After: 1000000000").await,
        http(429, seconds(1_000_000_000), false)
    );
    assert_eq!(
        status("429 Slow\r\nRetry-After: 99999999999999999999").await,
        http(429, seconds(u64::MAX), false)
    );
    assert_eq!(status("429 Slow\r\nRetry-After: soon").await, http(429, None, false));
    assert_eq!(status("429 Slow\r\nRetry-After: -5").await, http(429, None, false));
    let at = Some(RetryAfter::At(Duration::from_secs(784_111_777)));
    assert_eq!(
        status("503 Busy\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT").await,
        http(503, at, false)
    );
    assert_eq!(status("502 Bad Gateway").await, http(502, None, false));
}

#[tokio::test]
async fn four_kibibytes_of_a_refusals_body_are_kept_and_none_is_shown() {
    let page = "<html>secret ".repeat(1000);
    let length = page.len();
    let response = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n{page}"
    );
    let (address, _requests) = answer(response).await;
    let failure = refusal(ws(address)).await;
    assert_eq!(failure.observation(), &Observation::Upgrade(UpgradeFault::NotAnUpgrade));
    let refusal: &Refusal = failure.source().unwrap().downcast_ref().unwrap();
    assert_eq!(refusal.status(), 200);
    assert_eq!(refusal.body(), &page.as_bytes()[..4096]);
    assert!(!format!("{failure} {failure:?}").contains("secret"));
}

#[tokio::test]
async fn a_body_that_does_not_come_does_not_hide_the_status() {
    let address = serve(|mut tcp| async move {
        read_request(&mut tcp).await.unwrap();
        tcp.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\npart").await.unwrap();
        let _ = tcp.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let failure = refusal(ws(address)).await;
    assert_eq!(failure.observation(), &http(403, None, false));
    let refusal: &Refusal = failure.source().unwrap().downcast_ref().unwrap();
    assert_eq!(refusal.body(), b"part");
}

#[tokio::test]
async fn a_header_that_trickles_is_bounded_by_the_callers_deadline_and_the_socket_is_closed() {
    let (gone, mut told) = tokio::sync::mpsc::unbounded_channel();
    let address = serve(move |mut tcp| {
        let gone = gone.clone();
        async move {
            read_request(&mut tcp).await.unwrap();
            let (mut read, mut write) = tcp.split();
            let trickle = async {
                for byte in b"HTTP/1.1 101 Switching Protocols\r\n" {
                    let _ = write.write_all(&[*byte]).await;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            };
            let mut byte = [0];
            tokio::select! {
                () = trickle => {}
                end = read.read(&mut byte) => gone.send(end.unwrap_or(0)).unwrap(),
            }
        }
    })
    .await;
    let connector = WebSocketConnector::new(ws(address));
    let attempt = connector.connect(Attempt::new(1, Ask::Current));
    assert!(tokio::time::timeout(Duration::from_millis(150), attempt).await.is_err());
    assert_eq!(soon(told.recv()).await, Some(0), "the socket is closed");
}

#[tokio::test]
async fn a_header_longer_than_the_limit_is_refused_early() {
    let (tell, mut written) = tokio::sync::mpsc::unbounded_channel();
    let address = serve(move |mut tcp| {
        let tell = tell.clone();
        async move {
            read_request(&mut tcp).await.unwrap();
            let _ = tcp.write_all(b"HTTP/1.1 101 Switching Protocols\r\nX: ").await;
            let mut bytes = 0_usize;
            while tcp.write_all(&[b'x'; 4096]).await.is_ok() {
                bytes += 4096;
            }
            tell.send(bytes).unwrap();
        }
    })
    .await;
    let failure = refusal(ws(address)).await;
    assert_eq!(failure.observation(), &Observation::Upgrade(UpgradeFault::NotHttp));
    assert!(soon(written.recv()).await.unwrap() < 64 << 20, "only what the sockets hold");

    let with = |length| format!("HTTP/1.1 404 No\r\nX: {}\r\n\r\n", "x".repeat(length));
    assert_eq!(observe(&with(12_000)).await, http(404, None, false));
    assert_eq!(observe(&with(20_000)).await, Observation::Upgrade(UpgradeFault::NotHttp));
}

#[tokio::test]
async fn what_is_not_http_is_told_from_an_end() {
    assert_eq!(
        observe("SSH-2.0-OpenSSH_9.6\r\n").await,
        Observation::Upgrade(UpgradeFault::NotHttp)
    );
    assert_eq!(observe("HTTP/1.1 abc\r\n\r\n").await, Observation::Upgrade(UpgradeFault::NotHttp));
    for end in ["", "HTTP/1.1 1", "HTTP/1.1 101 Switching Protocols\r\nUpgra"] {
        let observed = observe(end).await;
        assert_eq!(observed, Observation::Eof, "{end:?}");
        assert_eq!(observed.verdict(), Verdict::Retry);
    }
}

#[tokio::test]
async fn a_reset_a_closed_port_and_an_unknown_name_are_told_apart() {
    let address = serve(|mut tcp| async move {
        read_request(&mut tcp).await.unwrap();
        tcp.set_zero_linger().unwrap();
    })
    .await;
    assert_eq!(refusal(ws(address)).await.observation(), &Observation::Reset);

    let (listener, address) = untouched();
    drop(listener);
    assert_eq!(refusal(ws(address)).await.observation(), &Observation::Refused);

    let nowhere = Endpoint::new(Target::wss("a..b", 1, "/").unwrap());
    assert_eq!(refusal(nowhere).await.observation(), &Observation::NameResolution);
}

#[tokio::test]
async fn a_credential_that_cannot_be_sent_unchanged_is_refused_before_anything_is_sent() {
    let (listener, address) = untouched();
    let target = Target::parse(&format!("ws://{address}/")).unwrap();
    for token in ["hunter2\r\nX-Evil: 1", "hunter2\n", "hun\0ter2", "hunter2\u{85}", "hunter2\t"] {
        let failure = refusal(Endpoint::new(target.clone()).bearer(Secret::from(token))).await;
        assert_eq!(failure.observation(), &Observation::NoCredential);
        let error: &HeaderError = failure.source().unwrap().downcast_ref().unwrap();
        assert_eq!(error, &HeaderError::Value { name: "authorization".into() });
        assert!(!format!("{failure} {failure:?}").contains("hun"));
    }
    let failure = refusal(Endpoint::new(target).bearer(Secret::default())).await;
    assert_eq!(failure.observation(), &Observation::NoCredential);
    assert_untouched(&listener);
}

#[test]
fn a_header_of_the_connection_or_with_control_characters_is_refused_when_it_is_given() {
    let endpoint = || Endpoint::new(Target::parse("wss://a.example/").unwrap());
    let error = |name: &str, value: &str| endpoint().header(name, value).unwrap_err();
    for name in [
        "Host",
        "connection",
        "Upgrade",
        "Content-Length",
        "transfer-encoding",
        "Sec-WebSocket-Key",
    ] {
        assert_eq!(error(name, "x"), HeaderError::Reserved { name: name.to_ascii_lowercase() });
        assert!(endpoint().credential_header(name, secret()).is_err());
    }
    assert_eq!(error("a b", "x"), HeaderError::Name);
    assert_eq!(error("", "x"), HeaderError::Name);
    assert_eq!(error("X-A", "x\ny"), HeaderError::Value { name: "x-a".into() });
}

#[tokio::test]
async fn the_source_is_asked_for_each_attempt_and_told_of_a_refusal() {
    #[derive(Default)]
    struct Source(Mutex<Vec<Ask>>);
    #[async_trait]
    impl CredentialSource for Source {
        async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
            self.0.lock().unwrap().push(ask);
            Ok(format!("{ask:?}").into())
        }
    }
    let (address, mut requests) = answer("HTTP/1.1 401 Unauthorized\r\n\r\n").await;
    let source = Arc::new(Source::default());
    let connector = WebSocketConnector::new(ws(address).bearer(source.clone()));
    for ask in [Ask::Current, Ask::Refreshed] {
        let failure = soon(connector.connect(Attempt::new(1, ask))).await.err().unwrap();
        assert_eq!(failure.observation(), &http(401, None, false));
        let request = requests.recv().await.unwrap();
        assert_eq!(header(&request, "authorization"), Some(format!("Bearer {ask:?}").as_str()));
    }
    assert_eq!(*source.0.lock().unwrap(), [Ask::Current, Ask::Refreshed]);

    let connector = WebSocketConnector::new(ws(address));
    let failure = connector.connect(Attempt::new(2, Ask::Refreshed)).await.err().unwrap();
    assert_eq!(failure.observation(), &Observation::NoCredential, "a fixed secret has no other");
}

#[tokio::test]
async fn a_frame_that_comes_with_the_response_is_not_lost() {
    let address = serve(|mut tcp| async move {
        let request = read_request(&mut tcp).await.unwrap();
        let both = [switching(&request).as_bytes(), b"\x81\x05hello\x81\x02yo"].concat();
        tcp.write_all(&both).await.unwrap();
        let _ = tcp.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let mut link = connect(ws(address)).await.unwrap();
    assert_eq!(soon(link.next()).await.unwrap().unwrap(), Frame::text("hello"));
    assert_eq!(soon(link.next()).await.unwrap().unwrap(), Frame::text("yo"));
}
