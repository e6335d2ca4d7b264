//! What the handle of a building and its server share.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use hyper::{Request, StatusCode};
use placeos_proto::{Generation, PONG};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::access::Role;
use super::clients::Outgoing;
use super::heard::Heard;
use super::state::State;
use super::{authority, conversation};
use crate::server::seen::{Credential, Log};
use crate::server::sockets::Sockets;
use crate::server::{self, App, Reaction, http};

/// A building without its port.
pub(super) struct Inner {
    pub(super) generation: Generation,
    pub(super) heard: Log<Heard>,
    state: Mutex<State>,
    /// Held from a change to its frames, so that frames come in the order of the changes.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Inner {
    pub(super) fn new(generation: Generation, state: State) -> Self {
        let state = Mutex::new(state);
        Self { generation, heard: Log::new(), state, turn: tokio::sync::Mutex::default() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        server::lock(&self.state)
    }

    /// Changes something, and tells it to whom it concerns.
    pub(super) async fn publish(&self, change: impl FnOnce(&mut State) -> Outgoing) {
        let _turn = self.turn.lock().await;
        let frames = change(&mut self.state());
        deliver(frames).await;
    }

    /// Opens the WebSocket to who may.
    fn open(self: Arc<Self>, request: &Request<Bytes>, role: Option<Role>) -> Reaction {
        let mut query = request.uri().query().unwrap_or("").split('&');
        let fixed_device = query.find_map(|pair| pair.strip_prefix("fixed_device="));
        Reaction::Respond(match role {
            None => {
                let mut refusal = http::json(r#"{"error":"the credential is not known"}"#);
                *refusal.status_mut() = StatusCode::UNAUTHORIZED;
                refusal
            }
            Some(Role::Guest) => http::status(StatusCode::FORBIDDEN),
            Some(_) if !matches!(fixed_device, None | Some("true" | "false")) => {
                http::status(StatusCode::BAD_REQUEST)
            }
            Some(role) => {
                return Reaction::upgrade(move |peer| conversation::run(self, peer, role));
            }
        })
    }
}

impl App for Inner {
    fn react(
        self: Arc<Self>,
        request: &Request<Bytes>,
        address: SocketAddr,
    ) -> (Credential, Reaction) {
        let (credential, role) = self.state().access.judge(request);
        let reaction = match request.uri().path() {
            path if path == self.generation.path() => self.open(request, role),
            authority::PATH => {
                Reaction::Respond(authority::answer(request, address, self.generation))
            }
            _ => Reaction::Respond(http::status(StatusCode::NOT_FOUND)),
        };
        (credential, reaction)
    }
}

/// Sends frames, and waits where a client does not read.
pub(super) async fn deliver(frames: Outgoing) {
    for (link, frame) in frames {
        link.send(Message::text(frame.encode())).await;
    }
}

/// Says `pong` unasked, for ever.
pub(super) async fn pong(period: Option<Duration>, sockets: Arc<Sockets>) -> Infallible {
    let Some(period) = period.filter(|period| !period.is_zero()) else {
        return std::future::pending().await;
    };
    let mut interval = tokio::time::interval_at(Instant::now() + period, period);
    loop {
        interval.tick().await;
        sockets.offer(&Message::text(PONG));
    }
}
