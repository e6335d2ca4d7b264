use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use devicelink::lamarzocco::proto::Group;
use devicelink::lamarzocco::proto::settings::keys::{self, Dose};
use devicelink_sim::Fault;
use devicelink_sim::lamarzocco::{Builder, Machine as Simulated};
use tokio::time::sleep;

use super::Running;
use super::options::{Options, through};
use crate::failure::Failure;
use crate::lamarzocco::TOKEN as TOKEN_VARIABLE;
use crate::output::Output;

/// Simulate an espresso machine that heats up and draws coffees.
///
/// It is a professional machine with two groups, as one was captured. It draws coffees once somebody watches it, and after
/// each the temperature of the steam is changed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink sim lamarzocco
  devicelink sim lamarzocco --drop-every 20 --latency 80
  devicelink sim lamarzocco --fault http=503@1 --fault silence@2+30")]
pub(crate) struct Machine {
    /// The token that it accepts. It is printed: do not take a real one.
    #[arg(long, default_value = TOKEN)]
    token: String,
    /// Begin in stand-by.
    #[arg(long)]
    standby: bool,
    /// Refuse every token, as a machine whose local interface has not been activated.
    #[arg(long)]
    not_activated: bool,
    /// The seconds of the machine in one of ours.
    #[arg(long, default_value_t = SPEED, value_parser = clap::value_parser!(u16).range(1..))]
    speed: u16,
    #[command(flatten)]
    options: Options,
}

const TOKEN: &str = "simulated-token";
const SPEED: u16 = 5;

impl Machine {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let options = &self.options;
        let machine = options.started(self.builder().start().await)?;
        let wire = options.wire(machine.address()).await?;
        let url = through(wire.as_ref(), &machine.url());
        let pin = options.pin(&machine.certificate_sha256());
        output.say(&Running {
            what: "A simulated espresso machine with two groups.",
            connect: format!(
                "devicelink lamarzocco watch {url}{}",
                Running::pin_argument(pin.as_ref())
            ),
            url,
            dispatch: None,
            pin,
            environment: BTreeMap::from([(TOKEN_VARIABLE, machine.token())]),
        })?;
        tokio::select! {
            () = live(&machine) => {}
            () = options.drops(async || machine.inject(Fault::Drop).await) => {}
            end = options.end() => end?,
        }
        Ok(machine.stop().await?)
    }

    fn builder(&self) -> Builder {
        let Options { listen, seed, plain, .. } = self.options;
        let builder = builder(self.speed)
            .token(&self.token)
            .activated(!self.not_activated)
            .listen(listen)
            .seed(seed)
            .faults(self.options.plan());
        let builder = if self.standby { builder.standby() } else { builder };
        if plain { builder.plain() } else { builder }
    }
}

/// A machine as it is without options. It lives as long as the program.
pub(crate) async fn simulated() -> Result<Arc<Simulated>, Failure> {
    let machine = Arc::new(builder(SPEED).token(TOKEN).start().await?);
    let living = Arc::clone(&machine);
    tokio::spawn(async move { live(&living).await });
    Ok(machine)
}

fn builder(speed: u16) -> Builder {
    Simulated::builder().speed(speed.into())
}

/// What happens at the machine once somebody is there to see it: a coffee every few seconds, and after each the barista
/// changes the temperature of the steam.
async fn live(machine: &Simulated) {
    machine.until(|seen| seen.upgrades > 0).await;
    let groups = [Group::ONE, Group::new(2).unwrap_or(Group::ONE)];
    let buttons = Dose::ALL.iter().flat_map(|dose| groups.map(|group| (group, *dose)));
    for ((group, dose), steam) in buttons.cycle().zip([124.0, 122.0].into_iter().cycle()) {
        sleep(Duration::from_secs(3)).await;
        // In stand-by nothing is drawn.
        let _ = machine.brew(group, dose).await;
        machine.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, steam).await;
    }
}
