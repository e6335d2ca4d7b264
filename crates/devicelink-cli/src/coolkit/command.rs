use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use devicelink::coolkit::proto::{FrameCode, Reply};
use devicelink::coolkit::{Command, Device, Error, Rejection};
use serde::Serialize;

use super::connect::Account;
use crate::failure::Failure;
use crate::live::{Outcome, Patience, once};
use crate::output::Output;
use crate::secret;

/// A device that is asked or told something.
#[derive(Args)]
pub(super) struct Target {
    #[command(flatten)]
    account: Account,
    /// The device, ten hexadecimal digits: the app shows it in the device's settings.
    device: String,
    /// A file with the apikey of the account that shares the device with yours.
    #[arg(long, value_name = "FILE")]
    owner: Option<PathBuf>,
    #[command(flatten)]
    patience: Patience,
}

/// What became of a command.
#[derive(Serialize)]
struct Done<'a> {
    deviceid: &'a str,
    outcome: Outcome,
    /// The code of the answer.
    error: Option<i64>,
}

impl Target {
    /// The device's identifier.
    pub(super) fn device(&self) -> &str {
        &self.device
    }

    /// Sends a command, and prints what became of it.
    ///
    /// # Errors
    /// If it was not done, or nobody knows.
    pub(super) async fn tell(
        &self,
        output: &mut Output,
        command: impl FnOnce(&Device) -> Command,
    ) -> Result<(), Failure> {
        let result = self.send(command).await?;
        let (outcome, code) = match &result {
            Ok(reply) => (Outcome::Done, reply.frame().error().code()),
            Err(error) => (outcome(error), error.rejection().and_then(Rejection::code)),
        };
        output.say(&Done { deviceid: &self.device, outcome, error: code.map(FrameCode::get) })?;
        result.map(drop).map_err(failure)
    }

    /// Sends a command.
    ///
    /// # Errors
    /// If there is no connection; what became of the command is the value.
    pub(super) async fn send(
        &self,
        command: impl FnOnce(&Device) -> Command,
    ) -> Result<Result<Arc<Reply>, Error>, Failure> {
        let client = self.account.client().await?;
        let device = client.device(&self.device).map_err(Failure::usage)?;
        let device = match &self.owner {
            Some(file) => device.owned_by(secret::of_file("owner's apikey", file)?),
            None => device,
        };
        let command = command(&device);
        once(&client, &self.patience, async |left| Ok(command.timeout(left).await)).await
    }
}

/// The error, with what a user of this program can do about it.
pub(super) fn failure(error: Error) -> Failure {
    match error.rejection() {
        Some(rejection) if rejection.code() == Some(FrameCode::FORBIDDEN) => {
            Failure::new(format!("{rejection}: {FORBIDDEN}"))
        }
        _ => error.into(),
    }
}

const FORBIDDEN: &str = "check the device's identifier and the region; of a device that another account shares, give the apikey of that one with --owner";

fn outcome(error: &Error) -> Outcome {
    match error.rejection() {
        _ if error.may_have_acted() => Outcome::Unknown,
        Some(_) => Outcome::Refused,
        None => Outcome::NotSent,
    }
}

impl fmt::Display for Done<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.deviceid, self.outcome)
    }
}
