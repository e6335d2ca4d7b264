//! Prints the log of a module, one line each, until Ctrl-C.
//!
//! `cargo run --example placeos_debug --features placeos` listens to a simulated module. With `--url` and a key
//! (`--api-key`, or `PLACEOS_API_KEY` in the environment) it listens to one of yours, by the module's id:
//! `placeos_debug --url https://example.com sys-1234 mod-Z6XXB1doL4`.

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use devicelink::placeos::{Level, Update};
use devicelink_sim::placeos::Building;
use futures::StreamExt;
use tokio::time::sleep;

mod common;
#[path = "common/placeos.rs"]
mod server;

/// Prints the log of a PlaceOS module: one of yours, or of a simulated building.
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
    /// The module's id.
    #[arg(default_value = "mod-bookings")]
    module: String,
    /// Which of the modules of that name.
    #[arg(default_value_t = 1)]
    index: i32,
}

#[tokio::main]
async fn main() -> ExitCode {
    common::run(run(Args::parse())).await
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let (client, building) = args.server.connect().await?;
    let mut log = client.system(&args.system).debug(args.module.as_str(), args.index)?;
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
            update = log.next() => match update {
                Some(Update::Item(line)) => {
                    let level = line.level.as_ref().map(ToString::to_string).unwrap_or_default();
                    // A driver may log anything: control characters are not for the terminal.
                    let text = line.message.as_deref().unwrap_or_default().escape_debug();
                    writeln!(stdout(), "{level:6} {text}")?;
                }
                Some(Update::Lagged(dropped)) => writeln!(stdout(), "{dropped} lines skipped")?,
                Some(Update::Gap(failure)) => writeln!(stdout(), "not connected: {failure}")?,
                Some(Update::Resynced) => writeln!(stdout(), "connected")?,
                Some(Update::Refused { error, retrying: false }) => return Err(error.into()),
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
    // The module stops logging at debug level.
    client.close().await;
    Ok(())
}

/// What the simulated module logs.
async fn live(building: Building) {
    for count in 1.. {
        sleep(Duration::from_millis(500)).await;
        building.log("mod-bookings", Level::Debug, &format!("poll {count} of the calendar")).await;
    }
}
