//! A machine from connect to close, in a few seconds.
//!
//! `cargo run --example lamarzocco_machine --features lamarzocco` starts a simulated machine and shows everything on it. With
//! `--url` and a token (`--token`, or `LAMARZOCCO_TOKEN` in the environment) it shows yours; `--pin` is the digest that
//! the example `lamarzocco_pin` prints.

use std::error::Error;
use std::io::{self, Write, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use devicelink::lamarzocco::proto::settings::keys::{self, Dose};
use devicelink::lamarzocco::proto::settings::registry;
use devicelink::lamarzocco::proto::{Group, SettingsMap};
use devicelink::lamarzocco::{BoilerId, Client, Pin, Snapshot, Update, Updates};
use devicelink_sim::Fault;
use devicelink_sim::lamarzocco::Machine;
use futures::StreamExt;
use tokio::time::timeout;

mod common;

/// Shows a La Marzocco machine from connect to close: yours, or a simulated one.
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
}

#[tokio::main]
async fn main() -> ExitCode {
    common::run(run(Args::parse())).await
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let pinned = args.pin.is_some() || args.url.is_none();
    let (simulated, client) = match (args.url, args.token) {
        (Some(url), Some(token)) => {
            let builder = Client::builder(url).token(token);
            (None, args.pin.into_iter().fold(builder, |builder, pin| builder.pin(pin)).build()?)
        }
        _ => {
            writeln!(stdout(), "No --url: a simulated GB5 is started on this computer.")?;
            let tick = Duration::from_millis(400);
            let machine =
                Machine::builder().token("simulated-token").tick(tick).speed(15.0).start().await?;
            let pin = machine.certificate_sha256().parse()?;
            let client = Client::builder(machine.url()).token(machine.token()).pin(pin).build()?;
            (Some(machine), client)
        }
    };

    // Nothing has been sent so far: the first use connects.
    let mut updates = client.updates();
    let patience = Duration::from_secs(15);
    timeout(patience, client.online()).await.map_err(|_| why(&client))??;
    let identity = if pinned { "; the certificate is the pinned one" } else { "" };
    writeln!(stdout(), "Connected{identity}.\n")?;

    wait_for_the_picture(&client, &mut updates).await?;
    show_machine(&client.snapshot())?;

    writeln!(stdout(), "\nTemperatures as they come:")?;
    watch(&client, &mut updates, 6).await?;

    if let Some(machine) = &simulated {
        writeln!(stdout(), "\nNow the machine drops the connection, without a word:")?;
        machine.inject(Fault::Reset).await;
        watch(&client, &mut updates, 6).await?;
    }

    let stats = client.stats().link;
    let started = Instant::now();
    client.close().await;
    writeln!(
        stdout(),
        "\nShown: {} frames on {} connection(s), {} unreadable; closed in {:.0?}.",
        stats.frames_received,
        stats.accepted,
        stats.malformed,
        started.elapsed()
    )?;
    Ok(())
}

/// What to say when patience ends.
fn why(client: &Client) -> String {
    let failure = client.last_failure().map(|failure| format!(": {failure}"));
    format!("no connection within 15 s{}", failure.unwrap_or_default())
}

/// Reads on until the machine has sent its settings and its configuration.
async fn wait_for_the_picture(
    client: &Client,
    updates: &mut Updates,
) -> Result<(), Box<dyn Error>> {
    let complete =
        |snapshot: &Snapshot| snapshot.settings().is_some() && snapshot.configuration().is_some();
    while !complete(&client.snapshot()) {
        let next = timeout(Duration::from_secs(15), updates.next()).await;
        match next.map_err(|_| "the machine has sent no settings and configuration for 15 s")? {
            Some(Update::Stopped(failure)) => return Err(failure.into()),
            None => return Err("the client is closed".into()),
            Some(_) => {}
        }
    }
    Ok(())
}

fn show_machine(snapshot: &Snapshot) -> io::Result<()> {
    let (Some(settings), Some(configuration)) = (snapshot.settings(), snapshot.configuration())
    else {
        return Ok(());
    };
    let capability = configuration.machine_capabilities().and_then(|list| list.iter().next());
    let family = capability.and_then(|it| it.family());
    let family = family.map_or("unknown".into(), |family| family.to_string());
    writeln!(stdout(), "  family            {family}")?;
    if let Some(serial) = settings.get(keys::SERIAL_NUMBER).and_then(|entry| entry.as_str()) {
        writeln!(stdout(), "  serial number     {serial}")?;
    }
    let targets = configuration.boiler_target_temperature();
    for (boiler, target) in targets.iter().flat_map(|targets| targets.iter()) {
        writeln!(stdout(), "  {boiler:<17} {target:.1} °C")?;
    }
    let doses = [Dose::A, Dose::B, Dose::C, Dose::D].map(|dose| {
        let key = keys::group(Group::ONE).dose(dose).target_volume();
        settings.get(key).and_then(|entry| entry.as_f32()).map_or("?".into(), |it| it.to_string())
    });
    writeln!(stdout(), "  doses, group 1    {} pulses", doses.join(" / "))?;
    writeln!(stdout(), "  settings          {} ({} named)", settings.len(), named(settings))?;
    Ok(())
}

fn named(settings: &SettingsMap) -> usize {
    let known = |hash| registry().iter().any(|it| it.hash() == hash && it.name().is_some());
    settings.iter().filter(|entry| known(entry.hash())).count()
}

/// Shows this many temperatures, and whatever happens to the connection meanwhile.
async fn watch(
    client: &Client,
    updates: &mut Updates,
    mut temperatures: u32,
) -> Result<(), Box<dyn Error>> {
    let mut lost = Instant::now();
    while temperatures > 0 {
        let Ok(next) = timeout(Duration::from_secs(10), updates.next()).await else {
            writeln!(stdout(), "  (nothing for 10 s: an idle machine may be silent)")?;
            return Ok(());
        };
        match next {
            Some(Update::Message(message)) => {
                let is_temperature = message.name().to_string().ends_with("UpdateTemperature");
                if let Some(degrees) = message.value().as_f64().filter(|_| is_temperature) {
                    let boiler = message.name().boiler().map_or(BoilerId::Steam, BoilerId::Coffee);
                    writeln!(stdout(), "  {boiler:<17} {degrees:5.1} °C")?;
                    temperatures -= 1;
                }
            }
            Some(Update::Gap(failure)) => {
                lost = Instant::now();
                writeln!(stdout(), "  -- lost: {}", failure.observation())?;
            }
            Some(Update::Resynced) => {
                writeln!(stdout(), "  -- back after {:.0?}", lost.elapsed())?;
            }
            Some(Update::Malformed(error)) => writeln!(stdout(), "  -- unreadable: {error}")?,
            Some(Update::Lagged(dropped)) => writeln!(stdout(), "  -- {dropped} updates skipped")?,
            Some(Update::Stopped(failure)) => return Err(failure.into()),
            _ => return Err(format!("the client is {:?}", client.state()).into()),
        }
    }
    Ok(())
}
