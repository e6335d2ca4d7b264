//! Ends: of futures, of clients, of connections.

use std::time::{Duration, Instant};

use devicelink_sim::wire::{Direction, Impairments};
use futures::future::join_all;
use tokio::runtime::Handle;

use crate::vendor::Answer;
use crate::*;

rows! {
    f31_calls_that_are_dropped_at_random_points_leak_nothing: coolkit, placeos;
    f31_a_client_that_is_dropped_with_calls_pending_leaves_nothing: coolkit, placeos;
    f31_a_close_against_a_silent_peer_ends_by_its_deadline: coolkit, lamarzocco, placeos;
}

async fn f31_calls_that_are_dropped_at_random_points_leak_nothing(vendor: Vendor) {
    const SLOTS: u64 = 64;
    let count = short_or_long(32, 1600) * SLOTS;
    let bench = Bench::new(vendor).await;
    let options = Options { max_calls: SLOTS as usize, ..Options::default() };
    let (client, _events) = bench.online_with(options).await;
    let tasks = Handle::current().metrics().num_alive_tasks();
    let worker = |seed: u64| {
        let client = client.clone();
        async move {
            let mut rng = fastrand::Rng::with_seed(seed);
            let mut answered = 0;
            for number in 0..count / SLOTS {
                let patience = rng.u32(..8);
                let turns = async {
                    for _ in 0..patience {
                        tokio::task::yield_now().await;
                    }
                };
                tokio::select! {
                    biased;
                    answer = client.call(number) => {
                        assert_eq!(answer, Ok(number));
                        answered += 1;
                    }
                    () = turns => {}
                }
            }
            answered
        }
    };
    let answered: u64 = soon(join_all((0..SLOTS).map(worker))).await.into_iter().sum();
    // All slots are free again.
    let calls = soon(join_all((0..SLOTS).map(|number| client.call(number)))).await;
    let free = calls.iter().filter(|answer| answer.is_ok()).count() as u64;
    assert_eq!(free, SLOTS);
    assert_eq!(Handle::current().metrics().num_alive_tasks(), tasks);
    assert_eq!(client.stats().attempts, 1);
    report(
        "F31",
        vendor,
        format!("{count} calls, {answered} answered, the others dropped, leaks {}", SLOTS - free),
    );
}

async fn f31_a_client_that_is_dropped_with_calls_pending_leaves_nothing(vendor: Vendor) {
    const CALLS: u64 = 1000;
    let deadline = Duration::from_millis(1500);
    let bench = Bench::new(vendor).await;
    let options = Options { call_timeout: deadline, ..Options::default() };
    let (client, events) = bench.online_with(options).await;
    bench.server.answer((0..CALLS).map(|n| (n, Answer::Never)));
    let calls: Vec<_> = (0..CALLS).map(|n| tokio::spawn(client.call(n))).collect();
    soon(bench.server.until_heard(1 + CALLS as usize)).await;
    let since = Instant::now();
    drop((client, events));
    for call in calls {
        let result = soon(call).await.expect("no panic");
        assert_eq!(result, Err(CallFault::TimedOut { sent: true }));
    }
    let took = since.elapsed();
    assert!(took < deadline + SLACK, "{took:?}");
    soon(bench.wire.until(|traffic| traffic.open() == 0)).await;
    report(
        "F31",
        vendor,
        format!(
            "{CALLS} pending calls of a dropped client settled within {:.2} s (deadline 1.50 s), open connections 0",
            took.as_secs_f64()
        ),
    );
}

async fn f31_a_close_against_a_silent_peer_ends_by_its_deadline(vendor: Vendor) {
    let count = short_or_long(10, 100);
    let deadline = Duration::from_millis(300);
    let close = || async {
        let bench = Bench::new(vendor).await;
        let options = Options { close_timeout: deadline, ..Options::default() };
        let (client, events) = bench.online_with(options).await;
        for direction in Direction::BOTH {
            bench.wire.impair(direction, Impairments::new().black_hole());
        }
        let since = Instant::now();
        soon(client.close()).await;
        drop(events);
        since.elapsed()
    };
    let mut times = join_all((0..count).map(|_| close())).await;
    times.sort_unstable();
    let p99 = times[times.len() * 99 / 100];
    assert!(p99 < deadline + SLACK, "{p99:?}");
    report(
        "F31",
        vendor,
        format!("close p99 {:.2} s of {count} (deadline 0.30 s)", p99.as_secs_f64()),
    );
}
