use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use longlink::net::{Ask, CredentialSource};
use longlink::{Failure, Observation, Secret};

/// Who logs in: what a login over HTTP gave, at the vendor's developer platform or by another program.
///
/// `Debug` shows none of it.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub(crate) at: Secret,
    pub(crate) apikey: Secret,
    pub(crate) appid: Secret,
}

impl Credentials {
    /// The access token (`at`), the `apikey` of the user, and the `appid` of the application that the token was given
    /// to. The cloud refuses a token with another appid than its own.
    #[must_use]
    pub fn new(at: impl Into<Secret>, apikey: impl Into<Secret>, appid: impl Into<Secret>) -> Self {
        Self { at: at.into(), apikey: apikey.into(), appid: appid.into() }
    }

    /// What is wrong with them, without a part of them.
    pub(crate) fn fault(&self) -> Option<String> {
        [("access token", &self.at), ("apikey", &self.apikey), ("appid", &self.appid)]
            .into_iter()
            .find_map(|(name, secret)| Some(format!("the {name} {}", fault(secret)?)))
    }
}

/// What is wrong with a credential, without a part of it.
pub(crate) fn fault(secret: &Secret) -> Option<&'static str> {
    let text = secret.expose();
    if text.trim().is_empty() {
        Some("is empty")
    } else if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        Some("holds a space, a line break or a control character")
    } else {
        None
    }
}

/// The access token of the moment. One that was refused is not shown again.
pub(crate) struct Tokens {
    /// Who is asked after a refusal.
    source: Option<Arc<dyn CredentialSource>>,
    current: Mutex<Secret>,
}

impl Tokens {
    pub(crate) fn new(at: Secret, source: Option<Arc<dyn CredentialSource>>) -> Self {
        Self { source, current: Mutex::new(at) }
    }

    /// Takes another token, from now on.
    pub(crate) fn set(&self, at: Secret) {
        *self.lock() = at;
    }

    pub(crate) async fn token(&self, ask: Ask) -> Result<Secret, Failure> {
        let current = self.lock().clone();
        if ask == Ask::Current {
            return Ok(current);
        }
        let none = || Failure::new(Observation::NoCredential);
        let source = self.source.as_ref().ok_or_else(none)?;
        let fresh = source.credential(ask).await?;
        if fresh == current || fault(&fresh).is_some() {
            return Err(none());
        }
        self.set(fresh.clone());
        Ok(fresh)
    }

    /// The token is whole after each change, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, Secret> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("has_source", &self.source.is_some()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use futures::FutureExt;

    use super::*;

    struct Gives(&'static str);

    #[async_trait]
    impl CredentialSource for Gives {
        async fn credential(&self, _: Ask) -> Result<Secret, Failure> {
            Ok(Secret::from(self.0))
        }
    }

    fn refreshed(source: &'static str) -> Result<Secret, Observation> {
        let tokens = Tokens::new(Secret::from("first"), Some(Arc::new(Gives(source))));
        let fresh = tokens.token(Ask::Refreshed).now_or_never().expect("nothing waits");
        fresh.map_err(|failure| failure.observation().clone())
    }

    #[test]
    fn a_refreshed_token_must_be_another_one_than_the_refused_one() {
        assert_eq!(refreshed("second"), Ok(Secret::from("second")));
        for unusable in ["first", "", "two words"] {
            assert_eq!(refreshed(unusable), Err(Observation::NoCredential), "{unusable:?}");
        }
    }

    #[test]
    fn a_refreshed_token_is_the_current_one_from_then_on() {
        let tokens = Tokens::new(Secret::from("first"), Some(Arc::new(Gives("second"))));
        let ask = |ask| tokens.token(ask).now_or_never().expect("nothing waits").ok();
        assert_eq!(ask(Ask::Current), Some(Secret::from("first")));
        assert_eq!(ask(Ask::Refreshed), Some(Secret::from("second")));
        assert_eq!(ask(Ask::Current), Some(Secret::from("second")));
    }

    #[test]
    fn the_fault_of_a_credential_is_told_without_it() {
        let fault = Credentials::new("secret\n", "a", "b").fault().expect("a line break");
        assert_eq!(fault, "the access token holds a space, a line break or a control character");
        assert_eq!(Credentials::new("a", "b", "").fault().as_deref(), Some("the appid is empty"));
        assert_eq!(Credentials::new("a", "b", "c").fault(), None);
    }
}
