use std::fmt;

use clap::Args;
use devicelink::lamarzocco::proto::{MachineConfiguration, Redacted};
use serde::Serialize;

use super::connect::Machine;
use super::received;
use crate::failure::Failure;
use crate::live::{Patience, once};
use crate::output::Output;
use crate::text::{REDACTED, Whole};

/// Print a machine's configuration as JSON, without serial numbers and network addresses.
///
/// It is asked for over REST, and taken from the WebSocket if it comes there first.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink lamarzocco configuration --simulate
  devicelink lamarzocco configuration 192.168.50.102 --pin sha256:0f4c…
  devicelink lamarzocco configuration --simulate --member machineMode --json")]
pub(crate) struct Configuration {
    #[command(flatten)]
    machine: Machine,
    /// Only these members.
    #[arg(long = "member", value_name = "NAME")]
    members: Vec<String>,
    #[command(flatten)]
    patience: Patience,
}

/// The configuration, or a member of it.
#[derive(Serialize)]
#[serde(transparent)]
struct Shown<'a>(Redacted<'a>);

impl Configuration {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let (builder, _) = self.machine.builder().await?;
        let client = builder.rest_snapshot(true).build().map_err(Failure::usage)?;
        let mut updates = client.updates();
        let configuration = once(&client, &self.patience, async |left| {
            received(&client, &mut updates, left, |snapshot| snapshot.configuration().cloned())
                .await?
                .ok_or_else(|| Failure::new(SILENT))
        })
        .await?;
        self.show(&configuration, &mut output)
    }

    fn show(
        &self,
        configuration: &MachineConfiguration,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let all = configuration.raw();
        if self.members.is_empty() {
            return Ok(output.say(&Shown(all.redacted()))?);
        }
        for name in &self.members {
            let Some(member) = all.get(name) else {
                return Err(Failure::new(format!("the configuration has no member {name:?}")));
            };
            output.say(&Shown(member.redacted()))?;
        }
        Ok(())
    }
}

const SILENT: &str = "the machine has not sent its configuration in this time: it does so when it changes; wait longer with --timeout";

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string_pretty(self);
        let lines = text.as_deref().unwrap_or(REDACTED).lines().map(|line| Whole(line).to_string());
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}
