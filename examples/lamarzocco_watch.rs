//! Prints every message of a machine, one per line, until Ctrl-C.
//!
//! `cargo run --example lamarzocco_watch --features lamarzocco` watches a simulated machine that is switched on and
//! draws a coffee. With `--url` and a token (`--token`, or `LAMARZOCCO_TOKEN` in the environment) it watches yours.

use std::error::Error;
use std::io::{self, Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use devicelink::lamarzocco::proto::settings::keys::Dose;
use devicelink::lamarzocco::proto::{Group, Message, Value};
use devicelink::lamarzocco::{Client, Pin, Update};
use devicelink_sim::lamarzocco::Machine;
use futures::StreamExt;
use tokio::time::sleep;

mod common;

/// Prints every message of a La Marzocco machine: yours, or a simulated one.
#[derive(Parser)]
struct Args {
    /// The machine's address, for example 192.168.50.102. Without it a machine is simulated.
    #[arg(long, requires = "token")]
    url: Option<String>,
    /// The machine's local token.
    #[arg(long, env = "LAMARZOCCO_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// The SHA-256 digest of the machine's certificate.
    #[arg(long, requires = "url")]
    pin: Option<Pin>,
    /// Read the last known values over REST first.
    #[arg(long)]
    rest: bool,
    /// Stop after this many seconds.
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u64>,
}

#[tokio::main]
async fn main() -> ExitCode {
    common::run(run(Args::parse())).await
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let (simulated, builder) = match (args.url, args.token) {
        (Some(url), Some(token)) => {
            let builder = Client::builder(url).token(token);
            (None, args.pin.into_iter().fold(builder, |builder, pin| builder.pin(pin)))
        }
        _ => {
            let machine = Machine::builder()
                .token("simulated-token")
                .tick(Duration::from_secs(1))
                .start()
                .await?;
            let pin = machine.certificate_sha256().parse()?;
            let builder = Client::builder(machine.url()).token(machine.token()).pin(pin);
            (Some(machine), builder)
        }
    };
    let client = builder.rest_snapshot(args.rest).build()?;
    let mut updates = client.updates();
    if let Some(machine) = simulated {
        tokio::spawn(async move {
            machine.until(|seen| seen.upgrades == 1).await;
            let _ = machine.brew(Group::ONE, Dose::A).await;
            // The machine is there as long as its handle.
            std::future::pending::<()>().await;
        });
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
                Some(Update::Message(message)) => show(&message)?,
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
    if client.stats().link.accepted == 0 {
        // Nothing was ever heard: that is worth an error.
        return Err(match client.last_failure() {
            Some(failure) => failure.into(),
            None => "not connected in this time".into(),
        });
    }
    for (name, reading) in client.snapshot().readings().filter(|(_, reading)| !reading.is_live()) {
        writeln!(stdout(), "last known: {name} = {:?}", reading.message().value())?;
    }
    client.close().await;
    Ok(())
}

fn show(message: &Message) -> io::Result<()> {
    let unit = message.unit().map_or("", |unit| unit.as_str());
    match message.value() {
        Value::Settings(settings) => {
            writeln!(stdout(), "{}: {} settings", message.name(), settings.len())
        }
        Value::MachineConfiguration(configuration) => {
            let mode = configuration.machine_mode().map(|mode| mode.to_string());
            writeln!(stdout(), "{}: {}", message.name(), mode.unwrap_or_default())
        }
        value => writeln!(stdout(), "{} = {value:?} {unit}", message.name()),
    }
}
