//! How a machine is set up before it starts.

use std::fmt;
use std::time::Duration;

use lamarzocco_proto::wire::MachineMode;
use lamarzocco_proto::{MachineConfiguration, SettingsMap};

use super::captured;
use super::machine::Machine;
use crate::server::{Setup, StartError, server_options};

/// How a [`Machine`] is set up. Made by [`Machine::builder`].
#[derive(Clone)]
#[must_use = "nothing listens before `start`"]
pub struct Builder {
    pub(super) setup: Setup,
    pub(super) seed: u64,
    pub(super) token: Option<String>,
    pub(super) is_activated: bool,
    pub(super) settings: SettingsMap,
    pub(super) configuration: MachineConfiguration,
    pub(super) mode: MachineMode,
    pub(super) greeting: Vec<Topic>,
    pub(super) tick: Duration,
    pub(super) speed: f64,
}

/// What a machine may send when a WebSocket opens. What a real one sends first is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Topic {
    /// One frame for each boiler, steam first.
    Temperatures,
    /// All settings.
    Settings,
    /// The machine configuration.
    Configuration,
}

server_options!(Builder);

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            setup: Setup::default(),
            seed: 0,
            token: None,
            is_activated: true,
            settings: captured::settings(),
            configuration: captured::configuration(),
            mode: MachineMode::BrewingMode,
            greeting: vec![Topic::Temperatures, Topic::Settings, Topic::Configuration],
            tick: Duration::from_secs(1),
            speed: 1.0,
        }
    }

    /// The seed of everything that looks random: the room, the flow, the last digit of a thermometer. 0 unless set.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The bearer token that is accepted; a new one for each start unless set.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Whether the local interface has been activated; if not, every request is answered with 403, whatever its token.
    pub fn activated(mut self, is_activated: bool) -> Self {
        self.is_activated = is_activated;
        self
    }

    /// All settings; those of [`captured::settings`] unless set.
    pub fn settings(mut self, settings: SettingsMap) -> Self {
        self.settings = settings;
        self
    }

    /// The machine configuration; that of [`captured::configuration`] unless set.
    ///
    /// Its mode is replaced, and where the settings say something about it too, they win.
    pub fn configuration(mut self, configuration: MachineConfiguration) -> Self {
        self.configuration = configuration;
        self
    }

    /// Starts in stand-by, as the captured machine was. Otherwise the machine is on, and cold.
    pub fn standby(mut self) -> Self {
        self.mode = MachineMode::StandBy;
        self
    }

    /// What is sent when a WebSocket opens, in this order; all three topics unless set.
    pub fn greeting(mut self, topics: impl IntoIterator<Item = Topic>) -> Self {
        self.greeting = topics.into_iter().collect();
        self
    }

    /// The time between two frames of a boiler's temperature: 1 s unless set. With 0 there are none.
    pub fn tick(mut self, period: Duration) -> Self {
        self.tick = period;
        self
    }

    /// How many seconds of the machine pass in one of ours, for heating and brewing: 1 unless set.
    ///
    /// # Panics
    ///
    /// If it is not a positive finite number.
    pub fn speed(mut self, speed: f64) -> Self {
        assert!(speed > 0.0 && speed.is_finite(), "a speed is a positive number");
        self.speed = speed;
        self
    }

    /// Starts the machine on the runtime of the caller.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened at, or the certificate cannot be made.
    #[expect(clippy::unused_async, reason = "it needs a runtime, and starting one day may wait")]
    pub async fn start(self) -> Result<Machine, StartError> {
        Machine::with(self)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("setup", &self.setup)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}
