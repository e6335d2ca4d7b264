//! PlaceOS building automation.

mod bind;
pub(crate) mod connect;
mod debug;
mod exec;
mod unbind;

use clap::{Args, Subcommand};
use devicelink::placeos::{Client, Module, Update};

pub(crate) use self::connect::{API_KEY, Speaks};
use crate::failure::Failure;
use crate::live::{Notice, Seen};
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum Command {
    Bind(bind::Bind),
    Exec(exec::Exec),
    Debug(debug::Debug),
    Unbind(unbind::Unbind),
}

impl Command {
    pub(crate) async fn run(self, output: Output) -> Result<(), Failure> {
        match self {
            Self::Bind(bind) => bind.run(output).await,
            Self::Exec(exec) => exec.run(output).await,
            Self::Debug(debug) => debug.run(output).await,
            Self::Unbind(unbind) => unbind.run(output).await,
        }
    }
}

/// A module, as its system names it.
#[derive(Args)]
struct Named {
    /// The system's id, sys-….
    system: String,
    /// The module's name in the system, for example Display.
    module: String,
    /// Which of the modules of that name; the first is 1.
    #[arg(allow_negative_numbers = true)]
    index: i32,
}

impl Named {
    fn of(&self, client: &Client) -> Module {
        client.system(&self.system).module(&self.module, self.index)
    }
}

/// Says what is not an item.
fn beside<T>(output: &mut Output, update: Update<T>) -> Result<Seen, Failure> {
    output.say(&match update {
        Update::Malformed(error) => Notice::malformed(&error),
        Update::Lagged(dropped) => Notice::Lagged { dropped },
        Update::Gap(failure) => Notice::gap(&failure),
        Update::Resynced => Notice::Resynced,
        Update::Refused { error, retrying: true } => Notice::Refused { error: error.to_string() },
        Update::Refused { error, .. } => return Err(error.into()),
        Update::Stopped(failure) => return Err(failure.into()),
        _ => return Ok(Seen::Beside),
    })?;
    Ok(Seen::Beside)
}
