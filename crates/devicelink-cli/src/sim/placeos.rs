use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use devicelink::placeos::proto::endpoint::{Credential, InvalidCredential};
use devicelink::placeos::{Generation, Level};
use devicelink_sim::Fault;
use devicelink_sim::placeos::{Builder, Building as Simulated, Module, Role};
use tokio::time::sleep;

use super::Running;
use super::options::{Options, through};
use crate::failure::Failure;
use crate::output::Output;
use crate::placeos::{API_KEY, Speaks};

/// Simulate a building with a display whose variables change.
///
/// In the system sys-1234 there is one module: Display 1, whose id is mod-d1. It has the variables power, input, list, text
/// and volume, and the functions set(name, value), echo(…), nil(), sup() and boom(). Once somebody is connected the volume
/// changes, and the display logs.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink sim placeos
  devicelink sim placeos --generation g2 --fault close=1012+5")]
pub(crate) struct Building {
    /// The API key that it accepts, ID.SECRET. It is printed: do not take a real one.
    #[arg(long, default_value = KEY)]
    api_key: String,
    /// What it speaks.
    #[arg(long, value_enum, default_value_t)]
    generation: Speaks,
    #[command(flatten)]
    options: Options,
}

const KEY: &str = "keyid.simulated-secret";
const SYSTEM: &str = "sys-1234";

impl Building {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let options = &self.options;
        let builder = self.builder().map_err(Failure::usage)?;
        let building = options.started(builder.start().await)?;
        let wire = options.wire(building.address()).await?;
        let url = through(wire.as_ref(), &building.base_url());
        let pin = options.pin(&building.certificate_sha256());
        output.say(&Running {
            what: "A simulated building with a display.",
            connect: format!(
                "devicelink placeos bind --url {url}{}{} {SYSTEM} Display 1 volume",
                self.generation.argument(),
                Running::pin_argument(pin.as_ref())
            ),
            url,
            dispatch: None,
            pin,
            environment: BTreeMap::from([(API_KEY, self.api_key.clone())]),
        })?;
        tokio::select! {
            () = live(&building, options.seed) => {}
            () = options.drops(async || building.inject(Fault::Drop).await) => {}
            end = options.end() => end?,
        }
        Ok(building.stop().await?)
    }

    fn builder(&self) -> Result<Builder, InvalidCredential> {
        let Options { listen, plain, .. } = self.options;
        let builder = builder(&self.api_key, self.generation.into())?
            .listen(listen)
            .faults(self.options.plan());
        Ok(if plain { builder.plain() } else { builder })
    }
}

/// A building as it is without options. It lives as long as the program.
pub(crate) async fn simulated(generation: Generation) -> Result<Arc<Simulated>, Failure> {
    let building = Arc::new(builder(KEY, generation)?.start().await?);
    let living = Arc::clone(&building);
    tokio::spawn(async move { live(&living, 0).await });
    Ok(building)
}

fn builder(key: &str, generation: Generation) -> Result<Builder, InvalidCredential> {
    Ok(Simulated::builder()
        .generation(generation)
        .grant(Credential::api_key(key)?, Role::Administrator)
        .module(SYSTEM, Module::display().status("volume", 20)))
}

/// What happens in the building once somebody is connected.
async fn live(building: &Simulated, seed: u64) {
    building.until(|seen| seen.upgrades > 0).await;
    let mut random = fastrand::Rng::with_seed(seed);
    let mut volume = 20_i64;
    loop {
        sleep(Duration::from_secs(1)).await;
        volume = (volume + random.i64(-5..=5)).clamp(0, 100);
        building.set(SYSTEM, "Display", 1, "volume", volume).await;
        building.log("mod-d1", Level::Debug, &format!("volume changed to {volume}")).await;
    }
}
