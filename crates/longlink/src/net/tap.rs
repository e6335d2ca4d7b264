use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use futures::{Sink, SinkExt, Stream, StreamExt};

use super::{Attempt, BoxTransport, Connector, Opened};
use crate::{Failure, Frame};

/// What an observer of a link is called with, as network tools name it: each frame, and what becomes of connections.
///
/// For recordings and for whoever looks into a peer's peculiarities. It sees copies, and cannot change or hold back
/// anything.
///
/// **Frames hold secrets**: the login at a cloud is a frame, and a machine's settings hold pass codes. Whoever keeps or
/// prints them has to take these out. The credential of the upgrade is in no frame and is not shown.
///
/// It is called by the link's task, at times under the link's lock: it must be quick, and must neither wait, nor panic,
/// nor use the link or its client. Send what is of interest over a channel.
///
/// ```
/// use longlink::net::{Tap, TapEvent};
///
/// let (sender, events) = std::sync::mpsc::sync_channel(1024);
/// let tap = Tap::new(move |epoch, event| {
///     if let TapEvent::Received(frame) = event {
///         // Full: this frame is not seen.
///         let _ = sender.try_send((epoch, frame.clone()));
///     }
/// });
/// # let _ = (tap, events);
/// ```
#[derive(Clone)]
pub struct Tap(Arc<Observer>);

type Observer = dyn Fn(u64, TapEvent<'_>) + Send + Sync;

/// Something that happened on a link.
///
/// Of each attempt there is `Connecting`, then, if it succeeds, `Opened` with the frames of the connection, then `Failed`,
/// once or more, if it failed or broke, and always `Closed`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum TapEvent<'a> {
    /// An attempt to connect begins.
    Connecting,
    /// The connection is open.
    Opened,
    /// A frame came in, a ping that the transport answers by itself included.
    Received(&'a Frame),
    /// The transport took a frame. Whether it left this computer is not known. The answer to a ping of the peer is made
    /// by the transport and not shown.
    Sent(&'a Frame),
    /// The attempt failed, or the connection broke.
    Failed(&'a Failure),
    /// The attempt or the connection is over, whoever ended it.
    Closed,
}

impl Tap {
    /// An observer that is called with the number of the attempt, from 1, and what happened.
    #[must_use]
    pub fn new(observer: impl Fn(u64, TapEvent<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observer))
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").finish_non_exhaustive()
    }
}

/// A connector whose links a [`Tap`] observes. Without one it hands on what the connector opens, and a frame costs
/// nothing more.
#[derive(Clone, Debug)]
pub struct Tapped<C> {
    connector: C,
    tap: Option<Tap>,
}

impl<C> Tapped<C> {
    /// What this connector opens, observed by this tap.
    #[must_use]
    pub fn new(connector: C, tap: Option<Tap>) -> Self {
        Self { connector, tap }
    }
}

#[async_trait]
impl<C: Connector> Connector for Tapped<C> {
    async fn connect(&self, attempt: Attempt) -> Result<Opened, Failure> {
        let Some(tap) = &self.tap else { return self.connector.connect(attempt).await };
        let wire = Wire { tap: tap.clone(), epoch: attempt.epoch };
        wire.tell(TapEvent::Connecting);
        let Opened { transport, credential } =
            self.connector.connect(attempt).await.inspect_err(|failure| wire.failed(failure))?;
        wire.tell(TapEvent::Opened);
        let mut opened = Opened::new(Observed { transport, wire });
        opened.credential = credential;
        Ok(opened)
    }
}

/// One attempt, until it is over.
struct Wire {
    tap: Tap,
    epoch: u64,
}

impl Wire {
    fn tell(&self, event: TapEvent<'_>) {
        (self.tap.0)(self.epoch, event);
    }

    fn failed(&self, failure: &Failure) {
        self.tell(TapEvent::Failed(failure));
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.tell(TapEvent::Closed);
    }
}

struct Observed {
    // Dropped first: it is over when the other end can see that.
    transport: BoxTransport,
    wire: Wire,
}

impl Stream for Observed {
    type Item = Result<Frame, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.transport.poll_next_unpin(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => self.wire.tell(TapEvent::Received(frame)),
            Poll::Ready(Some(Err(failure))) => self.wire.failed(failure),
            Poll::Ready(None) | Poll::Pending => {}
        }
        polled
    }
}

impl Sink<Frame> for Observed {
    type Error = Failure;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let polled = self.transport.poll_ready_unpin(cx);
        self.checked(polled)
    }

    fn start_send(mut self: Pin<&mut Self>, frame: Frame) -> Result<(), Failure> {
        // Shares the payload.
        let sent = frame.clone();
        self.transport.start_send_unpin(frame).inspect_err(|failure| self.wire.failed(failure))?;
        self.wire.tell(TapEvent::Sent(&sent));
        Ok(())
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let polled = self.transport.poll_flush_unpin(cx);
        self.checked(polled)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let polled = self.transport.poll_close_unpin(cx);
        self.checked(polled)
    }
}

impl Observed {
    fn checked(&self, polled: Poll<Result<(), Failure>>) -> Poll<Result<(), Failure>> {
        if let Poll::Ready(Err(failure)) = &polled {
            self.wire.failed(failure);
        }
        polled
    }
}
