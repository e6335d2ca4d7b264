//! F32: a day.

use allocation_counter::measure;
use longlink::Observation;

use super::{Client, grouped, is_full, online, secs};

/// A quiet minute, and then the connection breaks.
const RECONNECTS: u32 = 1440;

pub(crate) fn a_day<C: Client>() {
    let events = if is_full() { 10_000_000 } else { 200_000 };
    let mut life = online::<C>(1);
    for n in 0..C::TOPICS {
        life.world.subscribe(C::topic(n));
    }
    let mut hours = Vec::new();
    for _ in 0..24 {
        let grown = measure(|| {
            for _ in 0..RECONNECTS / 24 {
                for n in 0..events / RECONNECTS {
                    life.peer_says(C::event(n % C::TOPICS));
                    if n % 64 == 0 {
                        life.run(secs(0.01));
                        life.world.forget();
                    }
                }
                // In the midst of the quiet, and a little more than it takes to be healthy.
                life.run(secs(61.0));
                assert!(life.world.session.state().is_online());
                life.cut(Observation::Reset);
                life.run_until_online();
                life.world.forget();
            }
        });
        hours.push(grown.bytes_current);
    }
    let stats = life.world.session.stats();
    assert_eq!(u64::from(RECONNECTS), stats.accepted - 1);
    // The first hours fill what has a bound.
    let settled = &hours[4..];
    let slope = settled.iter().sum::<i64>() / settled.len() as i64;
    assert!(slope <= 1024, "grows by {slope} bytes in an hour: {hours:?}");
    println!(
        "F32 {}: {slope} bytes an hour after the first four, {} events, {} probes, {RECONNECTS} reconnects in {:.1} h",
        C::NAME,
        grouped(stats.events),
        grouped(stats.probes_sent),
        life.world.now.elapsed_since_start().as_secs_f64() / 3600.0
    );
}
