use rustls::{AlertDescription, CertificateError, Error};

use super::verifier::PinMismatch;
use crate::TlsFault;

/// What an error of rustls means for the link.
pub(in crate::net) fn fault(error: &Error) -> TlsFault {
    match error {
        Error::InvalidCertificate(error) => certificate(error),
        Error::NoCertificatesPresented | Error::UnsupportedNameType => TlsFault::BadCertificate,
        Error::InvalidCertRevocationList(_) => TlsFault::BadCertificate,
        Error::PeerIncompatible(_) | Error::NoApplicationProtocol => TlsFault::Incompatible,
        Error::AlertReceived(alert) => self::alert(*alert),
        Error::InvalidMessage(_)
        | Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerSentOversizedRecord => TlsFault::NotTls,
        _ => TlsFault::Other,
    }
}

fn certificate(error: &CertificateError) -> TlsFault {
    match error {
        CertificateError::UnknownIssuer => TlsFault::UnknownIssuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFault::NameMismatch
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsFault::NotYetValid
        }
        CertificateError::Revoked => TlsFault::Revoked,
        // On a handshake, an algorithm that does not fit the key is a signature by another key.
        CertificateError::BadSignature
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            TlsFault::BadSignature
        }
        CertificateError::Other(other) => match other.0.downcast_ref::<PinMismatch>() {
            Some(pins) => TlsFault::PinMismatch {
                certificate: pins.certificate.hex(),
                public_key: pins.public_key.hex(),
            },
            None => TlsFault::BadCertificate,
        },
        _ => TlsFault::BadCertificate,
    }
}

fn alert(alert: AlertDescription) -> TlsFault {
    match alert {
        AlertDescription::ProtocolVersion
        | AlertDescription::HandshakeFailure
        | AlertDescription::InsufficientSecurity
        | AlertDescription::InappropriateFallback => TlsFault::Incompatible,
        _ => TlsFault::Alert,
    }
}
