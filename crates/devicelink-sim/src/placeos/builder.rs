//! How a building is set up before it starts.

use std::fmt;
use std::time::Duration;

use placeos_proto::Generation;
use placeos_proto::endpoint::Credential;

use super::access::Role;
use super::building::Building;
use super::module::Module;
use crate::server::{Setup, StartError, server_options};

/// How often servers since March 2023 say `pong` unasked.
const PONG_PERIOD: Duration = Duration::from_secs(80);

/// How a [`Building`] is set up. Made by [`Building::builder`].
#[derive(Clone)]
#[must_use = "nothing listens before `start`"]
pub struct Builder {
    pub(super) setup: Setup,
    pub(super) generation: Generation,
    pub(super) grants: Vec<(Credential, Role)>,
    pub(super) modules: Vec<(String, Module)>,
    pong_period: Option<Option<Duration>>,
}

server_options!(Builder);

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            setup: Setup::default(),
            generation: Generation::default(),
            grants: Vec::new(),
            modules: Vec::new(),
            pong_period: None,
        }
    }

    /// Which generation of the protocol it speaks; [`Generation::G3`] unless set.
    pub fn generation(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }

    /// Who may connect. Without any there is a user with a new API key, or with a new bearer token in the first
    /// generation: [`Building::credential`].
    pub fn grant(mut self, credential: Credential, role: Role) -> Self {
        self.grants.push((credential, role));
        self
    }

    /// One more module of a system; none unless set. One of the same name and index is replaced.
    pub fn module(mut self, system: impl Into<String>, module: Module) -> Self {
        self.modules.push((system.into(), module));
        self
    }

    /// How often `pong` is sent unasked on all connections, or never. Unless set, every 80 s in [`Generation::G3`], as
    /// observed, and never before.
    pub fn pong_period(mut self, period: Option<Duration>) -> Self {
        self.pong_period = Some(period);
        self
    }

    /// Starts the building on the runtime of the caller.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened at, or the certificate cannot be made.
    #[expect(clippy::unused_async, reason = "it needs a runtime, and starting one day may wait")]
    pub async fn start(self) -> Result<Building, StartError> {
        Building::with(self)
    }

    /// How often `pong` is sent unasked.
    pub(super) fn pongs(&self) -> Option<Duration> {
        let of_generation = (self.generation == Generation::G3).then_some(PONG_PERIOD);
        self.pong_period.unwrap_or(of_generation)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("setup", &self.setup)
            .field("generation", &self.generation)
            .field("modules", &self.modules)
            .finish_non_exhaustive()
    }
}
