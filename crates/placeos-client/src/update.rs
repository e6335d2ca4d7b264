use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::Stream;
use longlink::{Delivery, Failure, Link, Subscription};
use placeos_proto::{LogLine, Malformed, RemoteError, Response, Value, ValueError};
use serde_core::de::DeserializeOwned;

use crate::dialect::{Dialect, Inbound, Topic};

/// What [`Updates`] yields.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Update<T = Value> {
    /// The value of the variable, the line of the log, or the diagnostic.
    Item(T),
    /// A value that could not be read: the option [`Generation`](crate::Generation) may not fit the server.
    Malformed(Arc<Malformed>),
    /// The reader was too slow: this many items were dropped here, the oldest first.
    Lagged(u64),
    /// The connection was lost or could not be made, or [`Updates::resync`] was called. From here on the old value is
    /// only the last known one; the client goes on trying by itself. Told once for each outage.
    Gap(Failure),
    /// The server has taken the binding again. If no value follows, the variable has none now.
    Resynced,
    /// The server refused the binding. If it is not `retrying`, this is the last update.
    Refused {
        /// In the server's words.
        error: RemoteError,
        /// Whether it is tried again.
        retrying: bool,
    },
    /// The client gave up, for example because the credential is refused; or this stream was one too many, or its name too
    /// long. Trying again by itself cannot help. The last update of the stream.
    Stopped(Failure),
}

/// A stream over all reconnects: of [`Update`]s of one kind.
///
/// Reading is cancel safe: an update that was not taken stays for the next read. Dropping it unbinds, if nobody else uses
/// the same binding.
///
/// It ends when the client is closed or has stopped, and after a final refusal. Not reading it delays nobody; see
/// [`Update::Lagged`].
pub struct Updates<T> {
    subscription: Subscription<Dialect>,
    read: fn(Inbound) -> Option<Update<T>>,
}

/// The values of a status variable, from [`Module::bind`](crate::Module::bind). The current one comes first, if there is
/// one; equal values may come again.
pub type Binding<T = Value> = Updates<T>;

/// The lines of a module's log, from [`System::debug`](crate::System::debug).
pub type Log = Updates<Arc<LogLine>>;

/// What belongs to nothing, from [`Client::diagnostics`](crate::Client::diagnostics).
pub type Diagnostics = Updates<Diagnostic>;

/// A frame that belongs to nothing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Diagnostic {
    /// A response of an unknown kind, or one that names nothing that was asked for.
    Stray(Arc<Response<'static>>),
    /// A log line of no module that is listened to.
    Line(Arc<LogLine>),
    /// A message that is no frame. The connection lives.
    Malformed(Arc<Malformed>),
}

impl<T> Updates<T> {
    fn new(
        link: &Link<Dialect>,
        topic: Topic,
        capacity: usize,
        read: fn(Inbound) -> Option<Update<T>>,
    ) -> Self {
        Self { subscription: link.subscribe(topic, capacity), read }
    }

    /// Unbinds and binds again: the only way to fetch a value that was lost on the server's side. All who use the same
    /// binding see [`Update::Gap`] and [`Update::Resynced`]. Nothing is done where it begins anew anyway.
    pub fn resync(&self) {
        self.subscription.resync();
    }
}

impl Binding {
    pub(crate) fn values(link: &Link<Dialect>, topic: Topic, capacity: usize) -> Self {
        Self::new(link, topic, capacity, |inbound| match inbound {
            Inbound::Value(value) => Some(Update::Item(value)),
            Inbound::Malformed(error) => Some(Update::Malformed(error)),
            _ => None,
        })
    }

    /// The same with values of a type; one that does not fit it is an error in its place, and the stream goes on.
    #[must_use]
    pub fn typed<T: DeserializeOwned>(self) -> Binding<Result<T, ValueError>> {
        let read: fn(Inbound) -> _ = |inbound| match inbound {
            Inbound::Value(value) => Some(Update::Item(value.deserialize())),
            Inbound::Malformed(error) => Some(Update::Malformed(error)),
            _ => None,
        };
        Updates { subscription: self.subscription, read }
    }
}

impl Log {
    pub(crate) fn lines(link: &Link<Dialect>, topic: Topic, capacity: usize) -> Self {
        Self::new(link, topic, capacity, |inbound| match inbound {
            Inbound::Line(line) => Some(Update::Item(line)),
            _ => None,
        })
    }
}

impl Diagnostics {
    pub(crate) fn all(link: &Link<Dialect>, capacity: usize) -> Self {
        Self::new(link, Topic::Diagnostics, capacity, |inbound| {
            Some(Update::Item(match inbound {
                Inbound::Stray(response) => Diagnostic::Stray(response),
                Inbound::Line(line) => Diagnostic::Line(line),
                Inbound::Malformed(error) => Diagnostic::Malformed(error),
                Inbound::Value(_) => return None,
            }))
        })
    }
}

impl<T> Stream for Updates<T> {
    type Item = Update<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Update<T>>> {
        let read = self.read;
        loop {
            let delivery = match Pin::new(&mut self.subscription).poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(delivery)) => delivery,
            };
            let update = match delivery {
                Delivery::Event(inbound) => read(inbound),
                Delivery::Lagged(dropped) => Some(Update::Lagged(dropped)),
                Delivery::Gap { failure, .. } => Some(Update::Gap(failure)),
                Delivery::Resynced { .. } => Some(Update::Resynced),
                Delivery::Refused { error, retrying } => {
                    Some(Update::Refused { error: *error, retrying })
                }
                Delivery::Stopped(failure) => Some(Update::Stopped(failure)),
                _ => None,
            };
            if let Some(update) = update {
                return Poll::Ready(Some(update));
            }
        }
    }
}

impl<T> fmt::Debug for Updates<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updates").field("subscription", &self.subscription).finish_non_exhaustive()
    }
}
