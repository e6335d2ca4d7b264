use std::fmt;

use clap::Args;
use devicelink::placeos::{Command, Error, ErrorClass, Value};
use serde::Serialize;

use super::Named;
use super::connect::Server;
use crate::failure::Failure;
use crate::live::{Outcome, Patience, once};
use crate::output::Output;
use crate::text::Whole;

/// Call a function of a module, and print its result as JSON.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink placeos exec --simulate sys-1234 Display 1 echo 42 '\"a text\"' '{\"a\":[1,2]}'
  devicelink placeos exec --url https://example.com sys-1234 Bookings 1 make_booking 1631058815

It is sent once. If nobody knows whether the function has run, look at what it changes before you call it again.")]
pub(crate) struct Exec {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    module: Named,
    /// The function.
    function: String,
    /// Its arguments, each as JSON: 7, true, '"text"', '{"a":1}'.
    #[arg(value_parser = json, allow_negative_numbers = true)]
    arguments: Vec<Value>,
    #[command(flatten)]
    patience: Patience,
}

/// What became of a call.
#[derive(Serialize)]
struct Called {
    outcome: Outcome,
    value: Option<Value>,
    /// The code of an error that the server has answered with.
    error_code: Option<Value>,
    message: Option<String>,
}

impl Exec {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let client = self.server.client().await?;
        let call = self.module.of(&client).exec(&self.function, &self.arguments);
        let result =
            once(&client, &self.patience, async |left| Ok(call.timeout(left).await)).await?;
        output.say(&Called::new(&result))?;
        result?;
        Ok(())
    }
}

impl Called {
    fn new(result: &Result<Value, Error>) -> Self {
        let remote = result.as_ref().err().and_then(Error::remote);
        Self {
            outcome: match (result, remote.map(|remote| remote.class(&Command::Exec))) {
                (Ok(_), _) => Outcome::Done,
                (_, Some(ErrorClass::Remote)) => Outcome::Failed,
                (Err(error), _) if error.may_have_acted() => Outcome::Unknown,
                (_, Some(_)) => Outcome::Refused,
                _ => Outcome::NotSent,
            },
            value: result.as_ref().ok().cloned(),
            error_code: remote.and_then(|remote| Some(remote.code.as_ref()?.to_value())),
            message: remote.and_then(|remote| Some(remote.message.as_deref()?.to_owned())),
        }
    }
}

impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => Whole(value.json()).fmt(f),
            None => self.outcome.fmt(f),
        }
    }
}

fn json(text: &str) -> Result<Value, String> {
    Value::parse(text).map_err(|error| format!("it is not JSON, as '\"a text\"' is: {error}"))
}
