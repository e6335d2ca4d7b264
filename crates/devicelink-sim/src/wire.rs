//! The wire between a client and a server, and what goes wrong on it.

mod connection;
mod impairments;
mod line;
mod pieces;
mod traffic;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};

pub use self::impairments::Impairments;
pub use self::traffic::{Carried, Traffic};
use crate::server::seen::Log;

/// A TCP proxy on 127.0.0.1 that stands between a client and a server, any server, and does to their bytes what bad
/// networks do. Dropping it ends all its connections.
///
/// ```
/// use std::time::Duration;
///
/// use devicelink_sim::lamarzocco::Machine;
/// use devicelink_sim::wire::{Direction, Impairments, Wire};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let machine = Machine::start().await?;
/// let wire = Wire::to(machine.address()).start().await?;
/// let url = wire.url(&machine.url()); // … connect your client to this one, then:
///
/// wire.impair(Direction::ToClient, Impairments::new().latency(Duration::from_millis(80)).slice(1));
/// wire.impair(Direction::ToServer, Impairments::new().black_hole());
/// wire.mend(); // as good as new
/// wire.reset(); // all open connections end with RST
/// # assert!(url.starts_with("wss://127.0.0.1:") && url.ends_with("/messages") && url != machine.url());
/// # Ok(())
/// # }
/// ```
///
/// TLS passes through untouched: the client verifies the server, and the name is still 127.0.0.1. What is done to the
/// bytes of an encrypted connection is done to ciphertext; see [`Impairments`].
///
/// What looks random comes from a seed, the number of the connection and the direction: the same bytes are corrupted in
/// each run, and the same messages duplicated and swapped where the wire goes [by frames](Builder::by_frames). Chunks are
/// the operating system's business, and need not be the same.
pub struct Wire {
    address: SocketAddr,
    shared: Arc<Shared>,
    root: JoinHandle<()>,
}

/// One of the two ways on a wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// What the client sends.
    ToServer,
    /// What the server sends.
    ToClient,
}

impl Direction {
    /// Both of them.
    pub const BOTH: [Self; 2] = [Self::ToServer, Self::ToClient];
}

/// How a [`Wire`] is set up. Made by [`Wire::to`].
#[derive(Debug, Clone)]
#[must_use = "nothing listens before `start`"]
pub struct Builder {
    server: SocketAddr,
    seed: u64,
    is_by_frames: bool,
}

/// What the handle and the connections share.
struct Shared {
    builder: Builder,
    to_server: watch::Sender<Impairments>,
    to_client: watch::Sender<Impairments>,
    resets: Notify,
    traffic: Log<Traffic>,
}

impl Wire {
    /// A wire to the server at this address, for example that of a simulator.
    pub fn to(server: SocketAddr) -> Builder {
        Builder { server, seed: 0, is_by_frames: false }
    }

    /// The address that clients connect to.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same URL with this wire's address in the place of its host and port.
    ///
    /// # Panics
    ///
    /// If it has no scheme and host.
    #[must_use]
    pub fn url(&self, url: &str) -> String {
        let (scheme, rest) = url.split_once("://").expect("a URL has a scheme and a host");
        let path = rest.find(['/', '?']).map_or("", |end| &rest[end..]);
        format!("{scheme}://{}{path}", self.address)
    }

    /// Replaces what is wrong in one direction, for open connections and those to come. What waits on the wire already
    /// keeps the time at which it is due.
    pub fn impair(&self, direction: Direction, impairments: Impairments) {
        self.shared.impairments(direction).send_modify(|present| *present = impairments);
    }

    /// Nothing is wrong any more, in both directions.
    pub fn mend(&self) {
        for direction in Direction::BOTH {
            self.impair(direction, Impairments::new());
        }
    }

    /// Ends all open connections with RST on either side, whatever is on its way.
    pub fn reset(&self) {
        self.shared.resets.notify_waiters();
    }

    /// What was carried so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.shared.traffic.seen()
    }

    /// Waits until something was carried, and returns what was. There is no deadline.
    pub async fn until(&self, condition: impl FnMut(&Traffic) -> bool) -> Traffic {
        self.shared.traffic.until(condition).await
    }
}

impl Builder {
    /// The seed of everything that looks random; 0 unless set.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What is duplicated or swapped is whole WebSocket messages in the place of chunks. For connections without TLS
    /// that are upgraded; on all others it changes nothing.
    ///
    /// Messages in one frame, of text or bytes, meet these fates; fragments and control frames keep their place.
    pub fn by_frames(mut self) -> Self {
        self.is_by_frames = true;
        self
    }

    /// Listens at a free port of 127.0.0.1, on the runtime of the caller. The server is dialled once for each client; a
    /// client for whom that fails is reset.
    ///
    /// # Errors
    ///
    /// If there is no free port.
    pub async fn start(self) -> io::Result<Wire> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            builder: self,
            to_server: watch::Sender::new(Impairments::new()),
            to_client: watch::Sender::new(Impairments::new()),
            resets: Notify::new(),
            traffic: Log::new(),
        });
        let root = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Wire { address, shared, root })
    }
}

impl Shared {
    fn impairments(&self, direction: Direction) -> &watch::Sender<Impairments> {
        match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        }
    }
}

/// The root of all tasks.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let tcp: TcpStream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((tcp, _)) => tcp,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            },
            Some(_) = connections.join_next() => continue,
        };
        connections.spawn(connection::carry(tcp, Arc::clone(&shared)));
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // The root owns the listening socket and all connections.
        self.root.abort();
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire")
            .field("address", &self.address)
            .field("server", &self.shared.builder.server)
            .finish_non_exhaustive()
    }
}
