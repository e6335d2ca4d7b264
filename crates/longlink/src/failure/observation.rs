use std::fmt;
use std::time::Duration;

/// Something that ended a connection or an attempt at one.
///
/// What follows from each is in one place, [`Observation::verdict`]:
///
/// | observation | verdict |
/// |---|---|
/// | name, refused, unreachable, reset, timeout, end of stream, silence, HTTP 408 425 5xx | retry with backoff |
/// | HTTP 429, 503 with `Retry-After` | retry, not before that, at most an hour later |
/// | HTTP 401, greeting unauthorized | one refreshed credential at once, then stop |
/// | HTTP 403 | stop; as an HTML page: something in between blocks, retry after 15 minutes or more |
/// | HTTP 3xx | stop: redirects are never followed |
/// | other HTTP 4xx, no upgrade, wrong accept key | stop: not the expected server |
/// | TLS: issuer, name, pin, signature | stop: the identity is not verified |
/// | TLS: expired, not yet valid | retry at the cap of the backoff |
/// | close 1002 1003 1007 1009, and violations of ours to notice | retry, stop at the third in a row |
/// | close 1008 | stop |
/// | other closes | retry with backoff |
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observation {
    /// The host's name did not resolve.
    NameResolution,
    /// The peer refused the TCP connection.
    Refused,
    /// No route to the host or network.
    Unreachable,
    /// The TCP connection was reset.
    Reset,
    /// The attempt took longer than its deadline (name, TCP, TLS and upgrade together).
    ConnectTimeout,
    /// The stream ended without a close frame.
    Eof,
    /// Another error of the operating system or the stream.
    Io,
    /// The upgrade was answered with an HTTP status other than 101.
    Http {
        /// The status code.
        status: u16,
        /// The `Retry-After` header, if there was a readable one.
        retry_after: Option<RetryAfter>,
        /// Whether the body said that it was HTML, as the error pages of content networks do.
        html: bool,
    },
    /// Status 101 or 200, but not an upgrade to WebSocket as we asked for it.
    Upgrade(UpgradeFault),
    /// TLS failed. No application byte was sent.
    Tls(TlsFault),
    /// The peer closed with this code; `None` is a close frame without a code.
    Closed(Option<u16>),
    /// The peer broke the WebSocket protocol, for example with text that is not UTF-8; the code is the one we close with.
    Violation(u16),
    /// The peer sent nothing for longer than the heartbeat allows.
    Silent,
    /// A subscription went unanswered, and is ended and made again.
    SubscriptionTimeout,
    /// A subscription is ended and made again because the user asked for it.
    Resync,
    /// Connected, but not accepted by the peer in time.
    GreetingTimeout,
    /// The peer's greeting refused our credentials.
    GreetingUnauthorized,
    /// The peer's greeting refused us for good, for example because of a malformed request of ours.
    GreetingRejected,
    /// The peer's greeting refused us for now.
    GreetingBusy,
    /// The source of credentials has none, or no other after a refusal.
    NoCredential,
    /// The address is one that credentials must not be sent to.
    UntrustedHost,
    /// One subscription more than [`Config::max_subscriptions`](crate::Config::max_subscriptions).
    TooManySubscriptions,
    /// A subscription whose request is longer than [`Config::max_call_frame`](crate::Config::max_call_frame).
    SubscriptionTooLong,
}

/// A `Retry-After` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// In seconds from now.
    Seconds(u64),
    /// At a time, counted from the Unix epoch.
    At(Duration),
}

/// How an upgrade to WebSocket went wrong after an HTTP answer that did not refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpgradeFault {
    /// The answer is not an upgrade at all: a 2xx status or no `Upgrade: websocket`.
    NotAnUpgrade,
    /// `Sec-WebSocket-Accept` is missing or belongs to another key.
    WrongAcceptKey,
    /// The answer agrees an extension or subprotocol that was not asked for.
    Unasked,
    /// The answer is not HTTP/1.1, or its header is longer than the limit.
    NotHttp,
}

/// How TLS failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsFault {
    /// The certificate's issuer is not trusted.
    UnknownIssuer,
    /// The certificate is for another name.
    NameMismatch,
    /// The certificate is not the pinned one. Both digests are SHA-256 in lower-case hexadecimal.
    PinMismatch {
        /// The digest of the certificate that the peer showed.
        certificate: String,
        /// The digest of that certificate's public key (`SubjectPublicKeyInfo`).
        public_key: String,
    },
    /// The certificate or the handshake carries a wrong signature: the peer does not hold the key.
    BadSignature,
    /// The certificate's time is over.
    Expired,
    /// The certificate's time has not begun, often because of a wrong clock.
    NotYetValid,
    /// The certificate was revoked.
    Revoked,
    /// The certificate cannot be read or used.
    BadCertificate,
    /// No TLS version (1.2 or newer) or cipher suite in common.
    Incompatible,
    /// The peer does not speak TLS on this port.
    NotTls,
    /// The peer ended the handshake with an alert.
    Alert,
    /// The build has no cryptography: enable `ring` or `aws-lc-rs`.
    NoProvider,
    /// Anything else.
    Other,
}

impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameResolution => f.write_str("the host name did not resolve"),
            Self::Refused => f.write_str("the connection was refused"),
            Self::Unreachable => f.write_str("the host or its network is unreachable"),
            Self::Reset => f.write_str("the connection was reset"),
            Self::ConnectTimeout => f.write_str("connecting took too long"),
            Self::Eof => f.write_str("the connection ended without a close frame"),
            Self::Io => f.write_str("the connection failed"),
            Self::Http { status, html: false, .. } => {
                write!(f, "the server answered HTTP {status}")
            }
            Self::Http { status, html: true, .. } => {
                write!(f, "the server answered HTTP {status} with an HTML page")
            }
            Self::Upgrade(fault) => f.write_str(match fault {
                UpgradeFault::NotAnUpgrade => "the server did not upgrade to WebSocket",
                UpgradeFault::WrongAcceptKey => "the server's Sec-WebSocket-Accept is wrong",
                UpgradeFault::Unasked => {
                    "the server agreed an extension or subprotocol that was not asked for"
                }
                UpgradeFault::NotHttp => "the server's answer is not a readable HTTP/1.1 response",
            }),
            Self::Tls(fault) => write!(f, "TLS failed: {fault}"),
            Self::Closed(Some(code)) => {
                write!(f, "the server closed the connection (code {code})")
            }
            Self::Closed(None) => f.write_str("the server closed the connection (no code)"),
            Self::Violation(1009) => {
                f.write_str("a message of the server is longer than the limit (code 1009)")
            }
            Self::Violation(code) => {
                write!(f, "the server broke the WebSocket protocol (code {code})")
            }
            Self::Silent => f.write_str("the peer is silent and did not answer a ping"),
            Self::SubscriptionTimeout => f.write_str("a subscription went unanswered"),
            Self::Resync => f.write_str("the subscription is made again, as asked for"),
            Self::GreetingTimeout => f.write_str("connected, but not accepted in time"),
            Self::GreetingUnauthorized => f.write_str("the credentials were refused"),
            Self::GreetingRejected => f.write_str("the server rejected the greeting"),
            Self::GreetingBusy => f.write_str("the server does not take us now"),
            Self::NoCredential => f.write_str("there is no usable credential"),
            Self::TooManySubscriptions => f.write_str("there are too many subscriptions"),
            Self::SubscriptionTooLong => f.write_str("the request of the subscription is too long"),
            Self::UntrustedHost => {
                f.write_str("the host is not one that credentials may be sent to")
            }
        }
    }
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownIssuer => f.write_str("the certificate's issuer is not trusted"),
            Self::NameMismatch => f.write_str("the certificate is for another name"),
            Self::PinMismatch { certificate, public_key } => write!(
                f,
                "the certificate is not the pinned one: it has sha256 {certificate}, \
                 its public key has sha256 {public_key}"
            ),
            Self::BadSignature => f.write_str("a signature is wrong"),
            Self::Expired => f.write_str("the certificate has expired"),
            Self::NotYetValid => f.write_str("the certificate is not valid yet"),
            Self::Revoked => f.write_str("the certificate was revoked"),
            Self::BadCertificate => f.write_str("the certificate is unusable"),
            Self::Incompatible => {
                f.write_str("no TLS version (1.2 or newer) or cipher suite in common")
            }
            Self::NotTls => f.write_str("the peer does not speak TLS on this port"),
            Self::Alert => f.write_str("the peer ended the handshake with an alert"),
            Self::NoProvider => {
                f.write_str("this build has no cryptography (features `ring`, `aws-lc-rs`)")
            }
            Self::Other => f.write_str("the handshake failed"),
        }
    }
}
