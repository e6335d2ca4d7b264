//! Error codes, of frames and of HTTP answers, and what to do about each.

mod frame;
mod http;

use std::fmt;

pub use self::frame::{ErrorField, FrameCode};
pub use self::http::{ApiVersion, HttpCode};

/// What a code means for the one who gets it.
///
/// ```
/// use coolkit_proto::{ErrorClass, FrameCode};
///
/// assert_eq!(FrameCode::NO_ANSWER.class(), ErrorClass::OutcomeUnknown);
/// assert_eq!(FrameCode::new(777).class(), ErrorClass::Unknown);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// It worked.
    Ok,
    /// The same request fails again.
    Permanent,
    /// The token, or the socket, is not accepted.
    Auth,
    /// The cloud could not do it now.
    Retryable,
    /// The device is not connected to the cloud.
    DeviceOffline,
    /// The device may or may not have acted.
    OutcomeUnknown,
    /// The account lives in another region. Over HTTP only.
    RegionRedirect,
    /// Nothing is known of this code.
    Unknown,
}

impl ErrorClass {
    /// The class in words: `ok`, `permanent`, `auth`, `retryable`, `device offline`, `outcome unknown`,
    /// `region redirect` or `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Permanent => "permanent",
            Self::Auth => "auth",
            Self::Retryable => "retryable",
            Self::DeviceOffline => "device offline",
            Self::OutcomeUnknown => "outcome unknown",
            Self::RegionRedirect => "region redirect",
            Self::Unknown => "unknown",
        }
    }

    /// What a program should do about a failure of this class.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Ok => "nothing: it worked",
            Self::Permanent => "correct the request: the same one is refused again",
            Self::Auth => {
                "stop and get a new token: another login of this account and appid may have replaced this one, and two clients that log in in turns evict each other"
            }
            Self::Retryable => "wait, and try again with growing pauses",
            Self::DeviceOffline => {
                "wait until the device reports or the cloud says that it is online"
            }
            Self::OutcomeUnknown => {
                "the device may have acted: look at its state, and send again only what does no harm twice"
            }
            Self::RegionRedirect => "log in once more at the region that the answer names",
            Self::Unknown => {
                "do not count it as success; try again with growing pauses, and report the code"
            }
        }
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Writes a code with its meaning, if it is known.
fn display(code: i64, meaning: Option<&str>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match meaning {
        Some(meaning) => write!(f, "{code} ({meaning})"),
        None => write!(f, "{code}"),
    }
}
