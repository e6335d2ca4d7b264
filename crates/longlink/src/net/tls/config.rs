use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::client::{Resumption, VerifierBuilderError, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::OnceCell;

use super::verifier::LeafVerifier;
use super::{TlsOptions, fault};
use crate::{Failure, Observation, TlsFault};

/// The options and the configuration made from them at the first connection.
#[derive(Debug, Default)]
pub(in crate::net) struct Tls {
    options: TlsOptions,
    config: OnceCell<Arc<ClientConfig>>,
}

impl Tls {
    pub(in crate::net) fn new(options: TlsOptions) -> Self {
        Self { options, config: OnceCell::new() }
    }

    pub(in crate::net) async fn config(&self) -> Result<Arc<ClientConfig>, Failure> {
        let make = || async {
            let options = self.options.clone();
            let made = tokio::task::spawn_blocking(move || options.client_config()).await;
            made.map_err(|error| Failure::with_source(Observation::Io, error))?.map(Arc::new)
        };
        self.config.get_or_try_init(make).await.cloned()
    }
}

impl TlsOptions {
    /// Makes the configuration. Reads the system's roots from disk if these are wanted: call it where blocking is allowed.
    fn client_config(&self) -> Result<ClientConfig, Failure> {
        let base = self.base();
        let provider = match base {
            Some(base) => base.crypto_provider().clone(),
            None => provider().ok_or(Observation::Tls(TlsFault::NoProvider))?,
        };
        let leaf_only = self.leaf_verifier(&provider);
        let mut config = if let Some(base) = base {
            base.clone()
        } else {
            let verifier = match &leaf_only {
                Some(verifier) => verifier.clone(),
                None => self.chain_verifier(&provider).map_err(no_roots)?,
            };
            ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(tls_failure)?
                .dangerous()
                .with_custom_certificate_verifier(verifier)
                .with_no_client_auth()
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

    fn chain_verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
        #[cfg(feature = "platform-roots")]
        if self.builtin == super::Builtin::Default {
            return platform_verifier(self.roots.clone(), provider.clone());
        }
        let mut roots = RootCertStore::empty();
        #[cfg(feature = "webpki-roots")]
        if self.builtin != super::Builtin::None {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        for root in &self.roots {
            roots.add(root.clone())?;
        }
        match WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone()).build() {
            Ok(verifier) => Ok(verifier),
            Err(VerifierBuilderError::NoRootAnchors) => {
                Err(rustls::Error::General("no roots are trusted".into()))
            }
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

/// A failure of TLS itself.
pub(in crate::net) fn tls_failure(error: rustls::Error) -> Failure {
    Failure::with_source(Observation::Tls(fault(&error)), error)
}

fn no_roots(error: rustls::Error) -> Failure {
    Failure::with_source(Observation::Tls(TlsFault::UnknownIssuer), error)
}

#[cfg(all(feature = "platform-roots", not(target_os = "android")))]
fn platform_verifier(
    roots: Vec<rustls::pki_types::CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
    Ok(Arc::new(rustls_platform_verifier::Verifier::new_with_extra_roots(roots, provider)?))
}

#[cfg(all(feature = "platform-roots", target_os = "android"))]
fn platform_verifier(
    _: Vec<rustls::pki_types::CertificateDer<'static>>,
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
