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
    /// The system's id.
    #[arg(default_value = "sys-1234")]
    system: String,
    /// The module's name.
    #[arg(default_value = "Bookings")]
    module: String,
    /// Which of the modules of that name.
    #[arg(default_value_t = 1)]
    index: i32,
    /// The function.
    #[arg(default_value = "make_booking")]
    function: String,
    /// Its arguments, each as JSON: 7, true, '"text"', '{"a":1}'.
    #[arg(default_values = ["1631058815"])]
    arguments: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    common::exit(run(Args::parse()).await)
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let (client, _building) = args.server.connect().await?;
    let arguments: Vec<Value> =
        args.arguments.iter().map(|text| Value::parse(text)).collect::<Result<_, _>>()?;
    let module = client.system(&args.system).module(&args.module, args.index);
    let call = module
        .exec(&args.function, arguments)
        .timeout(Duration::from_secs(args.timeout))
        .wait_until_online();
    writeln!(stdout(), "{}", call.await?.json())?;
    client.close().await;
    Ok(())
}
