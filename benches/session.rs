//! Calls and events over a connection: the clients of this library beside a loop over tokio-tungstenite.
//!
//! `cargo bench --bench session`. Both are measured in turns, on one thread, against a server in a process of its own.
//! Read what more an operation costs; times mean nothing elsewhere.

#[path = "session/clock.rs"]
mod clock;
#[path = "session/coolkit.rs"]
mod coolkit;
#[path = "measure/group.rs"]
mod group;
#[path = "session/lamarzocco.rs"]
mod lamarzocco;
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
#[path = "session/turns.rs"]
mod turns;
#[path = "session/work.rs"]
mod work;

use std::env;

use group::Group;
use output::Table;
use stage::Stage;

/// `serve` and a port start the server. Other words choose the rows whose names have all of them.
fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let [serve, port] = &words[..] {
        if serve == "serve" {
            return server::serve(port);
        }
    }
    let stage = Stage::new();
    let mut table = Table::new("session", turns::COLUMNS);
    for (name, group) in ROWS {
        if words.iter().all(|word| name.split(' ').any(|it| it == word)) {
            turns::measure(group(&stage), &mut table);
        }
    }
    table.write();
}

type Row = (&'static str, fn(&Stage) -> Group);

/// Made one after the other, as each has connections of its own.
const ROWS: [Row; 15] = [
    ("placeos calls 1", |stage| placeos::calls(stage, 1)),
    ("placeos calls 16", |stage| placeos::calls(stage, 16)),
    ("placeos calls 128", |stage| placeos::calls(stage, 128)),
    ("placeos calls 1024", |stage| placeos::calls(stage, 1_024)),
    ("placeos pending", placeos::pending),
    ("placeos events 1", |stage| placeos::events(stage, 1, 200_000)),
    ("placeos events 10000", |stage| placeos::events(stage, 10_000, 1_000_000)),
    ("placeos readers", placeos::readers),
    ("placeos stalled", placeos::stalled),
    ("coolkit calls 1", |stage| coolkit::calls(stage, 1)),
    ("coolkit calls 16", |stage| coolkit::calls(stage, 16)),
    ("coolkit calls 128", |stage| coolkit::calls(stage, 128)),
    ("coolkit calls 1024", |stage| coolkit::calls(stage, 1_024)),
    ("coolkit events", |stage| coolkit::events(stage, 200_000)),
    ("lamarzocco events", |stage| lamarzocco::events(stage, 200_000)),
];
