//! Runtimes that go, code of others that calls back, and floods.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use async_trait::async_trait;
use futures::{Sink, Stream, StreamExt};
use longlink::net::{Attempt, Connector, Opened};
use longlink::{
    Config, Delivery, Dialect, Encoded, Failure, Frame, Link, Observation, Outcome, Signals, State,
};
use tokio::time::{sleep, timeout};

use crate::memory::{Broken, Memory, link, waiting};
use crate::telegraph::Telegraph;

fn current_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// Runs it on a thread of its own; false if that is not done in time.
fn ends(f: impl FnOnce() + Send + 'static) -> bool {
    let (done, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        f();
        let _ = done.send(());
    });
    wait.recv_timeout(Duration::from_secs(10)).is_ok()
}

#[test]
fn a_runtime_that_goes_away_before_the_task_ran_leaves_nothing_unsettled() {
    assert!(ends(|| {
        let link = link(Memory::new(8).0);
        let runtime = current_thread();
        let call = {
            let _inside = runtime.enter();
            link.call("a".into(), waiting())
        };
        drop(runtime);
        assert_eq!(futures::executor::block_on(call), Outcome::Closed);
        futures::executor::block_on(link.close());
    }));
}

#[test]
fn a_runtime_without_a_clock_leaves_nothing_unsettled() {
    assert!(ends(|| {
        let link = link(Memory::new(8).0);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert_eq!(runtime.block_on(link.call("a".into(), waiting())), Outcome::Closed);
        runtime.block_on(link.close());
    }));
}

#[test]
fn a_call_made_outside_of_a_runtime_settles_inside_of_one() {
    let link = link(Broken(Observation::Refused, Arc::default()));
    let call = link.call("a".into(), waiting().timeout(Duration::from_millis(300)));
    let outcome = current_thread().block_on(async { timeout(Duration::from_secs(5), call).await });
    assert_eq!(outcome, Ok(Outcome::Timeout { sent: false }));
}

#[tokio::test(start_paused = true)]
async fn online_after_a_retry_waits_for_what_the_retry_brings() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    link.start();
    let mut peer = peers.next().await.unwrap();
    peer.hear().await;
    peer.say("rejected").await;
    link.online().await.unwrap_err();
    link.retry();
    let serve = tokio::spawn(async move {
        let mut peer = peers.next().await.unwrap();
        peer.greet().await;
        sleep(Duration::from_secs(1)).await;
    });
    link.online().await.unwrap();
    serve.await.unwrap();
}

#[test]
fn a_retry_outside_of_a_runtime_does_not_swallow_the_first_attempt() {
    let attempts = Arc::new(AtomicUsize::new(0));
    let link = link(Broken(Observation::Refused, Arc::clone(&attempts)));
    link.retry();
    assert!(matches!(link.state(), State::Idle), "{:?}", link.state());
    current_thread().block_on(async {
        link.start();
        sleep(Duration::from_millis(200)).await;
    });
    assert!(attempts.load(Ordering::Relaxed) >= 1);
}

#[tokio::test(start_paused = true)]
async fn the_states_from_now_on_do_not_begin_with_the_present_one() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    link.start();
    let mut peer = peers.next().await.unwrap();
    peer.greet().await;
    link.online().await.unwrap();
    let mut states = link.states();
    assert!(timeout(Duration::from_secs(1), states.next()).await.is_err());
}

#[test]
fn online_outside_of_a_runtime_panics_as_it_says() {
    assert!(ends(|| {
        let link = link(Broken(Observation::Refused, Arc::default()));
        let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            futures::executor::block_on(link.online())
        }));
        assert!(r.is_err());
    }));
}

struct Inline(Link<Telegraph>, AtomicUsize);
impl Wake for Inline {
    fn wake(self: Arc<Self>) {
        let _ = self.0.stats();
        self.1.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_waker_may_use_the_link() {
    assert!(
        ends(|| {
            let runtime = current_thread();
            let (memory, mut peers) = Memory::new(8);
            let link = link(memory);
            let inline = Arc::new(Inline(link.clone(), AtomicUsize::new(0)));
            let mut events = link.subscribe("a".into(), 8);
            let waker = Waker::from(Arc::clone(&inline));
            runtime.block_on(async {
                link.start();
                let mut peer = peers.next().await.unwrap();
                peer.greet().await;
                link.online().await.unwrap();
                assert!(events.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());
                peer.say("event a 1").await;
                sleep(Duration::from_millis(100)).await;
            });
            assert_eq!(inline.1.load(Ordering::Relaxed), 1);
        }),
        "deadlock"
    );
}

struct Log(Mutex<Option<Link<Telegraph>>>, Arc<AtomicUsize>);
impl<S: tracing_subscriber::registry::LookupSpan<'static> + tracing::Subscriber>
    tracing_subscriber::Layer<S> for Log
{
    fn on_event(&self, _: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        if let Some(link) = &*self.0.lock().unwrap() {
            let _ = link.stats();
            self.1.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
fn who_writes_the_log_may_use_the_link() {
    use tracing_subscriber::layer::SubscriberExt;
    assert!(
        ends(|| {
            let link = link(Broken(Observation::Refused, Arc::default()));
            let n = Arc::new(AtomicUsize::new(0));
            let _guard = tracing::subscriber::set_default(
                tracing_subscriber::registry()
                    .with(Log(Mutex::new(Some(link.clone())), Arc::clone(&n))),
            );
            current_thread().block_on(async {
                link.start();
                sleep(Duration::from_millis(100)).await;
            });
            assert!(n.load(Ordering::Relaxed) > 0);
        }),
        "deadlock"
    );
}

/// Collects the levels of the log.
#[derive(Clone, Default)]
struct Levels(Arc<Mutex<Vec<tracing::Level>>>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Levels {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        self.0.lock().unwrap().push(*event.metadata().level());
    }
}

#[tokio::test(start_paused = true)]
async fn online_and_offline_are_logged_once_however_many_attempts_fail() {
    use tracing_subscriber::layer::SubscriberExt;
    let levels = Levels::default();
    let log = tracing_subscriber::registry().with(levels.clone());
    let _guard = tracing::subscriber::set_default(log);
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    link.start();
    peers.next().await.unwrap().greet_and_go().await;
    drop(peers);
    sleep(Duration::from_secs(600)).await;
    assert!(link.stats().attempts > 10);
    let levels = levels.0.lock().unwrap();
    let count = |level| levels.iter().filter(|it| **it == level).count();
    assert_eq!(count(tracing::Level::INFO), 2, "online, offline");
    assert!(count(tracing::Level::DEBUG) > 20, "the attempts");
}

/// Panics when it encodes `panic`.
#[derive(Debug)]
struct Nervous;
impl Dialect for Nervous {
    type Command = String;
    type Reply = ();
    type Error = ();
    type Event = ();
    type Topic = ();
    type Id = u64;
    fn encode(&mut self, command: String, cx: &mut longlink::Context<'_>) -> Encoded<u64> {
        assert_ne!(command, "panic");
        Encoded { id: cx.serial(), frame: Frame::text(command) }
    }
    fn receive(&mut self, _: Frame, _: &mut longlink::Context<'_>, _: &mut Signals<Self>) {}
}

#[test]
fn a_dialect_that_panics_leaves_nothing_unsettled() {
    assert!(
        ends(|| {
            let (memory, _peers) = Memory::new(8);
            let link = Link::new(Nervous, memory, Config::default());
            current_thread().block_on(async {
                let mut events = link.subscribe((), 8);
                let (a, b) =
                    (link.call("panic".into(), waiting()), link.call("b".into(), waiting()));
                let (a, b) = futures::future::join(a, b).await;
                assert!(matches!(a, Outcome::Closed | Outcome::Indeterminate), "{a:?}");
                assert!(matches!(b, Outcome::Closed | Outcome::Indeterminate), "{b:?}");
                assert!(events.next().await.is_none());
                link.close().await;
            });
        }),
        "hangs"
    );
}

#[tokio::test(start_paused = true)]
async fn timeouts_without_end_are_no_panic() {
    for secs in [
        u64::MAX,
        u64::MAX / 2,
        u64::MAX / 2 - 1_000_000,
        u64::MAX / 4,
        u64::MAX / 1000,
        1 << 40,
        1 << 34,
    ] {
        let (memory, mut peers) = Memory::new(8);
        let mut config = Config::default();
        let long = Duration::from_secs(secs);
        config.heartbeat =
            longlink::Heartbeat::new(long, long, longlink::Probe::Ping, longlink::Schedule::Always);
        config.connect_timeout = long;
        config.greeting_timeout = long;
        config.subscription_timeout = long;
        config.message_timeout = Some(long);
        config.backoff.healthy_after = long;
        let link = Link::new(Telegraph::polite(), memory, config);
        let call = link.call("a".into(), waiting().timeout(long));
        let mut peer = peers.next().await.unwrap();
        peer.greet().await;
        link.online().await.unwrap();
        let _events = link.subscribe("a".into(), 8);
        assert_eq!(peer.hear().await.unwrap(), "call 1 a");
        sleep(Duration::from_secs(100)).await;
        peer.say("ok 1 x").await;
        assert_eq!(call.await, Outcome::Ok("x".into()), "{secs}");
    }
}

/// A transport that always has another frame.
#[derive(Clone)]
struct Flood {
    frame: Frame,
    left: usize,
    /// Frames that were read and that the engine has not seen, and how many that may be.
    held: usize,
    most: usize,
}

impl Stream for Flood {
    type Item = Result<Frame, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Pending;
        }
        self.left -= 1;
        self.held += 1;
        assert!(self.held <= self.most, "{} frames are held at once", self.held);
        Poll::Ready(Some(Ok(self.frame.clone())))
    }
}

impl Sink<Frame> for Flood {
    type Error = Failure;

    /// The engine has just seen what was read.
    fn poll_ready(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.held = 0;
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, _: Frame) -> Result<(), Failure> {
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }
}

#[async_trait]
impl Connector for Flood {
    async fn connect(&self, _: Attempt) -> Result<Opened, Failure> {
        Ok(Opened::new(self.clone()))
    }
}

/// On a clock that runs: a paused one waits for everyone to be idle.
#[tokio::test]
async fn a_flood_without_end_starves_nobody() {
    let flood = Flood { frame: Frame::text("event a 1"), left: usize::MAX, held: 0, most: 64 };
    let link = Link::new(Telegraph::default(), flood, Config::default());
    let mut events = link.subscribe("a".into(), 100);
    let call = link.call("a".into(), waiting().timeout(Duration::from_millis(200)));
    assert_eq!(call.await, Outcome::Timeout { sent: true });
    for _ in 0..10 {
        assert!(matches!(events.next().await, Some(Delivery::Event(_) | Delivery::Lagged(_))));
    }
    link.close().await;
}

/// The runtime gives its main future a turn less often than its tasks.
#[tokio::test]
async fn a_reader_who_reads_all_the_time_loses_nothing_of_a_flood() {
    let flood = Flood { frame: Frame::text("event a 1"), left: 50_000, held: 0, most: 64 };
    let link = Link::new(Telegraph::default(), flood, Config::default());
    let mut events = link.subscribe("a".into(), 1024);
    for n in 0..50_000 {
        let event = events.next().await;
        assert!(matches!(event, Some(Delivery::Event(_))), "{n}: {event:?}");
    }
}

/// An attempt that holds a handle of the link, as a source of credentials may that asks over it.
#[derive(Clone, Default)]
struct Clinging(Arc<Mutex<Option<Link<Telegraph>>>>);
#[async_trait]
impl Connector for Clinging {
    async fn connect(&self, _: Attempt) -> Result<Opened, Failure> {
        let _handle = self.0.lock().unwrap().clone();
        std::future::pending().await
    }
}

#[test]
fn an_attempt_may_hold_a_handle_of_the_link() {
    assert!(
        ends(|| {
            let connector = Clinging::default();
            let mut config = Config::default();
            config.connect_timeout = Duration::from_millis(100);
            let link = Link::new(Telegraph::polite(), connector.clone(), config);
            *connector.0.lock().unwrap() = Some(link.clone());
            current_thread().block_on(async {
                link.start();
                sleep(Duration::from_millis(50)).await;
                connector.0.lock().unwrap().take();
                // The attempt has the last handle when it is given up.
                drop(link);
                sleep(Duration::from_millis(200)).await;
            });
        }),
        "deadlock"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_read_in_one_go_is_bounded_in_bytes() {
    let frame = Frame::Binary(vec![0; 256 * 1024].into());
    let flood = Flood { frame, left: 1000, held: 0, most: 1 };
    let link = Link::new(Telegraph::default(), flood, Config::default());
    link.start();
    sleep(Duration::from_secs(1)).await;
    assert!(link.state().is_online(), "{:?}", link.state());
    assert_eq!(link.stats().frames_received, 1000);
}
