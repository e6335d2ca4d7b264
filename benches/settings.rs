//! Settings frames: this library beside the code that one usually writes with serde_json and base64, and beside the
//! fastest ways that other JSON libraries offer.
//!
//! `cargo bench --bench settings`. The table in front is measured in turns, one way after the other in each of many
//! rounds: read the ratios; times mean nothing elsewhere. `cargo bench --bench settings_allocations` counts the
//! allocations of the same work.

#[path = "settings/frames.rs"]
mod frames;
#[path = "measure/group.rs"]
mod group;
#[path = "settings/growth.rs"]
mod growth;
#[path = "measure/output.rs"]
mod output;
#[path = "measure/quartiles.rs"]
mod quartiles;
#[path = "measure/times.rs"]
mod times;
#[path = "settings/ways.rs"]
mod ways;
#[path = "settings/work.rs"]
mod work;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

fn settings(c: &mut Criterion) {
    work::assert_equal();
    let mut groups = work::groups();
    groups.extend(growth::groups());
    times::measure("settings", c, groups);
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = settings
}
criterion_main!(benches);
