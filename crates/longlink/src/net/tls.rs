use std::fmt;
use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::client::{Resumption, VerifierBuilderError, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::OnceCell;

use super::Pin;
use crate::{Failure, Observation, TlsFault};

mod fault;
mod leaf;
mod verifier;

pub(super) use fault::fault;
pub(super) use leaf::Leaf;
use verifier::LeafVerifier;

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
    base: Option<Arc<ClientConfig>>,
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
    pub fn from_rustls(config: Arc<ClientConfig>) -> Self {
        Self { base: Some(config), ..Self::default() }
    }

    /// Makes the configuration. Reads the system's roots from disk if these are wanted: call it where blocking is allowed.
    fn client_config(&self) -> Result<ClientConfig, Failure> {
        let base = self.base();
        let provider = match base {
            Some(base) => base.crypto_provider().clone(),
            None => provider().ok_or(Observation::Tls(TlsFault::NoProvider))?,
        };
        let leaf_only = self.leaf_verifier(&provider);
        let mut config = match (base, &leaf_only) {
            (Some(base), _) => base.clone(),
            (None, leaf_only) => {
                let verifier = match leaf_only {
                    Some(verifier) => verifier.clone(),
                    None => self.chain_verifier(&provider).map_err(no_roots)?,
                };
                ClientConfig::builder_with_provider(provider)
                    .with_safe_default_protocol_versions()
                    .map_err(tls_failure)?
                    .dangerous()
                    .with_custom_certificate_verifier(verifier)
                    .with_no_client_auth()
            }
        };
        if let Some(verifier) = leaf_only {
            config.dangerous().set_certificate_verifier(verifier);
            // A resumed session shows no certificate, so there would be nothing to compare with the pin.
            config.resumption = Resumption::disabled();
        }
        Ok(config)
    }

    fn leaf_verifier(&self, provider: &CryptoProvider) -> Option<Arc<dyn ServerCertVerifier>> {
        if self.pins.is_empty() && !self.accept_any {
            return None;
        }
        Some(Arc::new(LeafVerifier::new(self.pins.clone(), provider)))
    }

    fn chain_verifier(&self, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
        #[cfg(feature = "platform-roots")]
        if self.builtin == Builtin::Default {
            return platform_verifier(self.roots.clone(), provider.clone());
        }
        let mut roots = RootCertStore::empty();
        #[cfg(feature = "webpki-roots")]
        if self.builtin != Builtin::None {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        for root in &self.roots {
            roots.add(root.clone())?;
        }
        match WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone()).build() {
            Ok(verifier) => Ok(verifier),
            Err(VerifierBuilderError::NoRootAnchors) => Err(rustls::Error::General("no roots are trusted".into())),
            Err(error) => Err(rustls::Error::Other(rustls::OtherError(Arc::new(error)))),
        }
    }

    #[cfg(feature = "rustls-config")]
    fn base(&self) -> Option<&ClientConfig> {
        self.base.as_deref()
    }

    #[cfg(not(feature = "rustls-config"))]
    #[allow(clippy::unused_self, reason = "the counterpart of the feature")]
    fn base(&self) -> Option<&ClientConfig> {
        None
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

/// The options and the configuration made from them at the first connection.
#[derive(Debug, Default)]
pub(super) struct Tls {
    options: TlsOptions,
    config: OnceCell<Arc<ClientConfig>>,
}

impl Tls {
    pub(super) fn new(options: TlsOptions) -> Self {
        Self { options, config: OnceCell::new() }
    }

    pub(super) async fn config(&self) -> Result<Arc<ClientConfig>, Failure> {
        let make = || async {
            let options = self.options.clone();
            let made = tokio::task::spawn_blocking(move || options.client_config()).await;
            made.map_err(|error| Failure::with_source(Observation::Io, error))?.map(Arc::new)
        };
        self.config.get_or_try_init(make).await.cloned()
    }
}

/// A failure of TLS itself.
pub(super) fn tls_failure(error: rustls::Error) -> Failure {
    Failure::with_source(Observation::Tls(fault(&error)), error)
}

fn no_roots(error: rustls::Error) -> Failure {
    Failure::with_source(Observation::Tls(TlsFault::UnknownIssuer), error)
}

#[cfg(all(feature = "platform-roots", not(target_os = "android")))]
fn platform_verifier(
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
    Ok(Arc::new(rustls_platform_verifier::Verifier::new_with_extra_roots(roots, provider)?))
}

#[cfg(all(feature = "platform-roots", target_os = "android"))]
fn platform_verifier(
    _: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
    // Android's verifier takes no further roots: they belong into the application's network security configuration.
    Ok(Arc::new(rustls_platform_verifier::Verifier::new(provider)?))
}

/// Never the process-wide default if this build has its own, and never installed as that: it belongs to the application.
#[allow(unreachable_code, reason = "the first one that the build has")]
fn provider() -> Option<Arc<CryptoProvider>> {
    #[cfg(feature = "aws-lc-rs")]
    return Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    #[cfg(feature = "ring")]
    return Some(Arc::new(rustls::crypto::ring::default_provider()));
    CryptoProvider::get_default().cloned()
}
