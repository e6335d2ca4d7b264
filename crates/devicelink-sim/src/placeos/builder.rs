//! How a building is set up before it starts.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use placeos_proto::Generation;
use placeos_proto::endpoint::Credential;

use super::access::Role;
use super::building::Building;
use super::module::Module;
use crate::fault::FaultPlan;
use crate::server::identity::Identity;
use crate::server::{Setup, StartError};

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

    /// Speaks `ws` and `http`, without TLS.
    pub fn plain(mut self) -> Self {
        self.setup.is_plain = true;
        self
    }

    /// The certificate and its key; made at the start unless set.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.setup.identity = Some(identity);
        self
    }

    /// Where to listen: a free port of 127.0.0.1 unless set.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.setup.address = address;
        self
    }

    /// What goes wrong; nothing unless set.
    pub fn faults(mut self, faults: FaultPlan) -> Self {
        self.setup.faults = faults;
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
