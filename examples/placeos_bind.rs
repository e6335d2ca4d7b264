//! Prints the values of a status variable, one per line, until Ctrl-C.
//!
//! `cargo run --example placeos_bind --features placeos` binds a variable of a simulated building, which changes and is
//! cut off once. With `--url` and a key (`--api-key`, or `PLACEOS_API_KEY` in the environment) it binds one of yours:
//! `placeos_bind --url https://example.com sys-1234 Bookings 1 bookings`.

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use devicelink::placeos::Update;
use devicelink_sim::Fault;
use devicelink_sim::placeos::Building;
use futures::StreamExt;
use tokio::time::sleep;

mod common;
#[path = "common/placeos.rs"]
mod server;

/// Prints the values of a PlaceOS status variable: one of yours, or of a simulated building.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    server: server::Server,
    /// Stop after this many seconds.
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u64>,
    /// The system's id.
    #[arg(default_value = "sys-1234")]
    system: String,
    /// The module's name.
    #[arg(default_value = "Display")]
    module: String,
    /// Which of the modules of that name.
    #[arg(default_value_t = 1)]
    index: i32,
    /// The variable.
    #[arg(default_value = "power")]
    variable: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    common::run(run(Args::parse())).await
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let (client, building) = args.server.connect().await?;
    let mut values =
        client.system(&args.system).module(&args.module, args.index).bind(&args.variable);
    if let Some(building) = building {
        tokio::spawn(live(building));
    }
    let end = async {
        match args.seconds {
            Some(seconds) => sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(end);
    loop {
        tokio::select! {
            update = values.next() => match update {
                Some(Update::Item(value)) => writeln!(stdout(), "{}", value.json())?,
                Some(Update::Malformed(error)) => writeln!(stdout(), "unreadable: {error}")?,
                Some(Update::Lagged(dropped)) => writeln!(stdout(), "{dropped} values skipped")?,
                Some(Update::Gap(failure)) => writeln!(stdout(), "not connected: {failure}")?,
                Some(Update::Resynced) => writeln!(stdout(), "connected")?,
                Some(Update::Refused { error, retrying: true }) => {
                    writeln!(stdout(), "refused for now: {error}")?;
                }
                Some(Update::Refused { error, .. }) => return Err(error.into()),
                Some(Update::Stopped(failure)) => return Err(failure.into()),
                Some(_) => {}
                None => return Ok(()),
            },
            _ = tokio::signal::ctrl_c() => break,
            () = &mut end => break,
        }
    }
    if client.stats().accepted == 0 {
        // Nothing was ever heard: that is worth an error.
        return Err(match client.last_failure() {
            Some(failure) => failure.into(),
            None => "not connected in this time".into(),
        });
    }
    client.close().await;
    Ok(())
}

/// What happens in the simulated building.
async fn live(building: Building) {
    for count in 0_u32.. {
        sleep(Duration::from_millis(500)).await;
        building.set("sys-1234", "Display", 1, "power", count % 2 == 1).await;
        if count == 3 {
            building.inject(Fault::Reset).await;
        }
    }
}
