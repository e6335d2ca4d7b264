//! Who is trusted, and that nobody else receives a byte.
#![cfg(feature = "ring")]

mod net_support;

use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use longlink::net::{Target, TlsOptions, inspect_certificate};
use longlink::{Frame, Observation, StopReason, TlsFault, Verdict};
use net_support::*;
use rustls::ALL_VERSIONS;
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

/// The server sees no application byte and the client reports this fault.
async fn refused(identity: &Identity, tls: TlsOptions) -> TlsFault {
    let (address, mut received) = tls_server(identity.server(ALL_VERSIONS)).await;
    let fault = tls_fault(wss(address, tls)).await;
    assert_eq!(soon(received.recv()).await, Some(Vec::new()), "no application byte");
    fault
}

async fn accepted(identity: &Identity, tls: TlsOptions) {
    for version in [&TLS12, &TLS13] {
        let (address, mut received) = tls_server(identity.server(&[version])).await;
        drop(connect(wss(address, tls.clone())).await.unwrap());
        let request = String::from_utf8(soon(received.recv()).await.unwrap()).unwrap();
        assert_eq!(header(&request, "authorization"), Some("Bearer tok-3f9a2b7c"));
    }
}

fn root(root: &[u8]) -> TlsOptions {
    TlsOptions::new().without_builtin_roots().root_der(root).unwrap()
}

#[tokio::test]
async fn a_pinned_certificate_or_key_is_trusted_whatever_its_name_and_time() {
    let device = Identity::with("another-name", |params| {
        params.not_after = rcgen::date_time_ymd(2001, 1, 1);
    });
    accepted(&device, TlsOptions::new().pin(device.certificate_pin())).await;
    accepted(&device, TlsOptions::new().pin(device.public_key_pin())).await;
    let old = Identity::new("127.0.0.1").certificate_pin();
    accepted(&device, TlsOptions::new().pin(old).pin(device.certificate_pin())).await;
}

#[tokio::test]
async fn another_certificate_than_the_pinned_one_is_refused_and_both_its_digests_are_told() {
    let (device, other) = (Identity::new("127.0.0.1"), Identity::new("127.0.0.1"));
    for pin in [other.certificate_pin(), other.public_key_pin()] {
        let fault = refused(&device, TlsOptions::new().pin(pin)).await;
        let (certificate, public_key) =
            (device.certificate_pin().hex(), device.public_key_pin().hex());
        assert_eq!(fault, TlsFault::PinMismatch { certificate, public_key });
        assert_eq!(Observation::Tls(fault).verdict(), Verdict::Stop(StopReason::Identity));
    }
}

#[tokio::test]
async fn a_digest_of_a_certificate_is_not_taken_for_one_of_a_key() {
    let device = Identity::new("127.0.0.1");
    let confused = longlink::net::Pin::public_key(&device.certificate_pin().hex()).unwrap();
    assert!(matches!(
        refused(&device, TlsOptions::new().pin(confused)).await,
        TlsFault::PinMismatch { .. }
    ));
}

#[tokio::test]
async fn pins_are_stronger_than_accepting_any_certificate() {
    let pin = Identity::new("127.0.0.1").certificate_pin();
    let tls = TlsOptions::new().danger_accept_any_certificate().pin(pin);
    assert!(matches!(
        refused(&Identity::new("127.0.0.1"), tls).await,
        TlsFault::PinMismatch { .. }
    ));
}

#[tokio::test]
async fn a_pinned_certificate_without_its_key_is_refused() {
    for pinned in [Identity::new("127.0.0.1"), Identity::version_1()] {
        let pins = [pinned.certificate_pin(), pinned.public_key_pin()];
        let thief =
            Identity { certificate: pinned.certificate, key: rcgen::KeyPair::generate().unwrap() };
        for version in [&TLS12, &TLS13] {
            for pin in pins {
                let (address, mut received) = tls_server(thief.server(&[version])).await;
                let fault = tls_fault(wss(address, TlsOptions::new().pin(pin))).await;
                assert_eq!(fault, TlsFault::BadSignature);
                assert_eq!(soon(received.recv()).await, Some(Vec::new()), "no application byte");
            }
        }
    }
}

#[tokio::test]
async fn a_key_of_another_kind_than_the_pinned_certificates_is_refused() {
    for pinned in [Identity::new("127.0.0.1"), Identity::version_1()] {
        let pin = pinned.certificate_pin();
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
        let thief = Identity { certificate: pinned.certificate, key };
        assert_eq!(refused(&thief, TlsOptions::new().pin(pin)).await, TlsFault::BadSignature);
    }
}

#[tokio::test]
async fn a_version_1_certificate_can_be_pinned() {
    let device = Identity::version_1();
    accepted(&device, TlsOptions::new().pin(device.certificate_pin())).await;
    accepted(&device, TlsOptions::new().pin(device.public_key_pin())).await;
}

#[tokio::test]
async fn any_certificate_is_taken_if_that_is_asked_for_but_not_without_its_key() {
    let device = Identity::new("another-name");
    let any = TlsOptions::new().danger_accept_any_certificate();
    accepted(&device, any.clone()).await;
    let thief =
        Identity { certificate: device.certificate, key: rcgen::KeyPair::generate().unwrap() };
    assert_eq!(refused(&thief, any).await, TlsFault::BadSignature);
}

#[tokio::test]
async fn a_root_that_was_given_is_trusted_as_der_and_as_pem() {
    let (issuer, device) = signed("127.0.0.1", |_| {});
    accepted(&device, root(&issuer)).await;
    let pem = rcgen_pem(&issuer);
    accepted(&device, TlsOptions::new().without_builtin_roots().root_pem(pem).unwrap()).await;
}

#[tokio::test]
async fn an_unknown_issuer_another_name_and_a_past_or_future_certificate_are_refused() {
    let (issuer, device) = signed("192.168.50.102", |_| {});
    assert_eq!(refused(&device, root(&issuer)).await, TlsFault::NameMismatch);
    let (other_issuer, _) = signed("127.0.0.1", |_| {});
    assert_eq!(
        refused(&Identity::new("127.0.0.1"), root(&other_issuer)).await,
        TlsFault::UnknownIssuer
    );

    let (issuer, device) =
        signed("127.0.0.1", |params| params.not_after = rcgen::date_time_ymd(2001, 1, 1));
    let fault = refused(&device, root(&issuer)).await;
    assert_eq!(fault, TlsFault::Expired);
    assert_eq!(Observation::Tls(fault).verdict(), Verdict::RetryAtCap);
    let (issuer, device) =
        signed("127.0.0.1", |params| params.not_before = rcgen::date_time_ymd(2999, 1, 1));
    assert_eq!(refused(&device, root(&issuer)).await, TlsFault::NotYetValid);
}

#[tokio::test]
async fn without_any_root_nobody_is_trusted_and_nothing_is_dialled() {
    let (address, _) = tls_server(Identity::new("127.0.0.1").server(ALL_VERSIONS)).await;
    assert_eq!(
        tls_fault(wss(address, TlsOptions::new().without_builtin_roots())).await,
        TlsFault::UnknownIssuer
    );
}

#[tokio::test]
async fn the_built_in_roots_do_not_trust_a_stranger() {
    assert_eq!(
        refused(&Identity::new("127.0.0.1"), TlsOptions::new()).await,
        TlsFault::UnknownIssuer
    );
    #[cfg(feature = "webpki-roots")]
    assert_eq!(
        refused(&Identity::new("127.0.0.1"), TlsOptions::new().webpki_roots()).await,
        TlsFault::UnknownIssuer
    );
}

#[test]
fn an_unreadable_root_is_refused_when_it_is_given() {
    use longlink::net::RootError;
    let error = |pem: &str| TlsOptions::new().root_pem(pem).unwrap_err();
    assert_eq!(error(""), RootError::Empty);
    assert_eq!(error("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----"), RootError::Pem);
    assert_eq!(
        error("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        RootError::Certificate
    );
    assert_eq!(TlsOptions::new().root_der([0x30, 0]).unwrap_err(), RootError::Certificate);
}

#[tokio::test]
async fn a_pinned_peer_shows_its_certificate_at_every_connection() {
    use rustls::HandshakeKind::{Full, Resumed};
    let (issuer, device) = signed("127.0.0.1", |_| {});
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(device.server(&[&TLS12])));
    let (tell, mut kinds) = tokio::sync::mpsc::unbounded_channel();
    let address = serve(move |tcp| {
        let (acceptor, tell) = (acceptor.clone(), tell.clone());
        async move {
            let mut tls = acceptor.accept(tcp).await.unwrap();
            tell.send(tls.get_ref().1.handshake_kind()).unwrap();
            let request = read_request(&mut tls).await.unwrap();
            tls.write_all(switching(&request).as_bytes()).await.unwrap();
        }
    })
    .await;
    let pinned = TlsOptions::new().pin(device.certificate_pin());
    for (tls, second) in [(root(&issuer), Resumed), (pinned, Full)] {
        let endpoint = wss(address, tls);
        connect(endpoint.clone()).await.unwrap();
        assert_eq!(soon(kinds.recv()).await, Some(Some(Full)));
        connect(endpoint).await.unwrap();
        assert_eq!(soon(kinds.recv()).await, Some(Some(second)));
    }
}

/// Reads the ClientHello and answers with these bytes.
async fn scripted(answer: &'static [u8]) -> TlsFault {
    let address = serve(move |mut tcp| async move {
        let mut hello = [0; 5];
        tcp.read_exact(&mut hello).await.unwrap();
        let mut rest = vec![0; usize::from(u16::from_be_bytes([hello[3], hello[4]]))];
        tcp.read_exact(&mut rest).await.unwrap();
        tcp.write_all(answer).await.unwrap();
        tcp.shutdown().await.unwrap();
        let _ = tcp.read_to_end(&mut rest).await;
    })
    .await;
    tls_fault(wss(address, TlsOptions::new().danger_accept_any_certificate())).await
}

#[tokio::test]
async fn a_peer_with_only_tls_1_1_is_refused() {
    const HELLO: [u8; 47] = {
        let mut hello = [7; 47];
        // Record: handshake, TLS 1.1, 42 bytes; ServerHello of 38 bytes: TLS 1.1, random, no session, AES-128-CBC, none.
        let start = [0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
        let end = [0, 0, 0x2f, 0];
        let mut at = 0;
        while at < start.len() {
            hello[at] = start[at];
            at += 1;
        }
        at = 0;
        while at < end.len() {
            hello[43 + at] = end[at];
            at += 1;
        }
        hello
    };
    assert_eq!(scripted(&HELLO).await, TlsFault::Incompatible);
    assert_eq!(
        scripted(&[0x15, 3, 2, 0, 2, 2, 70]).await,
        TlsFault::Incompatible,
        "alert protocol_version"
    );
    assert_eq!(
        scripted(&[0x15, 3, 3, 0, 2, 2, 40]).await,
        TlsFault::Incompatible,
        "alert handshake_failure"
    );
    assert_eq!(scripted(&[0x15, 3, 3, 0, 2, 2, 80]).await, TlsFault::Alert, "alert internal_error");
}

#[tokio::test]
async fn a_peer_that_does_not_speak_tls_is_told_from_one_that_speaks_it_badly() {
    assert_eq!(scripted(b"HTTP/1.1 400 Bad Request\r\n\r\n").await, TlsFault::NotTls);
    assert_eq!(scripted(b"SSH-2.0-OpenSSH_9.6\r\n").await, TlsFault::NotTls);
    assert_eq!(scripted(&[0x16, 3, 3, 0, 4, 2, 0, 0, 0]).await, TlsFault::NotTls);
}

#[tokio::test]
async fn a_connection_that_ends_within_the_handshake_is_tried_again() {
    let address = serve(|mut tcp| async move {
        tcp.read_u8().await.unwrap();
        tcp.shutdown().await.unwrap();
        let _ = tcp.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let failure = refusal(wss(address, TlsOptions::new().danger_accept_any_certificate())).await;
    assert_eq!(failure.observation(), &Observation::Eof);
}

#[tokio::test]
async fn what_is_no_record_on_an_open_connection_says_nothing_about_the_peer() {
    let device = Identity::new("127.0.0.1");
    let acceptor = TlsAcceptor::from(Arc::new(device.server(ALL_VERSIONS)));
    let address = serve(move |tcp| {
        let acceptor = acceptor.clone();
        async move {
            let mut tls = acceptor.accept(tcp).await.unwrap();
            let request = read_request(&mut tls).await.unwrap();
            tls.write_all(switching(&request).as_bytes()).await.unwrap();
            tls.read_u8().await.unwrap();
            let (mut tcp, _) = tls.into_inner();
            tcp.write_all(b"HTTP/1.1 200 OK").await.unwrap();
            let _ = tcp.read_to_end(&mut Vec::new()).await;
        }
    })
    .await;
    let tls = TlsOptions::new().pin(device.certificate_pin());
    let mut link = connect(wss(address, tls)).await.unwrap();
    soon(link.send(Frame::text("go on"))).await.unwrap();
    let failure = soon(link.next()).await.unwrap().unwrap_err();
    assert_eq!(*failure.observation(), Observation::Io);
    assert_eq!(failure.verdict(), Verdict::Retry);
}

#[tokio::test]
async fn inspecting_gives_both_pins_and_sends_nothing() {
    for device in [Identity::new("another-name"), Identity::version_1()] {
        let (address, mut received) = tls_server(device.server(ALL_VERSIONS)).await;
        let target = Target::wss("127.0.0.1", address.port(), "/").unwrap();
        let shown = soon(inspect_certificate(&target, Duration::from_secs(5))).await.unwrap();
        assert_eq!(
            (shown.certificate, shown.public_key),
            (device.certificate_pin(), device.public_key_pin())
        );
        assert_eq!(soon(received.recv()).await, Some(Vec::new()), "no application byte");
        accepted(&device, TlsOptions::new().pin(shown.certificate)).await;
    }
}

#[tokio::test]
async fn inspecting_ends_at_its_timeout_and_needs_a_key_and_tls() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let target = Target::wss("127.0.0.1", port, "/").unwrap();
    let failure = inspect_certificate(&target, Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(failure.observation(), &Observation::ConnectTimeout);

    let device = Identity::new("127.0.0.1");
    let thief =
        Identity { certificate: device.certificate, key: rcgen::KeyPair::generate().unwrap() };
    let (address, _) = tls_server(thief.server(ALL_VERSIONS)).await;
    let target = Target::wss("127.0.0.1", address.port(), "/").unwrap();
    let failure = inspect_certificate(&target, Duration::from_secs(5)).await.unwrap_err();
    assert_eq!(failure.observation(), &Observation::Tls(TlsFault::BadSignature));

    let target = Target::parse("ws://127.0.0.1:1/").unwrap();
    let failure = inspect_certificate(&target, Duration::from_secs(5)).await.unwrap_err();
    assert_eq!(failure.observation(), &Observation::Tls(TlsFault::NotTls));
}

#[cfg(feature = "rustls-config")]
#[tokio::test]
async fn an_applications_configuration_is_used_and_pins_are_stronger() {
    let (issuer, device) = signed("127.0.0.1", |_| {});
    let mut roots = rustls::RootCertStore::empty();
    roots.add(issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tls = TlsOptions::from_rustls(Arc::new(config));
    accepted(&device, tls.clone()).await;
    let tls = tls.pin(Identity::new("127.0.0.1").certificate_pin());
    assert!(matches!(refused(&device, tls).await, TlsFault::PinMismatch { .. }));
}

fn rcgen_pem(certificate: &[u8]) -> String {
    use base64::Engine;
    let base64 = base64::engine::general_purpose::STANDARD.encode(certificate);
    let lines: Vec<_> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!(
        "comment\n-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}
