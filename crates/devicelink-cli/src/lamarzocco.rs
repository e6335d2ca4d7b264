//! La Marzocco espresso machines.

mod connect;
mod pin;

#[cfg(feature = "dash")]
pub(crate) use connect::TOKEN;

use clap::Subcommand;

use crate::failure::Failure;
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show the digests of a machine's certificate, to trust it from then on.
    Pin(pin::Pin),
}

impl Command {
    pub(crate) async fn run(self, output: Output) -> Result<(), Failure> {
        match self {
            Self::Pin(pin) => pin.run(output).await,
        }
    }
}
