//! The life of a link.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use longlink::net::Ask;
use longlink::{
    CallOptions, Delivery, Frame, NotOnline, NotSent, Observation, Outcome, State, StopReason,
};
use tokio::time::{Instant, sleep, timeout};

use crate::memory::{Broken, Hanging, Memory, link, waiting};

#[tokio::test(start_paused = true)]
async fn a_call_travels_there_and_back() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    let call = link.call("hi".into(), waiting());
    tokio::spawn(peers.next().await.unwrap().serve());
    assert_eq!(call.await, Outcome::Ok("hi".into()));
    assert!(link.state().is_online());
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_calls_through_a_narrow_pipe_all_come_back() {
    let (memory, mut peers) = Memory::new(1);
    let link = link(memory);
    let calls: Vec<_> = (0..10_000).map(|n: u32| link.call(n.to_string(), waiting())).collect();
    tokio::spawn(peers.next().await.unwrap().serve());
    for (n, outcome) in futures::future::join_all(calls).await.into_iter().enumerate() {
        assert_eq!(outcome, Outcome::Ok(n.to_string()));
    }
    assert_eq!(link.stats().unmatched_replies, 0);
}

#[tokio::test(start_paused = true)]
async fn a_subscription_lives_through_a_lost_connection() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    let mut events = link.subscribe("a".into(), 8);
    for epoch in 1..=3 {
        let mut peer = peers.next().await.unwrap();
        peer.greet().await;
        assert_eq!(peer.hear().await.unwrap(), format!("sub {epoch} a"));
        peer.say(&format!("ok {epoch}")).await;
        peer.say("event a 1").await;
        if epoch > 1 {
            assert!(matches!(events.next().await, Some(Delivery::Gap { .. })));
            assert!(matches!(events.next().await, Some(Delivery::Resynced { .. })));
        }
        assert!(matches!(events.next().await, Some(Delivery::Event(_))));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_stalls_delays_nobody_and_is_told_exactly() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    let mut stalled = link.subscribe("a".into(), 10);
    let mut live = link.subscribe("a".into(), 100_000);
    let mut peer = peers.next().await.unwrap();
    peer.greet().await;
    for n in 0..50_000 {
        peer.say(&format!("event a {n}")).await;
    }
    for n in 0..50_000 {
        assert!(matches!(live.next().await, Some(Delivery::Event(text)) if text == n.to_string()));
    }
    assert!(matches!(stalled.next().await, Some(Delivery::Lagged(49_990))));
    assert!(matches!(stalled.next().await, Some(Delivery::Event(text)) if text == "49990"));
    assert_eq!(link.stats().lagged_events, 49_990);
}

#[tokio::test(start_paused = true)]
async fn dropping_a_subscription_ends_it_on_the_wire() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    let events = link.subscribe("a".into(), 8);
    let mut peer = peers.next().await.unwrap();
    peer.greet().await;
    peer.hear().await;
    peer.say("ok 1").await;
    drop(events);
    assert_eq!(peer.hear().await.unwrap(), "unsub 2 a");
}

#[tokio::test(start_paused = true)]
async fn dropping_a_call_that_was_not_written_takes_it_back() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    drop(link.call("open the door".into(), waiting()));
    let other = link.call("hi".into(), waiting());
    let heard = tokio::spawn(peers.next().await.unwrap().serve());
    other.await;
    link.close().await;
    assert_eq!(heard.await.unwrap()[1..], ["call 1 hi"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_settles_by_its_deadline_whatever_the_connector_does() {
    let started = Instant::now();
    let options = waiting().timeout(Duration::from_secs(3));
    let hanging = link(Hanging(Arc::default()));
    assert_eq!(hanging.call("a".into(), options).await, Outcome::Timeout { sent: false });
    let refused = link(Broken(Observation::Refused, Arc::default()));
    assert_eq!(refused.call("a".into(), options).await, Outcome::Timeout { sent: false });
    assert_eq!(started.elapsed(), Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_dropped_before_the_next_begins() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let link = link(Hanging(Arc::clone(&dropped)));
    link.start();
    sleep(Duration::from_secs(60)).await;
    let attempts = link.stats().attempts as usize;
    assert!(attempts >= 4, "{attempts}");
    let in_progress = usize::from(matches!(link.state(), State::Connecting { .. }));
    assert_eq!(dropped.load(Ordering::Relaxed), attempts - in_progress);
    link.close().await;
    assert_eq!(dropped.load(Ordering::Relaxed), attempts);
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_told_to_everyone_who_waits() {
    let attempts = Arc::new(AtomicUsize::new(0));
    let fault = Observation::Tls(longlink::TlsFault::UnknownIssuer);
    let link = link(Broken(fault, Arc::clone(&attempts)));
    let mut events = link.subscribe("a".into(), 8);
    let call = link.call("a".into(), waiting());
    let stopped = NotSent::Stopped(StopReason::Identity);
    assert_eq!(call.await, Outcome::NotSent(stopped));
    assert!(matches!(link.online().await, Err(NotOnline::Stopped(_))));
    assert!(matches!(events.next().await, Some(Delivery::Stopped(_))));
    assert!(events.next().await.is_none());
    sleep(Duration::from_secs(86_400)).await;
    assert_eq!(attempts.load(Ordering::Relaxed), 1, "and is final");
    link.retry();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(attempts.load(Ordering::Relaxed), 2, "until the user says otherwise");
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_asked_for_once_more() {
    let (memory, mut peers) = Memory::new(8);
    let asks = Arc::clone(&memory.asks);
    let link = link(memory);
    link.start();
    for _ in 0..2 {
        let mut peer = peers.next().await.unwrap();
        peer.hear().await;
        peer.say("unauthorized").await;
    }
    assert!(matches!(link.online().await, Err(NotOnline::Stopped(_))));
    assert_eq!(*asks.lock().unwrap(), [Ask::Current, Ask::Refreshed]);
}

#[tokio::test(start_paused = true)]
async fn a_close_says_good_bye_and_leaves_nothing() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    let mut events = link.subscribe("a".into(), 8);
    let mut peer = peers.next().await.unwrap();
    peer.greet().await;
    peer.hear().await;
    peer.say("ok 1").await;
    link.online().await.unwrap();
    let closing = tokio::spawn({
        let link = link.clone();
        async move { link.close().await }
    });
    assert_eq!(peer.hear().await.unwrap(), "unsub 2 a");
    peer.say("ok 2").await;
    assert_eq!(peer.hear().await.unwrap(), "<close>");
    peer.outgoing.send(Frame::Close(None)).await.unwrap();
    closing.await.unwrap();
    assert!(events.next().await.is_none());
    assert!(peer.incoming.next().await.is_none(), "the transport is gone");
    assert!(matches!(link.state(), State::Closed));
    assert_eq!(link.call("a".into(), waiting()).await, Outcome::NotSent(NotSent::Closed));
    assert!(link.subscribe("a".into(), 8).next().await.is_none());
    link.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_close_against_a_silent_peer_takes_two_seconds_and_no_more() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    link.start();
    let mut peer = peers.next().await.unwrap();
    peer.greet().await;
    link.online().await.unwrap();
    let call = link.call("a".into(), CallOptions::default());
    let started = Instant::now();
    link.close().await;
    assert!(started.elapsed() <= Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(matches!(call.await, Outcome::Indeterminate | Outcome::Closed));
}

#[tokio::test(start_paused = true)]
async fn the_link_goes_with_its_last_handle() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    let events = link.subscribe("a".into(), 8);
    let mut peer = peers.next().await.unwrap();
    peer.greet().await;
    drop(link);
    assert!(peer.hear().await.unwrap().starts_with("sub"), "a subscription keeps it open");
    drop(events);
    let rest = async { while peer.hear().await.is_some() {} };
    timeout(Duration::from_secs(5), rest).await.expect("the transport is dropped");
}

#[test]
fn a_runtime_that_goes_away_leaves_nothing_unsettled() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (call, mut events) = runtime.block_on(async {
        let events = link.subscribe("a".into(), 8);
        let call = link.call("a".into(), waiting());
        let mut peer = peers.next().await.unwrap();
        peer.greet().await;
        peer.hear().await;
        peer.hear().await;
        (call, events)
    });
    drop(runtime);
    assert_eq!(futures::executor::block_on(call), Outcome::Indeterminate);
    let rest = futures::executor::block_on(async {
        let mut rest = 0;
        while events.next().await.is_some() {
            rest += 1;
        }
        rest
    });
    assert_eq!(rest, 0);
    assert!(matches!(link.state(), State::Closed));
}

#[test]
fn making_a_link_and_subscribing_need_no_runtime() {
    let (memory, mut peers) = Memory::new(8);
    let link = link(memory);
    let mut events = link.subscribe("local".into(), 8);
    assert!(matches!(link.state(), State::Idle));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let next = tokio::spawn(async move { events.next().await });
        let mut peer = peers.next().await.unwrap();
        peer.greet().await;
        peer.say("event local 1").await;
        assert!(matches!(next.await.unwrap(), Some(Delivery::Event(_))));
    });
}

#[test]
fn closing_a_link_that_never_started_is_done_at_once() {
    let link = link(Broken(Observation::Refused, Arc::default()));
    futures::executor::block_on(link.close());
    assert!(matches!(link.state(), State::Closed));
}
