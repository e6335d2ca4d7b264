//! One run for each fault of the wire.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use devicelink::coolkit::State;
use devicelink_sim::wire::{Direction, Impairments};
use futures::FutureExt;

use crate::vendor::Answer;
use crate::*;

rows! {
    latency_and_jitter_change_nothing: coolkit, lamarzocco, placeos;
    a_narrow_wire_changes_nothing: coolkit, lamarzocco, placeos;
    a_cut_at_every_byte_changes_nothing: coolkit, lamarzocco, placeos;
    flipped_bits_end_the_connection_and_no_wrong_answer_is_given: coolkit, lamarzocco, placeos;
    flipped_bits_in_each_header_of_tls_are_no_other_peer: coolkit, lamarzocco, placeos;
    doubled_chunks_end_the_connection_and_no_wrong_answer_is_given: coolkit, lamarzocco, placeos;
    swapped_chunks_end_the_connection_and_no_wrong_answer_is_given: coolkit, lamarzocco, placeos;
    doubled_frames_mix_nothing_up: coolkit, lamarzocco, placeos;
    swapped_frames_mix_nothing_up: coolkit, lamarzocco, placeos;
    flipped_bits_in_the_handshake_are_survived: coolkit, lamarzocco, placeos;
    flipped_bits_without_tls_are_survived: coolkit, lamarzocco, placeos;
}

fn impair(bench: &Bench, impairments: Impairments) {
    for direction in Direction::BOTH {
        bench.wire.impair(direction, impairments);
    }
}

/// A whole life over a wire that only delays: connect, talk, and nothing is lost.
async fn changes_nothing(vendor: Vendor, what: &str, impairments: Impairments) {
    const EXCHANGES: u64 = 20;
    let bench = Bench::new(vendor).await;
    impair(&bench, impairments);
    let since = Instant::now();
    let (client, mut events) = bench.online().await;
    for number in 0..EXCHANGES {
        bench.exchange(&client, &mut events, number).await;
    }
    let stats = client.stats();
    assert_eq!((stats.attempts, stats.failures, stats.malformed), (1, 0, 0));
    report(
        "wire",
        vendor,
        format!("{what}: connected and {EXCHANGES} exchanges in {}, all right", seconds(since)),
    );
}

async fn latency_and_jitter_change_nothing(vendor: Vendor) {
    let impairments =
        Impairments::new().latency(Duration::from_millis(10)).jitter(Duration::from_millis(20));
    changes_nothing(vendor, "latency", impairments).await;
}

async fn a_narrow_wire_changes_nothing(vendor: Vendor) {
    changes_nothing(vendor, "bandwidth 16 KB/s", Impairments::new().bandwidth(16_000)).await;
}

async fn a_cut_at_every_byte_changes_nothing(vendor: Vendor) {
    changes_nothing(vendor, "slices of 1 byte", Impairments::new().slice(1)).await;
}

/// Connections that are spoiled after they were made: each loss is told, each answer is right, and the client comes back.
async fn is_survived(bench: &Bench, what: &str, impairments: Impairments) {
    let losses = short_or_long(2_u64, 5);
    let (client, mut events) = bench.online().await;
    let (mut right, mut faults) = (0, 0);
    for loss in 1..=losses {
        impair(bench, impairments);
        let mut number = loss << 20;
        while client.state().is_online() {
            number += 1;
            bench.server.publish(number).await;
            if bench.vendor == Vendor::LaMarzocco {
                tokio::task::yield_now().await;
                continue;
            }
            match soon(client.call(number)).await {
                Ok(answer) => {
                    assert_eq!(answer, number);
                    right += 1;
                }
                Err(CallFault::Other) => panic!("an error of no kind"),
                Err(_) => faults += 1,
            }
        }
        let failure = events.failure().await;
        assert!(!matches!(client.state(), State::Stopped { .. }), "{failure:?}");
        bench.wire.mend();
        client.retry();
        bench.exchange(&client, &mut events, loss).await;
    }
    report(
        "wire",
        bench.vendor,
        format!(
            "{what}: {losses} connections lost and made again, {right} right answers, {faults} typed errors, 0 wrong"
        ),
    );
}

async fn flipped_bits_end_the_connection_and_no_wrong_answer_is_given(vendor: Vendor) {
    let bench = Bench::new(vendor).await;
    is_survived(&bench, "corrupt under TLS", Impairments::new().corrupt(0.002)).await;
}

async fn flipped_bits_in_each_header_of_tls_are_no_other_peer(vendor: Vendor) {
    let bench = Bench::new(vendor).await;
    is_survived(&bench, "corrupt everything under TLS", Impairments::new().corrupt(1.0)).await;
}

async fn doubled_chunks_end_the_connection_and_no_wrong_answer_is_given(vendor: Vendor) {
    let bench = Bench::new(vendor).await;
    is_survived(&bench, "duplicate under TLS", Impairments::new().duplicate(0.2)).await;
}

async fn swapped_chunks_end_the_connection_and_no_wrong_answer_is_given(vendor: Vendor) {
    let bench = Bench::new(vendor).await;
    is_survived(&bench, "reorder under TLS", Impairments::new().reorder(0.2)).await;
}

/// Frames that come in another order or twice, as from a confused server: events come as they do, and no call has the
/// answer of another.
async fn nothing_is_mixed_up(vendor: Vendor, what: &str, impairments: Impairments) {
    const COUNT: u64 = 100;
    let bench = Bench::by_frames(vendor).await;
    let (client, mut events) = bench.online().await;
    bench.wire.impair(Direction::ToClient, impairments);
    for number in 0..COUNT {
        bench.server.publish(number).await;
    }
    let mut missing: BTreeSet<_> = (0..COUNT).collect();
    while !missing.is_empty() {
        if let Seen::Number(number) = events.next().await.expect("the stream goes on") {
            missing.remove(&number);
        }
    }
    let calls = if vendor == Vendor::LaMarzocco { 0 } else { COUNT };
    if calls > 0 {
        let after = |n| (n, Answer::After(Duration::from_millis(n % 7)));
        bench.server.answer((0..calls).map(after));
        let made: Vec<_> = (0..calls).map(|number| tokio::spawn(client.call(number))).collect();
        for (number, call) in (0..).zip(made) {
            assert_eq!(soon(call).await.expect("no panic"), Ok(number));
        }
    }
    let stats = client.stats();
    assert_eq!((stats.attempts, stats.failures), (1, 0));
    report(
        "wire",
        vendor,
        format!(
            "{what}: {COUNT} events, {calls} calls, 0 missing, 0 wrong, {} replies matched nothing",
            stats.unmatched_replies
        ),
    );
}

async fn doubled_frames_mix_nothing_up(vendor: Vendor) {
    nothing_is_mixed_up(vendor, "duplicate by frames", Impairments::new().duplicate(0.5)).await;
}

async fn swapped_frames_mix_nothing_up(vendor: Vendor) {
    nothing_is_mixed_up(vendor, "reorder by frames", Impairments::new().reorder(0.5)).await;
}

/// What a spoiled handshake looks like to TLS may be another identity, which is final: the pin is what must hold.
async fn flipped_bits_in_the_handshake_are_survived(vendor: Vendor) {
    const CLIENTS: u64 = 10;
    let bench = Bench::new(vendor).await;
    impair(&bench, Impairments::new().corrupt(0.003));
    let (mut retrying, mut stopped) = (0, 0);
    for _ in 0..CLIENTS {
        let client = bench.client();
        client.events().failure().await;
        match client.state() {
            State::Stopped { .. } => stopped += 1,
            _ => retrying += 1,
        }
    }
    bench.wire.mend();
    bench.online().await;
    report(
        "wire",
        vendor,
        format!(
            "corrupt from the first byte: of {CLIENTS} clients {retrying} try again, {stopped} stop"
        ),
    );
}

/// Without TLS nothing says that bits have flipped: values may be wrong, but the client lives, or says why not.
async fn flipped_bits_without_tls_are_survived(vendor: Vendor) {
    let bench = Bench::by_frames(vendor).await;
    let (client, events) = bench.online().await;
    impair(&bench, Impairments::new().corrupt(0.01));
    for number in 0..200 {
        let before = bench.wire.traffic().to_client();
        bench.server.publish(number).await;
        let passed = bench.wire.until(|traffic| traffic.to_client() > before);
        drop(tokio::time::timeout(Duration::from_millis(20), passed).await);
        if vendor != Vendor::LaMarzocco {
            let _ = client.call(number).now_or_never();
        }
        client.retry();
    }
    assert!(!matches!(client.state(), State::Closed), "its task has not panicked");
    let stats = client.stats();
    bench.wire.mend();
    drop((client, events));
    bench.online().await;
    report(
        "wire",
        vendor,
        format!(
            "corrupt without TLS: {} frames read, {} malformed, {} connections lost, 0 panics",
            stats.frames_received, stats.malformed, stats.failures
        ),
    );
}
