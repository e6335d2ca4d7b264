//! What all simulated servers share: the port, TLS, HTTP, WebSockets, and everything that can go wrong with them.

mod connection;
mod door;
mod handle;
pub(crate) mod http;
pub(crate) mod identity;
pub(crate) mod io;
mod options;
pub(crate) mod peer;
pub(crate) mod seen;
pub(crate) mod sockets;
mod websocket;

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use hyper::{Request, Response};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::Message;

use self::door::Door;
pub(crate) use self::handle::server_handle;
use self::identity::{Identity, IdentityError};
pub(crate) use self::options::server_options;
use self::peer::Peer;
use self::seen::{Credential, Log};
use self::sockets::{Out, Sockets};
use crate::fault::{Fault, FaultPlan, Faults};

/// The vendor's half of a server.
pub(crate) trait App: Send + Sync + 'static {
    /// Judges a request that came to this address, and says what to do about it.
    fn react(
        self: Arc<Self>,
        request: &Request<Bytes>,
        address: SocketAddr,
    ) -> (Credential, Reaction);

    /// The first frames of a new WebSocket; none unless the app has some.
    fn greeting(&self) -> Vec<Message> {
        Vec::new()
    }
}

/// What to do about a request.
pub(crate) enum Reaction {
    /// Upgrade it to a WebSocket, if it asks for that.
    Upgrade(Converse),
    /// Answer it.
    Respond(Response<Bytes>),
}

/// What an app does about the messages of one client.
pub(crate) type Converse = Box<dyn FnOnce(Peer) -> Conversation + Send>;

/// What an app does on one WebSocket. It is dropped when the socket ends; messages after its own end are only counted.
pub(crate) type Conversation = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Reaction {
    pub(crate) fn upgrade<F>(converse: impl FnOnce(Peer) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::Upgrade(Box::new(|peer| Box::pin(converse(peer))))
    }
}

/// What an app does on its own as long as the server lives.
pub(crate) type Background = Pin<Box<dyn Future<Output = Infallible> + Send>>;

/// How a server is set up.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) address: SocketAddr,
    pub(crate) is_plain: bool,
    pub(crate) identity: Option<Identity>,
    pub(crate) faults: FaultPlan,
}

impl Default for Setup {
    fn default() -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { address, is_plain: false, identity: None, faults: FaultPlan::new() }
    }
}

/// A running server. Dropping it ends everything it has started.
pub(crate) struct Server {
    shared: Arc<Shared>,
    commands: mpsc::Sender<Command>,
    root: JoinHandle<()>,
}

/// What the server's tasks and its handle share.
struct Shared {
    address: SocketAddr,
    is_plain: bool,
    app: Arc<dyn App>,
    log: Arc<Log>,
    sockets: Arc<Sockets>,
    shown: Mutex<Shown>,
    script: Mutex<Script>,
}

/// The identity of the next connection.
struct Shown {
    identity: Identity,
    acceptor: TlsAcceptor,
}

struct Script {
    plan: FaultPlan,
    connections: u64,
}

/// A server could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened at.
    #[error("the address cannot be listened at")]
    Listen(#[from] std::io::Error),
    /// The certificate cannot be made or used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

/// The server has stopped: its task has panicked, or the runtime it was started on has gone.
#[derive(Debug, thiserror::Error)]
#[error("the server has stopped")]
#[non_exhaustive]
pub struct Stopped;

/// What is done to the listening socket and the connections as a whole.
enum Command {
    Refuse(oneshot::Sender<std::io::Result<()>>),
    Accept(oneshot::Sender<std::io::Result<()>>),
    Restart(oneshot::Sender<std::io::Result<()>>),
    Stop,
}

impl Server {
    /// Listens, and serves from now on.
    pub(crate) fn start(
        setup: Setup,
        app: Arc<dyn App>,
        background: impl FnOnce(Arc<Sockets>) -> Background,
    ) -> Result<Self, StartError> {
        let identity = setup.identity.map_or_else(Identity::generate, Ok)?;
        let acceptor = identity.acceptor()?;
        let door = Door::open(setup.address)?;
        let log = Arc::new(Log::new());
        let sockets = Sockets::new(Arc::clone(&log));
        let shared = Arc::new(Shared {
            address: door.address(),
            is_plain: setup.is_plain,
            app,
            log,
            sockets: Arc::clone(&sockets),
            shown: Mutex::new(Shown { identity, acceptor }),
            script: Mutex::new(Script { plan: setup.faults, connections: 0 }),
        });
        let (commands, queue) = mpsc::channel(1);
        let root = tokio::spawn(run(door, Arc::clone(&shared), queue, background(sockets)));
        Ok(Self { shared, commands, root })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.shared.address
    }

    pub(crate) fn url(&self, scheme: &str, path: &str) -> String {
        let s = if self.shared.is_plain { "" } else { "s" };
        format!("{scheme}{s}://{}{path}", self.shared.address)
    }

    pub(crate) fn log(&self) -> &Log {
        &self.shared.log
    }

    pub(crate) fn identity(&self) -> Identity {
        lock(&self.shared.shown).identity.clone()
    }

    pub(crate) fn set_identity(&self, identity: Identity) -> Result<(), IdentityError> {
        let acceptor = identity.acceptor()?;
        *lock(&self.shared.shown) = Shown { identity, acceptor };
        Ok(())
    }

    pub(crate) fn set_faults(&self, plan: FaultPlan) {
        *lock(&self.shared.script) = Script { plan, connections: 0 };
    }

    pub(crate) async fn send(&self, frame: Message) {
        self.shared.sockets.send(&Out::Frame(frame)).await;
    }

    pub(crate) async fn inject(&self, fault: Fault) {
        self.shared.sockets.send(&Out::Fault(fault)).await;
    }

    pub(crate) async fn refuse(&self) -> std::io::Result<()> {
        self.command(Command::Refuse).await
    }

    pub(crate) async fn accept(&self) -> std::io::Result<()> {
        self.command(Command::Accept).await
    }

    pub(crate) async fn restart(&self) -> std::io::Result<()> {
        self.command(Command::Restart).await
    }

    pub(crate) async fn stop(mut self) -> Result<(), Stopped> {
        let _ = self.commands.send(Command::Stop).await;
        (&mut self.root).await.map_err(|_| Stopped)
    }

    async fn command(
        &self,
        command: fn(oneshot::Sender<std::io::Result<()>>) -> Command,
    ) -> std::io::Result<()> {
        let (done, result) = oneshot::channel();
        let _ = self.commands.send(command(done)).await;
        result.await.unwrap_or_else(|_| Err(std::io::Error::other(Stopped)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The root owns the listening socket and all other tasks.
        self.root.abort();
    }
}

impl Shared {
    fn acceptor(&self) -> Option<TlsAcceptor> {
        (!self.is_plain).then(|| lock(&self.shown).acceptor.clone())
    }

    fn next_faults(&self) -> Faults {
        let mut script = lock(&self.script);
        script.connections += 1;
        script.plan.for_connection(script.connections)
    }
}

/// The root of all tasks.
async fn run(
    mut door: Door,
    shared: Arc<Shared>,
    mut commands: mpsc::Receiver<Command>,
    mut background: Background,
) {
    let mut connections = JoinSet::new();
    let mut number = 0;
    loop {
        tokio::select! {
            tcp = door.accept() => {
                number += 1;
                let faults = shared.next_faults();
                connections.spawn(connection::serve(tcp, number, faults, Arc::clone(&shared)));
            }
            Some(ended) = connections.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "the task of a connection has panicked");
                }
            }
            never = &mut background => match never {},
            command = commands.recv() => match command {
                Some(Command::Refuse(done)) => { let _ = done.send(door.refuse()); }
                Some(Command::Accept(done)) => { let _ = done.send(door.accept_again()); }
                Some(Command::Restart(done)) => {
                    let closed = door.refuse();
                    connections.shutdown().await;
                    let _ = done.send(closed.and_then(|()| door.accept_again()));
                }
                Some(Command::Stop) | None => break,
            }
        }
    }
    connections.shutdown().await;
}

/// Locks; what a panic has left is still a state.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
