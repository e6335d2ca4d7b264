//! The question where to connect.

use super::region::Region;
use crate::json::Object;
use crate::secret::Secret;

/// An HTTP request to the dispatch. It is made before **every** attempt to connect.
///
/// ```
/// use coolkit_proto::dispatch::{DispatchRequest, Method, Region};
///
/// let request = DispatchRequest::to(Region::Eu);
/// assert_eq!(request.method(), Method::Get);
/// assert_eq!(request.url(), "https://eu-dispa.coolkit.cc/dispatch/app");
/// assert_eq!(request.authorization(), None);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DispatchRequest {
    method: Method,
    url: String,
    authorization: Option<Secret>,
    body: Option<Object>,
}

/// The method of an HTTP request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
}

impl Method {
    /// The method in capitals.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl DispatchRequest {
    /// Asks the dispatch of a region. Documented.
    #[must_use]
    pub fn to(region: Region) -> Self {
        Self::get(&format!("{region}-dispa.{}", region.domain()))
    }

    /// Asks without a region. Known from client code.
    #[must_use]
    pub fn without_region() -> Self {
        Self::get("dispa.coolkit.cc")
    }

    /// Asks the vendor's test environment. Known from client code.
    #[must_use]
    pub fn test_environment() -> Self {
        Self::get("test-dispa.coolkit.cn")
    }

    /// The older form, with a body. Documented. `nonce` is eight random letters or digits, `ts` Unix time in seconds.
    #[must_use]
    pub fn legacy(region: Region, appid: &Secret, nonce: &str, ts: u64) -> Self {
        let body = Object::new()
            .with("accept", "ws")
            .with("appid", appid.expose())
            .with("nonce", nonce)
            .with("ts", ts)
            .with("version", 8_u8);
        Self {
            method: Method::Post,
            url: format!("https://{region}-disp.{}:8080/dispatch/app", region.domain()),
            authorization: None,
            body: Some(body),
        }
    }

    /// The request with the access token, which the documents ask for and the dispatch does not need.
    #[must_use]
    pub fn with_token(mut self, at: &Secret) -> Self {
        self.authorization = Some(Secret::from(format!("Bearer {}", at.expose())));
        self
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The value of the header `Authorization`, if there is to be one.
    #[must_use]
    pub fn authorization(&self) -> Option<&Secret> {
        self.authorization.as_ref()
    }

    /// The body, if there is one: JSON.
    #[must_use]
    pub fn body(&self) -> Option<String> {
        self.body.as_ref().map(Object::encode)
    }

    fn get(host: &str) -> Self {
        let url = format!("https://{host}/dispatch/app");
        Self { method: Method::Get, url, authorization: None, body: None }
    }
}
