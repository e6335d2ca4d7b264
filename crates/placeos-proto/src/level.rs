//! How much a log line matters.

use std::fmt;

use crate::json;
use crate::value::Value;

macro_rules! levels {
    ($( $(#[$meta:meta])* $variant:ident = $text:literal, )*) => {
        /// How much a log line matters.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Level {
            $( $(#[$meta])* #[doc = concat!("`", $text, "` on the wire.")] $variant, )*
            /// Any other string or number, as it was sent.
            Other(Value),
        }

        impl Level {
            /// A string or a number; nothing else is a level.
            pub(crate) fn read(raw: &str) -> Option<Self> {
                match json::unquote(raw).as_deref() {
                    $( Some($text) => Some(Self::$variant), )*
                    _ => raw
                        .starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit())
                        .then(|| Self::Other(Value::of_checked(raw))),
                }
            }

            /// As JSON.
            #[must_use]
            pub fn to_value(&self) -> Value {
                match self {
                    $( Self::$variant => Value::from($text), )*
                    Self::Other(value) => value.clone(),
                }
            }
        }

        impl fmt::Display for Level {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( Self::$variant => f.write_str($text), )*
                    Self::Other(value) => f.write_str(&json::excerpt(value.json(), 0)),
                }
            }
        }
    };
}

levels! {
    Trace = "trace",
    Debug = "debug",
    Info = "info",
    Notice = "notice",
    Warn = "warn",
    Error = "error",
    Fatal = "fatal",
    None = "none",
    /// Known from [`Generation::G1`](crate::Generation::G1).
    Unknown = "unknown",
}
