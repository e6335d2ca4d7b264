//! Where the cloud says that it is.

use std::net::SocketAddr;

use bytes::Bytes;
use coolkit_proto::Object;
use coolkit_proto::dispatch::DispatchReply;
use hyper::{Method, Request, Response, StatusCode};

use crate::fault::Answer;
use crate::server::http;

/// The path of the dispatch.
pub(crate) const PATH: &str = "/dispatch/app";

/// An answer of the dispatch in the place of its own, which names the cloud itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dispatch {
    /// Another host.
    Host {
        /// What stands in `domain`, and in `IP`.
        domain: String,
        /// The port.
        port: u16,
    },
    /// A code other than 0, with HTTP status 200: 400, 401, 402, 403, 500.
    Code(i64),
    /// No `domain`, as the dispatch for devices answers.
    WithoutDomain,
    /// Anything else, such as a page in HTML.
    Http(Answer),
}

impl From<Answer> for Dispatch {
    fn from(answer: Answer) -> Self {
        Self::Http(answer)
    }
}

/// Answers a request to the dispatch: as scripted, or with the address that was asked.
pub(crate) fn answer(
    request: &Request<Bytes>,
    scripted: Option<Dispatch>,
    address: SocketAddr,
) -> Response<Bytes> {
    if ![Method::GET, Method::POST].contains(request.method()) {
        return http::status(StatusCode::METHOD_NOT_ALLOWED);
    }
    let itself =
        |domain: &str| DispatchReply::naming(domain, &address.ip().to_string(), address.port());
    let members = match scripted {
        Some(Dispatch::Http(answer)) => return http::render(&answer),
        Some(Dispatch::Host { domain, port }) => {
            DispatchReply::naming(&domain, &domain, port).members().to_object()
        }
        Some(Dispatch::Code(code)) => Object::new().with("error", code).with("reason", "scripted"),
        Some(Dispatch::WithoutDomain) => {
            let mut members = itself("").members().to_object();
            members.remove("domain");
            members
        }
        None => itself(&host(address)).members().to_object(),
    };
    http::json(members.encode())
}

/// The address as the host of a URL.
fn host(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    }
}
