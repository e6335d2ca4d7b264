//! La Marzocco espresso machines.

mod configuration;
pub(crate) mod connect;
mod pin;
mod row;
mod settings;
mod shown;
mod watch;

use std::time::Duration;

use clap::Subcommand;
use devicelink::lamarzocco::{Client, Snapshot, Update, Updates};
use futures::StreamExt;
use tokio::time::timeout;

pub(crate) use self::connect::TOKEN;
pub(crate) use self::row::Row;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum Command {
    Pin(pin::Pin),
    Watch(watch::Watch),
    Settings(settings::Settings),
    Configuration(configuration::Configuration),
}

impl Command {
    pub(crate) async fn run(self, output: Output) -> Result<(), Failure> {
        match self {
            Self::Pin(pin) => pin.run(output).await,
            Self::Watch(watch) => watch.run(output).await,
            Self::Settings(settings) => settings.run(output).await,
            Self::Configuration(configuration) => configuration.run(output).await,
        }
    }
}

/// Reads updates until the snapshot has something, for so long at most.
///
/// # Errors
/// If the client stops.
async fn received<T>(
    client: &Client,
    updates: &mut Updates,
    patience: Duration,
    find: impl Fn(&Snapshot) -> Option<T>,
) -> Result<Option<T>, Failure> {
    let found = async {
        loop {
            if let Some(found) = find(&client.snapshot()) {
                return Ok(Some(found));
            }
            match updates.next().await {
                Some(Update::Stopped(failure)) => return Err(failure.into()),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    };
    timeout(patience, found).await.unwrap_or(Ok(None))
}
