//! The least that holds a connection: a task that reads tokio-tungstenite, with the buffer that ours has.

use std::sync::Arc;

use futures::StreamExt;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio::task::{AbortHandle, spawn};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

const READ_BUFFER: usize = 16 * 1024;

pub(crate) async fn connect(url: &str) -> AbortHandle {
    let (scheme, authority) = url.split_once("://").expect("a URL");
    let tcp = TcpStream::connect(authority).await.expect("a connection");
    if scheme == "ws" {
        return read(tcp, url).await;
    }
    static CONFIG: OnceCell<Arc<ClientConfig>> = OnceCell::const_new();
    let config = CONFIG.get_or_init(|| async { Arc::new(config()) }).await;
    let name = ServerName::try_from("localhost").expect("a name");
    let tls = TlsConnector::from(Arc::clone(config)).connect(name, tcp).await.expect("TLS");
    read(tls, url).await
}

async fn read(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    url: &str,
) -> AbortHandle {
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
    let upgraded = client_async_with_config(url, stream, Some(config)).await;
    let (mut socket, _) = upgraded.expect("an upgrade");
    spawn(async move { while let Some(Ok(_)) = socket.next().await {} }).abort_handle()
}

fn config() -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone))
        .with_no_client_auth()
}

/// Takes the simulator's certificate, which nobody has signed.
#[derive(Debug)]
struct Anyone;

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}
