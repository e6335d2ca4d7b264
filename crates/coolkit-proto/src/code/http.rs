//! Codes in HTTP answers: dispatch, login, control.

use std::fmt;

use super::frame::read_code;
use super::{ErrorClass, display};
use crate::json::JsonRef;

/// Which HTTP interface an answer came from; two codes mean different things in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ApiVersion {
    /// `/api/...`, until 2020.
    V1,
    /// `/v2/...`.
    #[default]
    V2,
}

/// The number in the member `error` of an HTTP answer. The set is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HttpCode(i64);

impl HttpCode {
    /// It worked.
    pub const OK: Self = Self(0);
    /// The account lives in another region, which the answer names. Version 1.
    pub const REDIRECT_V1: Self = Self(301);
    /// The account lives in another region, which the answer names. Version 2.
    pub const REDIRECT_V2: Self = Self(10004);

    /// Any number.
    #[must_use]
    pub const fn new(code: i64) -> Self {
        Self(code)
    }

    /// Reads the member `error`; `None` if it is missing or no code.
    #[must_use]
    pub fn read(error: Option<JsonRef<'_>>) -> Option<Self> {
        read_code(error).flatten().map(Self)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// What the number says about the failure.
    #[must_use]
    pub fn class(self, version: ApiVersion) -> ErrorClass {
        match (self.0, version) {
            (0, _) => ErrorClass::Ok,
            (301 | 10004, _) => ErrorClass::RegionRedirect,
            (401 | 402, _) | (406, ApiVersion::V1) => ErrorClass::Auth,
            (
                400
                | 403..=405
                | 407
                | 409
                | 412
                | 498
                | 10001..=10003
                | 10009
                | 10014
                | 20001..=20003
                | 30003
                | 30007..=30019,
                _,
            )
            | (406, ApiVersion::V2) => ErrorClass::Permanent,
            (500 | 503 | 504 | 10010 | 160_038, _) => ErrorClass::Retryable,
            (30022, _) => ErrorClass::DeviceOffline,
            (4002, _) => ErrorClass::OutcomeUnknown,
            _ => ErrorClass::Unknown,
        }
    }

    /// A few words about the number, if it is known. Documented or captured.
    #[must_use]
    pub fn meaning(self, version: ApiVersion) -> Option<&'static str> {
        Some(match (self.0, version) {
            (0, _) => "ok",
            (301 | 10004, _) => "the account is in another region",
            (400 | 498, _) => "bad request",
            (401, ApiVersion::V1) => "wrong account or password",
            (401, ApiVersion::V2) => "token invalid, usually logged in elsewhere",
            (402, _) => "token expired",
            (403, _) => "no permission, or quota used up",
            (404, _) => "not found",
            (406, ApiVersion::V1) => "appid or signature refused",
            (406, ApiVersion::V2) => "access denied",
            (407, _) => "the appid has no permission",
            (412, _) => "quota used up",
            (500 | 503 | 504, _) => "server error",
            (4002, _) => "control failed",
            (10010 | 160_038, _) => "too many requests",
            (30022, _) => "device offline",
            _ => return None,
        })
    }

    /// What a program should do about it.
    #[must_use]
    pub fn advice(self, version: ApiVersion) -> &'static str {
        match self.0 {
            403 | 412 => "check the permissions and the monthly quota of the appid",
            407 => "apply for the permission of this interface for the appid",
            10010 | 160_038 => "send less often: one call of an interface per half second",
            _ => self.class(version).advice(),
        }
    }
}

impl fmt::Display for HttpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(self.0, self.meaning(ApiVersion::default()), f)
    }
}
