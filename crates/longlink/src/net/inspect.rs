use std::time::Duration;

use super::dial::dial_tls;
use super::tls::{Leaf, Tls, tls_failure};
use super::{Pin, Target, TlsOptions};
use crate::{Failure, Observation, TlsFault};

/// What a peer shows of itself in TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PeerCertificate {
    /// The pin of its certificate.
    pub certificate: Pin,
    /// The pin of its public key, which stays valid when the certificate is renewed with the same key.
    pub public_key: Pin,
}

/// Fetches the pins of a peer, for trust on first use: show them, ask, and connect with [`TlsOptions::pin`].
///
/// The TLS handshake is completed with any certificate whose key the peer proves to hold, nothing is sent after it, and
/// the connection is dropped. So the pins say who answered *this time* and nothing about who should have: compare them
/// with something that came another way. A server that refuses clients without a certificate cannot be inspected with
/// TLS 1.2.
///
/// Dropping the future closes the connection.
///
/// # Errors
/// As of an attempt to connect; [`ConnectTimeout`](Observation::ConnectTimeout) after `timeout`,
/// [`NotTls`](TlsFault::NotTls) at once for a `ws://` target.
pub async fn inspect_certificate(
    target: &Target,
    timeout: Duration,
) -> Result<PeerCertificate, Failure> {
    if !target.is_tls() {
        return Err(Observation::Tls(TlsFault::NotTls).into());
    }
    let tls = Tls::new(TlsOptions::new().danger_accept_any_certificate());
    let stream = tokio::time::timeout(timeout, dial_tls(target, &tls)).await;
    let stream = stream.map_err(|_| Observation::ConnectTimeout)??;
    let (_, connection) = stream.get_ref();
    let leaf = connection.peer_certificates().and_then(<[_]>::first);
    let leaf = leaf.ok_or(Observation::Tls(TlsFault::BadCertificate))?;
    let leaf = Leaf::read(leaf).map_err(tls_failure)?;
    Ok(PeerCertificate { certificate: leaf.certificate_pin(), public_key: leaf.public_key_pin() })
}
