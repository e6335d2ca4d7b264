use std::fmt;

use clap::Args;
use devicelink::placeos::{Command, Value};
use serde::Serialize;

use super::Named;
use super::connect::Server;
use crate::failure::Failure;
use crate::live::{Patience, once};
use crate::output::Output;
use crate::text::Whole;

/// Send one request to unbind a status variable, and print what the server answers.
///
/// Bindings belong to a connection, and this command has one of its own: it shows how a server answers, and ends no
/// binding of another program. `devicelink placeos bind` unbinds when it ends.
#[derive(Args)]
#[command(after_help = "\
Example:
  devicelink placeos unbind --simulate sys-1234 Display 1 power")]
pub(crate) struct Unbind {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    module: Named,
    /// The status variable.
    variable: String,
    #[command(flatten)]
    patience: Patience,
}

/// The answer, with all its members.
#[derive(Serialize)]
#[serde(transparent)]
struct Answer(Value);

impl Unbind {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let client = self.server.client().await?;
        let request = self.module.of(&client).raw(Command::Unbind, &self.variable, None);
        let answer = once(&client, &self.patience, async |left| {
            let response = request.timeout(left).response().await?;
            Ok(Answer(Value::parse(&response.encode())?))
        })
        .await?;
        Ok(output.say(&answer)?)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Whole(self.0.json()).fmt(f)
    }
}
