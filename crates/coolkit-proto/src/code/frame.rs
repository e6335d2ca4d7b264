//! Codes in frames of the WebSocket.

use std::fmt;

use wirejson::Number;

use super::{ErrorClass, display};
use crate::json::{Json, JsonRef};

/// The number in the member `error` of a frame.
///
/// The set is open: a number that is not known keeps its value and is of [`ErrorClass::Unknown`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FrameCode(i64);

macro_rules! codes {
    ($( $(#[$meta:meta])* $name:ident = $code:literal, $class:ident, $meaning:literal; )*) => {
        impl FrameCode {
            $( $(#[$meta])* pub const $name: Self = Self($code); )*

            /// All codes that have a constant.
            pub const KNOWN: &'static [Self] = &[$( Self::$name ),*];

            /// What the number says about the failure.
            #[must_use]
            pub fn class(self) -> ErrorClass {
                match self { $( Self::$name => ErrorClass::$class, )* _ => ErrorClass::Unknown }
            }

            /// A few words about the number, if it is known.
            #[must_use]
            pub fn meaning(self) -> Option<&'static str> {
                match self { $( Self::$name => Some($meaning), )* _ => None }
            }
        }
    };
}

codes! {
    /// It worked. Captured.
    OK = 0, Ok, "ok";
    /// The frame is wrong, or a device refuses a param, for instance one of the wrong JSON type. Documented.
    BAD_REQUEST = 400, Permanent, "bad request";
    /// Not authorized. Documented.
    UNAUTHORIZED = 401, Auth, "unauthorized";
    /// The token expired. Known from HTTP, inferred here.
    TOKEN_EXPIRED = 402, Auth, "token expired";
    /// The device belongs to somebody else. Documented.
    FORBIDDEN = 403, Permanent, "not your device";
    /// The device is not registered. Known from server programs.
    NOT_REGISTERED = 404, Permanent, "device not registered";
    /// At login: the token was replaced or expired, or belongs to another region or appid. On a command: the socket
    /// is not logged in. Captured.
    AUTHENTICATION_FAILED = 406, Auth, "authentication failed";
    /// Not documented; it was followed by 504 for the same command. Captured.
    NOT_DELIVERED = 411, OutcomeUnknown, "undocumented, followed by 504";
    /// As 404, from other server programs.
    REGISTRATION_REFUSED = 415, Permanent, "device not registered";
    /// The cloud failed. Documented.
    SERVER_ERROR = 500, Retryable, "server error";
    /// The device is offline. Documented.
    DEVICE_OFFLINE = 503, DeviceOffline, "device offline";
    /// The device did not answer, which does not mean that it is offline, nor that it did not act. Documented.
    NO_ANSWER = 504, OutcomeUnknown, "device did not answer";
    /// Not documented; overload. Captured.
    OVERLOADED = 529, Retryable, "overloaded";
}

impl FrameCode {
    /// Any number.
    #[must_use]
    pub const fn new(code: i64) -> Self {
        Self(code)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether it is 0.
    #[must_use]
    pub fn is_ok(self) -> bool {
        self == Self::OK
    }

    /// What a program should do about it.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::BAD_REQUEST => {
                "check the types of the params, for devices refuse a number where they expect a text; at login, check appid and version"
            }
            Self::FORBIDDEN => {
                "use the apikey of the device's owner, and your own as selfApikey for a shared device"
            }
            _ => self.class().advice(),
        }
    }
}

impl fmt::Display for FrameCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(self.0, self.meaning(), f)
    }
}

impl From<FrameCode> for Json {
    fn from(code: FrameCode) -> Self {
        Self::from(code.0)
    }
}

/// How the member `error` of a frame reads.
///
/// An integer, a number without fraction such as `0.0`, and a string of digits with an optional sign are codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorField {
    /// There is none, or `null`.
    Absent,
    /// A code.
    Code(FrameCode),
    /// Something that is no code. The frame keeps it; it is never success.
    Unreadable,
}

impl ErrorField {
    /// Reads the member, which may be missing.
    #[must_use]
    pub fn read(error: Option<JsonRef<'_>>) -> Self {
        match read_code(error) {
            None => Self::Absent,
            Some(None) => Self::Unreadable,
            Some(Some(code)) => Self::Code(FrameCode(code)),
        }
    }

    /// The code, if there is a readable one.
    #[must_use]
    pub fn code(self) -> Option<FrameCode> {
        match self {
            Self::Code(code) => Some(code),
            _ => None,
        }
    }

    /// Whether it reads as 0.
    #[must_use]
    pub fn is_ok(self) -> bool {
        self.code().is_some_and(FrameCode::is_ok)
    }

    /// The class of the code; unknown if there is none.
    #[must_use]
    pub fn class(self) -> ErrorClass {
        self.code().map_or(ErrorClass::Unknown, FrameCode::class)
    }
}

/// Absent, not readable, or a code.
pub(super) fn read_code(error: Option<JsonRef<'_>>) -> Option<Option<i64>> {
    let error = error.filter(|error| !error.is_null())?;
    let text = || error.as_str()?.parse().ok();
    Some(error.as_number().map_or_else(text, Number::as_integral))
}
