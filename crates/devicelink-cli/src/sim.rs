//! Simulated devices on this computer, to try the other commands with, and what goes wrong on request.

mod coolkit;
mod fault;
mod impairment;
mod lamarzocco;
mod options;
mod placeos;

use std::collections::BTreeMap;
use std::fmt;

use clap::Subcommand;
use serde::Serialize;

pub(crate) use self::coolkit::simulated as simulated_cloud;
pub(crate) use self::lamarzocco::simulated as simulated_machine;
pub(crate) use self::placeos::simulated as simulated_building;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum Command {
    Lamarzocco(lamarzocco::Machine),
    Coolkit(coolkit::Cloud),
    Placeos(placeos::Building),
}

impl Command {
    pub(crate) async fn run(self, output: Output) -> Result<(), Failure> {
        match self {
            Self::Lamarzocco(machine) => machine.run(output).await,
            Self::Coolkit(cloud) => cloud.run(output).await,
            Self::Placeos(building) => building.run(output).await,
        }
    }
}

/// What runs, and how to connect to it. The credentials are simulated, too.
#[derive(Serialize)]
pub(crate) struct Running {
    pub(crate) what: &'static str,
    pub(crate) url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dispatch: Option<String>,
    /// The digest of the certificate; none without TLS.
    pub(crate) pin: Option<String>,
    /// Variables of the environment that hold the credentials.
    pub(crate) environment: BTreeMap<&'static str, String>,
    /// The command that watches it.
    pub(crate) connect: String,
}

impl Running {
    /// The argument that pins the certificate.
    pub(crate) fn pin_argument(pin: Option<&String>) -> String {
        pin.map(|pin| format!(" --pin {pin}")).unwrap_or_default()
    }
}

impl fmt::Display for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what)?;
        writeln!(f, "  address      {}", self.url)?;
        if let Some(dispatch) = &self.dispatch {
            writeln!(f, "  dispatch     {dispatch}")?;
        }
        if let Some(pin) = &self.pin {
            writeln!(f, "  certificate  {pin}")?;
        }
        write!(f, "\nIn another terminal:\n ")?;
        for (name, value) in &self.environment {
            write!(f, " {name}={value}")?;
        }
        write!(f, " {}\n\nCtrl-C ends it.", self.connect)
    }
}
