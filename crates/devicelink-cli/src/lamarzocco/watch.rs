use clap::Args;
use devicelink::lamarzocco::Update;

use super::connect::Machine;
use super::shown::Shown;
use crate::failure::Failure;
use crate::live::{self, Limits, Notice, Seen};
use crate::output::Output;

/// Print every message of a machine, one per line.
///
/// The settings and the configuration are only named: they have commands of their own.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink lamarzocco watch --simulate --for 10
  devicelink lamarzocco watch 192.168.50.102 --pin sha256:0f4c… | grep 'boiler 1'
  devicelink lamarzocco watch 192.168.50.102 --json --count 100 > messages.jsonl")]
pub(crate) struct Watch {
    #[command(flatten)]
    machine: Machine,
    /// Only messages whose name contains this.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    #[command(flatten)]
    limits: Limits,
}

impl Watch {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let client = self.machine.client().await?;
        let is_wanted = |name: String| self.name.as_ref().is_none_or(|part| name.contains(part));
        live::watch(&client, &self.limits, client.updates(), |update| match update {
            Update::Message(message) if is_wanted(message.name().to_string()) => {
                output.say(&Shown::new(&message)?)?;
                Ok(Seen::Lines(1))
            }
            update => beside(&mut output, update),
        })
        .await
    }
}

/// Says what is not a message.
pub(super) fn beside(output: &mut Output, update: Update) -> Result<Seen, Failure> {
    output.say(&match update {
        Update::Malformed(error) => Notice::malformed(&error),
        Update::Lagged(dropped) => Notice::Lagged { dropped },
        Update::Gap(failure) => Notice::gap(&failure),
        Update::Resynced => Notice::Resynced,
        Update::Stopped(failure) => return Err(failure.into()),
        _ => return Ok(Seen::Beside),
    })?;
    Ok(Seen::Beside)
}
