//! Error codes, and what to do about each.

use std::fmt;

use crate::command::Command;
use crate::json;
use crate::value::Value;

macro_rules! codes {
    ($( $(#[$meta:meta])* $variant:ident = $number:literal, $name:literal; )*) => {
        /// The code of an error. The names are the vendor's.
        ///
        /// The set is open: a number that is not known, or a string, is kept and is of [`ErrorClass::Unknown`]. `"3"` is
        /// not 3.
        ///
        /// ```
        /// use placeos_proto::{Command, ErrorClass, ErrorCode};
        ///
        /// let code = ErrorCode::from(7);
        /// assert_eq!(code, ErrorCode::UnexpectedFailure);
        /// assert_eq!(code.class(&Command::Bind), ErrorClass::Transient);
        /// assert_eq!(code.class(&Command::Exec), ErrorClass::OutcomeUnknown);
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $( #[doc = concat!($number, ", ", $name, ".")] $(#[$meta])* $variant, )*
            /// Any other number or string, as it was sent.
            Other(Value),
        }

        impl ErrorCode {
            fn of_json(raw: &str) -> Self {
                match raw {
                    $( $number => Self::$variant, )*
                    _ => Self::Other(Value::of_checked(raw)),
                }
            }

            /// As JSON.
            #[must_use]
            pub fn to_value(&self) -> Value {
                match self {
                    $( Self::$variant => Value::of_checked($number), )*
                    Self::Other(value) => value.clone(),
                }
            }

            /// The vendor's name for it, if it is known.
            #[must_use]
            pub fn name(&self) -> Option<&'static str> {
                match self {
                    $( Self::$variant => Some($name), )*
                    Self::Other(_) => None,
                }
            }
        }
    };
}

codes! {
    /// The text was not JSON. [`G1`](crate::Generation::G1) only.
    ParseError = "0", "parse error";
    /// The module has no such function; in G1, a member was missing.
    BadRequest = "1", "bad request";
    /// The function is for support staff or administrators, or the module's name begins with `_`.
    AccessDenied = "2", "access denied";
    /// The function raised. G2 also has it for a request that it could not read, with id 0.
    RequestFailed = "3", "request failed";
    /// There is no such command. G1 only.
    UnknownCommand = "4", "unknown command";
    /// There is no such system. G1 only; later servers say 6 or 7.
    SystemNotFound = "5", "system not found";
    /// There is no such module or system, or no such trigger. To `bind` it is also the answer when the server could not
    /// subscribe; a missing module is no error there.
    ModuleNotFound = "6", "module not found";
    /// The server failed inside. To `exec` also: denied by the permissions of a zone.
    UnexpectedFailure = "7", "unexpected failure";
}

/// What a code means for the one who gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The same request fails again.
    Permanent,
    /// This user may not.
    Permission,
    /// The function ran, and failed. It may have acted before.
    Remote,
    /// It fails until the installation changes.
    NotFound,
    /// The server could not do it now.
    Transient,
    /// The function may or may not have acted.
    OutcomeUnknown,
    /// Nothing is known of this code.
    Unknown,
}

impl ErrorCode {
    /// A number or a string; nothing else is a code.
    pub(crate) fn read(raw: &str) -> Option<Self> {
        let is_code = raw.starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit());
        is_code.then(|| Self::of_json(raw))
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        self.to_value().as_i64()
    }

    /// What it means as the answer to a command.
    #[must_use]
    pub fn class(&self, command: &Command) -> ErrorClass {
        let is_exec = *command == Command::Exec;
        match self {
            Self::ParseError | Self::BadRequest | Self::UnknownCommand => ErrorClass::Permanent,
            Self::AccessDenied => ErrorClass::Permission,
            Self::RequestFailed => ErrorClass::Remote,
            Self::SystemNotFound => ErrorClass::NotFound,
            Self::ModuleNotFound if is_exec => ErrorClass::NotFound,
            Self::UnexpectedFailure if is_exec => ErrorClass::OutcomeUnknown,
            Self::ModuleNotFound | Self::UnexpectedFailure => ErrorClass::Transient,
            Self::Other(_) => ErrorClass::Unknown,
        }
    }

    /// What a program should do about it as the answer to a command.
    #[must_use]
    pub fn advice(&self, command: &Command) -> &'static str {
        match self {
            Self::BadRequest if *command == Command::Exec => {
                "check the name of the function: the module has none of this name"
            }
            Self::ModuleNotFound if *command == Command::Exec => {
                "check the system, the name of the module and its index"
            }
            _ => self.class(command).advice(),
        }
    }
}

impl ErrorClass {
    /// What a program should do about a failure of this class.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Permanent => "correct the request: the same one is refused again",
            Self::Permission => "use a credential of somebody who may: the server logs attempts",
            Self::Remote => {
                "read the message: the function ran and failed; call it again only if it does no harm twice"
            }
            Self::NotFound => "check the names: it fails until the installation changes",
            Self::Transient => "try again a few times, with growing pauses",
            Self::OutcomeUnknown => {
                "the function may have acted: look at the state, and check the permissions of the zones"
            }
            Self::Unknown => "do not try again by itself, and report the code",
        }
    }
}

impl From<i64> for ErrorCode {
    fn from(number: i64) -> Self {
        Self::of_json(&number.to_string())
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_value();
        match self.name() {
            Some(name) => write!(f, "{value} ({name})"),
            None => f.write_str(&json::excerpt(value.json(), 0)),
        }
    }
}

/// What a server answers to a request that it refuses, or that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct RemoteError {
    /// The code; absent if the server sent none, or something that is no code.
    pub code: Option<ErrorCode>,
    /// A number like those of HTTP, 500 for most, or what the driver set. It is *not* the code, and says nothing about
    /// what to do. Servers have sent it since March 2022.
    pub status: Option<i64>,
    /// Some words, often `module raised: …`; may be empty. It comes from a driver: take it as untrusted text.
    pub message: Option<Box<str>>,
}

impl RemoteError {
    /// What it means as the answer to a command.
    #[must_use]
    pub fn class(&self, command: &Command) -> ErrorClass {
        self.code.as_ref().map_or(ErrorClass::Unknown, |code| code.class(command))
    }

    /// What a program should do about it as the answer to a command.
    #[must_use]
    pub fn advice(&self, command: &Command) -> &'static str {
        let unknown = || ErrorClass::Unknown.advice();
        self.code.as_ref().map_or_else(unknown, |code| code.advice(command))
    }
}

/// The code, and at most 512 bytes of the message, escaped.
impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "error {code}")?,
            None => f.write_str("error without a code")?,
        }
        match self.message.as_deref() {
            None | Some("") => Ok(()),
            Some(message) => write!(f, ": {}", json::piece(message, 0, 512)),
        }
    }
}
