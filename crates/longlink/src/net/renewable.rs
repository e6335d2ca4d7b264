use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Ask, CredentialSource};
use crate::{Failure, Observation, Secret, Verdict};

/// A credential that can be replaced: by hand, or by a source that is asked after a refusal.
///
/// Clones share the credential.
///
/// ```
/// use longlink::Secret;
/// use longlink::net::Renewable;
///
/// let credential = Renewable::new(Secret::from("yesterday's"));
/// credential.set(Secret::from("today's"));
/// ```
#[derive(Clone)]
pub struct Renewable(Arc<Inner>);

struct Inner {
    source: Option<Arc<dyn CredentialSource>>,
    held: Mutex<Held>,
}

struct Held {
    current: Secret,
    /// The one that the peer has seen last.
    presented: Option<Secret>,
}

impl Renewable {
    /// This credential. A refusal of it is final, until it is replaced.
    #[must_use]
    pub fn new(credential: Secret) -> Self {
        Self::of(credential, None)
    }

    /// This credential, and a source of another one after a refusal. What the source gives is the current one from then
    /// on; the refused one, or an empty one, counts as none.
    #[must_use]
    pub fn with_source(credential: Secret, source: Arc<dyn CredentialSource>) -> Self {
        Self::of(credential, Some(source))
    }

    fn of(current: Secret, source: Option<Arc<dyn CredentialSource>>) -> Self {
        Self(Arc::new(Inner { source, held: Mutex::new(Held { current, presented: None }) }))
    }

    /// Takes another one, for the next attempt. Tell the link, too: [`Link::renewed`](crate::Link::renewed).
    pub fn set(&self, credential: Secret) {
        self.lock().current = credential;
    }

    /// Notes what came of an attempt with this credential: unless it failed before the peer could judge it, the peer has
    /// seen it. One that was not seen is shown after a refusal before the source is asked.
    pub fn presented<T>(&self, credential: &Secret, outcome: &Result<T, Failure>) {
        let is_seen = match outcome {
            Ok(_) => true,
            Err(failure) => failure.verdict() == Verdict::Refresh,
        };
        if is_seen {
            self.lock().presented = Some(credential.clone());
        }
    }

    /// What is held is whole after each change, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl CredentialSource for Renewable {
    async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
        let refused = {
            let held = self.lock();
            if ask == Ask::Current || held.presented.as_ref() != Some(&held.current) {
                return Ok(held.current.clone());
            }
            held.current.clone()
        };
        let none = || Failure::new(Observation::NoCredential);
        let fresh = self.0.source.as_ref().ok_or_else(none)?.credential(ask).await?;
        let mut held = self.lock();
        // The user may have been faster than the source.
        if held.current == refused {
            if fresh == refused || fresh.is_empty() {
                return Err(none());
            }
            held.current = fresh;
        }
        Ok(held.current.clone())
    }
}

impl fmt::Debug for Renewable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_source = self.0.source.is_some();
        f.debug_struct("Renewable").field("has_source", &has_source).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn asked(credential: &Renewable, ask: Ask) -> Result<Secret, Observation> {
        let answer = credential.credential(ask).now_or_never().expect("nothing waits");
        answer.map_err(|failure| failure.observation().clone())
    }

    /// A source that gives this, as any credential is one.
    struct Gives(&'static str);

    #[async_trait]
    impl CredentialSource for Gives {
        async fn credential(&self, _: Ask) -> Result<Secret, Failure> {
            Ok(Secret::from(self.0))
        }
    }

    /// The peer refuses this.
    fn refuse(renewable: &Renewable, credential: &str) {
        let refused = Err::<(), _>(Failure::new(Observation::GreetingUnauthorized));
        renewable.presented(&Secret::from(credential), &refused);
    }

    #[test]
    fn what_was_not_seen_by_the_peer_is_shown_before_the_source_is_asked() {
        let renewable = Renewable::with_source(Secret::from("first"), Arc::new(Gives("second")));
        refuse(&renewable, "first");
        renewable.set(Secret::from("by hand"));
        assert_eq!(asked(&renewable, Ask::Refreshed), Ok(Secret::from("by hand")));
        // The network fails before the peer sees it.
        let cut = Err::<(), _>(Failure::new(Observation::Reset));
        renewable.presented(&Secret::from("by hand"), &cut);
        assert_eq!(asked(&renewable, Ask::Refreshed), Ok(Secret::from("by hand")));
        refuse(&renewable, "by hand");
        assert_eq!(asked(&renewable, Ask::Refreshed), Ok(Secret::from("second")));
    }

    #[test]
    fn what_the_source_gives_after_a_refusal_is_the_current_one_from_then_on() {
        let renewable = Renewable::with_source(Secret::from("first"), Arc::new(Gives("second")));
        assert_eq!(asked(&renewable, Ask::Current), Ok(Secret::from("first")));
        refuse(&renewable, "first");
        assert_eq!(asked(&renewable, Ask::Refreshed), Ok(Secret::from("second")));
        assert_eq!(asked(&renewable, Ask::Current), Ok(Secret::from("second")));
    }

    #[test]
    fn the_refused_credential_or_an_empty_one_is_no_other() {
        for gives in ["first", ""] {
            let renewable = Renewable::with_source(Secret::from("first"), Arc::new(Gives(gives)));
            refuse(&renewable, "first");
            assert_eq!(asked(&renewable, Ask::Refreshed), Err(Observation::NoCredential));
        }
        let alone = Renewable::new(Secret::from("first"));
        refuse(&alone, "first");
        assert_eq!(asked(&alone, Ask::Refreshed), Err(Observation::NoCredential));
    }

    #[test]
    fn what_is_set_is_given_to_the_next_attempt() {
        let renewable = Renewable::new(Secret::from("first"));
        renewable.clone().set(Secret::from("second"));
        assert_eq!(asked(&renewable, Ask::Current), Ok(Secret::from("second")));
    }
}
