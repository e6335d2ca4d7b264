//! What the clients do: callers that each wait for an answer before they call again, and readers of streams.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use futures::{Stream, StreamExt};
use tokio::runtime::Runtime;
use tokio::sync::Notify;

/// How much was done. All of it on one thread: adding needs no atomic addition.
#[derive(Default)]
pub(crate) struct Tally {
    done: AtomicU64,
    target: AtomicU64,
    reached: Notify,
}

impl Tally {
    fn add(&self) {
        let done = self.done.load(Relaxed) + 1;
        self.done.store(done, Relaxed);
        if done == self.target.load(Relaxed) {
            self.reached.notify_one();
        }
    }

    /// Waits until so much more is done.
    pub(crate) async fn more(&self, count: u64) {
        self.target.store(self.done.load(Relaxed) + count, Relaxed);
        self.reached.notified().await;
    }
}

/// As many tasks as calls shall be in flight. Each calls for ever.
pub(crate) fn callers<F>(
    runtime: &Runtime,
    count: usize,
    call: impl Fn() -> F + Send + Clone + 'static,
) -> Arc<Tally>
where
    F: Future<Output = ()> + Send,
{
    let tally = Arc::<Tally>::default();
    for _ in 0..count {
        let (tally, call) = (Arc::clone(&tally), call.clone());
        runtime.spawn(async move {
            loop {
                call().await;
                tally.add();
            }
        });
    }
    tally
}

/// A task that reads a stream to its end. `is_item` says which items count, and does not take those that must not be.
pub(crate) fn reader<S>(
    runtime: &Runtime,
    tally: &Arc<Tally>,
    mut stream: S,
    is_item: fn(S::Item) -> bool,
) where
    S: Stream<Item: Send> + Send + Unpin + 'static,
{
    let tally = Arc::clone(tally);
    runtime.spawn(async move {
        while let Some(item) = stream.next().await {
            if is_item(item) {
                tally.add();
            }
        }
    });
}
