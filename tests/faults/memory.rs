//! What hostile servers and pending calls cost in memory.
//!
//! The servers live on threads of their own, so that what this thread allocates is the client's.

use std::sync::Arc;
use std::time::Instant;

use allocation_counter::AllocationInfo;
use devicelink::coolkit::Observation;
use devicelink_sim::Fault;
use futures::FutureExt;
use tokio::runtime::{Builder, Runtime};

use crate::vendor::Answer;
use crate::*;

/// A bench whose server and wire run elsewhere.
pub(crate) struct Apart {
    pub(crate) bench: Arc<Bench>,
    pub(crate) elsewhere: Runtime,
    pub(crate) here: Runtime,
}

impl Apart {
    pub(crate) fn new(vendor: Vendor) -> Self {
        let elsewhere = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let elsewhere = elsewhere.expect("a runtime");
        let bench = elsewhere
            .block_on(async { tokio::spawn(Bench::by_frames(vendor)).await.expect("no panic") });
        let here = Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { bench: Arc::new(bench), elsewhere, here }
    }

    /// Makes a fault happen while the clients are not looking, whose memory is not theirs.
    fn inject(&self, fault: Fault) {
        self.elsewhere.block_on(self.bench.server.inject(fault));
    }

    /// What this thread allocates meanwhile.
    pub(crate) fn measure(&self, future: impl Future<Output = ()>) -> AllocationInfo {
        allocation_counter::measure(|| self.here.block_on(future))
    }
}

#[test]
fn f15_the_bound_of_pending_calls_is_an_immediate_error() {
    const PENDING: usize = 5000;
    for vendor in [Vendor::CoolKit, Vendor::PlaceOs] {
        let apart = Apart::new(vendor);
        let bench = &apart.bench;
        let options = Options { max_calls: PENDING, call_timeout: PATIENCE, ..Options::default() };
        let (client, _events) = apart.here.block_on(bench.online_with(options));
        bench.server.answer((0..PENDING as u64).map(|n| (n, Answer::Never)));
        let mut pending = Vec::with_capacity(PENDING);
        let info = apart.measure(async {
            for number in 0..PENDING as u64 {
                let mut call = client.call(number);
                assert!((&mut call).now_or_never().is_none());
                pending.push(call);
            }
            soon(bench.server.until_heard(1 + PENDING)).await;
        });
        let before = Instant::now();
        let refused = apart.measure(async {
            for _ in 0..PENDING {
                assert_eq!(client.call(0).await, Err(CallFault::Full));
            }
        });
        let each = before.elapsed().as_secs_f64() * 1e6 / PENDING as f64;
        assert!(refused.bytes_current <= 0, "nothing grows: {refused:?}");
        report(
            "F15",
            vendor,
            format!(
                "{} bytes per pending call, its future included; one more refused in {each:.1} µs, bytes kept {}",
                info.bytes_current / PENDING as i64,
                refused.bytes_current.max(0)
            ),
        );
    }
}

#[test]
fn f17_what_is_too_long_is_refused_before_memory_is_taken_for_it() {
    const LIMIT: usize = 64 << 10;
    let fragments = short_or_long(100_000, 1_000_000);
    for vendor in [Vendor::CoolKit, Vendor::LaMarzocco, Vendor::PlaceOs] {
        let mut costs = Vec::new();
        for (name, fault, hostile) in [
            ("64 MiB frame", Fault::Oversize(64 << 20), 64 << 20),
            ("header that claims 16 MiB", Fault::claimed(16 << 20), 10),
            ("one-byte fragments", Fault::fragments(fragments), 3 * fragments),
        ] {
            let apart = Apart::new(vendor);
            let bench = &apart.bench;
            let options = Options { frame_limit: LIMIT, ..Options::default() };
            let (_client, mut events) = apart.here.block_on(bench.online_with(options));
            apart.inject(fault);
            let info = apart.measure(async {
                let failure = events.failure().await;
                assert_eq!(*failure.observation(), Observation::Violation(1009), "{name}");
            });
            // What the limit allows, twice while a buffer grows, and what the failure itself costs.
            assert!(info.bytes_max < 4 * LIMIT as u64, "{name}: {info:?}");
            costs.push(format!(
                "{name} {} bytes ({:.4} per hostile byte)",
                info.bytes_max,
                info.bytes_max as f64 / hostile as f64
            ));
        }
        report("F17", vendor, costs.join(", "));
    }
}

#[test]
fn f17_a_hundred_links_with_a_header_that_claims_16_mib_take_no_memory_for_it() {
    const LINKS: usize = 100;
    let vendor = Vendor::LaMarzocco;
    let apart = Apart::new(vendor);
    let bench = &apart.bench;
    let clients: Vec<_> = (0..LINKS).map(|_| bench.client()).collect();
    let mut streams: Vec<_> = apart.here.block_on(async {
        let streams = clients.iter().map(Client::events).collect();
        for client in &clients {
            soon(client.online()).await.expect("online");
        }
        streams
    });
    apart.inject(Fault::claimed(16 << 20));
    let info = apart.measure(async {
        for events in &mut streams {
            assert_eq!(*events.failure().await.observation(), Observation::Violation(1009));
        }
    });
    let each = info.bytes_max / LINKS as u64;
    assert!(each < 64 << 10, "{info:?}");
    report("F17", vendor, format!("{LINKS} links with such a header take {each} bytes each"));
}
