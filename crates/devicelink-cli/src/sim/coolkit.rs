use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use devicelink::coolkit::Params;
use devicelink_sim::Fault;
use devicelink_sim::coolkit::{Account, Builder, Cloud as Simulated, Device};
use tokio::time::sleep;

use super::Running;
use super::options::{Options, through};
use crate::coolkit::{APIKEY, APPID, AT};
use crate::failure::Failure;
use crate::output::Output;

/// Simulate a cloud with devices that report.
///
/// There are a switch (1000abcdef), a thermostat (babecafe11), a meter (1000c0ffee) and a switch with four outlets
/// (10004c4c4c). Once somebody is logged in the thermostat measures, somebody presses a button of the meter, and the
/// switch with four outlets reboots now and then.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink sim coolkit
  devicelink sim coolkit --silent 1000abcdef      commands to it have an unknown outcome
  devicelink sim coolkit --drop-every 20 --heartbeat 10")]
pub(crate) struct Cloud {
    /// The access token that it accepts. It is printed: do not take a real one.
    #[arg(long, default_value = TOKEN)]
    token: String,
    /// The interval of the heartbeat that it announces.
    #[arg(long, value_name = "SECONDS", default_value_t = 145)]
    heartbeat: u32,
    /// A device that does not answer.
    #[arg(long, value_name = "DEVICE", value_parser = DEVICES)]
    silent: Vec<String>,
    /// A device that is offline.
    #[arg(long, value_name = "DEVICE", value_parser = DEVICES)]
    offline: Vec<String>,
    #[command(flatten)]
    options: Options,
}

const TOKEN: &str = "simulated-at";
const SWITCH: &str = "1000abcdef";
const THERMOSTAT: &str = "babecafe11";
const METER: &str = "1000c0ffee";
const FOUR_OUTLETS: &str = "10004c4c4c";
const DEVICES: [&str; 4] = [SWITCH, THERMOSTAT, METER, FOUR_OUTLETS];

impl Cloud {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let options = &self.options;
        let cloud = options.started(self.builder().start().await)?;
        let wire = options.wire(cloud.address()).await?;
        let url = through(wire.as_ref(), &cloud.url());
        let pin = options.pin(&cloud.certificate_sha256());
        let account = cloud.account();
        output.say(&Running {
            what: "A simulated CoolKit cloud with four devices.",
            connect: format!(
                "devicelink coolkit watch --endpoint {url}{}",
                Running::pin_argument(pin.as_ref())
            ),
            url,
            dispatch: Some(through(wire.as_ref(), &cloud.dispatch_url())),
            pin,
            environment: BTreeMap::from([
                (AT, account.at.expose().to_owned()),
                (APIKEY, account.apikey.expose().to_owned()),
                (APPID, account.appid.expose().to_owned()),
            ]),
        })?;
        tokio::select! {
            () = live(&cloud, options.seed, |id| !self.is_away(id)) => {}
            () = options.drops(async || cloud.inject(Fault::Drop).await) => {}
            end = options.end() => end?,
        }
        Ok(cloud.stop().await?)
    }

    /// Whether a device is not to be heard of.
    fn is_away(&self, id: &str) -> bool {
        self.silent.iter().chain(&self.offline).any(|away| away == id)
    }

    fn builder(&self) -> Builder {
        let Options { listen, plain, .. } = self.options;
        let devices = devices().map(|(id, device)| {
            let names = |list: &[String]| list.iter().any(|name| name == id);
            let device = if names(&self.silent) { device.silent() } else { device };
            if names(&self.offline) { device.offline() } else { device }
        });
        let builder = builder(&self.token, devices)
            .heartbeat(Some(self.heartbeat))
            .listen(listen)
            .faults(self.options.plan());
        if plain { builder.plain() } else { builder }
    }
}

/// A cloud as it is without options. It lives as long as the program.
pub(crate) async fn simulated() -> Result<Arc<Simulated>, Failure> {
    let cloud = Arc::new(builder(TOKEN, devices().map(|(_, device)| device)).start().await?);
    let living = Arc::clone(&cloud);
    tokio::spawn(async move { live(&living, 0, |_| true).await });
    Ok(cloud)
}

fn builder(token: &str, devices: [Device; 4]) -> Builder {
    let account = Account::new(token, "simulated-apikey", "simulated-appid");
    devices.into_iter().fold(Simulated::builder().account(account), Builder::device)
}

fn devices() -> [(&'static str, Device); 4] {
    [
        (SWITCH, Device::switch(SWITCH)),
        (THERMOSTAT, Device::th16(THERMOSTAT).reporting()),
        (METER, Device::pow(METER)),
        (FOUR_OUTLETS, Device::four_channel(FOUR_OUTLETS)),
    ]
}

/// What the devices that are there do of their own accord once somebody is logged in.
async fn live(cloud: &Simulated, seed: u64, is_there: impl Fn(&str) -> bool) {
    cloud.until_heard(|heard| heard.logins().count() > 0).await;
    let mut random = fastrand::Rng::with_seed(seed);
    let mut tenths = 220_i32;
    for beat in 1_u32.. {
        sleep(Duration::from_secs(1)).await;
        tenths += random.i32(-2..=2);
        if is_there(THERMOSTAT) {
            let temperature = format!("{}.{}", tenths / 10, tenths % 10);
            let measured = Params::new().with("currentTemperature", temperature.as_str());
            cloud.set(THERMOSTAT, measured).await;
        }
        if beat % 4 == 2 && is_there(METER) {
            cloud.set(METER, Params::switch(beat % 8 == 2)).await;
        }
        if beat % 15 == 0 && is_there(FOUR_OUTLETS) {
            cloud.reboot(FOUR_OUTLETS).await;
        }
    }
}
