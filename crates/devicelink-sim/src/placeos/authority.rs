//! What the server says of itself.

use std::net::SocketAddr;

use bytes::Bytes;
use hyper::{Method, Request, Response, StatusCode};
use placeos_proto::endpoint::Authority;
use placeos_proto::{Generation, Value};

use crate::server::http;

pub(super) const PATH: &str = "/auth/authority";

/// Answers a question for it, from whomever.
pub(super) fn answer(
    request: &Request<Bytes>,
    address: SocketAddr,
    generation: Generation,
) -> Response<Bytes> {
    if request.method() != Method::GET {
        return http::status(StatusCode::METHOD_NOT_ALLOWED);
    }
    let version = match generation {
        // The vendor's client takes what is no 2 to 9 for the first generation.
        Generation::G1 => "1.0.0",
        Generation::G2 | Generation::G3 => "2.2401.0",
    };
    let empty = || Value::parse("{}").unwrap_or_else(|_| Value::null());
    let authority = Authority::new()
        .with("id", &"authority-1".into())
        .with("name", &"sim".into())
        .with("description", &"".into())
        .with("domain", &address.ip().to_string().as_str().into())
        .with("login_url", &"/login?continue={{url}}".into())
        .with("logout_url", &"/logout".into())
        .with("session", &false.into())
        .with("production", &false.into())
        .with("config", &empty())
        .with("version", &version.into());
    http::json(authority.encode())
}
