//! Who may log in.

use coolkit_proto::Secret;

/// The account that a cloud knows. Nothing of it prints.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// The access token.
    pub at: Secret,
    /// The apikey of the user, which is also that of the owner of most devices.
    pub apikey: Secret,
    /// The identifier of the app that got the token.
    pub appid: Secret,
}

impl Account {
    /// An account of the given token, apikey and appid.
    #[must_use]
    pub fn new(at: impl Into<Secret>, apikey: impl Into<Secret>, appid: impl Into<Secret>) -> Self {
        Self { at: at.into(), apikey: apikey.into(), appid: appid.into() }
    }

    /// A new account: 40 hexadecimal digits, a UUID, and 32 letters or digits.
    #[must_use]
    pub fn random() -> Self {
        let mut random = fastrand::Rng::new();
        let at = format!("{:032x}{:08x}", random.u128(..), random.u32(..));
        let digits = format!("{:032x}", random.u128(..));
        let apikey =
            [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
        let appid: String = std::iter::repeat_with(|| random.alphanumeric()).take(32).collect();
        Self::new(at, apikey.join("-"), appid)
    }
}
