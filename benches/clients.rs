//! Clients that others have written, in JavaScript and Python, beside ours.
//!
//! `benches/peers/run` installs what the programs in `benches/peers` need and starts this. Each program does the same
//! work against the same server, on the same processor, one after the other in each round.
#![allow(dead_code, reason = "only some of what other benches have")]

#[path = "memory/bare.rs"]
mod bare;
#[path = "session/clock.rs"]
mod clock;
#[path = "measure/group.rs"]
mod group;
#[path = "memory/hold.rs"]
mod hold;
#[path = "measure/output.rs"]
mod output;
#[path = "session/placeos.rs"]
mod placeos;
#[path = "measure/quartiles.rs"]
mod quartiles;
#[path = "session/raw.rs"]
mod raw;
#[path = "session/server/listen.rs"]
mod server;
#[path = "session/stage.rs"]
mod stage;
#[path = "bindings/storm.rs"]
mod storm;
#[path = "session/work.rs"]
mod work;

use std::env;
use std::process::Command;

use group::Group;
use hold::Who;
use output::Table;
use quartiles::quartiles;
use stage::Stage;

const PEERS: [(&str, &str, &str); 4] = [
    ("@placeos/ts-client", "node", "placeos.mjs"),
    ("Node: ws", "node", "ws.mjs"),
    ("Python: aiohttp", "python", "with_aiohttp.py"),
    ("Python: websockets", "python", "with_websockets.py"),
];

/// A way to do the work once, and what that costs.
type Way<'a> = (&'a str, Box<dyn FnMut() -> f64 + 'a>);

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", port] => return server::serve(port),
        ["hold", who, count, url] => {
            return hold::run(who, count.parse().expect("a number"), url);
        }
        _ => {}
    }
    let stage = &Stage::new();
    let mut table = Table::new("clients", "group\tway\tcost\ttimes");
    let calls = measured(placeos::calls(stage, 128));
    compare(
        "a call of 128 in flight, ns",
        3,
        peers(stage, "calls", 25_600, &PEERS),
        calls,
        &mut table,
    );
    let events = measured(placeos::events(stage, 1000, 200_000));
    compare(
        "an event over 1000 bindings, ns",
        3,
        peers(stage, "events", 100_000, &PEERS),
        events,
        &mut table,
    );
    for (count, rounds) in [(1000, 3), (10_000, 1)] {
        let ours = storm::WAYS.map(|(name, bind)| -> Way<'_> {
            (name, Box::new(move || bind(stage, count).cpu / count as f64))
        });
        let name = format!("connect and bind {count}, ns for each");
        compare(&name, rounds, peers(stage, "bind", count, &PEERS), ours.into(), &mut table);
    }
    let url = &format!("ws://{}", stage.address);
    let ours = [Who::Raw, Who::Placeos]
        .map(|who| -> Way<'_> { (who.name(), Box::new(move || hold::by_process(who, 1000, url))) });
    // Of the client of PlaceOS there is one in each process.
    compare(
        "an idle client of 1000, bytes",
        1,
        peers(stage, "idle", 1000, &PEERS[1..]),
        ours.into(),
        &mut table,
    );
    table.write();
}

/// What each way costs, the median over all rounds, and how many times the last way that is.
fn compare(name: &str, rounds: usize, peers: Vec<Way<'_>>, ours: Vec<Way<'_>>, table: &mut Table) {
    println!("\n{name:<48}{:>12}{:>10}", "cost", "times");
    let mut ways: Vec<_> = peers.into_iter().chain(ours).collect();
    let mut costs = vec![Vec::new(); ways.len()];
    for _ in 0..rounds {
        for ((_, way), costs) in ways.iter_mut().zip(&mut costs) {
            costs.push(way());
        }
    }
    let medians: Vec<_> = costs.into_iter().map(|costs| quartiles(costs)[1]).collect();
    for ((way, _), cost) in ways.iter().zip(&medians) {
        let times = cost / medians[medians.len() - 1];
        println!("{way:<48}{cost:>12.0}{times:>10.2}");
        table.row(format_args!("{name}\t{way}\t{cost:.0}\t{times:.3}"));
    }
}

/// The ways of a group by the processor's time for each unit. The first time warms up.
fn measured(group: Group) -> Vec<Way<'static>> {
    let names = ["raw loop", "ours"];
    let ways = group.ways.into_iter().zip(names).map(|(mut way, name)| -> Way<'static> {
        (way.run)();
        (name, Box::new(move || clock::cost(&mut way.run).cpu / way.units as f64))
    });
    ways.collect()
}

/// The programs of others; each run is a process of its own.
fn peers<'a>(
    stage: &'a Stage,
    work: &'a str,
    count: usize,
    peers: &[(&'static str, &'static str, &'static str)],
) -> Vec<Way<'a>> {
    let way = |&(name, language, program): &(&'static str, &'static str, &'static str)| -> Way<'a> {
        (
            name,
            Box::new(move || run(language, program, &[&stage.address, work, &count.to_string()])),
        )
    };
    peers.iter().map(way).collect()
}

fn run(language: &str, program: &str, arguments: &[&str]) -> f64 {
    let mut command = match language {
        "node" => Command::new("node"),
        _ => Command::new(env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())),
    };
    if language == "node" {
        command.arg("--expose-gc");
    }
    let path = format!("{}/benches/peers/{program}", env!("CARGO_MANIFEST_DIR"));
    let output = command.arg(path).args(arguments).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().unwrap_or_else(|_| {
        panic!("{program}: {text}{}", String::from_utf8_lossy(&output.stderr));
    })
}
