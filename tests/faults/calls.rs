//! Calls and their answers.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use devicelink_sim::wire::{Direction, Impairments};
use futures::future::join_all;
use tokio::task::JoinHandle;

use crate::vendor::Answer;
use crate::*;

rows! {
    f05_a_reset_within_a_frame_settles_each_call_once: coolkit, placeos;
    f11_a_lost_reply_is_a_timeout_and_frees_its_slot: coolkit, placeos;
    f12_replies_twice_late_or_of_an_old_epoch_match_nothing: coolkit, placeos;
    f13_ten_thousand_replies_in_random_order_all_match: coolkit, placeos;
}

type Settled = (u64, Result<u64, CallFault>, Instant);

/// Makes these calls at once, each in a task of its own.
fn calls(client: &Client, numbers: impl IntoIterator<Item = u64>) -> Vec<JoinHandle<Settled>> {
    let call = |number| {
        let call = client.call(number);
        tokio::spawn(async move { (number, call.await, Instant::now()) })
    };
    numbers.into_iter().map(call).collect()
}

async fn settled(calls: Vec<JoinHandle<Settled>>) -> Vec<Settled> {
    let settled = soon(join_all(calls)).await;
    settled.into_iter().map(|call| call.expect("no panic")).collect()
}

async fn f05_a_reset_within_a_frame_settles_each_call_once(vendor: Vendor) {
    const ANSWERED: u64 = 30;
    const CALLS: u64 = 100;
    let bench = Bench::new(vendor).await;
    let (client, mut events) = bench.online().await;
    let late = Duration::from_millis(500);
    bench.server.answer((0..ANSWERED).map(|n| (n, Answer::After(Duration::ZERO))));
    bench.server.answer((ANSWERED..ANSWERED + CALLS).map(|n| (n, Answer::After(late))));
    let mut calls = calls(&client, 0..ANSWERED + CALLS);
    let in_flight = calls.split_off(ANSWERED as usize);
    for (number, result, _) in settled(calls).await {
        assert_eq!(result, Ok(number));
    }
    soon(bench.server.until_heard((1 + ANSWERED + CALLS) as usize)).await;
    // Of the next answer only a piece passes.
    bench.wire.impair(Direction::ToClient, Impairments::new().reset_after(20));
    soon(bench.wire.until(|traffic| !traffic.connections[0].is_open)).await;
    let reset_at = Instant::now();
    bench.wire.impair(Direction::ToClient, Impairments::new().reset_after(0));
    let settled = settled(in_flight).await;
    assert_eq!(soon(client.call(1000)).await, Err(CallFault::NotSent));
    for (number, result, _) in &settled {
        assert_eq!(*result, Err(CallFault::Indeterminate), "{number}");
    }
    let mut times: Vec<_> =
        settled.iter().map(|(.., at)| at.saturating_duration_since(reset_at)).collect();
    times.sort_unstable();

    bench.wire.mend();
    client.retry();
    bench.exchange(&client, &mut events, 1001).await;
    let mut heard = BTreeMap::new();
    for number in bench.server.heard() {
        *heard.entry(number).or_insert(0) += 1;
    }
    let duplicated = heard.values().filter(|count| **count > 1).count();
    assert_eq!((duplicated, heard.contains_key(&1000)), (0, false));
    report(
        "F05",
        vendor,
        format!(
            "{} calls in flight all indeterminate, settle p99 {:.1} ms after the reset, lost 0, duplicated {duplicated}",
            settled.len(),
            times[times.len() * 99 / 100].as_secs_f64() * 1000.0
        ),
    );
}

async fn f11_a_lost_reply_is_a_timeout_and_frees_its_slot(vendor: Vendor) {
    const SLOTS: u64 = 8;
    let deadline = Duration::from_millis(300);
    let bench = Bench::new(vendor).await;
    let options =
        Options { call_timeout: deadline, max_calls: SLOTS as usize, ..Options::default() };
    let (client, _events) = bench.online_with(options).await;
    let mut slowest = Duration::ZERO;
    for _ in 0..3 {
        bench.server.answer((0..SLOTS).map(|n| (n, Answer::Never)));
        let since = Instant::now();
        for (number, result, at) in settled(calls(&client, 0..SLOTS)).await {
            assert_eq!(result, Err(CallFault::TimedOut { sent: true }), "{number}");
            slowest = slowest.max(at - since);
        }
    }
    assert!(slowest >= deadline && slowest < deadline + SLACK, "{slowest:?}");
    let answered = settled(calls(&client, 0..SLOTS)).await;
    let free = answered.iter().filter(|(_, result, _)| result.is_ok()).count() as u64;
    assert_eq!(free, SLOTS);
    assert_eq!(client.stats().attempts, 1);
    report(
        "F11",
        vendor,
        format!(
            "{} replies lost, timed out after {:.2} s (deadline 0.30 s), leaked slots {}",
            3 * SLOTS,
            slowest.as_secs_f64(),
            SLOTS - free
        ),
    );
}

async fn f12_replies_twice_late_or_of_an_old_epoch_match_nothing(vendor: Vendor) {
    const EPOCHS: u64 = 3;
    let calls_each = short_or_long(300, 3000);
    let bench = Bench::by_frames(vendor).await;
    let options = Options { call_timeout: Duration::from_millis(400), ..Options::default() };
    let (client, mut events) = bench.online_with(options).await;
    bench.wire.impair(Direction::ToClient, Impairments::new().duplicate(1.0));
    let mut rng = fastrand::Rng::with_seed(12);
    let (mut matched, mut late) = (0, 0);
    for epoch in 0..EPOCHS {
        let old = bench.server.wrong_replies();
        let numbers = epoch * calls_each..(epoch + 1) * calls_each;
        let before = bench.server.heard().len();
        bench.server.answer(
            numbers.clone().map(|n| (n, Answer::After(Duration::from_millis(rng.u64(50..600))))),
        );
        let calls = calls(&client, numbers.clone());
        soon(bench.server.until_heard(before + calls_each as usize)).await;
        for reply in old {
            bench.server.send_text(reply).await;
        }
        for (number, result, _) in settled(calls).await {
            match result {
                Ok(answer) => {
                    assert_eq!(answer, number, "a wrong match");
                    matched += 1;
                }
                Err(CallFault::TimedOut { sent: true }) => late += 1,
                other => panic!("{number}: {other:?}"),
            }
        }
        bench.wire.reset();
        events.failure().await;
        client.retry();
        soon(client.online()).await.expect("online");
    }
    assert!(matched > 0 && late > 0);
    let unmatched = client.stats().unmatched_replies;
    assert!(unmatched >= matched, "each came twice, {unmatched}");
    report(
        "F12",
        vendor,
        format!(
            "{matched} matched, {late} too late, {unmatched} replies matched nothing, wrong matches 0 in {} calls",
            matched + late
        ),
    );
}

async fn f13_ten_thousand_replies_in_random_order_all_match(vendor: Vendor) {
    let bench = Bench::new(vendor).await;
    let options = Options { call_timeout: PATIENCE, ..Options::default() };
    let (client, _events) = bench.online_with(options).await;
    let mut rng = fastrand::Rng::with_seed(13);
    let mut costs = Vec::new();
    let mut first = 0;
    for count in [1000, 10_000] {
        let numbers = first..first + count;
        first += count;
        let hold = Duration::from_millis(200 + count / 5);
        bench.server.answer(
            numbers
                .clone()
                .map(|n| (n, Answer::After(hold + Duration::from_millis(rng.u64(..50))))),
        );
        let settled = settled(calls(&client, numbers)).await;
        assert!(settled.iter().all(|(number, result, _)| *result == Ok(*number)));
        let times = || settled.iter().map(|(.., at)| *at);
        let span = times().max().expect("some") - times().min().expect("some");
        costs.push(format!("{:.0} at {count}", span.as_secs_f64() * 1e6 / count as f64));
    }
    report(
        "F13",
        vendor,
        format!(
            "all matched; µs per reply, simulator and 50 ms of spread included: {}",
            costs.join(", ")
        ),
    );
}
