//! The open WebSockets, and how frames get to them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::seen::Log;
use crate::fault::Fault;

/// How many frames wait for one client.
const CAPACITY: usize = 1024;

/// What is to happen on a WebSocket, in order.
#[derive(Debug, Clone)]
pub(super) enum Out {
    Frame(Message),
    Fault(Fault),
}

/// The open WebSockets of a server.
#[derive(Debug)]
pub(crate) struct Sockets {
    open: Mutex<BTreeMap<u64, mpsc::Sender<Out>>>,
    log: Arc<Log>,
}

impl Sockets {
    pub(super) fn new(log: Arc<Log>) -> Arc<Self> {
        Arc::new(Self { open: Mutex::default(), log })
    }

    /// Opens a socket. What `greeting` makes and what is sent from then on have no gap between them.
    pub(super) fn open<G>(
        self: &Arc<Self>,
        number: u64,
        greeting: impl FnOnce() -> G,
    ) -> (G, Inbox) {
        let (sender, queue) = mpsc::channel(CAPACITY);
        let mut open = self.lock();
        let greeting = greeting();
        open.insert(number, sender);
        self.log.note(|seen| {
            seen.upgrades += 1;
            seen.open_sockets += 1;
        });
        (greeting, Inbox { queue, number, sockets: Arc::clone(self) })
    }

    /// Sends to every open socket, and waits where a client does not read.
    pub(super) async fn send(&self, out: &Out) {
        let senders: Vec<_> = self.lock().values().cloned().collect();
        for sender in senders {
            // One that has just closed needs nothing.
            let _ = sender.send(out.clone()).await;
        }
    }

    /// Sends to every open socket whose client reads.
    pub(crate) fn offer(&self, frame: &Message) {
        for sender in self.lock().values() {
            if let Err(mpsc::error::TrySendError::Full(_)) =
                sender.try_send(Out::Frame(frame.clone()))
            {
                self.log.note(|seen| seen.frames_skipped += 1);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, mpsc::Sender<Out>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The receiving end of one socket. Dropping it closes the socket for senders.
pub(super) struct Inbox {
    queue: mpsc::Receiver<Out>,
    number: u64,
    sockets: Arc<Sockets>,
}

impl Inbox {
    /// The next thing to do; never ends while the server lives.
    pub(super) async fn next(&mut self) -> Option<Out> {
        self.queue.recv().await
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.sockets.lock().remove(&self.number);
        self.sockets.log.note(|seen| seen.open_sockets -= 1);
    }
}
