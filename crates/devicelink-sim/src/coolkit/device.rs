//! The devices of an account.

use std::fmt;

use coolkit_proto::params::Startup;
use coolkit_proto::{Object, Params, Secret, state};

/// A simulated device: what it has reported last, and how it behaves.
///
/// The models start with params of captured or documented frames, in the types that the model has on the wire; readings
/// stay as they are until [`Cloud::set`](super::Cloud::set) changes them.
#[derive(Clone, PartialEq)]
pub struct Device {
    pub(super) id: String,
    pub(super) owner: Option<Secret>,
    pub(super) params: Object,
    pub(super) is_online: bool,
    pub(super) is_silent: bool,
    pub(super) is_reporting: bool,
}

impl Device {
    /// A device of any kind, with nothing to report. Identifiers are ten lowercase hexadecimal digits in the cloud.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            owner: None,
            params: Object::new(),
            is_online: true,
            is_silent: false,
            is_reporting: false,
        }
    }

    /// A switch with one outlet.
    #[must_use]
    pub fn switch(id: impl Into<String>) -> Self {
        let params = Params::switch(false)
            .and(Params::startup(Startup::Off))
            .and(Params::pulse(false, 500))
            .with("rssi", -55)
            .with("fwVersion", "3.5.0");
        Self::new(id).params(params)
    }

    /// A switch with four outlets.
    #[must_use]
    pub fn four_channel(id: impl Into<String>) -> Self {
        let startup = |outlet: u8| Object::new().with("outlet", outlet).with("startup", "off");
        let params = Params::outlets((0..4).map(|outlet| (outlet, false)))
            .with("configure", (0..4).map(startup).collect::<Vec<_>>())
            .with("rssi", -55)
            .with("fwVersion", "3.5.0");
        Self::new(id).params(params)
    }

    /// A thermostat TH16 with a sensor for temperature alone, switched by hand.
    #[must_use]
    pub fn th16(id: impl Into<String>) -> Self {
        let params = Params::on_below(28)
            .and(Params::manual(false))
            .and(Params::switch(false))
            .and(Params::startup(Startup::Off))
            .with("sensorType", "DS18B20")
            .with("currentTemperature", "22")
            .with("currentHumidity", "unavailable")
            .with("rssi", -55)
            .with("fwVersion", "2.0.4");
        Self::new(id).params(params)
    }

    /// A switch with a meter: power, voltage and current are texts with two decimals.
    #[must_use]
    pub fn pow(id: impl Into<String>) -> Self {
        let params = Params::switch(true)
            .with("power", "68.79")
            .with("voltage", "230.12")
            .with("current", "0.30");
        Self::switch(id).params(params)
    }

    /// A Zigbee sensor of temperature and humidity, which are texts of hundredths.
    #[must_use]
    pub fn zigbee_sensor(id: impl Into<String>) -> Self {
        let params = Params::new()
            .with("temperature", "2270")
            .with("humidity", "5760")
            .with("battery", 100)
            .with("subDevRssi", -60)
            .with("trigTime", "1519293457086");
        Self::new(id).params(params)
    }

    /// The device with these params, too.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "params are made on the spot")]
    pub fn params(mut self, params: Params) -> Self {
        self.merge(&params);
        self
    }

    /// Owned by another account, which shares it: commands need that account's apikey, and the user's own as
    /// `selfApikey`.
    #[must_use]
    pub fn owner(mut self, apikey: impl Into<Secret>) -> Self {
        self.owner = Some(apikey.into());
        self
    }

    /// Offline at first: answered with 503.
    #[must_use]
    pub fn offline(mut self) -> Self {
        self.is_online = false;
        self
    }

    /// Silent at first: answered with 504 after a while.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.is_silent = true;
        self
    }

    /// Reports what a command has changed, after the answer. Other devices say nothing then, as was captured.
    #[must_use]
    pub fn reporting(mut self) -> Self {
        self.is_reporting = true;
        self
    }

    pub(super) fn merge(&mut self, params: &Params) {
        state::merge(&mut self.params, params.view(), usize::MAX);
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device")
            .field("id", &self.id)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}
