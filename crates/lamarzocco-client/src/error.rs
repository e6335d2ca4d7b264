use std::error::Error as StdError;
use std::fmt;

use longlink::{Failure, NotOnline};

/// What a client reports. `Display` says what was wrong, what was expected and what to do; it never holds the token.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The address is not one.
    Address,
    /// There is no token, or it cannot be one.
    Token,
    /// A duration is zero or out of bounds.
    Duration,
    /// A limit is zero or out of bounds.
    Limit,
    /// The client stopped for good; the source is the [`Failure`].
    Stopped,
    /// The client is closed.
    Closed,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self { kind, source: None }
    }

    pub(crate) fn with(
        kind: ErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { kind, source: Some(source.into()) }
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What a person can do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.kind {
            ErrorKind::Address => {
                "give the machine's address, for example 192.168.50.102 or wss://192.168.50.102:8081/messages"
            }
            ErrorKind::Token => "give the machine's local token with `token` or `credentials`",
            ErrorKind::Duration => "give a duration within the bounds",
            ErrorKind::Limit => "give a limit within the bounds",
            ErrorKind::Stopped => {
                self.failure().map_or("mend the cause, then call `retry`", Failure::advice)
            }
            ErrorKind::Closed => "build another client",
        }
    }

    /// Why the client stopped.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.source.as_deref()?.downcast_ref()
    }
}

impl From<NotOnline> for Error {
    fn from(error: NotOnline) -> Self {
        match error {
            NotOnline::Stopped(failure) => Self::with(ErrorKind::Stopped, failure),
            _ => Self::new(ErrorKind::Closed),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ErrorKind::Address => "the address is unusable",
            ErrorKind::Token => "the token is missing or unusable",
            ErrorKind::Duration => "a duration is out of bounds",
            ErrorKind::Limit => "a limit is out of bounds",
            ErrorKind::Stopped => "the client stopped",
            ErrorKind::Closed => "the client is closed",
        })?;
        match &self.source {
            // A failure says what to do by itself.
            Some(source) if source.is::<Failure>() => write!(f, ": {source}"),
            Some(source) => write!(f, ": {source}; {}", self.advice()),
            None => write!(f, ": {}", self.advice()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // `Display` says what the source says; below it there may be more.
        self.source.as_ref()?.source()
    }
}
