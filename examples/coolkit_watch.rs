//! Prints everything that the cloud says of an account's devices, one line each, until Ctrl-C.
//!
//! `cargo run --example coolkit_watch --features coolkit` watches a simulated thermostat that measures, reboots, and is
//! cut off once. With an account (`--at`, `--apikey`, `--appid`, `--region`, or `COOLKIT_AT` and so on in the environment)
//! it watches all devices of yours, or the one named by `--device`.

use std::error::Error;
use std::io::{self, Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use devicelink::coolkit::proto::{Event, EventKind, JsonRef};
use devicelink::coolkit::{Params, Update};
use devicelink_sim::coolkit::{Cloud, Device as Simulated};
use futures::StreamExt;
use tokio::time::sleep;

#[path = "common/coolkit.rs"]
mod account;
mod common;

/// Prints everything that the CoolKit cloud (eWeLink, Sonoff) says of your devices, or of a simulated one.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    account: account::Account,
    /// Stop after this many seconds.
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u64>,
}

#[tokio::main]
async fn main() -> ExitCode {
    common::run(run(Args::parse())).await
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let (client, cloud) = args.account.connect(Simulated::th16).await?;
    let mut updates = match args.account.device(&client) {
        Ok(device) => device.updates(),
        Err(_) => client.updates(),
    };
    if let Some(cloud) = cloud {
        tokio::spawn(live("babecafe11", cloud));
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
            update = updates.next() => match update {
                Some(Update::Event(event)) => show(&event)?,
                Some(Update::Reply(reply)) => writeln!(stdout(), "answer: {:?}", reply.verdict())?,
                Some(Update::Unmatched(_)) => writeln!(stdout(), "an answer that nobody waits for")?,
                Some(Update::Malformed(error)) => writeln!(stdout(), "unreadable: {error}")?,
                Some(Update::Lagged(dropped)) => writeln!(stdout(), "{dropped} updates skipped")?,
                Some(Update::Gap(failure)) => writeln!(stdout(), "not connected: {failure}")?,
                Some(Update::Resynced) => writeln!(stdout(), "connected")?,
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
    for (id, state) in client.devices() {
        let presence = state.presence().map(|presence| format!("{presence:?}"));
        let presence = presence.as_deref().unwrap_or("unknown");
        writeln!(stdout(), "{id} ({presence}): {:?}", state.current().members())?;
    }
    client.close().await;
    Ok(())
}

fn show(event: &Event) -> io::Result<()> {
    let device = event.device_id().unwrap_or("-");
    match event.kind() {
        EventKind::Update(update) => {
            let params = update.params_json().map(JsonRef::to_json).unwrap_or_default();
            // `Debug` leaves out what is secret, such as the name of the wireless network.
            writeln!(stdout(), "{device} {:?}: {params:?}", update.origin())
        }
        EventKind::Connection { online, .. } => match online {
            Some(true) => writeln!(stdout(), "{device} is online"),
            Some(false) => writeln!(stdout(), "{device} is offline"),
            None => writeln!(stdout(), "{device} is online or offline, which cannot be read"),
        },
        _ => writeln!(stdout(), "{device} {}", event.action().as_str()),
    }
}

/// What happens to the simulated thermostat.
async fn live(id: &str, cloud: Cloud) {
    cloud.until_heard(|heard| heard.logins().count() == 1).await;
    for tenths in 215.. {
        sleep(Duration::from_millis(700)).await;
        let temperature = format!("{}.{}", tenths / 10, tenths % 10);
        let measured = Params::new()
            .with("currentTemperature", temperature.as_str())
            .with("currentHumidity", "unavailable");
        cloud.set(id, measured).await;
        match tenths {
            217 => cloud.reboot(id).await,
            221 => cloud.kick().await,
            _ => {}
        }
    }
}
