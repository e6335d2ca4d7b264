//! Plays a recorded dialogue with a thermostat again, frame by frame, and shows what was recorded beside what is sent now.
//!
//! `cargo run --example coolkit_thermostat --features coolkit` does it with a simulated cloud. With an account (`--at`,
//! `--apikey`, `--appid`, `--region`, or `COOLKIT_AT` and so on in the environment) and `--device` it gives a thermostat
//! of yours one of the commands: `--below 21.5`, `--above 21.5` or `--manual`.

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;

use clap::Parser;
use devicelink::coolkit::proto::{Frame, Object};
use devicelink::coolkit::{Client, Command, Device, Params, Setpoint, Update, Updates};
use devicelink_sim::coolkit::{Cloud, Device as Simulated};
use futures::StreamExt;

#[path = "common/coolkit.rs"]
mod account;
mod common;

/// Plays a recorded dialogue with a TH16 thermostat, or commands one of yours.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    account: account::Account,
    /// Heat: on below this temperature in °C, off above it.
    #[arg(long, value_name = "CELSIUS", requires = "device", conflicts_with_all = ["above", "manual"])]
    below: Option<f64>,
    /// Cool: on above this temperature in °C, off below it.
    #[arg(long, value_name = "CELSIUS", requires = "device", conflicts_with = "manual")]
    above: Option<f64>,
    /// By hand from now on.
    #[arg(long, requires = "device")]
    manual: bool,
}

macro_rules! recorded {
    ($($name:literal),* $(,)?) => {
        [$(include_str!(concat!("../testdata/coolkit/", $name, ".json"))),*]
    };
}

/// The dialogue of a phone with the cloud, as it was recorded in 2018.
const RECORDED: [&str; 12] = recorded![
    "01_user_online_v6",
    "02_handshake_reply",
    "03_update_heat_below",
    "04_ack_heat_below",
    "05_update_heat_above",
    "06_ack_heat_above",
    "07_device_update_switch",
    "08_update_manual_off",
    "09_ack_manual_off",
    "10_update_manual_on",
    "11_ack_manual_on",
    "12_device_update_temperature",
];

#[tokio::main]
async fn main() -> ExitCode {
    common::run(run(Args::parse())).await
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let (client, cloud) = args.account.connect(Simulated::th16).await?;
    let device = args.account.device(&client)?;
    match cloud {
        Some(cloud) => play(&client, &device, &cloud).await?,
        None => {
            args.account.online(&client).await?;
            let reply = command(&args, &device)?.await?;
            writeln!(stdout(), "{}: {:?}", device.id(), reply.verdict())?;
        }
    }
    client.close().await;
    Ok(())
}

/// The command that the arguments ask for.
fn command(args: &Args, device: &Device) -> Result<Command, Box<dyn Error>> {
    let setpoint = |celsius| Setpoint::new(celsius).ok_or("a temperature is a finite number");
    Ok(match (args.below, args.above) {
        (Some(celsius), _) => device.thermostat().on_below(setpoint(celsius)?),
        (_, Some(celsius)) => device.thermostat().on_above(setpoint(celsius)?),
        _ if args.manual => device.thermostat().manual(false),
        _ => return Err("say what to do: --below, --above or --manual".into()),
    })
}

/// Plays the client's side of the dialogue, while the simulated cloud plays the other one.
async fn play(client: &Client, device: &Device, cloud: &Cloud) -> Result<(), Box<dyn Error>> {
    let mut updates = device.updates();
    client.online().await?;
    show(1, &sent(cloud, 0))?;
    writeln!(stdout(), " 2 <- the login is accepted; the next ping is due in 130.5 s\n")?;

    exchange(3, device.thermostat().on_below(28), cloud).await?;
    exchange(5, device.thermostat().on_above(28), cloud).await?;
    report(7, device, cloud, &mut updates).await?;
    exchange(8, device.thermostat().manual(false), cloud).await?;
    exchange(10, device.update(Params::switch(true).and(Params::manual(true))), cloud).await?;
    report(12, device, cloud, &mut updates).await?;

    let state = device.state();
    writeln!(stdout(), "reported: {:?}", state.reported().members())?;
    writeln!(stdout(), "assumed:  {:?}", state.assumed().members())?;
    Ok(())
}

/// Sends a command, and shows it and its answer.
async fn exchange(number: usize, command: Command, cloud: &Cloud) -> Result<(), Box<dyn Error>> {
    let reply = command.await?;
    let commands = cloud.heard().frames.len();
    show(number, &sent(cloud, commands - 1))?;
    show(number + 1, reply.frame())
}

/// Lets the device report what it reported when it was recorded.
async fn report(
    number: usize,
    device: &Device,
    cloud: &Cloud,
    updates: &mut Updates,
) -> Result<(), Box<dyn Error>> {
    let recorded = Frame::decode(RECORDED[number - 1])?;
    let params = recorded.params().map(|params| params.members().to_object()).unwrap_or_default();
    cloud.set(device.id(), Params::from(params)).await;
    while let Some(update) = updates.next().await {
        if let Update::Event(event) = update {
            return show(number, event.frame());
        }
    }
    Err("the connection was closed".into())
}

/// What the cloud has heard, by its number.
fn sent(cloud: &Cloud, number: usize) -> Frame {
    let heard = &cloud.heard().frames[number].frame;
    heard.frame().cloned().unwrap_or_else(|| Frame::new(Object::new()))
}

/// Shows a frame beside the one that was recorded. `Debug` leaves out what is secret: tokens, keys, network names.
fn show(number: usize, frame: &Frame) -> Result<(), Box<dyn Error>> {
    let recorded = Frame::decode(RECORDED[number - 1])?;
    let is_ours = matches!(number, 1 | 3 | 5 | 8 | 10);
    let arrow = if is_ours { "->" } else { "<-" };
    writeln!(stdout(), "{number:2} {arrow} recorded {:?}", recorded.members())?;
    writeln!(stdout(), "      now      {:?}\n", frame.members())?;
    Ok(())
}
