use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use devicelink::lamarzocco::{Builder, Client, Pin};
use devicelink_sim::lamarzocco::Machine as Simulated;

use crate::failure::Failure;
use crate::{secret, sim};

/// A machine: yours, or a simulated one.
#[derive(Args)]
pub(crate) struct Machine {
    /// The machine's address, for example 192.168.50.102 or wss://192.168.50.102:8081/messages.
    address: Option<String>,
    /// A file that holds the machine's local token; else it is in LAMARZOCCO_TOKEN, or asked for.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The SHA-256 digest of the machine's certificate or public key, as `devicelink lamarzocco pin` shows it.
    #[arg(long)]
    pin: Vec<Pin>,
    /// Allow a ws:// address that is not on the local network: the token travels readable.
    #[arg(long)]
    allow_plain: bool,
    /// Take a machine that is simulated on this computer.
    #[arg(long, conflicts_with_all = ["address", "token_file", "pin"])]
    simulate: bool,
}

impl Machine {
    /// The client. A simulated device is there as long as the program.
    pub(crate) async fn client(&self) -> Result<Client, Failure> {
        let (builder, _) = self.builder().await?;
        builder.build().map_err(Failure::usage)
    }

    /// The client to be, and the simulated machine, which is there as long as its handle.
    pub(crate) async fn builder(&self) -> Result<(Builder, Option<Arc<Simulated>>), Failure> {
        if self.simulate {
            let machine = sim::simulated_machine().await?;
            let builder = Client::builder(machine.url())
                .token(machine.token())
                .pin(machine.certificate_sha256().parse()?);
            return Ok((builder, Some(machine)));
        }
        let Some(address) = &self.address else {
            return Err(Failure::usage("give the machine's address, or --simulate"));
        };
        let token = secret::read("machine's local token", TOKEN, self.token_file.as_deref())?;
        let builder = self
            .pin
            .iter()
            .fold(Client::builder(address).token(token), |builder, pin| builder.pin(*pin));
        Ok((if self.allow_plain { builder.allow_plain() } else { builder }, None))
    }
}

/// The variable of the environment that holds the token.
pub(crate) const TOKEN: &str = "LAMARZOCCO_TOKEN";
