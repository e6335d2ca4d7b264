//! The replay as a server.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use hyper::{Request, StatusCode};

use super::builder::{Builder, Pace};
use super::connection::Connection;
use super::play;
use super::protocol::Protocol;
use crate::coolkit::dispatch;
use crate::server::seen::Credential;
use crate::server::{App, Background, Reaction, Server, StartError, http, server_handle};

/// A server that says again what was recorded. Dropping it ends it.
pub struct Replay {
    server: Server,
    protocol: Protocol,
}

server_handle!(Replay);

impl Replay {
    /// A replay of what was spoken in this protocol.
    pub fn builder(protocol: Protocol) -> Builder {
        Builder::new(protocol)
    }

    pub(super) fn with(builder: Builder) -> Result<Self, StartError> {
        let Builder { setup, protocol, connections, pace } = builder;
        let connections = connections.into_iter().map(Arc::new).collect();
        let tapes = Tapes { protocol, connections, pace, next: AtomicUsize::new(0) };
        let background = |_| -> Background { Box::pin(std::future::pending()) };
        let server = Server::start(setup, Arc::new(tapes), background)?;
        Ok(Self { server, protocol })
    }

    /// The address of the WebSocket.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url("ws", self.protocol.path())
    }

    /// The address of the server: `https://127.0.0.1:PORT`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.url("http", "")
    }

    /// The address of the dispatch, which only the CoolKit cloud has.
    #[must_use]
    pub fn dispatch_url(&self) -> String {
        self.server.url("http", dispatch::PATH)
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("url", &self.url()).finish_non_exhaustive()
    }
}

/// A replay without its port.
struct Tapes {
    protocol: Protocol,
    connections: Vec<Arc<Connection>>,
    pace: Pace,
    /// Which connection the next client gets.
    next: AtomicUsize,
}

impl Tapes {
    fn next(&self) -> Arc<Connection> {
        match self.connections.len() {
            0 => Arc::default(),
            count => {
                let next = self.next.fetch_add(1, Ordering::Relaxed);
                Arc::clone(&self.connections[next % count])
            }
        }
    }
}

impl App for Tapes {
    fn react(
        self: Arc<Self>,
        request: &Request<Bytes>,
        address: SocketAddr,
    ) -> (Credential, Reaction) {
        let is_cloud = self.protocol == Protocol::Coolkit;
        let reaction = match request.uri().path() {
            path if path == self.protocol.path() => Reaction::upgrade(move |peer| {
                play::run(self.protocol, self.pace, self.next(), peer)
            }),
            dispatch::PATH if is_cloud => {
                Reaction::Respond(dispatch::answer(request, None, address))
            }
            _ => Reaction::Respond(http::status(StatusCode::NOT_FOUND)),
        };
        (Credential::Accepted, reaction)
    }
}
