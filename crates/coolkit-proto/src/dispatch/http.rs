//! Answers of the vendor's HTTP interfaces, as far as a source of tokens needs to read them.

use super::region::Region;
use crate::code::{ApiVersion, ErrorClass, HttpCode};
use crate::error::Malformed;
use crate::frame::Frame;
use crate::json::{Object, ObjectRef};

/// An HTTP answer: the status, and the body if it is a JSON object.
///
/// ```
/// use coolkit_proto::{ApiVersion, ErrorClass, dispatch::HttpReply};
///
/// let reply = HttpReply::new(503, b"<html>Service Unavailable</html>");
/// assert_eq!(reply.class(ApiVersion::V2), ErrorClass::Retryable);
/// assert_eq!(reply.body().unwrap_err().excerpt(), Some("<html>Service Unavailable</html>"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct HttpReply {
    status: u16,
    body: Result<Object, Malformed>,
}

/// Follows the one redirect to another region that an account may need.
///
/// ```
/// use coolkit_proto::dispatch::{HttpReply, RedirectError, Redirects, Region};
///
/// let reply = HttpReply::new(200, br#"{"error":10004,"data":{"region":"eu"}}"#);
/// let mut redirects = Redirects::new();
/// assert_eq!(redirects.follow(&reply), Ok(Some(Region::Eu)));
/// assert_eq!(redirects.follow(&reply), Err(RedirectError::Again));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redirects {
    has_followed: bool,
}

/// A redirect that must not be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectError {
    /// It was the second one.
    #[error("the cloud redirects to another region a second time")]
    Again,
    /// It names no region, or one that is not known.
    #[error("the cloud redirects to no known region")]
    UnknownRegion,
}

impl HttpReply {
    /// Reads an answer.
    #[must_use]
    pub fn new(status: u16, body: &[u8]) -> Self {
        let body = std::str::from_utf8(body)
            .map_err(|error| crate::frame::classify::not_utf8(body, error))
            .and_then(|text| Frame::decode(text).map(Frame::into_members));
        Self { status, body }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body.
    ///
    /// # Errors
    ///
    /// If it is no JSON object.
    pub fn body(&self) -> Result<ObjectRef<'_>, &Malformed> {
        self.body.as_ref().map(Object::view)
    }

    /// The code: the member `error`, or the status if that is no success and there is no such member.
    #[must_use]
    pub fn code(&self) -> Option<HttpCode> {
        let error = self.body().ok().and_then(|body| body.present("error"));
        match error {
            Some(error) => HttpCode::read(Some(error)),
            None if (200..300).contains(&self.status) => None,
            None => Some(HttpCode::new(self.status.into())),
        }
    }

    /// What the answer means. A success without a code is of unknown class.
    #[must_use]
    pub fn class(&self, version: ApiVersion) -> ErrorClass {
        self.code().map_or(ErrorClass::Unknown, |code| code.class(version))
    }

    /// The region to go to, if the answer is a redirect: `data.region` with 10004, `region` with 301. The text of the
    /// region is checked by [`Redirects::follow`].
    fn region(&self) -> Option<&str> {
        let body = self.body().ok()?;
        match HttpCode::read(body.get("error"))? {
            HttpCode::REDIRECT_V1 => Some(body.text("region").unwrap_or_default()),
            HttpCode::REDIRECT_V2 => {
                let data = body.get("data").and_then(|data| data.get("region"));
                Some(data.and_then(|region| region.as_str()).unwrap_or_default())
            }
            _ => None,
        }
    }
}

impl Redirects {
    /// None was followed yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { has_followed: false }
    }

    /// The region to ask next; `None` if the answer is no redirect.
    ///
    /// # Errors
    ///
    /// If the answer is the second redirect, or names no known region.
    pub fn follow(&mut self, reply: &HttpReply) -> Result<Option<Region>, RedirectError> {
        let Some(region) = reply.region() else {
            return Ok(None);
        };
        if self.has_followed {
            return Err(RedirectError::Again);
        }
        let region = region.parse().map_err(|_| RedirectError::UnknownRegion)?;
        self.has_followed = true;
        Ok(Some(region))
    }
}
