//! How a cloud is set up before it starts.

use std::fmt;
use std::time::Duration;

use super::account::Account;
use super::cloud::Cloud;
use super::device::Device;
use crate::server::{Setup, StartError, server_options};

/// How long the cloud waits after its interval before it cuts an idle connection.
const GRACE: Duration = Duration::from_secs(15);

/// How a [`Cloud`] is set up. Made by [`Cloud::builder`].
#[derive(Clone)]
#[must_use = "nothing listens before `start`"]
pub struct Builder {
    pub(super) setup: Setup,
    pub(super) account: Option<Account>,
    pub(super) devices: Vec<Device>,
    pub(super) rules: Rules,
}

/// What does not change while a cloud lives.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) heartbeat: Option<u32>,
    pub(super) idle_cut: Option<Duration>,
    pub(super) device_timeout: Duration,
    pub(super) is_strict: bool,
    pub(super) is_legacy: bool,
}

server_options!(Builder);

impl Builder {
    pub(super) fn new() -> Self {
        let rules = Rules {
            heartbeat: Some(145),
            idle_cut: None,
            device_timeout: Duration::from_secs(5),
            is_strict: true,
            is_legacy: false,
        };
        Self { setup: Setup::default(), account: None, devices: Vec::new(), rules }
    }

    /// Who may log in; a new account for each start unless set.
    pub fn account(mut self, account: Account) -> Self {
        self.account = Some(account);
        self
    }

    /// One more device; none unless set. One of the same identifier is replaced.
    pub fn device(mut self, device: Device) -> Self {
        self.devices.push(device);
        self
    }

    /// The interval of the heartbeat in seconds that is announced at the login, 145 unless set; `None` announces that
    /// there is none. An idle connection is cut 15 s after the interval, or never.
    pub fn heartbeat(mut self, seconds: Option<u32>) -> Self {
        self.rules.heartbeat = seconds;
        self
    }

    /// How long a client may say nothing before its connection is cut, whatever [`heartbeat`](Self::heartbeat)
    /// announces.
    pub fn idle_cut(mut self, time: Duration) -> Self {
        self.rules.idle_cut = Some(time);
        self
    }

    /// After how long the cloud answers 504 for a silent device: 5 s unless set, as captured.
    pub fn device_timeout(mut self, time: Duration) -> Self {
        self.rules.device_timeout = time;
        self
    }

    /// Whether a login needs the right appid and a version that today's cloud takes; otherwise it is answered with 400,
    /// or with 406 for another appid. True unless set.
    pub fn strict(mut self, is_strict: bool) -> Self {
        self.rules.is_strict = is_strict;
        self
    }

    /// Takes the login of version 6, too, as the cloud did in 2018.
    pub fn legacy(mut self, is_legacy: bool) -> Self {
        self.rules.is_legacy = is_legacy;
        self
    }

    /// Starts the cloud on the runtime of the caller.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened at, or the certificate cannot be made.
    #[expect(clippy::unused_async, reason = "it needs a runtime, and starting one day may wait")]
    pub async fn start(self) -> Result<Cloud, StartError> {
        Cloud::with(self)
    }
}

impl Rules {
    /// How long a client may say nothing, if there is a limit.
    pub(super) fn idle_cut(&self) -> Option<Duration> {
        let of_heartbeat =
            self.heartbeat.map(|seconds| Duration::from_secs(seconds.into()) + GRACE);
        self.idle_cut.or(of_heartbeat)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("setup", &self.setup)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}
