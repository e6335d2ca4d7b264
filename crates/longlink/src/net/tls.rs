use std::fmt;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::Pin;

mod config;
mod fault;
mod leaf;
mod verifier;

pub(super) use config::{Tls, tls_failure};
pub(super) use fault::fault;
pub(super) use leaf::Leaf;

/// Which peer is trusted.
///
/// By default the chain, the name and the time of the peer's certificate are verified, and the roots are the operating
/// system's (feature `platform-roots`), else Mozilla's list (feature `webpki-roots`), else only those added here. A
/// failed check ends the link; no application byte is sent before the check.
///
/// ```
/// use longlink::net::{Pin, TlsOptions};
///
/// let pin = Pin::of_certificate(b"the DER of the device's certificate");
/// let tls = TlsOptions::new().pin(pin);
/// ```
#[derive(Clone, Default)]
pub struct TlsOptions {
    builtin: Builtin,
    roots: Vec<CertificateDer<'static>>,
    pins: Vec<Pin>,
    accept_any: bool,
    #[cfg(feature = "rustls-config")]
    base: Option<std::sync::Arc<rustls::ClientConfig>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Builtin {
    #[default]
    Default,
    #[cfg(feature = "webpki-roots")]
    WebPki,
    None,
}

/// A root certificate that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RootError {
    /// The text is not PEM.
    #[error("the root is not readable PEM: expected -----BEGIN CERTIFICATE-----")]
    Pem,
    /// The PEM text holds no certificate.
    #[error("the PEM holds no certificate: expected -----BEGIN CERTIFICATE-----")]
    Empty,
    /// The certificate is not readable.
    #[error("the root is not a readable X.509 certificate in DER")]
    Certificate,
}

impl TlsOptions {
    /// The built-in roots.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts the peer that shows this certificate or public key and proves to hold its key.
    ///
    /// With a pin, only the peer's own certificate counts: its issuer, name and time are not checked, because devices on a
    /// local network have none that could be. Several pins are alternatives, for example the old and the new one.
    #[must_use]
    pub fn pin(mut self, pin: Pin) -> Self {
        self.pins.push(pin);
        self
    }

    /// Trusts this root too, or these: PEM text with at least one certificate.
    ///
    /// # Errors
    /// [`RootError`] if there is none, or one is not readable.
    pub fn root_pem(mut self, pem: impl AsRef<[u8]>) -> Result<Self, RootError> {
        let before = self.roots.len();
        for root in CertificateDer::pem_slice_iter(pem.as_ref()) {
            self = self.root_der(root.map_err(|_| RootError::Pem)?.to_vec())?;
        }
        if self.roots.len() == before { Err(RootError::Empty) } else { Ok(self) }
    }

    /// Trusts this root too, given in DER.
    ///
    /// # Errors
    /// [`RootError::Certificate`] if it is not readable.
    pub fn root_der(mut self, der: impl Into<Vec<u8>>) -> Result<Self, RootError> {
        let root = CertificateDer::from(der.into());
        RootCertStore::empty().add(root.clone()).map_err(|_| RootError::Certificate)?;
        self.roots.push(root);
        Ok(self)
    }

    /// Trusts only the roots added here, none of the system's.
    #[must_use]
    pub fn without_builtin_roots(mut self) -> Self {
        self.builtin = Builtin::None;
        self
    }

    /// Takes Mozilla's list instead of the system's roots.
    #[cfg(feature = "webpki-roots")]
    #[must_use]
    pub fn webpki_roots(mut self) -> Self {
        self.builtin = Builtin::WebPki;
        self
    }

    /// Takes any certificate of anyone who holds its key. Whoever is on the way can then read and change everything, the
    /// credential included. Pins, if there are any, are stronger than this.
    #[must_use]
    pub fn danger_accept_any_certificate(mut self) -> Self {
        self.accept_any = true;
        self
    }

    /// Starts from this configuration: cryptography, versions, client certificates, and how the peer is verified.
    ///
    /// [Pins](Self::pin) and [`danger_accept_any_certificate`](Self::danger_accept_any_certificate) replace its verifier;
    /// roots added here are not used.
    #[cfg(feature = "rustls-config")]
    #[must_use]
    pub fn from_rustls(config: std::sync::Arc<rustls::ClientConfig>) -> Self {
        Self { base: Some(config), ..Self::default() }
    }
}

impl fmt::Debug for TlsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsOptions")
            .field("builtin", &self.builtin)
            .field("roots", &self.roots.len())
            .field("pins", &self.pins)
            .field("accept_any", &self.accept_any)
            .finish_non_exhaustive()
    }
}
