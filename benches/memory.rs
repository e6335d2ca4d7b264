//! What a client takes of memory while nothing happens, and what each binding adds to it.
//!
//! Clients are held by a process of their own, which asks the operating system how much of it is resident, before and
//! after; so what TLS, tokio and the allocator take is counted, too. Bindings are counted to the byte.

#[path = "memory/bindings.rs"]
mod bindings;
#[path = "memory/hold.rs"]
mod hold;
#[path = "measure/output.rs"]
mod output;
#[path = "memory/raw.rs"]
mod raw;
#[path = "memory/simulators.rs"]
mod simulators;

use std::env;

use hold::Who;
use output::Table;
use simulators::{Simulators, Vendor};

const COUNTS: [usize; 2] = [1000, 10_000];

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["simulate", count] => simulators::run(number(count)),
        ["hold", who, count, address] => hold::run(who, number(count), address),
        _ => measure(),
    }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

fn measure() {
    let mut table = Table::new("memory", "group\tway\tbytes\ttimes");
    for count in COUNTS {
        let count = count.min(hold::limit());
        for is_plain in [true, false] {
            let group = format!("{count} clients, {}", if is_plain { "plain" } else { "TLS" });
            println!("\n{group:<48}{:>12}{:>10}", "bytes", "times");
            let mut raw = None;
            let ours = [Vendor::Placeos, Vendor::Lamarzocco, Vendor::Coolkit].map(Who::Ours);
            for who in [Who::Raw].into_iter().chain(ours) {
                let simulators = Simulators::start(1);
                let bytes =
                    hold::by_process(who, count, simulators.address(who.vendor(), is_plain));
                let times = bytes / *raw.get_or_insert(bytes);
                println!("{:<48}{bytes:>12.0}{times:>10.2}", who.name());
                table.row(format_args!("{group}\t{}\t{bytes:.0}\t{times:.3}", who.name()));
            }
        }
    }
    println!("\n{:<48}{:>12}", "bindings", "bytes");
    for count in [10_000, 100_000] {
        let simulators = Simulators::start(count);
        let bytes = bindings::measure(count, simulators.address(Vendor::Placeos, true));
        println!("{count:<48}{bytes:>12.0}");
        table.row(format_args!("bindings\t{count}\t{bytes:.0}\t"));
    }
    table.write();
}
