//! How long each way takes.

use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};

use crate::group::{COUNT, Group};
use crate::output;
use crate::quartiles::quartiles;

/// Of groups that run each way only a few times in a round, as it takes long, a quarter.
const ROUNDS: usize = 101;

/// Measures in turns, one way after the other in each of many rounds, and says how many times faster than the first way
/// each one is: the median over all rounds. Then each way by itself with criterion, unless a file is what is wanted.
pub(crate) fn measure(bench: &str, c: &mut Criterion, mut groups: Vec<Group>) {
    let mut table = output::Table::new(bench, "group\tway\tns\ttimes\tlow\thigh");
    for group in &mut groups {
        println!("\n{:<48}{:>12}{:>10}", group.name, "ns", "times");
        let rounds = rounds(group);
        for (way, of_way) in group.ways.iter().zip(&rounds) {
            let ratios = rounds[0].iter().zip(of_way).map(|(first, time)| first / time).collect();
            let ([_, ns, _], [low, times, high]) = (quartiles(of_way.clone()), quartiles(ratios));
            println!("{:<48}{ns:>12.1}{times:>10.2}", way.name);
            table.row(format_args!(
                "{}\t{}\t{ns:.2}\t{times:.3}\t{low:.3}\t{high:.3}",
                group.name, way.name
            ));
        }
    }
    if !table.write() {
        groups.into_iter().for_each(|group| by_itself(c, group));
    }
}

/// The times of each way in nanoseconds, one for each round.
fn rounds(group: &mut Group) -> Vec<Vec<f64>> {
    let count = if group.runs < COUNT { ROUNDS / 4 } else { ROUNDS };
    let mut rounds = vec![Vec::with_capacity(count); group.ways.len()];
    for round in 0..=count {
        for (way, times) in group.ways.iter_mut().zip(&mut rounds) {
            let time = time_of(group.runs, &mut way.run);
            // The first one warms up.
            if round > 0 {
                times.push(time.as_secs_f64() * 1e9 / f64::from(group.runs) / way.units as f64);
            }
        }
    }
    rounds
}

fn time_of(runs: u32, run: &mut dyn FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..runs {
        run();
    }
    start.elapsed()
}

fn by_itself(c: &mut Criterion, group: Group) {
    let mut benchmark = c.benchmark_group(group.name);
    for mut way in group.ways {
        benchmark.throughput(Throughput::Elements(way.units));
        benchmark.bench_function(&way.name, |b| b.iter(&mut way.run));
    }
}
