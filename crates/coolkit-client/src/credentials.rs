use longlink::Secret;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fault_of_a_credential_is_told_without_it() {
        let fault = Credentials::new("secret\n", "a", "b").fault().expect("a line break");
        assert_eq!(fault, "the access token holds a space, a line break or a control character");
        assert_eq!(Credentials::new("a", "b", "").fault().as_deref(), Some("the appid is empty"));
        assert_eq!(Credentials::new("a", "b", "c").fault(), None);
    }
}
