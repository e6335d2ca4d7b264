use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use coolkit_proto::dispatch::DispatchError;
use coolkit_proto::{ErrorClass, FrameCode, Reply};
use longlink::{Failure, NotOnline, NotSent, Outcome, StopReason};

/// What a client reports. `Display` says what was wrong, what was expected and what to do; it never holds a credential.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// An earlier try of the same command may have acted.
    has_acted_before: bool,
}

/// What kind of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The address is not one, or there is none.
    Address,
    /// The credentials cannot be right.
    Credentials,
    /// A duration is out of bounds.
    Duration,
    /// A limit is out of bounds.
    Limit,
    /// The device's identifier is not one.
    DeviceId,
    /// The action is one that only the client itself may send.
    Action,
    /// The cloud or the device answered with an error: see [`Error::rejection`].
    Rejected,
    /// The answer has no readable code: the device may have acted.
    NoVerdict,
    /// No answer came in time. If the command was `sent`, the device may have acted.
    TimedOut {
        /// Whether it was sent.
        sent: bool,
    },
    /// The connection was lost after the command was sent: the device may have acted.
    Disconnected,
    /// Not connected: the command was not sent.
    NotConnected,
    /// Too many commands wait: this one was not sent.
    QueueFull,
    /// The command is too long: it was not sent.
    TooLong,
    /// The cloud refuses the token: most likely another program has logged in to the account with this appid.
    AuthLost,
    /// The cloud refuses what the login says, apart from the token.
    ConfigRejected,
    /// The client stopped for another reason; the source is the [`Failure`].
    Stopped,
    /// The client is closed.
    Closed,
}

/// What the cloud or a device answered to a command that was not acknowledged.
#[derive(Clone, Debug)]
pub struct Rejection(Arc<Reply>);

impl Rejection {
    /// The code, if there is a readable one.
    #[must_use]
    pub fn code(&self) -> Option<FrameCode> {
        self.0.frame().error().code()
    }

    /// What the code means.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        self.0.frame().error().class()
    }

    /// The answer.
    #[must_use]
    pub fn reply(&self) -> &Reply {
        &self.0
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code() {
            Some(code) => write!(f, "the answer is {code}"),
            None => f.write_str("the answer has no readable code"),
        }
    }
}

impl StdError for Rejection {}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self { kind, source: None, has_acted_before: false }
    }

    pub(crate) fn with(
        kind: ErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { kind, source: Some(source.into()), has_acted_before: false }
    }

    /// The same after tries of which one may have acted.
    pub(crate) fn after(self, has_acted_before: bool) -> Self {
        Self { has_acted_before, ..self }
    }

    /// The result of a call.
    pub(crate) fn of_outcome(
        outcome: Outcome<Arc<Reply>, Arc<Reply>>,
        failure: impl FnOnce() -> Option<Failure>,
    ) -> Result<Arc<Reply>, Self> {
        let kind = match outcome {
            Outcome::Ok(reply) => return Ok(reply),
            Outcome::Remote(reply) => {
                let rejection = Rejection(reply);
                let kind = match rejection.code() {
                    Some(_) => ErrorKind::Rejected,
                    None => ErrorKind::NoVerdict,
                };
                return Err(Self::with(kind, rejection));
            }
            Outcome::Timeout { sent } => ErrorKind::TimedOut { sent },
            Outcome::Indeterminate => ErrorKind::Disconnected,
            Outcome::NotSent(NotSent::Full) => ErrorKind::QueueFull,
            Outcome::NotSent(NotSent::TooLong) => ErrorKind::TooLong,
            Outcome::NotSent(NotSent::Stopped(reason)) => stopped(reason),
            Outcome::NotSent(NotSent::Closed) | Outcome::Closed => ErrorKind::Closed,
            _ => ErrorKind::NotConnected,
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

    /// Whether the device may have acted on the command all the same. If so, look at its state, and send again only
    /// what does no harm twice.
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        if self.has_acted_before {
            return true;
        }
        match self.kind {
            ErrorKind::NoVerdict | ErrorKind::Disconnected | ErrorKind::TimedOut { sent: true } => {
                true
            }
            ErrorKind::Rejected => {
                let class = self.rejection().map(Rejection::class);
                matches!(class, Some(ErrorClass::OutcomeUnknown | ErrorClass::Unknown))
            }
            _ => false,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.kind {
            ErrorKind::Address => {
                "give a region; or a dispatch such as https://eu-dispa.coolkit.cc/dispatch/app, or an endpoint such as wss://us-pconnect3.coolkit.cc:8080/api/ws"
            }
            ErrorKind::Action => "the client logs in by itself, once on each connection",
            ErrorKind::Credentials => {
                "give the access token (at), the apikey and the appid of one login"
            }
            ErrorKind::Duration => "give a duration within the bounds",
            ErrorKind::Limit => "give a limit within the bounds",
            ErrorKind::DeviceId => {
                "give the device's identifier, such as 1000abcdef: the app shows it in the device's settings"
            }
            ErrorKind::Rejected => match self.rejection().map(Rejection::code) {
                Some(Some(FrameCode::FORBIDDEN)) => {
                    "check the device's identifier; of a device that another account shares, give the owner with `owned_by`"
                }
                Some(Some(code)) => code.advice(),
                _ => ErrorClass::Unknown.advice(),
            },
            ErrorKind::NoVerdict | ErrorKind::Disconnected | ErrorKind::TimedOut { sent: true } => {
                ErrorClass::OutcomeUnknown.advice()
            }
            ErrorKind::TimedOut { sent: false } => {
                self.failure().map_or("wait longer, or send less at once", Failure::advice)
            }
            ErrorKind::NotConnected => {
                "wait for `Client::online` first, or let the command wait with `Command::wait_until_online`"
            }
            ErrorKind::QueueFull => "wait for answers before sending more",
            ErrorKind::TooLong => "send fewer params at once",
            ErrorKind::AuthLost => {
                "log in anew, give the token to `set_token`, and let no other program use this account with this appid; a token of another region is refused, too"
            }
            ErrorKind::ConfigRejected => match self.dispatch() {
                Some(error) if error.class() == ErrorClass::RegionRedirect => {
                    "the account lives in another region: give that one to `region`"
                }
                Some(error) => error.advice(),
                None => "check the apikey, the appid and the region",
            },
            ErrorKind::Stopped if self.dispatch().is_some() => {
                "if you trust that host, allow its domain with `allow_domain`"
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

    /// What the dispatch refused.
    fn dispatch(&self) -> Option<&DispatchError> {
        self.failure()?.source()?.downcast_ref()
    }

    /// What was answered.
    #[must_use]
    pub fn rejection(&self) -> Option<&Rejection> {
        self.source.as_deref()?.downcast_ref()
    }
}

/// The kind of a stop.
fn stopped(reason: StopReason) -> ErrorKind {
    match reason {
        StopReason::Unauthorized => ErrorKind::AuthLost,
        StopReason::Rejected => ErrorKind::ConfigRejected,
        _ => ErrorKind::Stopped,
    }
}

impl From<NotOnline> for Error {
    fn from(error: NotOnline) -> Self {
        match error {
            NotOnline::Stopped(failure) => {
                let kind = match failure.verdict() {
                    longlink::Verdict::Stop(reason) => stopped(reason),
                    // A refresh that was refused, too.
                    longlink::Verdict::Refresh => ErrorKind::AuthLost,
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
            ErrorKind::Credentials => "the credentials are unusable",
            ErrorKind::Duration => "a duration is out of bounds",
            ErrorKind::Limit => "a limit is out of bounds",
            ErrorKind::DeviceId => "the device's identifier is unusable",
            ErrorKind::Action => "the action is none for users",
            ErrorKind::Rejected => "the command was rejected",
            ErrorKind::NoVerdict => "the answer does not say whether the command worked",
            ErrorKind::TimedOut { sent: true } => "the command was sent and not answered in time",
            ErrorKind::TimedOut { sent: false } => "the command could not be sent in time",
            ErrorKind::Disconnected => "the connection was lost before the answer",
            ErrorKind::NotConnected => "not connected; the command was not sent",
            ErrorKind::QueueFull => "too many commands wait; this one was not sent",
            ErrorKind::TooLong => "the command is too long; it was not sent",
            ErrorKind::AuthLost => "the cloud refuses the token",
            ErrorKind::ConfigRejected => "the cloud refuses the login",
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
