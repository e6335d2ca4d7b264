use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Ask, CredentialSource};
use crate::{Failure, Observation, Secret};

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
    current: Mutex<Secret>,
}

impl Renewable {
    /// This credential. A refusal of it is final, until it is replaced.
    #[must_use]
    pub fn new(credential: Secret) -> Self {
        Self(Arc::new(Inner { source: None, current: Mutex::new(credential) }))
    }

    /// This credential, and a source of another one after a refusal. What the source gives is the current one from then
    /// on; the refused one, or an empty one, counts as none.
    #[must_use]
    pub fn with_source(credential: Secret, source: Arc<dyn CredentialSource>) -> Self {
        Self(Arc::new(Inner { source: Some(source), current: Mutex::new(credential) }))
    }

    /// Takes another one, for the next attempt.
    pub fn set(&self, credential: Secret) {
        *self.lock() = credential;
    }

    /// The credential is whole after each change, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, Secret> {
        self.0.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl CredentialSource for Renewable {
    async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
        let current = self.lock().clone();
        if ask == Ask::Current {
            return Ok(current);
        }
        let none = || Failure::new(Observation::NoCredential);
        let fresh = self.0.source.as_ref().ok_or_else(none)?.credential(ask).await?;
        if fresh == current || fresh.is_empty() {
            return Err(none());
        }
        self.set(fresh.clone());
        Ok(fresh)
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

    #[test]
    fn what_the_source_gives_after_a_refusal_is_the_current_one_from_then_on() {
        let renewable = Renewable::with_source(Secret::from("first"), Arc::new(Gives("second")));
        assert_eq!(asked(&renewable, Ask::Current), Ok(Secret::from("first")));
        assert_eq!(asked(&renewable, Ask::Refreshed), Ok(Secret::from("second")));
        assert_eq!(asked(&renewable, Ask::Current), Ok(Secret::from("second")));
    }

    #[test]
    fn the_refused_credential_or_an_empty_one_is_no_other() {
        for gives in ["first", ""] {
            let renewable = Renewable::with_source(Secret::from("first"), Arc::new(Gives(gives)));
            assert_eq!(asked(&renewable, Ask::Refreshed), Err(Observation::NoCredential));
        }
        let alone = Renewable::new(Secret::from("first"));
        assert_eq!(asked(&alone, Ask::Refreshed), Err(Observation::NoCredential));
    }

    #[test]
    fn what_is_set_is_given_to_the_next_attempt() {
        let renewable = Renewable::new(Secret::from("first"));
        renewable.clone().set(Secret::from("second"));
        assert_eq!(asked(&renewable, Ask::Current), Ok(Secret::from("second")));
    }
}
