//! The machine as a server.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use lamarzocco_proto::settings::keys::Dose;
use lamarzocco_proto::settings::{SettingData, SettingKey};
use lamarzocco_proto::wire::MachineMode;
use lamarzocco_proto::{Frame, Group, MachineConfiguration, Message, SettingsMap};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite;

use super::brewing::{BrewError, Draw};
use super::builder::Builder;
use super::inner::{Access, Inner};
use super::state::State;
use crate::server::{Background, Server, StartError, server_handle};

/// A simulated professional espresso machine. Dropping it ends it.
///
/// Frames are sent to every open WebSocket. A method that sends returns when the frame is in the queue of each; where a
/// client does not read, it waits. Periodic temperatures are left out there instead.
pub struct Machine {
    server: Server,
    inner: Arc<Inner>,
    /// Held from a change to its frames, so that frames come in the order of the changes.
    turn: tokio::sync::Mutex<()>,
}

server_handle!(Machine);

/// Starting it, and reaching it.
impl Machine {
    /// Starts the captured machine at a free port of 127.0.0.1, with TLS.
    ///
    /// # Errors
    ///
    /// As [`Builder::start`].
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Another machine.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(super) fn with(builder: Builder) -> Result<Self, StartError> {
        let Builder {
            setup,
            seed,
            token,
            is_activated,
            settings,
            configuration,
            mode,
            greeting,
            tick,
            speed,
        } = builder;
        let token = token.unwrap_or_else(random_token);
        let state = State::new(&configuration, settings, &mode, seed);
        let access = Access { token, is_activated };
        let inner = Arc::new(Inner::new(state, access, greeting, speed));
        let background =
            |sockets| -> Background { Box::pin(Arc::clone(&inner).tick(tick, sockets)) };
        let server = Server::start(setup, Arc::<Inner>::clone(&inner), background)?;
        Ok(Self { server, inner, turn: tokio::sync::Mutex::default() })
    }

    /// The address of the WebSocket: `wss://127.0.0.1:PORT/messages`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url("ws", "/messages")
    }

    /// The address of the REST interface for this path, for example `/config`: `https://127.0.0.1:PORT/config`.
    #[must_use]
    pub fn rest_url(&self, path: &str) -> String {
        self.server.url("http", path)
    }

    /// The bearer token that is accepted.
    #[must_use]
    pub fn token(&self) -> String {
        self.inner.access().token.clone()
    }

    /// Accepts another token from now on. Open connections stay.
    pub fn set_token(&self, token: impl Into<String>) {
        self.inner.access().token = token.into();
    }

    /// Whether the local interface is activated; see [`Builder::activated`].
    pub fn set_activated(&self, is_activated: bool) {
        self.inner.access().is_activated = is_activated;
    }
}

/// What it is and does.
impl Machine {
    /// All settings as they are now.
    #[must_use]
    pub fn settings(&self) -> SettingsMap {
        self.inner.state().settings().clone()
    }

    /// The configuration as it is now.
    #[must_use]
    pub fn configuration(&self) -> MachineConfiguration {
        self.inner.state().configuration().clone()
    }

    /// Changes a setting, as somebody at the machine would, and sends all settings.
    ///
    /// What of it stands in the configuration changes there as well, and the configuration is sent too. Boilers follow
    /// their targets and switches, which have messages of their own.
    pub async fn set<'v>(&self, key: impl Into<SettingKey>, value: impl Into<SettingData<'v>>) {
        let (key, value) = (key.into(), value.into());
        self.change(|settings| settings.set(key, value)).await;
    }

    /// Changes any number of settings at once. See [`set`](Self::set).
    pub async fn change(&self, change: impl FnOnce(&mut SettingsMap)) {
        self.publish(|state| state.change(change)).await;
    }

    /// Turns the machine on.
    pub async fn power_on(&self) {
        self.publish(|state| state.set_mode(&MachineMode::BrewingMode)).await;
    }

    /// Puts the machine to stand-by: boilers cool down, and their temperature is reported as 0.
    pub async fn stand_by(&self) {
        self.publish(|state| state.set_mode(&MachineMode::StandBy)).await;
    }

    /// Brews a dose, and returns when it has been drawn.
    ///
    /// Sends `BrewingStarted…`, an update about every second of the machine, `BrewingStopped…` and
    /// `BrewingSnapshot…`, then the settings with the counters counted up.
    ///
    /// # Cancellation
    ///
    /// A draw whose future is dropped stops without a message.
    ///
    /// # Errors
    ///
    /// If the machine is in stand-by, has no such group or dose, or the group is brewing.
    pub async fn brew(&self, group: Group, dose: Dose) -> Result<Draw, BrewError> {
        let draw = self.pour(group, dose, None).await?;
        self.publish(|state| state.count_draw(group)).await;
        Ok(draw)
    }

    /// Starts a dose and stops it by hand after so long by the machine's clock, which makes it a flush: it ends with
    /// `FlushStopped…` and `FlushSnapshot…`, and is not counted.
    ///
    /// # Cancellation
    ///
    /// As [`brew`](Self::brew).
    ///
    /// # Errors
    ///
    /// As [`brew`](Self::brew).
    pub async fn flush(
        &self,
        group: Group,
        dose: Dose,
        after: Duration,
    ) -> Result<Draw, BrewError> {
        self.pour(group, dose, Some(after)).await
    }

    async fn pour(
        &self,
        group: Group,
        dose: Dose,
        stop: Option<Duration>,
    ) -> Result<Draw, BrewError> {
        let plan = self.inner.state().start_draw(group, dose, stop)?;
        let _brewing = Brewing { inner: &self.inner, group };
        let start = Instant::now();
        for step in plan.steps() {
            tokio::time::sleep_until(start + step.at.div_f64(self.inner.speed)).await;
            self.publish(|_| step.messages).await;
        }
        Ok(plan.draw())
    }
}

/// Sending anything at all.
impl Machine {
    /// Sends a frame that the machine would not send by itself.
    pub async fn send_frame(&self, frame: &Frame) {
        self.send_text(frame.encode()).await;
    }

    /// Sends a text frame, whatever it holds.
    pub async fn send_text(&self, text: impl Into<String>) {
        self.server.send(tungstenite::Message::text(text.into())).await;
    }

    /// Sends a binary frame.
    pub async fn send_binary(&self, bytes: impl Into<Bytes>) {
        self.server.send(tungstenite::Message::Binary(bytes.into())).await;
    }

    /// Sends a ping of at most 125 bytes; [`Seen::pongs_received`](crate::Seen) counts the answers.
    ///
    /// # Panics
    ///
    /// If there are more.
    pub async fn ping(&self, payload: impl Into<Bytes>) {
        let payload = payload.into();
        assert!(payload.len() <= 125, "a ping has at most 125 bytes");
        self.server.send(tungstenite::Message::Ping(payload)).await;
    }

    async fn publish(&self, make: impl FnOnce(&mut State) -> Vec<Message>) {
        let _turn = self.turn.lock().await;
        for frame in self.inner.make(make) {
            self.server.send(frame).await;
        }
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").field("url", &self.url()).finish_non_exhaustive()
    }
}

/// Marks a group as brewing, also when the draw is dropped.
struct Brewing<'a> {
    inner: &'a Inner,
    group: Group,
}

impl Drop for Brewing<'_> {
    fn drop(&mut self) {
        self.inner.state().end_draw(self.group);
    }
}

fn random_token() -> String {
    let mut random = fastrand::Rng::new();
    format!("{:032x}", random.u128(..))
}
