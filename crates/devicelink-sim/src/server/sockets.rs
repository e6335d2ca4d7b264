//! The open WebSockets, and how frames get to them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::peer::Link;
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
    open: Mutex<BTreeMap<u64, Link>>,
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
        let link = Link::new(number, sender);
        let mut open = self.lock();
        let greeting = greeting();
        open.insert(number, link.clone());
        self.log.note(|seen| {
            seen.upgrades += 1;
            seen.open_sockets += 1;
        });
        (greeting, Inbox { queue, link, sockets: Arc::clone(self) })
    }

    /// Sends to every open socket, and waits where a client does not read.
    pub(super) async fn send(&self, out: &Out) {
        let links: Vec<_> = self.lock().values().cloned().collect();
        for link in links {
            link.put(out.clone()).await;
        }
    }

    /// Sends to every open socket whose client reads.
    pub(crate) fn offer(&self, frame: &Message) {
        for link in self.lock().values() {
            if !link.offer(frame.clone()) {
                self.log.note(|seen| seen.frames_skipped += 1);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Link>> {
        super::lock(&self.open)
    }
}

/// The receiving end of one socket. Dropping it closes the socket for senders.
pub(super) struct Inbox {
    queue: mpsc::Receiver<Out>,
    link: Link,
    sockets: Arc<Sockets>,
}

impl Inbox {
    /// The next thing to do; never ends while the server lives.
    pub(super) async fn next(&mut self) -> Option<Out> {
        self.queue.recv().await
    }

    /// The sending end.
    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.sockets.lock().remove(&self.link.number());
        self.sockets.log.note(|seen| seen.open_sockets -= 1);
    }
}
