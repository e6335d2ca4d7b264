//! More events than one reader takes.

use std::sync::Arc;
use std::time::Instant;

use crate::memory::Apart;
use crate::*;

/// How many events wait for one reader.
const CAPACITY: u64 = 1024;

#[test]
fn f16_a_flood_with_one_stalled_reader_is_complete_for_the_other() {
    let count = short_or_long(20_000_u64, 1_000_000);
    for vendor in [Vendor::CoolKit, Vendor::LaMarzocco, Vendor::PlaceOs] {
        flood(vendor, count);
    }
}

fn flood(vendor: Vendor, count: u64) {
    let apart = Apart::new(vendor);
    let (client, mut live) = apart.here.block_on(apart.bench.online());
    let mut stalled = client.events();
    apart.here.block_on(apart.bench.exchange(&client, &mut live, 1 << 40));
    let bench = Arc::clone(&apart.bench);
    let before = client.stats().bytes_received;
    let since = Instant::now();
    apart.elsewhere.spawn(async move {
        for number in 0..count {
            bench.server.publish(number).await;
        }
    });
    let info = apart.measure(async {
        let mut next = 0;
        while next < count {
            match live.next().await.expect("the stream goes on") {
                Seen::Number(number) => {
                    assert_eq!(number, next, "in order, none missing");
                    next += 1;
                }
                Seen::Other => {}
                other => panic!("{other:?} at {next}"),
            }
        }
    });
    let rate = count as f64 / since.elapsed().as_secs_f64();

    let (mut lagged, mut heard) = (0, 0);
    apart.here.block_on(async {
        while lagged + heard < count {
            match stalled.next().await.expect("the stream goes on") {
                Seen::Lagged(dropped) => lagged += dropped,
                Seen::Number(number) if number < count => heard += 1,
                _ => {}
            }
        }
    });
    let stats = client.stats();
    assert_eq!((stats.attempts, stats.lagged_events), (1, lagged));
    assert!(heard <= CAPACITY, "{heard}");
    report(
        "F16",
        vendor,
        format!(
            "{count} events of {} bytes, live complete and ordered, stalled told of {lagged} and given {heard}, peak {} KiB, {rate:.0} events/s",
            (stats.bytes_received - before) / count,
            info.bytes_max >> 10
        ),
    );
}
