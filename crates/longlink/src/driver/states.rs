use tokio::sync::watch;

use crate::State;

/// The states of a link as they change. A reader who is slow sees the latest only.
#[derive(Clone, Debug)]
pub struct States(watch::Receiver<(u64, State)>);

impl States {
    pub(super) fn new(states: watch::Receiver<(u64, State)>) -> Self {
        Self(states)
    }

    /// Waits for the next state; `None` when the link is gone. Cancel safe.
    pub async fn next(&mut self) -> Option<State> {
        self.0.changed().await.ok()?;
        // Nobody gets to hold the lock of the channel: the link would wait for it.
        Some(self.0.borrow_and_update().1.clone())
    }
}
