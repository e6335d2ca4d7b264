use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use coolkit_proto::{Event, Malformed, Reply, Unmatched};
use futures::Stream;
use longlink::{Delivery, Failure, Link, Subscription};

use crate::dialect::{Dialect, Inbound, Topic};

/// What [`Updates`] yields.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Update {
    /// Something happened: a device reports, another app sent it a command, it came online or went offline. Unknown
    /// actions are here, too.
    Event(Arc<Event>),
    /// A command or a query was answered, whoever made it.
    Reply(Arc<Reply>),
    /// An answer that nobody waits for: a second one, or one that came too late.
    Unmatched(Arc<Unmatched>),
    /// A frame that is none. The connection lives.
    Malformed(Arc<Malformed>),
    /// The reader was too slow: this many updates were dropped here, the oldest first. The state of the devices has
    /// missed nothing.
    Lagged(u64),
    /// The connection was lost, or could not be made. Updates may be missing from here on, for the cloud repeats
    /// nothing; the client goes on trying by itself. Told once for each outage.
    Gap(Failure),
    /// The connection is back. See [`Builder::resync`](crate::Builder::resync) for what happened meanwhile.
    Resynced,
    /// The client gave up, for example because the token is refused, or there were too many streams already: trying again
    /// by itself cannot help. The last update of the stream.
    Stopped(Failure),
}

/// What the cloud sends, of all devices or of one, over all reconnects: a [`Stream`] of [`Update`].
///
/// Reading is cancel safe: an update that was not taken stays for the next read.
///
/// It ends when the client is closed or has stopped. Not reading it delays nobody; see [`Update::Lagged`].
#[derive(Debug)]
pub struct Updates {
    subscription: Subscription<Dialect>,
}

impl Updates {
    pub(crate) fn new(link: &Link<Dialect>, topic: Topic, capacity: usize) -> Self {
        Self { subscription: link.subscribe(topic, capacity) }
    }
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
                Delivery::Event(inbound) => inbound.into(),
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

impl From<Inbound> for Update {
    fn from(inbound: Inbound) -> Self {
        match inbound {
            Inbound::Event(event) => Self::Event(event),
            Inbound::Reply(reply) => Self::Reply(reply),
            Inbound::Unmatched(unmatched) => Self::Unmatched(unmatched),
            Inbound::Malformed(malformed) => Self::Malformed(malformed),
        }
    }
}
