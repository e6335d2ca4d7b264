//! One client, as an app sees it.

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::sockets::Out;
use crate::fault::Fault;

/// One open WebSocket: what its client says, and a way to answer.
pub(crate) struct Peer {
    link: Link,
    messages: mpsc::Receiver<Message>,
}

/// A way to one open WebSocket. What is sent when it has closed goes nowhere.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    number: u64,
    queue: mpsc::Sender<Out>,
}

impl Peer {
    /// The app's end, and the one that the socket gives messages to.
    pub(super) fn new(link: Link) -> (Self, mpsc::Sender<Message>) {
        // One at a time: the socket does not read the client's goodbye before the app has its last words.
        let (sender, messages) = mpsc::channel(1);
        (Self { link, messages }, sender)
    }

    pub(crate) fn link(&self) -> &Link {
        &self.link
    }

    /// The next message of the client, control frames included. Waits for ever when there are no more.
    pub(crate) async fn next(&mut self) -> Message {
        match self.messages.recv().await {
            Some(message) => message,
            None => std::future::pending().await,
        }
    }
}

impl Link {
    pub(super) fn new(number: u64, queue: mpsc::Sender<Out>) -> Self {
        Self { number, queue }
    }

    /// The number of the connection, counted from 1 since the server was started.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Sends a frame; waits if the client does not read.
    pub(crate) async fn send(&self, frame: Message) {
        self.put(Out::Frame(frame)).await;
    }

    /// Makes a fault happen after the frames that were sent before: [`Fault::Drop`] cuts the connection,
    /// [`Fault::Close`] closes it, [`Fault::Silence`] makes it a black hole.
    pub(crate) async fn inject(&self, fault: Fault) {
        self.put(Out::Fault(fault)).await;
    }

    pub(super) async fn put(&self, out: Out) {
        // One that has just closed needs nothing.
        let _ = self.queue.send(out).await;
    }

    /// Sends a frame if the client reads; whether it does.
    pub(super) fn offer(&self, frame: Message) -> bool {
        !matches!(self.queue.try_send(Out::Frame(frame)), Err(mpsc::error::TrySendError::Full(_)))
    }
}
