use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use devicelink::placeos::{Builder, Client, Generation, Pin};
use devicelink_sim::placeos::Building;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::{secret, sim};

/// A PlaceOS server: yours, or a simulated building.
///
/// The API key is in PLACEOS_API_KEY, in a file, or asked for; instead of it there may be a bearer token.
#[derive(Args)]
pub(crate) struct Server {
    /// The server's domain or base URL, for example https://example.com; else it is in PLACEOS_URL.
    #[arg(long, env = "PLACEOS_URL", required_unless_present = "simulate")]
    url: Option<String>,
    /// A file that holds the API key, ID.SECRET.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// A file that holds a bearer token; else it may be in PLACEOS_TOKEN.
    #[arg(long, value_name = "FILE", conflicts_with = "api_key_file")]
    bearer_file: Option<PathBuf>,
    /// What the server speaks.
    #[arg(long, value_enum, default_value_t)]
    generation: Speaks,
    /// The SHA-256 digest of the server's certificate or public key.
    #[arg(long)]
    pin: Vec<Pin>,
    /// Allow an http:// address that is not on the local network: the credential travels readable.
    #[arg(long)]
    allow_plain: bool,
    /// Take a building that is simulated on this computer.
    #[arg(long, conflicts_with_all = ["api_key_file", "bearer_file", "pin"])]
    simulate: bool,
}

/// A generation of servers.
#[derive(Clone, Copy, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Speaks {
    /// ACAEngine.
    G1,
    /// PlaceOS until October 2021.
    G2,
    /// PlaceOS since then.
    #[default]
    G3,
}

impl Speaks {
    /// The argument that says so, if it has to be said.
    pub(crate) fn argument(self) -> &'static str {
        match self {
            Self::G1 => " --generation g1",
            Self::G2 => " --generation g2",
            Self::G3 => "",
        }
    }
}

impl From<Speaks> for Generation {
    fn from(speaks: Speaks) -> Self {
        match speaks {
            Speaks::G1 => Self::G1,
            Speaks::G2 => Self::G2,
            Speaks::G3 => Self::G3,
        }
    }
}

impl Server {
    pub(crate) fn generation(&self) -> Speaks {
        self.generation
    }

    /// The client. A simulated device is there as long as the program.
    pub(crate) async fn client(&self) -> Result<Client, Failure> {
        let (builder, _) = self.builder().await?;
        builder.build().map_err(Failure::usage)
    }

    /// The client to be, and the simulated building, which is there as long as its handle.
    pub(crate) async fn builder(&self) -> Result<(Builder, Option<Arc<Building>>), Failure> {
        let url = self.url.as_ref().filter(|_| !self.simulate);
        let Some(url) = url else {
            let building = sim::simulated_building(self.generation.into()).await?;
            let builder = Client::builder(building.base_url())
                .api_key(building.credential().secret().expose())
                .generation(self.generation.into())
                .pin(building.certificate_sha256().parse()?);
            return Ok((builder, Some(building)));
        };
        let builder = self.authorized(Client::builder(url))?.generation(self.generation.into());
        let builder = self.pin.iter().fold(builder, |builder, pin| builder.pin(*pin));
        Ok((if self.allow_plain { builder.allow_plain() } else { builder }, None))
    }

    fn authorized(&self, builder: Builder) -> Result<Builder, Failure> {
        if let Some(file) = &self.bearer_file {
            return Ok(builder.bearer(secret::of_file("bearer token", file)?));
        }
        if self.api_key_file.is_none()
            && let Some(token) = secret::of_variable("PLACEOS_TOKEN")
        {
            return Ok(builder.bearer(token));
        }
        Ok(builder.api_key(secret::read("API key", API_KEY, self.api_key_file.as_deref())?))
    }
}

/// The variable of the environment that holds the API key.
pub(crate) const API_KEY: &str = "PLACEOS_API_KEY";
