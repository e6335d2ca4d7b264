use std::fmt;

use clap::Args;
use devicelink::placeos::{Update, Value};
use serde::Serialize;

use super::connect::Server;
use super::{Named, beside};
use crate::failure::Failure;
use crate::live::{self, Limits, Seen};
use crate::output::Output;
use crate::text::Whole;

/// Print the values of a status variable as JSON, one per line.
///
/// The current value comes first. Of a variable, module or system that does not exist nothing comes until it does.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink placeos bind --simulate sys-1234 Display 1 volume --for 5
  devicelink placeos bind --url https://example.com sys-1234 Display 1 power --count 1")]
pub(crate) struct Bind {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    module: Named,
    /// The status variable.
    variable: String,
    #[command(flatten)]
    limits: Limits,
}

#[derive(Serialize)]
struct Item {
    kind: &'static str,
    value: Value,
}

impl Bind {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let client = self.server.client().await?;
        let values = self.module.of(&client).bind(&self.variable);
        live::watch(&client, &self.limits, values, |update| match update {
            Update::Item(value) => {
                output.say(&Item { kind: "value", value })?;
                Ok(Seen::Lines(1))
            }
            update => beside(&mut output, update),
        })
        .await
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Whole(self.value.json()).fmt(f)
    }
}
