//! All three vendors in a few seconds, without a device: `cargo run --example quickstart --all-features`.
//!
//! Each part starts a simulated server with TLS on this computer, connects to it, does the usual, loses the connection and
//! gets it back.

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use devicelink::{coolkit, lamarzocco, placeos};
use devicelink_sim::Fault;
use devicelink_sim::coolkit::{Account, Cloud, Device};
use devicelink_sim::lamarzocco::Machine;
use devicelink_sim::placeos::{Building, Module, Role};
use futures::StreamExt;
use tokio::time::timeout;

mod common;

/// Shows all three vendors against simulated servers. The other examples take addresses of yours.
#[derive(Parser)]
struct Args {}

#[tokio::main]
async fn main() -> ExitCode {
    let Args {} = Args::parse();
    common::run(run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let patience = Duration::from_secs(30);
    writeln!(stdout(), "A La Marzocco espresso machine, at its local WebSocket:")?;
    timeout(patience, espresso_machine()).await??;
    writeln!(stdout(), "\nA Sonoff thermostat, through the CoolKit cloud:")?;
    timeout(patience, thermostat()).await??;
    writeln!(stdout(), "\nA meeting room, at a PlaceOS server:")?;
    timeout(patience, meeting_room()).await??;
    Ok(())
}

async fn espresso_machine() -> Result<(), Box<dyn Error>> {
    use lamarzocco::{Client, Update};

    let machine = Machine::builder()
        .token("simulated-token")
        .tick(Duration::from_millis(100))
        .speed(20.0)
        .start()
        .await?;
    let client = Client::builder(machine.url())
        .token(machine.token())
        .pin(machine.certificate_sha256().parse()?)
        .build()?;
    let mut updates = client.updates();
    let mut is_cut = false;
    while let Some(update) = updates.next().await {
        match update {
            Update::Message(_) if !is_cut && client.snapshot().settings().is_some() => {
                let snapshot = client.snapshot();
                let settings = snapshot.settings().map_or(0, |settings| settings.len());
                writeln!(stdout(), "  {settings} settings, and its boilers warm up:")?;
                for (boiler, degrees) in snapshot.temperatures() {
                    writeln!(stdout(), "    {boiler} {degrees:.1} °C")?;
                }
                machine.inject(Fault::Reset).await;
                is_cut = true;
            }
            Update::Gap(failure) => writeln!(stdout(), "  lost: {}", failure.seen())?,
            Update::Resynced => {
                writeln!(stdout(), "  back, on connection {}", client.stats().link.accepted)?;
                break;
            }
            Update::Stopped(failure) => return Err(failure.into()),
            _ => {}
        }
    }
    client.close().await;
    Ok(())
}

async fn thermostat() -> Result<(), Box<dyn Error>> {
    use coolkit::{Client, Credentials, Params, Update};

    let account = Account::new("simulated-at", "simulated-apikey", "simulated-appid");
    let cloud =
        Cloud::builder().account(account).device(Device::th16("babecafe11")).start().await?;
    let account = cloud.account();
    let credentials =
        Credentials::new(account.at.expose(), account.apikey.expose(), account.appid.expose());
    let client = Client::builder(credentials)
        .dispatch(cloud.dispatch_url())
        .trust_any_host()
        .pin(cloud.certificate_sha256().parse()?)
        .resync(true)
        .build()?;
    let device = client.device("babecafe11")?;
    let mut updates = device.updates();
    client.online().await?;
    let reply = device.thermostat().on_below(21).await?;
    writeln!(stdout(), "  heat below 21 °C: {:?}", reply.verdict())?;
    cloud.set("babecafe11", Params::new().with("currentTemperature", "19.5")).await;
    let mut is_cut = false;
    while let Some(update) = updates.next().await {
        match update {
            Update::Event(_) if !is_cut => {
                let current = device.state().current();
                let temperature = current.view().thermostat().temperature();
                let degrees = temperature.and_then(|reading| reading.value());
                writeln!(stdout(), "  the device reports {} °C", degrees.unwrap_or(f64::NAN))?;
                cloud.kick().await;
                is_cut = true;
            }
            Update::Gap(failure) => {
                writeln!(stdout(), "  lost: {}; the cloud wants a pause of 5 s", failure.seen())?;
                client.retry();
            }
            Update::Resynced => writeln!(stdout(), "  back; the device is asked for its state")?,
            Update::Reply(_) if is_cut => break,
            Update::Stopped(failure) => return Err(failure.into()),
            _ => {}
        }
    }
    client.close().await;
    Ok(())
}

async fn meeting_room() -> Result<(), Box<dyn Error>> {
    use placeos::proto::endpoint::Credential;
    use placeos::{Client, Update};

    let building = Building::builder()
        .grant(Credential::api_key("keyid.simulated-secret")?, Role::User)
        .module("sys-1", Module::display())
        .start()
        .await?;
    let client = Client::builder(building.base_url())
        .api_key("keyid.simulated-secret")
        .pin(building.certificate_sha256().parse()?)
        .build()?;
    let display = client.system("sys-1").module("Display", 1);
    let mut input = display.bind("input").typed::<String>();
    let mut is_cut = false;
    while let Some(update) = input.next().await {
        match update {
            Update::Item(Ok(name)) if !is_cut => {
                writeln!(stdout(), "  the display shows {name}")?;
                let answer = display.exec("echo", ("hello", 42)).await?;
                writeln!(stdout(), "  echo: {}", answer.json())?;
                building.inject(Fault::Reset).await;
                is_cut = true;
            }
            Update::Item(value) => {
                writeln!(stdout(), "  still {}", value?)?;
                break;
            }
            Update::Gap(failure) => {
                writeln!(stdout(), "  lost: {}", failure.seen())?;
                client.retry();
            }
            Update::Resynced => writeln!(stdout(), "  back, and bound again")?,
            Update::Stopped(failure) => return Err(failure.into()),
            _ => {}
        }
    }
    client.close().await;
    Ok(())
}
