use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode, Version};
use hyper::body::Incoming;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::h1::Exchange;
use super::stream::Io;
use super::{Ask, Endpoint};
use crate::{Failure, Observation, RetryAfter, UpgradeFault};

/// How much of a refusal's body is kept, and how long it is waited for.
const BODY_LIMIT: usize = 4 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_millis(500);

/// The HTTP response that came instead of an upgrade, as the [source](std::error::Error::source) of the [`Failure`].
///
/// `Debug` and `Display` do not show the body: it is untrusted text and may repeat the request.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    status: u16,
    body: Bytes,
}

impl Refusal {
    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first 4 KiB of the body, if they came in time.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}, {} bytes of body kept", self.status, self.body.len())
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({self})")
    }
}

impl std::error::Error for Refusal {}

/// Connects and upgrades to WebSocket. Gives the stream and what was read beyond the response's header.
///
/// The request is written by hyper, not by tungstenite, which would log it with the credential.
pub(super) async fn upgrade(endpoint: &Endpoint, ask: Ask) -> Result<(Io, Bytes), Failure> {
    let mut request = endpoint.request(endpoint.target(), ask).await?;
    let key = generate_key();
    let headers = request.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    if let Ok(key) = HeaderValue::from_str(&key) {
        headers.insert(header::SEC_WEBSOCKET_KEY, key);
    }
    let io = endpoint.dial().await?;
    let (response, exchange) = Exchange::send(io, request).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(refused(response, exchange).await);
    }
    agreed(&response, &derive_accept_key(key.as_bytes())).map_err(Observation::Upgrade)?;
    exchange.into_stream().await
}

fn agreed(response: &Response<Incoming>, accept: &str) -> Result<(), UpgradeFault> {
    let headers = response.headers();
    if response.version() != Version::HTTP_11
        || !has_token(headers, header::UPGRADE, "websocket")
        || !has_token(headers, header::CONNECTION, "upgrade")
    {
        return Err(UpgradeFault::NotAnUpgrade);
    }
    let mut keys = headers.get_all(header::SEC_WEBSOCKET_ACCEPT).iter();
    if keys.next().is_none_or(|key| key != accept) || keys.next().is_some() {
        return Err(UpgradeFault::WrongAcceptKey);
    }
    let unasked = [header::SEC_WEBSOCKET_EXTENSIONS, header::SEC_WEBSOCKET_PROTOCOL];
    if unasked.iter().any(|name| headers.contains_key(name)) {
        return Err(UpgradeFault::Unasked);
    }
    Ok(())
}

async fn refused(response: Response<Incoming>, mut exchange: Exchange) -> Failure {
    let (head, body) = response.into_parts();
    let mut kept = Vec::new();
    // The status is what counts: a body that is late, broken or too long is cut.
    let _ =
        tokio::time::timeout(BODY_TIMEOUT, exchange.read_body(body, BODY_LIMIT, &mut kept)).await;
    let observation = if head.status.is_success() {
        Observation::Upgrade(UpgradeFault::NotAnUpgrade)
    } else {
        Observation::Http {
            status: head.status.as_u16(),
            retry_after: retry_after(&head.headers),
            html: is_html(&head.headers, &kept),
        }
    };
    Failure::with_source(observation, Refusal { status: head.status.as_u16(), body: kept.into() })
}

fn has_token(headers: &HeaderMap, name: HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
}

pub(super) fn retry_after(headers: &HeaderMap) -> Option<RetryAfter> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit mean very long.
        return Some(RetryAfter::Seconds(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    date.duration_since(UNIX_EPOCH).ok().map(RetryAfter::At)
}

pub(super) fn is_html(headers: &HeaderMap, body: &[u8]) -> bool {
    let starts = |text: &[u8], with: &str| {
        text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
    };
    match headers.get(header::CONTENT_TYPE) {
        Some(kind) => starts(kind.as_bytes(), "text/html"),
        None => {
            ["<!doctype html", "<html"].iter().any(|start| starts(body.trim_ascii_start(), start))
        }
    }
}
