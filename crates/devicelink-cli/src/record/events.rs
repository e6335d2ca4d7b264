//! What a tap hands to the recorder.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime};

use devicelink::lamarzocco::TapEvent;
use devicelink::lamarzocco::longlink::Frame;
use tokio::sync::mpsc;

use crate::recording::{Direction, State};

/// How many events wait for a slow disk.
const CAPACITY: usize = 16 * 1024;

/// An observer for a client, and what it sees.
pub(super) fn tap() -> (impl Fn(u64, TapEvent<'_>) + Send + Sync + 'static, Events) {
    let (sender, receiver) = mpsc::channel(CAPACITY);
    let missing = Arc::new(AtomicU64::new(0));
    let events = Events { receiver, missing: Arc::clone(&missing) };
    let observer = move |epoch, event: TapEvent<'_>| {
        let what = match event {
            TapEvent::Connecting => What::State(State::Connecting, None),
            TapEvent::Opened => What::State(State::Open, None),
            TapEvent::Received(frame) => What::Frame(Direction::In, frame.clone()),
            TapEvent::Sent(frame) => What::Frame(Direction::Out, frame.clone()),
            TapEvent::Failed(failure) => {
                What::State(State::Failed, Some(failure.seen().to_string()))
            }
            TapEvent::Closed => What::State(State::Closed, None),
            _ => return,
        };
        let event = Event { at: Instant::now(), time: SystemTime::now(), epoch, what, missing: 0 };
        if sender.try_send(event).is_err() {
            missing.fetch_add(1, Ordering::Relaxed);
        }
    };
    (observer, events)
}

pub(super) struct Events {
    receiver: mpsc::Receiver<Event>,
    missing: Arc<AtomicU64>,
}

pub(super) struct Event {
    pub(super) at: Instant,
    pub(super) time: SystemTime,
    pub(super) epoch: u64,
    pub(super) what: What,
    /// How many could not be kept before this.
    pub(super) missing: u64,
}

pub(super) enum What {
    Frame(Direction, Frame),
    State(State, Option<String>),
}

impl Events {
    /// The next one; nothing when the client is gone.
    pub(super) async fn next(&mut self) -> Option<Event> {
        let event = self.receiver.recv().await;
        event.map(|event| self.counted(event))
    }

    /// The next one that has happened already.
    pub(super) fn next_of_the_past(&mut self) -> Option<Event> {
        let event = self.receiver.try_recv().ok();
        event.map(|event| self.counted(event))
    }

    /// How many could not be kept since the last one.
    pub(super) fn missing(&self) -> u64 {
        self.missing.swap(0, Ordering::Relaxed)
    }

    fn counted(&self, event: Event) -> Event {
        Event { missing: self.missing(), ..event }
    }
}
