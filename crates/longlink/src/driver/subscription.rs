use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures::Stream;

use super::{LinkDialect, Owner, Shared};
use crate::{Delivery, Dialect, Failure, Mailbox, Observation, SubscriptionId};

/// A subscription as a stream, over all reconnects. Dropping it ends the subscription.
///
/// It ends (`None`) when the link is closed, after [`Delivery::Stopped`], and after a final [`Delivery::Refused`].
/// Not reading it delays nobody.
pub struct Subscription<D: LinkDialect> {
    /// Absent if there were too many: it is over from the start.
    id: Option<SubscriptionId>,
    post: Arc<Post<D>>,
    owner: Arc<Owner<D>>,
}

/// Where the task puts what a subscription gets.
pub(super) struct Post<D: Dialect>(Mutex<Inner<D::Event, D::Error>>);

struct Inner<T, E> {
    mailbox: Mailbox<T, E>,
    ended: bool,
    reader: Option<Waker>,
}

impl<D: LinkDialect> Subscription<D> {
    pub(super) fn new(owner: &Arc<Owner<D>>, topic: D::Topic, capacity: usize) -> Self {
        let shared = &owner.0;
        let mut mailbox = Mailbox::new(capacity);
        let (id, post) = shared.with(|core| {
            let id = core.session.subscribe(topic).ok();
            if id.is_none() {
                let failure = Failure::new(Observation::TooManySubscriptions);
                let _ = mailbox.push(Delivery::Stopped(failure));
            }
            let inner = Inner { mailbox, ended: id.is_none(), reader: None };
            let post = Arc::new(Post(Mutex::new(inner)));
            if let Some(id) = id {
                core.posts.insert(id, Arc::clone(&post));
                core.settle_if_idle(shared.now());
            }
            (id, post)
        });
        shared.wake.wake();
        Self { id, post, owner: Arc::clone(owner) }
    }
}

impl<D: LinkDialect> Subscription<D> {
    /// Ends the topic on the wire and makes it again, as [`Session::resync`](crate::Session::resync).
    pub fn resync(&self) {
        let shared = &self.owner.0;
        shared.with(|core| {
            if let Some(id) = self.id {
                core.session.resync(id);
                core.settle_if_idle(shared.now());
            }
        });
        shared.wake.wake();
    }
}

impl<D: LinkDialect> Stream for Subscription<D> {
    type Item = Delivery<D::Event, D::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // A subscription that was made outside of a runtime starts the link here.
        Shared::start(&self.owner.0);
        let mut inner = self.post.lock();
        if let Some(delivery) = inner.mailbox.pop() {
            return Poll::Ready(Some(delivery));
        }
        if inner.ended {
            return Poll::Ready(None);
        }
        let last = inner.reader.replace(cx.waker().clone());
        // A waker may own anything: it is not dropped under a lock.
        drop(inner);
        drop(last);
        Poll::Pending
    }
}

impl<D: LinkDialect> Drop for Subscription<D> {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let shared = &self.owner.0;
        let mut core = shared.lock();
        core.session.unsubscribe(id);
        core.posts.remove(&id);
        drop(core);
        shared.wake.wake();
    }
}

impl<D: LinkDialect> fmt::Debug for Subscription<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("id", &self.id).finish_non_exhaustive()
    }
}

impl<D: Dialect> Post<D> {
    /// Adds a delivery; gives the number of events dropped for it, and whom to wake.
    pub(super) fn push(&self, delivery: Delivery<D::Event, D::Error>) -> (u64, Option<Waker>) {
        let mut inner = self.lock();
        let dropped = inner.mailbox.push(delivery);
        (dropped, inner.reader.take())
    }

    /// Gives whom to wake.
    pub(super) fn end(&self) -> Option<Waker> {
        let mut inner = self.lock();
        inner.ended = true;
        inner.reader.take()
    }

    fn lock(&self) -> MutexGuard<'_, Inner<D::Event, D::Error>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
