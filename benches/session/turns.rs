//! Measures in turns, one way after the other in each of several rounds.

use crate::clock::{Cost, cost};
use crate::group::Group;
use crate::output::Table;
use crate::quartiles::quartiles;

const ROUNDS: usize = 7;

pub(crate) const COLUMNS: &str = "group\tway\tcpu\twall\tratio\tlow\thigh";

/// Says what an operation costs in nanoseconds, on the processor and on the wall, and the quartiles of how many times the
/// processor's time of the first way that is.
pub(crate) fn measure(mut group: Group, table: &mut Table) {
    println!("\n{:<48}{:>12}{:>12}{:>10}", group.name, "cpu ns", "wall ns", "ratio");
    let rounds = rounds(&mut group);
    let of = |costs: &[Cost], f: fn(&Cost) -> f64| quartiles(costs.iter().map(f).collect())[1];
    for (way, costs) in group.ways.iter().zip(&rounds) {
        let ratios =
            rounds[0].iter().zip(costs).map(|(first, cost)| cost.cpu / first.cpu).collect();
        let [low, ratio, high] = quartiles(ratios);
        let (cpu, wall) = (of(costs, |cost| cost.cpu), of(costs, |cost| cost.wall));
        println!("{:<48}{cpu:>12.1}{wall:>12.1}{ratio:>10.3}", way.name);
        table.row(format_args!(
            "{}\t{}\t{cpu:.1}\t{wall:.1}\t{ratio:.3}\t{low:.3}\t{high:.3}",
            group.name, way.name
        ));
    }
}

/// What each way costs, for each operation, once for each round.
fn rounds(group: &mut Group) -> Vec<Vec<Cost>> {
    let mut rounds = vec![Vec::with_capacity(ROUNDS); group.ways.len()];
    for round in 0..=ROUNDS {
        for (way, costs) in group.ways.iter_mut().zip(&mut rounds) {
            let Cost { cpu, wall } = cost(&mut way.run);
            // The first one warms up.
            if round > 0 {
                let units = way.units as f64;
                costs.push(Cost { cpu: cpu / units, wall: wall / units });
            }
        }
    }
    rounds
}
