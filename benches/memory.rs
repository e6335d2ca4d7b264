//! What a client takes of memory while nothing happens, and what each binding adds to it.
//!
//! Clients are held by a process of their own, which asks the operating system how much of it is resident, before and
//! after; so what TLS, tokio and the allocator take is counted, too. Bindings are counted to the byte.

#[path = "memory/bare.rs"]
mod bare;
#[path = "memory/bindings.rs"]
mod bindings;
#[path = "memory/hold.rs"]
mod hold;
#[path = "measure/output.rs"]
mod output;
#[allow(dead_code, reason = "not all of it")]
#[path = "session/server/listen.rs"]
mod server;
#[path = "memory/servers.rs"]
mod servers;

use std::env;

use hold::Who;
use output::Table;
use servers::Servers;

const COUNTS: [usize; 2] = [1000, 10_000];

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => servers::serve(),
        ["hold", who, count, address] => hold::run(who, count.parse().expect("a number"), address),
        _ => measure(),
    }
}

fn measure() {
    let mut table = Table::new("memory", "group\tway\tbytes\ttimes");
    println!("{:<48}{:>12}", "bindings", "bytes");
    for count in [10_000, 100_000] {
        let bytes = bindings::measure(count, &Servers::start().plain);
        println!("{count:<48}{bytes:>12.0}");
        table.row(format_args!("bindings\t{count}\t{bytes:.0}\t"));
    }
    for count in COUNTS {
        let count = count.min(hold::limit());
        for is_tls in [false, true] {
            let group = format!("{count} clients, {}", if is_tls { "TLS" } else { "plain" });
            println!("\n{group:<48}{:>12}{:>10}", "bytes", "times");
            let mut raw = None;
            for who in Who::ALL {
                // A new one, as each port of it has only so many for clients.
                let servers = Servers::start();
                let address = if is_tls { &servers.tls } else { &servers.plain };
                let bytes = hold::by_process(who, count, address);
                let times = bytes / *raw.get_or_insert(bytes);
                println!("{:<48}{bytes:>12.0}{times:>10.2}", who.name());
                table.row(format_args!("{group}\t{}\t{bytes:.0}\t{times:.3}", who.name()));
            }
        }
    }
    table.write();
}
