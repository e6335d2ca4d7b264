//! Many bindings at once: to connect and bind them, and to have them back after the server was killed.
//!
//! `cargo bench --bench bindings`. One thread, against the server of `session` in a process of its own.

#[path = "session/clock.rs"]
mod clock;
#[path = "measure/output.rs"]
mod output;
#[path = "measure/quartiles.rs"]
mod quartiles;
#[path = "bindings/restore.rs"]
mod restore;
#[path = "session/server/listen.rs"]
mod server;
#[path = "session/stage.rs"]
mod stage;
#[path = "bindings/storm.rs"]
mod storm;

use std::env;

use clock::Cost;
use output::Table;
use quartiles::quartiles;
use stage::Stage;

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let [_, port] = &words[..] {
        return server::serve(port);
    }
    let mut stage = Stage::new();
    let mut table = Table::new("bindings", "group\tway\tcpu\twall");
    println!("\n{:<48}{:>12}{:>12}", "connect and bind: for each", "cpu ns", "wall ns");
    for (count, rounds) in [(100, 25), (1000, 25), (10_000, 9), (100_000, 3)] {
        for (name, bind) in storm::WAYS {
            let costs: Vec<_> = (0..=rounds).map(|_| bind(&stage, count)).skip(1).collect();
            let median = |part: fn(&Cost) -> f64| {
                quartiles(costs.iter().map(part).collect())[1] / count as f64
            };
            let (cpu, wall) = (median(|cost| cost.cpu), median(|cost| cost.wall));
            let group = format!("connect and bind {count}");
            println!("{:<48}{cpu:>12.0}{wall:>12.0}", format!("{group}: {name}"));
            table.row(format_args!("{group}\t{name}\t{cpu:.0}\t{wall:.0}"));
        }
    }
    println!("\n{:<48}{:>12}", "the server is killed: until all is back", "wall ms");
    for count in [1000, 10_000] {
        let times = (0..5).map(|_| restore::time(&mut stage, count).as_secs_f64() * 1e9).collect();
        let wall = quartiles(times)[1];
        println!("{count:<48}{:>12.1}", wall / 1e6);
        table.row(format_args!("restore\t{count}\t\t{wall:.0}"));
    }
    table.write();
}
