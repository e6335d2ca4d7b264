//! Who a server says it is: a certificate made on the spot, and its key.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, PublicKeyData, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

/// A self-signed certificate with its key. Clones are the same identity.
///
/// A client may trust it as its own root ([`root_pem`](Self::root_pem)) or pin it. `Debug` shows the fingerprint.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    certificate: CertificateDer<'static>,
    pem: String,
    /// The key that belongs to the certificate.
    public_key: Vec<u8>,
    /// The key that the server signs with: the same one, unless this is an impostor.
    key: KeyPair,
}

/// A certificate could not be made, for example because a name is not one.
#[derive(Debug, thiserror::Error)]
#[error("the certificate cannot be made")]
pub struct IdentityError(#[source] Box<dyn Error + Send + Sync>);

impl Identity {
    /// A valid certificate for `localhost`, `127.0.0.1` and `::1`.
    ///
    /// # Errors
    ///
    /// If the system has no randomness for a key.
    pub fn generate() -> Result<Self, IdentityError> {
        Self::for_names(["localhost", "127.0.0.1", "::1"])
    }

    /// A valid certificate for these host names and IP addresses alone.
    ///
    /// # Errors
    ///
    /// If a name cannot stand in a certificate.
    pub fn for_names<N: Into<String>>(
        names: impl IntoIterator<Item = N>,
    ) -> Result<Self, IdentityError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        Self::sign(&CertificateParams::new(names).map_err(failed)?, new_key()?)
    }

    /// As [`generate`](Self::generate), but the certificate ended in 2001.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub fn expired() -> Result<Self, IdentityError> {
        Self::valid(2000, 2001)
    }

    /// As [`generate`](Self::generate), but the certificate begins in 4000.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub fn not_yet_valid() -> Result<Self, IdentityError> {
        Self::valid(4000, 4001)
    }

    /// Another certificate for the same key: a pin of the public key still fits, one of the certificate does not.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub fn renewed(&self) -> Result<Self, IdentityError> {
        let key = KeyPair::try_from(self.0.key.serialized_der()).map_err(failed)?;
        Self::sign(&local()?, key)
    }

    /// This certificate shown by somebody who does not have its key. A pin alone does not tell the difference.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub fn impostor(&self) -> Result<Self, IdentityError> {
        let Inner { certificate, pem, public_key, .. } = &*self.0;
        let (certificate, pem, public_key) = (certificate.clone(), pem.clone(), public_key.clone());
        Ok(Self(Arc::new(Inner { certificate, pem, public_key, key: new_key()? })))
    }

    /// The certificate as PEM, to be trusted as a root.
    #[must_use]
    pub fn root_pem(&self) -> &str {
        &self.0.pem
    }

    /// The certificate as DER.
    #[must_use]
    pub fn certificate_der(&self) -> &[u8] {
        &self.0.certificate
    }

    /// The SHA-256 of the certificate in lower-case hex, as `openssl x509 -fingerprint -sha256` has it.
    #[must_use]
    pub fn certificate_sha256(&self) -> String {
        hex(&Sha256::digest(&self.0.certificate))
    }

    /// The SHA-256 of the certificate's public key (its `SubjectPublicKeyInfo`) in lower-case hex.
    #[must_use]
    pub fn public_key_sha256(&self) -> String {
        hex(&Sha256::digest(&self.0.public_key))
    }

    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, IdentityError> {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.0.key.serialize_der()));
        let provider = ring::default_provider();
        let key = provider.key_provider.load_private_key(key).map_err(failed)?;
        // Not `with_single_cert`: it would refuse an impostor.
        let certified = CertifiedKey::new(vec![self.0.certificate.clone()], key);
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn valid(from: i32, until: i32) -> Result<Self, IdentityError> {
        let mut params = local()?;
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        Self::sign(&params, new_key()?)
    }

    fn sign(params: &CertificateParams, key: KeyPair) -> Result<Self, IdentityError> {
        let certificate = params.self_signed(&key).map_err(failed)?;
        Ok(Self(Arc::new(Inner {
            pem: certificate.pem(),
            certificate: certificate.into(),
            public_key: key.subject_public_key_info(),
            key,
        })))
    }
}

fn local() -> Result<CertificateParams, IdentityError> {
    let names = ["localhost", "127.0.0.1", "::1"].map(String::from);
    CertificateParams::new(names).map_err(failed)
}

fn new_key() -> Result<KeyPair, IdentityError> {
    KeyPair::generate().map_err(failed)
}

fn failed(error: impl Error + Send + Sync + 'static) -> IdentityError {
    IdentityError(Box::new(error))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("sha256", &self.certificate_sha256())
            .finish_non_exhaustive()
    }
}
