use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};

use super::Leaf;
use crate::net::Pin;

/// Looks at the peer's own certificate only, and requires the peer to hold its key.
///
/// The signature over the handshake is the proof of that: without it a pinned certificate, which everyone can fetch,
/// would be worth nothing.
#[derive(Debug)]
pub(super) struct LeafVerifier {
    /// Alternatives; none means any certificate.
    pins: Vec<Pin>,
    algorithms: WebPkiSupportedAlgorithms,
}

/// The certificate is not a pinned one. Travels through rustls to [`fault`](super::fault).
#[derive(Debug, thiserror::Error)]
#[error("the certificate matches no pin")]
pub(super) struct PinMismatch {
    pub(super) certificate: Pin,
    pub(super) public_key: Pin,
}

impl LeafVerifier {
    pub(super) fn new(pins: Vec<Pin>, provider: &CryptoProvider) -> Self {
        Self { pins, algorithms: provider.signature_verification_algorithms }
    }
}

impl ServerCertVerifier for LeafVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let leaf = Leaf::read(end_entity)?;
        let (certificate, public_key) = (leaf.certificate_pin(), leaf.public_key_pin());
        if self.pins.is_empty()
            || self.pins.iter().any(|pin| *pin == certificate || *pin == public_key)
        {
            return Ok(ServerCertVerified::assertion());
        }
        let mismatch = OtherError(Arc::new(PinMismatch { certificate, public_key }));
        Err(Error::InvalidCertificate(CertificateError::Other(mismatch)))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Leaf::read(certificate)?.verify_tls12(message, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Leaf::read(certificate)?.verify_tls13(message, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
