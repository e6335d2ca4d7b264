//! What went wrong with a link, and what follows from it: one table.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

mod observation;
mod verdict;

pub use observation::{Observation, RetryAfter, TlsFault, UpgradeFault};
pub use verdict::{StopReason, Verdict};

/// Why a connection, or an attempt at one, ended: the observation and the error below it.
///
/// `Display` says what was seen and what to do about it; the error below it is the
/// [`source`](std::error::Error::source). Neither holds a credential. Cloning is cheap.
#[derive(Clone)]
pub struct Failure(Arc<Inner>);

/// Behind a pointer: everything that may fail has room for it, and moves it about.
struct Inner {
    observation: Observation,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// A failure that is told by the observation alone.
    #[must_use]
    pub fn new(observation: Observation) -> Self {
        Self(Arc::new(Inner { observation, source: None }))
    }

    /// A failure with the error that caused it. The error's text must not hold a credential.
    #[must_use]
    pub fn with_source(
        observation: Observation,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self(Arc::new(Inner { observation, source: Some(source.into()) }))
    }

    /// What was seen.
    #[must_use]
    pub fn observation(&self) -> &Observation {
        &self.0.observation
    }

    /// What the engine does about it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.0.observation.verdict()
    }

    /// What was seen, as `Display` says it, without what to do about it.
    #[must_use]
    pub fn seen(&self) -> impl fmt::Display + '_ {
        Seen(self)
    }

    /// What a person can do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        self.0.observation.advice()
    }
}

impl From<Observation> for Failure {
    fn from(observation: Observation) -> Self {
        Self::new(observation)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { observation, source } = &*self.0;
        let mut failure = f.debug_struct("Failure");
        failure.field("observation", observation).field("source", source).finish()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.seen(), self.advice())
    }
}

struct Seen<'f>(&'f Failure);

impl fmt::Display for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { observation, source } = &*self.0.0;
        write!(f, "{observation}")?;
        // These say little by themselves.
        let is_vague = matches!(
            observation,
            Observation::Io
                | Observation::Tls(TlsFault::Other)
                | Observation::GreetingUnauthorized
                | Observation::GreetingRejected
                | Observation::GreetingBusy
                | Observation::UntrustedHost
                | Observation::NoCredential
        );
        match source {
            Some(source) if is_vague => write!(f, ": {source}"),
            _ => Ok(()),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_ref().map(|source| source.as_ref() as &(dyn Error + 'static))
    }
}

/// The longest that a peer's `Retry-After` is obeyed.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);
