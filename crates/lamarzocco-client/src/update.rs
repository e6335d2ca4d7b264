use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::Stream;
use lamarzocco_proto::{Malformed, Message};
use longlink::{Delivery, Failure, Subscription};

use crate::dialect::{Dialect, Event};

/// What [`Updates`] yields.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Update {
    /// A message of the machine. Messages of one frame come one by one, in their order.
    Message(Arc<Message>),
    /// A frame, or a message in one, that could not be read. The connection lives.
    Malformed(Arc<Malformed>),
    /// The reader was too slow: this many updates were dropped here, the oldest first. [`Client::snapshot`] has missed
    /// nothing.
    ///
    /// [`Client::snapshot`]: crate::Client::snapshot
    Lagged(u64),
    /// The connection was lost, or could not be made. Messages may be missing from here on; the client goes on trying by
    /// itself. Told once for each outage.
    Gap(Failure),
    /// The connection is back.
    Resynced,
    /// The client gave up, for example because the token is refused, or there were too many streams already: trying again
    /// by itself cannot help. The last update of the stream.
    Stopped(Failure),
}

/// Everything that the machine sends, over all reconnects: a [`Stream`] of [`Update`].
///
/// Reading is cancel safe: an update that was not taken stays for the next read.
///
/// It ends when the client is closed or has stopped. Not reading it delays nobody; see [`Update::Lagged`].
#[derive(Debug)]
pub struct Updates {
    pub(crate) subscription: Subscription<Dialect>,
}

impl Stream for Updates {
    type Item = Update;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Update>> {
        loop {
            let delivery = match Pin::new(&mut self.subscription).poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(delivery)) => delivery,
            };
            return Poll::Ready(Some(match delivery {
                Delivery::Event(Event::Message(message)) => Update::Message(message),
                Delivery::Event(Event::Malformed(malformed)) => Update::Malformed(malformed),
                Delivery::Lagged(dropped) => Update::Lagged(dropped),
                Delivery::Gap { failure, .. } => Update::Gap(failure),
                Delivery::Resynced { .. } => Update::Resynced,
                Delivery::Stopped(failure) => Update::Stopped(failure),
                // Nothing is asked for on the wire, so nothing can be refused.
                _ => continue,
            }));
        }
    }
}
