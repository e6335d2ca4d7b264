//! Transports in memory, and the peer at their other end.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use async_trait::async_trait;
use futures::channel::mpsc;
use futures::{Sink, SinkExt, Stream, StreamExt};
use longlink::net::{Ask, Attempt, Connector, Opened};
use longlink::{CallOptions, Config, Failure, Frame, Link, Observation};

use crate::telegraph::Telegraph;

/// Our end of an in-memory connection.
struct Pipe {
    incoming: mpsc::Receiver<Frame>,
    outgoing: mpsc::Sender<Frame>,
}

impl Stream for Pipe {
    type Item = Result<Frame, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll_next_unpin(cx).map(|frame| frame.map(Ok))
    }
}

fn reset<E>(_: E) -> Failure {
    Failure::new(Observation::Reset)
}

impl Sink<Frame> for Pipe {
    type Error = Failure;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.outgoing.poll_ready_unpin(cx).map_err(reset)
    }

    fn start_send(mut self: Pin<&mut Self>, frame: Frame) -> Result<(), Failure> {
        self.outgoing.start_send_unpin(frame).map_err(reset)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.outgoing.poll_flush_unpin(cx).map_err(reset)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.outgoing.poll_close_unpin(cx).map_err(reset)
    }
}

/// The peer's end.
pub(crate) struct Peer {
    pub(crate) incoming: mpsc::Receiver<Frame>,
    pub(crate) outgoing: mpsc::Sender<Frame>,
}

impl Peer {
    /// The next text, without the answers to probes.
    pub(crate) async fn hear(&mut self) -> Option<String> {
        loop {
            match self.incoming.next().await? {
                Frame::Text(text) => return Some(text.as_str().to_owned()),
                Frame::Ping(payload) => drop(self.outgoing.send(Frame::Pong(payload)).await),
                Frame::Close(_) => return Some("<close>".into()),
                _ => {}
            }
        }
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.outgoing.send(Frame::text(text)).await.expect("the link listens");
    }

    pub(crate) async fn greet(&mut self) {
        assert!(self.hear().await.is_some_and(|text| text.starts_with("hello")));
        self.say("welcome").await;
    }

    /// Accepts, and hangs up when that has arrived.
    pub(crate) async fn greet_and_go(mut self) {
        self.greet().await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }

    /// Answers everything until the link goes.
    pub(crate) async fn serve(mut self) -> Vec<String> {
        let mut heard = Vec::new();
        while let Some(text) = self.hear().await {
            let words: Vec<_> = text.splitn(3, ' ').collect();
            let answer = match words[..] {
                ["hello", ..] => "welcome".into(),
                [_, id, rest] => format!("ok {id} {rest}"),
                _ => break,
            };
            heard.push(text);
            if self.outgoing.send(Frame::text(answer)).await.is_err() {
                break;
            }
        }
        heard
    }
}

/// Hands the peer's end of each connection to the test.
#[derive(Clone)]
pub(crate) struct Memory {
    peers: mpsc::UnboundedSender<Peer>,
    pub(crate) asks: Arc<Mutex<Vec<Ask>>>,
    depth: usize,
}

impl Memory {
    pub(crate) fn new(depth: usize) -> (Self, mpsc::UnboundedReceiver<Peer>) {
        let (peers, receiver) = mpsc::unbounded();
        (Self { peers, asks: Arc::default(), depth }, receiver)
    }
}

#[async_trait]
impl Connector for Memory {
    async fn connect(&self, attempt: Attempt) -> Result<Opened, Failure> {
        self.asks.lock().unwrap().push(attempt.ask);
        let (outgoing, theirs) = mpsc::channel(self.depth);
        let (ours, incoming) = mpsc::channel(self.depth);
        let peer = Peer { incoming: theirs, outgoing: ours };
        self.peers.unbounded_send(peer).map_err(|_| Failure::new(Observation::Refused))?;
        Ok(Opened::new(Pipe { incoming, outgoing }))
    }
}

/// Fails in one way; counts how often.
#[derive(Clone)]
pub(crate) struct Broken(pub(crate) Observation, pub(crate) Arc<AtomicUsize>);

#[async_trait]
impl Connector for Broken {
    async fn connect(&self, _: Attempt) -> Result<Opened, Failure> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Err(Failure::new(self.0.clone()))
    }
}

/// Never comes to an end; counts what is dropped.
pub(crate) struct Hanging(pub(crate) Arc<AtomicUsize>);

struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl Connector for Hanging {
    async fn connect(&self, _: Attempt) -> Result<Opened, Failure> {
        let _guard = Dropped(Arc::clone(&self.0));
        std::future::pending().await
    }
}

pub(crate) fn link(connector: impl Connector + 'static) -> Link<Telegraph> {
    Link::new(Telegraph::polite(), connector, Config::default())
}

pub(crate) fn waiting() -> CallOptions {
    CallOptions::default().wait_until_online()
}
