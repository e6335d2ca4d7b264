//! From a fresh stream to an answer, or to a WebSocket.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::io::{Io, Pace};
use super::peer::Peer;
use super::seen::{self, Credential};
use super::sockets::Inbox;
use super::{Conversation, Converse, Reaction, Shared};
use crate::fault::{Answer, Fault, Faults, Moment};

const MAX_BODY: usize = 64 << 10;

/// A stream after the upgrade.
pub(super) struct Upgraded {
    pub(super) io: Io,
    /// What was read of it already.
    pub(super) read: Bytes,
    pub(super) opened: Opened,
}

/// The first frames of a WebSocket, where the others come from, and who hears what the client says.
pub(super) struct Opened {
    pub(super) greeting: Vec<Message>,
    pub(super) inbox: Inbox,
    pub(super) conversation: Conversation,
    pub(super) messages: mpsc::Sender<Message>,
}

/// Answers one request; later ones need a new connection.
pub(super) async fn answer(
    io: Io,
    number: u64,
    faults: Faults,
    shared: Arc<Shared>,
) -> Option<Upgraded> {
    let exchange = Arc::new(Exchange {
        shared,
        number,
        faults,
        pace: io.pace().clone(),
        next: Mutex::default(),
    });
    let service = {
        let exchange = Arc::clone(&exchange);
        service_fn(move |request| {
            let exchange = Arc::clone(&exchange);
            Box::pin(async move { exchange.respond(request).await })
        })
    };
    let mut connection =
        http1::Builder::new().header_read_timeout(None).serve_connection(TokioIo::new(io), service);
    // An error says that the client went away, or that the rest is not hyper's business.
    let _ = poll_fn(|cx| connection.poll_without_shutdown(cx)).await;
    let parts = connection.into_parts();
    let mut io = parts.io.into_inner();
    match exchange.take_next() {
        Some(Next::Upgrade(opened)) => return Some(Upgraded { io, read: parts.read_buf, opened }),
        Some(Next::Fault(Fault::Reset)) => io.reset(),
        Some(Next::Fault(Fault::Silence)) => std::future::pending().await,
        Some(Next::Fault(Fault::HalfStatusLine)) => {
            let _ = io.write_all(b"HTTP/1.1 10").await;
            let _ = io.flush().await;
            io.finish().await;
        }
        Some(Next::Fault(_)) => io.finish().await,
        Some(Next::Slow { response, pause, opened }) => {
            let written = write_slowly(&mut io, &response, pause).await;
            if let (Ok(()), Some(opened)) = (written, opened) {
                return Some(Upgraded { io, read: parts.read_buf, opened });
            }
            let _ = io.shutdown().await;
        }
        None => {
            let _ = io.shutdown().await;
        }
    }
    None
}

/// What happens after hyper is done.
enum Next {
    Upgrade(Opened),
    Fault(Fault),
    Slow { response: Response<Bytes>, pause: Duration, opened: Option<Opened> },
}

struct Exchange {
    shared: Arc<Shared>,
    number: u64,
    faults: Faults,
    pace: Pace,
    next: Mutex<Option<Next>>,
}

impl Exchange {
    /// The answer, or an error where hyper must not answer at all.
    async fn respond(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Aside> {
        let (head, body) = request.into_parts();
        let (method, path) = (head.method.to_string(), head.uri.path().to_owned());
        let (credential, mut response, mut converse) =
            match Limited::new(body, MAX_BODY).collect().await {
                Ok(body) => self.react(&Request::from_parts(head, body.to_bytes())),
                Err(_) => (Credential::Absent, status(StatusCode::PAYLOAD_TOO_LARGE), None),
            };
        let mut slow = None;
        for fault in self.faults.at(Moment::Request) {
            match fault {
                Fault::Slow(bytes_per_second) => self.pace.set(*bytes_per_second),
                Fault::SlowAnswer(pause) => slow = Some(*pause),
                Fault::WrongAcceptKey => {
                    if let Some(accept) =
                        response.headers_mut().get_mut(header::SEC_WEBSOCKET_ACCEPT)
                    {
                        *accept = HeaderValue::from_static("bm90IHRoZSByaWdodCBrZXkgISE=");
                    }
                }
                Fault::Answer(answer) => {
                    response = render(answer);
                    converse = None;
                }
                fault => {
                    self.shared.log.request(seen::Request {
                        method,
                        path,
                        credential,
                        status: None,
                    });
                    return Err(self.aside(Next::Fault(fault.clone())));
                }
            }
        }
        let code = response.status();
        self.shared.log.request(seen::Request {
            method,
            path,
            credential,
            status: Some(code.as_u16()),
        });
        // Before the client can know of it: what is sent from now on reaches the client.
        let opened = converse.map(|converse| self.open(converse));
        if let Some(pause) = slow {
            return Err(self.aside(Next::Slow { response, pause, opened }));
        }
        match opened {
            Some(opened) => {
                self.aside(Next::Upgrade(opened));
            }
            None => {
                response
                    .headers_mut()
                    .insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
        }
        Ok(response.map(Full::new))
    }

    /// The app's answer, and the conversation that it begins.
    fn react(&self, request: &Request<Bytes>) -> (Credential, Response<Bytes>, Option<Converse>) {
        let (credential, reaction) =
            Arc::clone(&self.shared.app).react(request, self.shared.address);
        let (response, converse) = match reaction {
            Reaction::Respond(response) => (response, None),
            Reaction::Upgrade(converse) => match upgrade(request.headers()) {
                Some(response) => (response, Some(converse)),
                None => {
                    let mut response = status(StatusCode::UPGRADE_REQUIRED);
                    response
                        .headers_mut()
                        .insert(header::UPGRADE, HeaderValue::from_static("websocket"));
                    (response, None)
                }
            },
        };
        (credential, response, converse)
    }

    fn open(&self, converse: Converse) -> Opened {
        let app = &self.shared.app;
        let (greeting, inbox) = self.shared.sockets.open(self.number, || app.greeting());
        let (peer, messages) = Peer::new(inbox.link().clone());
        Opened { greeting, inbox, conversation: converse(peer), messages }
    }

    fn aside(&self, next: Next) -> Aside {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(next);
        Aside
    }

    fn take_next(&self) -> Option<Next> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The answer to a request for an upgrade; nothing if it is none.
fn upgrade(headers: &HeaderMap) -> Option<Response<Bytes>> {
    let has = |name: HeaderName, token: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| {
            value.split(',').any(|part| part.trim().eq_ignore_ascii_case(token))
        })
    };
    let is_upgrade = has(header::UPGRADE, "websocket")
        && has(header::CONNECTION, "upgrade")
        && has(header::SEC_WEBSOCKET_VERSION, "13");
    let key = headers.get(header::SEC_WEBSOCKET_KEY).filter(|_| is_upgrade)?;
    let accept = HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok()?;
    let mut response = status(StatusCode::SWITCHING_PROTOCOLS);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    response.headers_mut().insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    Some(response)
}

/// Whether a request has this bearer token.
pub(crate) fn bearer(request: &Request<Bytes>, token: &str) -> Credential {
    match request.headers().get(header::AUTHORIZATION) {
        None => Credential::Absent,
        Some(value) if value.as_bytes().strip_prefix(b"Bearer ") == Some(token.as_bytes()) => {
            Credential::Accepted
        }
        Some(_) => Credential::Refused,
    }
}

/// A response of JSON.
pub(crate) fn json(body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A response of this status without a body.
pub(crate) fn status(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// The response that an answer describes.
pub(crate) fn render(answer: &Answer) -> Response<Bytes> {
    let mut response =
        status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
    *response.body_mut() = answer.body.clone();
    response
}

async fn write_slowly(
    io: &mut Io,
    response: &Response<Bytes>,
    pause: Duration,
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        head.extend_from_slice(
            format!("content-length: {}\r\nconnection: close\r\n", response.body().len())
                .as_bytes(),
        );
    }
    head.extend_from_slice(b"\r\n");
    for byte in head {
        tokio::time::sleep(pause).await;
        io.write_all(&[byte]).await?;
        io.flush().await?;
    }
    io.write_all(response.body()).await?;
    io.flush().await
}

/// The error by which a service tells hyper to leave the connection alone.
#[derive(Debug)]
struct Aside;

impl fmt::Display for Aside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scripted fault stands in the place of the answer")
    }
}

impl std::error::Error for Aside {}
