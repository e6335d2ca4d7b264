use std::sync::Arc;

use coolkit_proto::params::DeviceType;
use coolkit_proto::state::DeviceState;
use coolkit_proto::{Action, Json, Params};

use crate::client::Client;
use crate::command::Command;
use crate::dialect::{Ask, Order, Topic};
use crate::error::{Error, ErrorKind};
use crate::update::Updates;
use crate::{Secret, Setpoint};

/// The longest identifier that is taken; those that were seen have ten hexadecimal digits.
const MAX_ID: usize = 64;

/// A device of the account. Cloning is cheap and shares the one connection.
///
/// What its params mean depends on its model: choose the view ([`proto::params`](coolkit_proto::params)) by the model,
/// for the frames do not name it.
#[derive(Clone, Debug)]
pub struct Device {
    client: Client,
    device: Arc<coolkit_proto::Device>,
}

impl Device {
    pub(crate) fn new(client: Client, id: &str) -> Result<Self, Error> {
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !(1..=MAX_ID).contains(&id.len()) || !id.bytes().all(is_known) {
            let shown: String = id.chars().take(MAX_ID).collect();
            let text = format!("{shown:?} is none: ten hexadecimal digits are usual");
            return Err(Error::with(ErrorKind::DeviceId, text));
        }
        let device = coolkit_proto::Device::new(id, client.apikey.expose());
        let device = client.store.follow(device);
        Ok(Self { client, device })
    }

    /// The same device as one that another account shares with this one: commands carry its owner's apikey, which the
    /// list of devices over HTTP shows. [`Client::device`] remembers it.
    #[must_use]
    pub fn owned_by(self, apikey: impl Into<Secret>) -> Self {
        let device = coolkit_proto::Device::new(self.id(), apikey.into().expose());
        let device = Arc::new(device);
        self.client.store.own(&device);
        Self { device, ..self }
    }

    /// The identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        self.device.id()
    }

    /// Sets params.
    ///
    /// What asks a meter for its readings ([`Params::ui_active`]) leaves at most once a second, for the vendor blocks who
    /// asks more often; commands behind it wait.
    pub fn update(&self, params: Params) -> Command {
        self.command(Ask::Update(params))
    }

    /// Asks for params by name; for all of them, if none is named. The cloud may answer from what it stored.
    pub fn query<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Command {
        self.command(Ask::Query(names.into_iter().map(str::to_owned).collect()))
    }

    /// Anything else, such as [`Action::Upgrade`] or [`Action::Share`].
    ///
    /// # Errors
    /// [`ErrorKind::Action`] for a login: the client logs in by itself, once on each connection.
    pub fn request(&self, action: Action, params: impl Into<Json>) -> Result<Command, Error> {
        match action {
            Action::UserOnline => Err(Error::new(ErrorKind::Action)),
            action => Ok(self.command(Ask::Other(action, params.into()))),
        }
    }

    /// Switches a device with one channel.
    pub fn switch(&self, on: bool) -> Command {
        self.update(Params::switch(on))
    }

    /// Switches one channel of a device with several; the first is 0.
    pub fn outlet(&self, number: u8, on: bool) -> Command {
        self.update(Params::outlet(number, on))
    }

    /// Commands for a thermostat (TH10, TH16).
    #[must_use]
    pub fn thermostat(&self) -> Thermostat<'_> {
        Thermostat(self)
    }

    /// What is known of the device: what it reported, what is assumed because it acknowledged a command, whether it is
    /// online. After a lost connection all of it is marked stale.
    #[must_use]
    pub fn state(&self) -> Arc<DeviceState> {
        self.client.store.state(self.id())
    }

    /// What concerns this device, from now on. See [`Client::updates`].
    #[must_use]
    pub fn updates(&self) -> Updates {
        let topic = Topic::Device(self.id().into());
        Updates::new(&self.client.link, topic, self.client.update_capacity)
    }

    fn command(&self, ask: Ask) -> Command {
        Command::new(self.client.link.clone(), Order { device: Arc::clone(&self.device), ask })
    }
}

/// Commands for a thermostat (TH10, TH16), from [`Device::thermostat`]. Temperatures are in °C.
#[derive(Clone, Copy, Debug)]
pub struct Thermostat<'d>(&'d Device);

impl Thermostat<'_> {
    /// On below this temperature, off above: heats.
    pub fn on_below(self, temperature: impl Into<Setpoint>) -> Command {
        self.0.update(Params::on_below(temperature))
    }

    /// On above this temperature, off below: cools.
    pub fn on_above(self, temperature: impl Into<Setpoint>) -> Command {
        self.0.update(Params::on_above(temperature))
    }

    /// By temperature or humidity, with a reaction on either side: whether it switches on above the first value and
    /// below the second.
    pub fn automatic(
        self,
        by: DeviceType,
        above: (Setpoint, bool),
        below: (Setpoint, bool),
    ) -> Command {
        self.0.update(Params::automatic(by, above, below))
    }

    /// By hand from now on: the relay stays as it is until [`Device::switch`].
    pub fn manual(self, main_switch: bool) -> Command {
        self.0.update(Params::manual(main_switch))
    }
}
