//! Calls a function of a module and prints its result.
//!
//! `cargo run --example placeos_exec --features placeos` makes a booking in a simulated building. With `--url` and a key
//! (`--api-key`, or `PLACEOS_API_KEY` in the environment) it calls a function of yours; the arguments are JSON:
//! `placeos_exec --url https://example.com sys-1234 Bookings 1 make_booking 1631058815`.

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use devicelink::placeos::Value;

mod common;
#[path = "common/placeos.rs"]
mod server;

/// Calls a function of a PlaceOS module: one of yours, or of a simulated building.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    server: server::Server,
    /// Wait this many seconds for the result.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=300))]
    timeout: u64,
    /// What to call, with the arguments as JSON: 7, true, '"text"', '{"a":1}'. In the simulated building a booking, if
    /// nothing is said.
    #[arg(value_names = ["SYSTEM", "MODULE", "INDEX", "FUNCTION", "ARGUMENT"])]
    what: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    common::run(run(Args::parse())).await
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let (client, building) = args.server.connect().await?;
    let mut what: Vec<&str> = args.what.iter().map(String::as_str).collect();
    if what.is_empty() && building.is_some() {
        what = vec!["sys-1234", "Bookings", "1", "make_booking", "1631058815"];
    }
    let [system, module, index, function, arguments @ ..] = &what[..] else {
        return Err("say what to call: SYSTEM MODULE INDEX FUNCTION [ARGUMENT]...".into());
    };
    let index = index.parse().map_err(|_| format!("the index {index:?} is no number"))?;
    let arguments = arguments.iter().map(|text| {
        Value::parse(text)
            .map_err(|error| format!("the argument is not JSON (a text is '\"x\"'): {error}"))
    });
    let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
    let call = client
        .system(system)
        .module(module, index)
        .exec(function, arguments)
        .timeout(Duration::from_secs(args.timeout))
        .wait_until_online();
    writeln!(stdout(), "{}", call.await?.json())?;
    client.close().await;
    Ok(())
}
