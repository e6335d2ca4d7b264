use async_trait::async_trait;
use bytes::Bytes;
use http::header::{self, HeaderValue};

use super::h1::Exchange;
use super::upgrade::{is_html, retry_after};
use super::{Ask, Endpoint, UrlError};
use crate::{Failure, Observation, RetryAfter};

/// A sensible limit for the body of a response.
pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

/// Fetches documents from the host of a link. [`Endpoint`] is the one to use; replace it to go through a tunnel, or to
/// test without a network.
#[async_trait]
pub trait HttpClient: Send + Sync {
    /// Fetches `path`, which begins with `/` and may have a query. The body may have at most `limit` bytes.
    ///
    /// Every status is a response, redirects too: they are not followed. There is no deadline: set one around it.
    /// Cancelling must release every resource.
    ///
    /// # Errors
    /// [`HttpError`] if there is no complete response within the limit.
    async fn get(&self, path: &str, limit: usize) -> Result<HttpResponse, HttpError>;
}

/// A response to [`HttpClient::get`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Bytes,
    /// The header `Retry-After`, if there was a readable one.
    pub retry_after: Option<RetryAfter>,
    /// Whether the body said that it was HTML, as the error pages of content networks do.
    pub is_html: bool,
}

impl HttpResponse {
    /// A response.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, body: body.into(), retry_after: None, is_html: false }
    }

    /// What a status that is no success means for the link.
    #[must_use]
    pub fn refusal(&self) -> Observation {
        let (status, retry_after, html) = (self.status, self.retry_after, self.is_html);
        Observation::Http { status, retry_after, html }
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Shows the status and the length, never the body.
impl std::fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why there is no response.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The path is not one.
    #[error(transparent)]
    Path(#[from] UrlError),
    /// The connection failed; [`Observation::verdict`](crate::Observation::verdict) says whether to try again.
    #[error(transparent)]
    Connection(#[from] Failure),
    /// The body is longer than the limit.
    #[error("the response's body is longer than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
}

/// By a connection of its own for each request, with this endpoint's TLS, credential and headers.
#[async_trait]
impl HttpClient for Endpoint {
    async fn get(&self, path: &str, limit: usize) -> Result<HttpResponse, HttpError> {
        let target = self.target().with_path(path)?;
        let mut request = self.request(&target, Ask::Current).await?;
        request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        let io = self.dial().await?;
        let (response, mut exchange) = Exchange::send(io, request).await?;
        let (head, body) = response.into_parts();
        let status = head.status.as_u16();
        let mut kept = Vec::new();
        let complete = exchange.read_body(body, limit, &mut kept).await?;
        tracing::debug!(target: "longlink", peer = %self.target().authority(), status, bytes = kept.len(), "fetched");
        if complete {
            let mut response = HttpResponse::new(status, kept);
            response.retry_after = retry_after(&head.headers);
            response.is_html = is_html(&head.headers, &response.body);
            Ok(response)
        } else {
            Err(HttpError::TooLarge { limit })
        }
    }
}
