//! Three simulators with a life of their own.

use std::time::Duration;

use devicelink::coolkit::{self, Credentials, Params};
use devicelink::lamarzocco::proto::Group;
use devicelink::lamarzocco::proto::settings::keys::Dose;
use devicelink::placeos::proto::endpoint::Credential;
use devicelink::{lamarzocco, placeos};
use devicelink_sim::Fault;
use devicelink_sim::coolkit::{Account as Owner, Cloud, Device};
use devicelink_sim::lamarzocco::Machine as Espresso;
use devicelink_sim::placeos::{Building, Module, Role};
use tokio::time::sleep;

use super::model::{Spec, Vendor};
use super::source::{Account, Kind, Machine, Named, Server, Source};
use crate::failure::Failure;

/// The simulators, which are there as long as they live.
pub(crate) struct Demo {
    machine: Espresso,
    cloud: Cloud,
    building: Building,
}

const SYSTEM: &str = "sys-1";

impl Demo {
    pub(crate) async fn start() -> Result<Self, Failure> {
        Ok(Self { machine: machine().await?, cloud: cloud().await?, building: building().await? })
    }

    /// Clients of all three.
    pub(crate) fn sources(&self) -> Result<Vec<Source>, Failure> {
        Ok(vec![self.espresso()?, self.home()?, self.office()?])
    }

    /// Lives for ever.
    pub(crate) async fn live(self) {
        tokio::join!(brew(self.machine), switch(self.cloud), meet(self.building));
    }
}

/// A machine that heats in a minute.
async fn machine() -> Result<Espresso, Failure> {
    let builder = Espresso::builder().token("simulated-token");
    Ok(builder.tick(Duration::from_millis(500)).speed(12.0).start().await?)
}

const LAMP: &str = "1000abcde0";
const HEATER: &str = "1000abcde1";
const KETTLE: &str = "1000abcde2";
const STRIP: &str = "1000abcde3";
const CELLAR: &str = "a480000001";

async fn cloud() -> Result<Cloud, Failure> {
    let builder = Cloud::builder()
        .account(Owner::new("simulated-at", "simulated-apikey", "simulated-appid"))
        .device(Device::switch(LAMP))
        .device(Device::th16(HEATER).reporting())
        .device(Device::pow(KETTLE))
        .device(Device::four_channel(STRIP))
        .device(Device::zigbee_sensor(CELLAR));
    Ok(builder.start().await?)
}

async fn building() -> Result<Building, Failure> {
    let mixer = Module::new("Mixer").status("volume", 40).status("muted", false);
    let bookings = Module::new("Bookings").status("room", "free").status("people", 0);
    let builder = Building::builder()
        .grant(Credential::api_key("keyid.simulated-secret")?, Role::User)
        .module(SYSTEM, Module::display())
        .module(SYSTEM, mixer)
        .module(SYSTEM, bookings);
    Ok(builder.start().await?)
}

impl Demo {
    fn espresso(&self) -> Result<Source, Failure> {
        let machine = &self.machine;
        let client = lamarzocco::Client::builder(machine.url())
            .token(machine.token())
            .pin(machine.certificate_sha256().parse()?)
            .build()?;
        let spec = spec(Vendor::LaMarzocco, "espresso", machine.url());
        Ok(Source::new(spec, Machine { client }))
    }

    fn home(&self) -> Result<Source, Failure> {
        let account = self.cloud.account();
        let login =
            Credentials::new(account.at.expose(), account.apikey.expose(), account.appid.expose());
        let client = coolkit::Client::builder(login)
            .dispatch(self.cloud.dispatch_url())
            .trust_any_host()
            .pin(self.cloud.certificate_sha256().parse()?)
            .resync(true)
            .build()?;
        let named = |id: &str, name: &str, kind| Named {
            id: id.to_owned(),
            name: Some(name.to_owned()),
            kind,
        };
        let devices = vec![
            named(LAMP, "lamp", Kind::Any),
            named(HEATER, "heater", Kind::Any),
            named(KETTLE, "kettle", Kind::Any),
            named(STRIP, "power strip", Kind::Any),
            named(CELLAR, "cellar", Kind::ZigbeeSensor),
        ];
        for named in &devices {
            client.device(&named.id)?;
        }
        let spec = spec(Vendor::CoolKit, "home", self.cloud.url());
        Ok(Source::new(spec, Account { client, devices }))
    }

    fn office(&self) -> Result<Source, Failure> {
        let client = placeos::Client::builder(self.building.base_url())
            .api_key("keyid.simulated-secret")
            .pin(self.building.certificate_sha256().parse()?)
            .build()?;
        let variables = [
            ("Display", "power"),
            ("Display", "input"),
            ("Mixer", "volume"),
            ("Mixer", "muted"),
            ("Bookings", "room"),
            ("Bookings", "people"),
        ];
        let bindings: Vec<_> = variables
            .into_iter()
            .map(|(module, name)| placeos::proto::BindingKey::new(SYSTEM, module, 1, name))
            .collect();
        let spec = Spec {
            bindings: bindings.iter().map(ToString::to_string).collect(),
            ..spec(Vendor::PlaceOs, "office", self.building.base_url())
        };
        Ok(Source::new(spec, Server { client, bindings }))
    }
}

fn spec(vendor: Vendor, name: &str, address: String) -> Spec {
    Spec { vendor, name: name.to_owned(), address, bindings: Vec::new() }
}

/// Draws a coffee every few seconds, and loses the connection now and then.
async fn brew(machine: Espresso) {
    machine.until(|seen| seen.upgrades > 0).await;
    for draws in 1_u32.. {
        sleep(Duration::from_secs(7)).await;
        let dose = [Dose::A, Dose::B, Dose::C][draws as usize % 3];
        // A group that is brewing is left alone.
        let _ = machine.brew(Group::ONE, dose).await;
        if draws % 4 == 0 {
            machine.inject(Fault::Reset).await;
        }
    }
}

/// Devices measure, are switched, and go away for a while.
async fn switch(cloud: Cloud) {
    cloud.until_heard(|heard| heard.logins().count() > 0).await;
    for step in 0_u32.. {
        sleep(Duration::from_millis(1500)).await;
        let wave = (f64::from(step) / 9.0).sin();
        let is_heating = wave < 0.0;
        let heater = Params::switch(is_heating)
            .with("currentTemperature", format!("{:.1}", 21.0 + wave).as_str());
        cloud.set(HEATER, heater).await;
        match step % 8 {
            1 => cloud.set(LAMP, Params::switch(step % 16 < 8)).await,
            2 => {
                let watts = format!("{:.2}", 900.0 + 40.0 * wave);
                cloud.set(KETTLE, Params::new().with("power", watts.as_str())).await;
            }
            4 => cloud.set(STRIP, Params::outlet((step / 8 % 4) as u8, step % 64 < 32)).await,
            5 => cloud.set_online(KETTLE, step % 16 > 8).await,
            6 => {
                let hundredths = format!("{:.0}", 1150.0 + 20.0 * wave);
                cloud.set(CELLAR, Params::new().with("temperature", hundredths.as_str())).await;
            }
            _ => {}
        }
        if step % 40 == 30 {
            cloud.kick().await;
        }
    }
}

/// Variables change, and the server restarts now and then.
async fn meet(building: Building) {
    for step in 0_i64.. {
        sleep(Duration::from_secs(2)).await;
        let is_taken = step % 12 < 6;
        match step % 6 {
            0 => building.set(SYSTEM, "Display", 1, "power", is_taken).await,
            1 => {
                let room = if is_taken { "a meeting until the hour" } else { "free" };
                building.set(SYSTEM, "Bookings", 1, "room", room).await;
            }
            2 => {
                let input = if is_taken { "HDMI" } else { "USB-C" };
                building.set(SYSTEM, "Display", 1, "input", input).await;
            }
            3 => building.set(SYSTEM, "Bookings", 1, "people", step % 7).await,
            _ => building.set(SYSTEM, "Mixer", 1, "volume", 30 + step % 5 * 5).await,
        }
        if step % 25 == 24 {
            building.inject(Fault::Close(1012)).await;
        }
    }
}
