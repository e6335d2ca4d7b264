//! Settings frames: this library beside the code that one usually writes with serde_json and base64, and beside the
//! fastest ways that other JSON libraries offer.
//!
//! `cargo bench --bench settings`. The table in front is measured in turns, one way after the other in each of many
//! rounds: read the ratios; times mean nothing elsewhere. `cargo bench --bench settings_allocations` counts the
//! allocations of the same work.

#[path = "settings/frames.rs"]
mod frames;
#[path = "settings/ways.rs"]
mod ways;
#[path = "settings/work.rs"]
mod work;

use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const ROUNDS: usize = 101;

/// Prints the median time of each way, and how many times faster than the first one it is: the median over all rounds.
fn print_ratios(groups: &mut [work::Group]) {
    for group in groups {
        println!("\n{:<44}{:>12}{:>9}", group.name, "ns", "times");
        let mut times = vec![Vec::with_capacity(ROUNDS); group.ways.len()];
        for round in 0..=ROUNDS {
            for (way, times) in group.ways.iter_mut().zip(&mut times) {
                let time = time_of(&mut way.run);
                if round > 0 {
                    times.push(time.as_secs_f64() * 1e9 / way.units as f64);
                }
            }
        }
        for (way, of_way) in group.ways.iter().zip(&times) {
            let ratios = times[0].iter().zip(of_way).map(|(first, time)| first / time);
            let (time, ratio) = (median(of_way.iter().copied()), median(ratios));
            println!("{:<44}{time:>12.1}{ratio:>9.2}", way.name);
        }
    }
    println!();
}

/// Of one frame, as the mean of many.
fn time_of(run: &mut dyn FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..frames::COUNT {
        run();
    }
    start.elapsed() / frames::COUNT
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

fn settings(c: &mut Criterion) {
    work::assert_equal();
    let mut groups = work::groups();
    print_ratios(&mut groups);
    for mut work in groups {
        let mut group = c.benchmark_group(work.name);
        for way in &mut work.ways {
            group.throughput(Throughput::Elements(way.units));
            group.bench_function(&way.name, |b| b.iter(&mut way.run));
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = settings
}
criterion_main!(benches);
