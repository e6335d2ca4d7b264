//! Every kind of frame but the settings: this library beside other JSON parsers.
//!
//! `cargo bench --bench frames`, as `settings` does it. `cargo bench --bench frames_allocations` counts the allocations
//! of the same work.

#[path = "frames/coolkit.rs"]
mod coolkit;
#[path = "measure/group.rs"]
mod group;
#[path = "frames/lamarzocco.rs"]
mod lamarzocco;
#[path = "measure/output.rs"]
mod output;
#[path = "frames/placeos.rs"]
mod placeos;
#[path = "measure/quartiles.rs"]
mod quartiles;
#[path = "measure/times.rs"]
mod times;
#[path = "frames/ways.rs"]
mod ways;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

fn frames(c: &mut Criterion) {
    let groups = [lamarzocco::groups(), coolkit::groups(), placeos::groups()];
    times::measure("frames", c, groups.into_iter().flatten().collect());
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = frames
}
criterion_main!(benches);
