//! The CoolKit (eWeLink, Sonoff) cloud.

mod command;
pub(crate) mod connect;
mod on_off;
mod query;
mod shown;
mod switch;
mod thermostat;
mod watch;

use clap::Subcommand;

pub(crate) use self::connect::{APIKEY, APPID, AT};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum Command {
    Watch(watch::Watch),
    Query(query::Query),
    Switch(switch::Switch),
    Thermostat(thermostat::Thermostat),
}

impl Command {
    pub(crate) async fn run(self, output: Output) -> Result<(), Failure> {
        match self {
            Self::Watch(watch) => watch.run(output).await,
            Self::Query(query) => query.run(output).await,
            Self::Switch(switch) => switch.run(output).await,
            Self::Thermostat(thermostat) => thermostat.run(output).await,
        }
    }
}
