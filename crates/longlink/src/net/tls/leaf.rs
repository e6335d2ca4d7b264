use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
    verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::{CertificateDer, SubjectPublicKeyInfoDer};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error};
use x509_cert::Certificate;
use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{Decode, Encode};
use x509_cert::spki::SubjectPublicKeyInfoRef;

use crate::net::Pin;

/// The peer's own certificate, read by the one parser that also gives the key for the signature: two parsers could see
/// two keys in one certificate.
pub(in crate::net) struct Leaf<'a> {
    der: &'a CertificateDer<'a>,
    public_key: SubjectPublicKeyInfoDer<'static>,
    /// Whether rustls reads the certificate. It refuses versions before 3, which devices on local networks still have.
    standard: bool,
}

impl<'a> Leaf<'a> {
    pub(in crate::net) fn read(der: &'a CertificateDer<'a>) -> Result<Self, Error> {
        match ParsedCertificate::try_from(der) {
            Ok(parsed) => {
                Ok(Self { der, public_key: parsed.subject_public_key_info(), standard: true })
            }
            Err(_) => {
                let certificate = Certificate::from_der(der).map_err(|_| unreadable())?;
                let public_key = certificate.tbs_certificate().subject_public_key_info().to_der();
                let public_key =
                    SubjectPublicKeyInfoDer::from(public_key.map_err(|_| unreadable())?);
                Ok(Self { der, public_key, standard: false })
            }
        }
    }

    pub(in crate::net) fn certificate_pin(&self) -> Pin {
        Pin::of_certificate(self.der)
    }

    pub(in crate::net) fn public_key_pin(&self) -> Pin {
        Pin::of_public_key(&self.public_key)
    }

    pub(super) fn verify_tls12(
        &self,
        message: &[u8],
        signed: &DigitallySignedStruct,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.standard {
            return verify_tls12_signature(message, self.der, signed, algorithms);
        }
        // TLS 1.2 does not say which curve a scheme means, so the key decides among the scheme's algorithms, as in rustls.
        let key = SubjectPublicKeyInfoRef::from_der(&self.public_key).map_err(|_| unreadable())?;
        let identifier = key.algorithm.to_der().map_err(|_| unreadable())?;
        let identifier = AnyRef::from_der(&identifier).map_err(|_| unreadable())?.value();
        let bits = key.subject_public_key.as_bytes().ok_or_else(unreadable)?;
        let candidates = algorithms.mapping.iter().find(|(scheme, _)| *scheme == signed.scheme);
        candidates
            .into_iter()
            .flat_map(|(_, algorithms)| algorithms.iter())
            .find(|algorithm| algorithm.public_key_alg_id().as_ref() == identifier)
            .and_then(|algorithm| {
                algorithm.verify_signature(bits, message, signed.signature()).ok()
            })
            .map(|()| HandshakeSignatureValid::assertion())
            .ok_or(Error::InvalidCertificate(CertificateError::BadSignature))
    }

    pub(super) fn verify_tls13(
        &self,
        message: &[u8],
        signed: &DigitallySignedStruct,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.standard {
            return verify_tls13_signature(message, self.der, signed, algorithms);
        }
        verify_tls13_signature_with_raw_key(message, &self.public_key, signed, algorithms)
    }
}

fn unreadable() -> Error {
    Error::InvalidCertificate(CertificateError::BadEncoding)
}
