//! Switches a device on or off, or shows what it is.
//!
//! `cargo run --example coolkit_switch --features coolkit -- on` switches a simulated device. With an account
//! (`--at`, `--apikey`, `--appid`, `--region`, or `COOLKIT_AT` and so on in the environment) and `--device` it
//! switches yours.

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use devicelink_sim::coolkit::Device as Simulated;

#[path = "common/coolkit.rs"]
mod account;
mod common;

/// Switches a device of the CoolKit cloud (eWeLink, Sonoff): yours, or a simulated one.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    account: account::Account,
    /// The channel of a device with several; the first is 0.
    #[arg(long)]
    outlet: Option<u8>,
    /// What to do.
    #[arg(default_value = "state")]
    what: What,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    On,
    Off,
    State,
}

#[tokio::main]
async fn main() -> ExitCode {
    common::run(run(Args::parse())).await
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let simulated: fn(&'static str) -> Simulated = match args.outlet {
        Some(_) => Simulated::four_channel,
        None => Simulated::switch,
    };
    let (client, _cloud) = args.account.connect(simulated).await?;
    let device = args.account.device(&client)?;
    let command = match (args.what, args.outlet) {
        (What::State, _) => device.query([]),
        (what, Some(outlet)) => device.outlet(outlet, matches!(what, What::On)),
        (what, None) => device.switch(matches!(what, What::On)),
    };
    args.account.online(&client).await?;
    let reply = command.await?;
    writeln!(stdout(), "{}: {:?}", device.id(), reply.verdict())?;
    // `Debug` leaves out what is secret, such as the name of the wireless network.
    writeln!(stdout(), "{:?}", device.state().current().members())?;
    client.close().await;
    Ok(())
}
