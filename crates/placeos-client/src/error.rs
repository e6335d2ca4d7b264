use std::error::Error as StdError;
use std::fmt;

use longlink::{Failure, NotOnline, NotSent, Outcome, StopReason, Verdict};
use placeos_proto::{Command, ErrorClass, RemoteError};

use crate::dialect::Answer;

/// What a client reports. `Display` says what was wrong, what was expected and what to do; it never holds a credential.
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
    /// There is no credential, or it cannot be one.
    Credential,
    /// A duration is out of bounds.
    Duration,
    /// A limit is out of bounds.
    Limit,
    /// The module's id is not one.
    ModuleId,
    /// The arguments are no array of JSON. Nothing was sent.
    Args,
    /// The server answered with an error: see [`Error::remote`].
    Remote,
    /// The function has run, and its result is of another type.
    Undecodable,
    /// No answer came in time. If the request was `sent`, the function may have run.
    TimedOut {
        /// Whether it was sent.
        sent: bool,
    },
    /// The connection was lost after the request was sent: the function may have run.
    Disconnected,
    /// Not connected: the request was not sent.
    NotConnected,
    /// Too many requests wait: this one was not sent.
    QueueFull,
    /// The request is too long: it was not sent.
    TooLong,
    /// The server refuses the credential.
    Unauthorized,
    /// The credential does not allow the control socket, as that of a guest.
    Forbidden,
    /// The client stopped for another reason; the source is the [`Failure`].
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

    /// The result of a call.
    pub(crate) fn of_outcome(
        outcome: Outcome<Answer, Box<RemoteError>>,
        failure: impl FnOnce() -> Option<Failure>,
    ) -> Result<Answer, Self> {
        let kind = match outcome {
            Outcome::Ok(answer) => return Ok(answer),
            Outcome::Remote(error) => return Err(Self::with(ErrorKind::Remote, *error)),
            Outcome::Timeout { sent } => ErrorKind::TimedOut { sent },
            Outcome::NotSent(NotSent::Full) => ErrorKind::QueueFull,
            Outcome::NotSent(NotSent::TooLong) => ErrorKind::TooLong,
            Outcome::NotSent(NotSent::Stopped(reason)) => stopped(reason),
            Outcome::NotSent(NotSent::Closed) | Outcome::Closed => ErrorKind::Closed,
            Outcome::NotSent(_) => ErrorKind::NotConnected,
            _ => ErrorKind::Disconnected,
        };
        Err(match failure() {
            Some(failure) if !matches!(kind, ErrorKind::Closed | ErrorKind::QueueFull) => {
                Self::with(kind, failure)
            }
            _ => Self::new(kind),
        })
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the function may have run all the same. If so, call it again only if it does no harm twice.
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        match self.kind {
            ErrorKind::Undecodable
            | ErrorKind::Disconnected
            | ErrorKind::TimedOut { sent: true } => true,
            ErrorKind::Remote => {
                let class = self.remote().map(|error| error.class(&Command::Exec));
                !matches!(
                    class,
                    Some(ErrorClass::Permanent | ErrorClass::Permission | ErrorClass::NotFound)
                )
            }
            _ => false,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.kind {
            ErrorKind::Address => {
                "give the server's domain or base URL, for example https://example.com"
            }
            ErrorKind::Credential => {
                "give an API key (ID.SECRET) with `api_key`, or a token with `bearer`"
            }
            ErrorKind::Duration => "give a duration within the bounds",
            ErrorKind::Limit => "give a limit within the bounds",
            ErrorKind::ModuleId => "give the module's id, mod-…; its name would get no log",
            ErrorKind::Args => "nothing was sent",
            ErrorKind::Remote => {
                let advice = self.remote().map(|error| error.advice(&Command::Exec));
                advice.unwrap_or_else(|| ErrorClass::Unknown.advice())
            }
            ErrorKind::Undecodable => "expect another type, or take the value as it is",
            ErrorKind::Disconnected | ErrorKind::TimedOut { sent: true } => {
                "the function may have run: look at the state, and call again only what does no harm twice"
            }
            ErrorKind::TimedOut { sent: false } => {
                self.failure().map_or("wait longer, or send less at once", Failure::advice)
            }
            ErrorKind::NotConnected => {
                "wait for `Client::online` first, or let the request wait with `Call::wait_until_online`"
            }
            ErrorKind::QueueFull => "wait for answers before sending more",
            ErrorKind::TooLong => "send fewer arguments at once",
            ErrorKind::Unauthorized => "give another credential with `set_credential`",
            ErrorKind::Forbidden => {
                "use the credential of a user who may control systems; guests may not"
            }
            ErrorKind::Stopped => {
                self.failure().map_or("mend the cause, then call `retry`", Failure::advice)
            }
            ErrorKind::Closed => "build another client",
        }
    }

    /// Why there is no connection.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.source.as_deref()?.downcast_ref()
    }

    /// What the server answered.
    #[must_use]
    pub fn remote(&self) -> Option<&RemoteError> {
        self.source.as_deref()?.downcast_ref()
    }
}

/// The kind of a stop.
fn stopped(reason: StopReason) -> ErrorKind {
    match reason {
        StopReason::Unauthorized => ErrorKind::Unauthorized,
        StopReason::Forbidden => ErrorKind::Forbidden,
        _ => ErrorKind::Stopped,
    }
}

impl From<NotOnline> for Error {
    fn from(error: NotOnline) -> Self {
        match error {
            NotOnline::Stopped(failure) => {
                let kind = match failure.verdict() {
                    Verdict::Stop(reason) => stopped(reason),
                    // A refresh that was refused, too.
                    Verdict::Refresh => ErrorKind::Unauthorized,
                    _ => ErrorKind::Stopped,
                };
                Self::with(kind, failure)
            }
            _ => Self::new(ErrorKind::Closed),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ErrorKind::Address => "the address is unusable",
            ErrorKind::Credential => "the credential is missing or unusable",
            ErrorKind::Duration => "a duration is out of bounds",
            ErrorKind::Limit => "a limit is out of bounds",
            ErrorKind::ModuleId => "the module's id is unusable",
            ErrorKind::Args => "the arguments are unusable",
            ErrorKind::Remote => "the server refused, or the function failed",
            ErrorKind::Undecodable => "the result is of another type",
            ErrorKind::TimedOut { sent: true } => "the request was sent and not answered in time",
            ErrorKind::TimedOut { sent: false } => "the request could not be sent in time",
            ErrorKind::Disconnected => "the connection was lost before the answer",
            ErrorKind::NotConnected => "not connected; the request was not sent",
            ErrorKind::QueueFull => "too many requests wait; this one was not sent",
            ErrorKind::TooLong => "the request is too long; it was not sent",
            ErrorKind::Unauthorized => "the server refuses the credential",
            ErrorKind::Forbidden => "the credential does not allow this",
            ErrorKind::Stopped => "the client stopped",
            ErrorKind::Closed => "the client is closed",
        })?;
        if let Some(source) = &self.source {
            match source.downcast_ref::<Failure>() {
                Some(failure) => write!(f, " ({})", failure.seen())?,
                None => write!(f, ": {source}")?,
            }
        }
        write!(f, ": {}", self.advice())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // `Display` says what the source says; below it there may be more.
        self.source.as_ref()?.source()
    }
}
