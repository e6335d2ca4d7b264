//! What goes wrong before a connection is open.

use std::time::{Duration, Instant};

use devicelink::coolkit::{Observation, State, StopReason};
use devicelink_sim::wire::{Direction, Impairments};
use devicelink_sim::{Answer, Fault, FaultPlan};

use crate::vendor::Server;
use crate::*;

const DEADLINE: Duration = Duration::from_millis(500);

rows! {
    f01_silence_after_accept_fails_at_the_deadline: coolkit, lamarzocco, placeos;
    f02_a_header_byte_by_byte_fails_at_the_same_deadline: coolkit, lamarzocco, placeos;
    f03_a_handshake_that_breaks_off_is_retried: coolkit, lamarzocco, placeos;
    f04_what_is_no_upgrade_is_terminal: coolkit, lamarzocco, placeos;
    f24_a_refusal_is_obeyed_as_the_table_says: coolkit, lamarzocco, placeos;
    f26_a_redirect_is_terminal_and_its_target_sees_nothing: coolkit, lamarzocco, placeos;
}

/// How long it takes until the attempt has failed, and why.
async fn failing(bench: &Bench) -> (Duration, Client) {
    let options = Options { connect_timeout: DEADLINE, ..Options::default() };
    let client = bench.client_with(options);
    let since = Instant::now();
    let failure = client.events().failure().await;
    let took = since.elapsed();
    assert_eq!(*failure.observation(), Observation::ConnectTimeout);
    assert!(took >= DEADLINE && took < DEADLINE + SLACK, "{took:?}");
    (took, client)
}

async fn f01_silence_after_accept_fails_at_the_deadline(vendor: Vendor) {
    let bench = Bench::new(vendor).await;
    for direction in Direction::BOTH {
        bench.wire.impair(direction, Impairments::new().black_hole());
    }
    let (took, client) = failing(&bench).await;
    bench.wire.mend();
    client.retry();
    bench.exchange(&client, &mut client.events(), 1).await;
    report(
        "F01",
        vendor,
        format!("failed after {:.2} s (deadline 0.50 s), retried", took.as_secs_f64()),
    );
}

async fn f02_a_header_byte_by_byte_fails_at_the_same_deadline(vendor: Vendor) {
    let slow = Fault::SlowAnswer(Duration::from_millis(20));
    let bench = Bench::with_faults(vendor, FaultPlan::new().on(1, slow)).await;
    let (took, client) = failing(&bench).await;
    let bytes = bench.server.seen().bytes_sent;
    assert!(bytes > 0, "the answer had begun");
    client.retry();
    bench.exchange(&client, &mut client.events(), 1).await;
    report(
        "F02",
        vendor,
        format!(
            "failed after {:.2} s (deadline 0.50 s), {bytes} bytes of the header had come",
            took.as_secs_f64()
        ),
    );
}

async fn f03_a_handshake_that_breaks_off_is_retried(vendor: Vendor) {
    let window = short_or_long(Duration::from_secs(3), Duration::from_secs(60));
    let plan = FaultPlan::new()
        .on(1, Fault::HalfStatusLine)
        .on_request(2, Fault::Drop)
        .on_request(3, Fault::Reset)
        .on(4, Fault::Drop)
        .on(5.., Fault::HalfStatusLine);
    let bench = Bench::with_faults(vendor, plan).await;
    let client = bench.client();
    let mut events = client.events();
    let failure = events.failure().await;
    assert_eq!(*failure.observation(), Observation::Eof);
    // The window of a rate is real time.
    tokio::time::sleep(window).await;
    let attempts = client.stats().attempts;
    // No wait but the first is under half a second.
    assert!((1..=2 + 2 * window.as_secs()).contains(&attempts), "{attempts} in {window:?}");
    assert!(!matches!(client.state(), State::Stopped { .. }));
    report("F03", vendor, format!("{attempts} attempts in {} s, never stopped", window.as_secs()));

    bench.server.set_faults(FaultPlan::new());
    client.retry();
    bench.exchange(&client, &mut events, 1).await;
}

async fn f04_what_is_no_upgrade_is_terminal(vendor: Vendor) {
    let page = Answer::html(200).body("<html>secret ".repeat(1000));
    for fault in [Fault::WrongAcceptKey, Answer::status(101).into(), page.into()] {
        let bench = Bench::with_faults(vendor, FaultPlan::new().on(.., fault)).await;
        let failure = bench.client().events().stop().await;
        assert!(matches!(failure.observation(), Observation::Upgrade(_)), "{failure:?}");
        assert!(!format!("{failure} {failure:?}").contains("secret"));
        assert_eq!(bench.server.seen().request_count, 1);
    }
    report("F04", vendor, "stopped after 1 request in each of 3 cases, no body shown");
}

async fn f24_a_refusal_is_obeyed_as_the_table_says(vendor: Vendor) {
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    // A tenth of the wait is chance. The backoff before the first retry is 6 s at most.
    let cases = [
        (Answer::status(403), None),
        (Answer::status(429).header("retry-after", "120"), Some(120..=132)),
        (Answer::status(503).header("retry-after", past), Some(0..=7)),
        (Answer::status(503).header("retry-after", "1000000000"), Some(3600..=3960)),
        (Answer::html(403), Some(900..=1000)),
    ];
    let mut waits = Vec::new();
    for (answer, expected) in cases {
        let bench = Bench::with_faults(vendor, FaultPlan::new().on(.., answer)).await;
        let client = bench.client();
        let mut events = client.events();
        let failure = events.failure().await;
        let Some(expected) = expected else {
            assert!(matches!(client.state(), State::Stopped { reason: StopReason::Forbidden, .. }));
            continue;
        };
        let wait = client.next_attempt_in().expect("it waits");
        let (least, most) =
            (Duration::from_secs(*expected.start()), Duration::from_secs(*expected.end()));
        // The wait began a moment ago.
        assert!(wait + SLACK >= least && wait <= most, "{failure}: {wait:?}");
        waits.push(wait.as_secs_f64().round());
    }
    report(
        "F24",
        vendor,
        format!(
            "403 stops; waits {} s (429, 120 s), {} s (503, past), {} s (503, 10^9 s), {} s (403, HTML)",
            waits[0], waits[1], waits[2], waits[3]
        ),
    );
}

async fn f26_a_redirect_is_terminal_and_its_target_sees_nothing(vendor: Vendor) {
    let elsewhere = Server::start(vendor, FaultPlan::new(), true).await;
    let address = elsewhere.address();
    for status in [301, 302, 307] {
        for location in [format!("ws://{address}/"), format!("http://{address}/x")] {
            let answer = Answer::status(status).header("location", &location);
            let bench = Bench::with_faults(vendor, FaultPlan::new().on(.., answer)).await;
            let client = bench.client();
            client.events().stop().await;
            let state = client.state();
            assert!(
                matches!(state, State::Stopped { reason: StopReason::Redirected, .. }),
                "{state:?}"
            );
            assert_eq!(bench.server.seen().request_count, 1);
        }
    }
    let seen = elsewhere.seen();
    assert_eq!(seen.connects, 0);
    report("F26", vendor, format!("{} connections at the target of 6 redirects", seen.connects));
}
