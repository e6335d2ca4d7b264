use super::{Observation, RetryAfter, TlsFault};

/// What the engine does about an [`Observation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Try again after the backoff.
    Retry,
    /// Try again after the backoff, but not before the server allows it; at most an hour.
    RetryAfter(RetryAfter),
    /// Try again at the longest backoff: it may mend itself, but not soon.
    RetryAtCap,
    /// Try again after at least 15 minutes: we are being blocked.
    RetrySlowly,
    /// Ask for another credential once and try again at once; then stop.
    Refresh,
    /// Try again, but stop at the third time in a row.
    Strike,
    /// Stop: trying again cannot help.
    Stop(StopReason),
}

/// Why a link stopped for good. It stays stopped until the user restarts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// The credentials are not accepted.
    Unauthorized,
    /// The credentials are accepted but do not allow this.
    Forbidden,
    /// The peer's identity could not be verified.
    Identity,
    /// The server points elsewhere; redirects are never followed.
    Redirected,
    /// What answers is not the expected server, or speaks another version.
    NotTheProtocol,
    /// The address must not be sent credentials.
    UntrustedHost,
    /// The server rejects what we send.
    Rejected,
}

impl Observation {
    /// What the engine does about it: the one table of this crate.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::NameResolution
            | Self::Refused
            | Self::Unreachable
            | Self::Reset
            | Self::ConnectTimeout
            | Self::Eof
            | Self::Io
            | Self::Silent
            | Self::SubscriptionTimeout
            | Self::Resync
            | Self::TooManySubscriptions
            | Self::SubscriptionTooLong
            | Self::GreetingTimeout
            | Self::GreetingBusy => Verdict::Retry,
            Self::Http { status, retry_after, html } => http(*status, *retry_after, *html),
            Self::Upgrade(_) => Verdict::Stop(StopReason::NotTheProtocol),
            Self::Tls(fault) => tls(fault),
            Self::Closed(None) => Verdict::Retry,
            Self::Closed(Some(code)) | Self::Violation(code) => match code {
                1002 | 1003 | 1007 | 1009 => Verdict::Strike,
                1008 => Verdict::Stop(StopReason::Forbidden),
                _ => Verdict::Retry,
            },
            Self::GreetingUnauthorized => Verdict::Refresh,
            Self::GreetingRejected => Verdict::Stop(StopReason::Rejected),
            Self::NoCredential => Verdict::Stop(StopReason::Unauthorized),
            Self::UntrustedHost => Verdict::Stop(StopReason::UntrustedHost),
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NameResolution => "check the host name and the network's DNS",
            Self::Refused => {
                "check the address and the port, and that the other side is on and allows access"
            }
            Self::Unreachable => {
                "check the network, and whether the address can be reached from this computer"
            }
            Self::ConnectTimeout
            | Self::GreetingTimeout
            | Self::Silent
            | Self::SubscriptionTimeout => "check that the other side is on and reachable",
            Self::TooManySubscriptions => "end some, or raise the bound",
            Self::SubscriptionTooLong => "shorten its names",
            Self::Violation(1009) => "raise the limit for messages, if you trust the server",
            Self::Reset
            | Self::Eof
            | Self::Io
            | Self::Closed(_)
            | Self::Violation(_)
            | Self::Resync => "no action is needed unless it happens again and again",
            Self::Http { status: 401, .. } | Self::GreetingUnauthorized | Self::NoCredential => {
                "give a valid credential"
            }
            Self::Http { status: 403, html: true, .. } => {
                "wait; something in front of the server blocks this address"
            }
            Self::Http { status: 403, .. } => {
                "give a credential that allows this; at a device, allow local access first"
            }
            Self::Http { status: 300..=399, .. } => {
                "give the final address; redirects are not followed"
            }
            Self::Http { status: 404, .. } => "check the path of the address",
            Self::Http { status: 500..=599 | 408 | 425 | 429, .. } => "wait; the server is busy",
            Self::Http { .. } | Self::Upgrade(_) => {
                "check the address; another program answers there"
            }
            Self::Tls(fault) => match fault {
                TlsFault::UnknownIssuer => "give the root that signed it, or pin the certificate",
                TlsFault::NameMismatch => "use the name in the certificate, or pin the certificate",
                TlsFault::PinMismatch { .. } => {
                    "if the certificate was changed on purpose, pin the new digest; otherwise do not trust this network"
                }
                TlsFault::BadSignature => "do not trust this network",
                TlsFault::Expired => "renew the certificate, or pin it",
                TlsFault::NotYetValid => "check this computer's clock",
                TlsFault::NotTls => "check the port; a device without TLS has a ws:// address",
                TlsFault::NoProvider => "enable the feature `ring` or `aws-lc-rs`",
                _ => "check the address and the TLS settings",
            },
            Self::GreetingRejected => "check the account's settings",
            Self::GreetingBusy => "wait; the server is busy",
            Self::UntrustedHost => "allow the host explicitly if you trust it",
        }
    }
}

fn http(status: u16, retry_after: Option<RetryAfter>, html: bool) -> Verdict {
    match status {
        401 => Verdict::Refresh,
        403 if html => Verdict::RetrySlowly,
        403 => Verdict::Stop(StopReason::Forbidden),
        429 | 503 => retry_after.map_or(Verdict::Retry, Verdict::RetryAfter),
        408 | 425 | 500..=599 => Verdict::Retry,
        300..=399 => Verdict::Stop(StopReason::Redirected),
        _ => Verdict::Stop(StopReason::NotTheProtocol),
    }
}

fn tls(fault: &TlsFault) -> Verdict {
    match fault {
        TlsFault::UnknownIssuer
        | TlsFault::NameMismatch
        | TlsFault::PinMismatch { .. }
        | TlsFault::BadSignature
        | TlsFault::Revoked
        | TlsFault::BadCertificate => Verdict::Stop(StopReason::Identity),
        TlsFault::Incompatible | TlsFault::NotTls | TlsFault::NoProvider => {
            Verdict::Stop(StopReason::NotTheProtocol)
        }
        TlsFault::Expired | TlsFault::NotYetValid => Verdict::RetryAtCap,
        TlsFault::Alert | TlsFault::Other => Verdict::Retry,
    }
}
