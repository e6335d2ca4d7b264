//! Where events come from: the clients.

mod coolkit;
mod lamarzocco;
mod placeos;

use std::sync::Arc;
use std::time::Duration;

use devicelink::lamarzocco::longlink;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use jiff::Timestamp;
use tokio::sync::{Notify, mpsc};
use tokio::time::{MissedTickBehavior, interval};

pub(crate) use self::coolkit::{Account, Kind, Named};
pub(crate) use self::lamarzocco::Machine;
pub(crate) use self::placeos::Server;
use super::event::{Counters, Event, State, Status};
use super::model::Spec;

/// A client, and how its link is shown.
pub(crate) struct Source {
    pub(crate) spec: Spec,
    pub(crate) client: Arc<dyn Client>,
}

impl Source {
    pub(crate) fn new(spec: Spec, client: impl Client + 'static) -> Self {
        Self { spec, client: Arc::new(client) }
    }
}

/// A client, whatever its vendor.
pub(crate) trait Client: Send + Sync {
    /// What happens from now on, until the client stops or is closed.
    fn events(&self) -> BoxStream<'static, Event>;
    fn state(&self) -> longlink::State;
    fn states(&self) -> longlink::States;
    fn last_failure(&self) -> Option<longlink::Failure>;
    fn next_attempt_in(&self) -> Option<Duration>;
    fn stats(&self) -> longlink::Stats;
    fn retry(&self);
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// The methods that the field `client` of a source has by itself.
macro_rules! delegate_to_client {
    () => {
        fn state(&self) -> longlink::State {
            self.client.state()
        }

        fn states(&self) -> longlink::States {
            self.client.states()
        }

        fn last_failure(&self) -> Option<longlink::Failure> {
            self.client.last_failure()
        }

        fn next_attempt_in(&self) -> Option<Duration> {
            self.client.next_attempt_in()
        }

        fn retry(&self) {
            self.client.retry();
        }

        fn close(&self) -> BoxFuture<'_, ()> {
            Box::pin(self.client.close())
        }
    };
}
use delegate_to_client;

/// An event, when it happened, and the number of its link.
pub(crate) type Told = (usize, Event, Timestamp);

/// How often the counters are looked at.
const COUNTERS: Duration = Duration::from_secs(1);

/// Tells what happens on a link, until nobody listens. `retry` lets it try at once.
pub(crate) async fn watch(
    link: usize,
    client: Arc<dyn Client>,
    retry: Arc<Notify>,
    to: mpsc::Sender<Told>,
) {
    let mut events = client.events().fuse();
    let mut states = client.states();
    let mut second = interval(COUNTERS);
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = None;
    let mut counted = Counters::default();
    loop {
        let mut told = Vec::new();
        tokio::select! {
            Some(event) = events.next() => told.push(event),
            Some(_) = states.next() => {}
            _ = second.tick() => {
                let counters = counters(client.stats());
                if counters != counted {
                    counted = counters;
                    told.push(Event::Counters(counters));
                }
            }
            () = retry.notified() => client.retry(),
        }
        let state = client.state();
        let phase = phase(&state);
        let has_ended = matches!(phase.0, State::Stopped | State::Closing | State::Closed);
        if events.is_done() && !has_ended {
            // They ended when the client stopped, which is over.
            events = client.events().fuse();
        }
        if seen.as_ref() != Some(&phase) {
            told.insert(0, Event::State(status(&state, &*client)));
            seen = Some(phase);
        }
        for event in told {
            if to.send((link, event, Timestamp::now())).await.is_err() {
                return;
            }
        }
    }
}

/// What tells two states apart.
fn phase(state: &longlink::State) -> (State, Duration, u64) {
    use longlink::State as Link;
    match state {
        Link::Connecting { epoch } => (State::Connecting, Duration::ZERO, *epoch),
        Link::Greeting { epoch } => (State::Greeting, Duration::ZERO, *epoch),
        Link::Online { epoch } => (State::Online, Duration::ZERO, *epoch),
        Link::Waiting { until, .. } => (State::Waiting, until.elapsed_since_start(), 0),
        Link::Stopped { .. } => (State::Stopped, Duration::ZERO, 0),
        Link::Closing => (State::Closing, Duration::ZERO, 0),
        Link::Closed => (State::Closed, Duration::ZERO, 0),
        _ => (State::Idle, Duration::ZERO, 0),
    }
}

fn status(state: &longlink::State, client: &dyn Client) -> Status {
    let next = client.next_attempt_in().and_then(|wait| Timestamp::now().checked_add(wait).ok());
    Status {
        state: phase(state).0,
        error: client.last_failure().map(|failure| failure.to_string()),
        next_attempt: next,
    }
}

fn counters(stats: longlink::Stats) -> Counters {
    Counters {
        connections: stats.accepted,
        failures: stats.failures,
        frames_received: stats.frames_received,
        bytes_received: stats.bytes_received,
        frames_sent: stats.frames_sent,
        malformed: stats.malformed,
    }
}

#[cfg(test)]
mod tests {
    use devicelink::lamarzocco;
    use devicelink_sim::lamarzocco::Machine as Simulated;
    use tokio::time::timeout;

    use super::*;

    /// Waits for an event; others are passed over.
    async fn told(events: &mut mpsc::Receiver<Told>, wanted: impl Fn(&Event) -> bool) -> Event {
        loop {
            let told = timeout(Duration::from_secs(30), events.recv()).await;
            let (_, event, _) = told.expect("it is told in time").expect("it is watched");
            if wanted(&event) {
                return event;
            }
        }
    }

    #[tokio::test]
    async fn a_stopped_link_that_is_tried_again_tells_what_happens_again() {
        let machine = Simulated::builder().token("another-token").start().await.unwrap();
        let builder = lamarzocco::Client::builder(machine.url()).token("the-token");
        let client = builder.pin(machine.certificate_sha256().parse().unwrap()).build().unwrap();
        let source: Arc<dyn Client> = Arc::new(Machine { client });
        let retry = Arc::new(Notify::new());
        let (to, mut events) = mpsc::channel(16);
        let watching = tokio::spawn(watch(0, Arc::clone(&source), Arc::clone(&retry), to));

        let is = |wanted| move |event: &Event| matches!(event, Event::State(status) if status.state == wanted);
        let stopped = told(&mut events, is(State::Stopped)).await;
        let Event::State(Status { error: Some(error), next_attempt: None, .. }) = stopped else {
            panic!("{stopped:?}")
        };
        assert!(error.contains("401"), "{error}");

        machine.set_token("the-token");
        retry.notify_one();
        told(&mut events, is(State::Online)).await;
        told(&mut events, |event| matches!(event, Event::Temperature { .. })).await;
        let counters = told(&mut events, |event| matches!(event, Event::Counters(_))).await;
        assert!(matches!(counters, Event::Counters(counters) if counters.connections == 1));

        drop(events);
        machine.stop().await.unwrap();
        watching.await.unwrap();
        source.close().await;
    }
}
