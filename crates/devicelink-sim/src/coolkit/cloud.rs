//! The cloud as a server.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use coolkit_proto::dispatch::Endpoint;
use coolkit_proto::{Frame, Params, Secret};
use tokio_tungstenite::tungstenite::Message;

use super::account::Account;
use super::builder::Builder;
use super::dispatch::{self, Dispatch};
use super::heard::Heard;
use super::inner::Inner;
use super::script::Script;
use super::state::State;
use crate::fault::Fault;
use crate::server::{Background, Server, StartError, server_handle};

/// A simulated CoolKit cloud. Dropping it ends it.
///
/// What devices say is sent to the connection that is logged in. A method that sends returns when the frame is in its
/// queue; where the client does not read, it waits.
pub struct Cloud {
    server: Server,
    inner: Arc<Inner>,
}

server_handle!(Cloud);

/// Starting it, and reaching it.
impl Cloud {
    /// Starts a cloud without devices at a free port of 127.0.0.1, with TLS.
    ///
    /// # Errors
    ///
    /// As [`Builder::start`].
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Another cloud.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(super) fn with(builder: Builder) -> Result<Self, StartError> {
        let Builder { setup, account, devices, rules } = builder;
        let state = State::new(account.unwrap_or_else(Account::random), devices);
        let inner = Arc::new(Inner::new(rules, state));
        let background = |_| -> Background { Box::pin(std::future::pending()) };
        let server = Server::start(setup, Arc::<Inner>::clone(&inner), background)?;
        Ok(Self { server, inner })
    }

    /// The address of the WebSocket: `wss://127.0.0.1:PORT/api/ws`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url("ws", Endpoint::PATH)
    }

    /// The address of the dispatch: `https://127.0.0.1:PORT/dispatch/app`.
    ///
    /// It answers GET and POST, with any token or none: the cloud is at its own IP address and port.
    /// [`Seen::requests`](crate::Seen) has the questions.
    #[must_use]
    pub fn dispatch_url(&self) -> String {
        self.server.url("http", dispatch::PATH)
    }

    /// Who may log in.
    #[must_use]
    pub fn account(&self) -> Account {
        self.inner.state().account.clone()
    }

    /// Accepts another token from now on. Open connections stay; see [`kick`](Self::kick).
    pub fn set_token(&self, at: impl Into<Secret>) {
        self.inner.state().account.at = at.into();
    }

    /// Cuts the connection that is logged in, without a close frame, as if the account had logged in elsewhere.
    pub async fn kick(&self) {
        let live = self.inner.state().live.take();
        if let Some(link) = live {
            link.inject(Fault::Drop).await;
        }
    }

    /// What clients have said so far.
    #[must_use]
    pub fn heard(&self) -> Heard {
        self.inner.heard.seen()
    }

    /// Waits until clients have said something, and returns what they have said. There is no deadline.
    pub async fn until_heard(&self, condition: impl FnMut(&Heard) -> bool) -> Heard {
        self.inner.heard.until(condition).await
    }
}

/// What its devices do.
impl Cloud {
    /// All params of a device as they are now.
    ///
    /// # Panics
    ///
    /// If there is no such device.
    #[must_use]
    pub fn state(&self, device: &str) -> Params {
        self.inner.state().params(device)
    }

    /// A device reports these params. It is online from now on.
    ///
    /// # Panics
    ///
    /// As [`state`](Self::state).
    pub async fn set(&self, device: &str, params: Params) {
        self.inner.publish(|state| state.report(device, params)).await;
    }

    /// A device comes or goes, which is told; while it is away, commands are answered with 503.
    ///
    /// # Panics
    ///
    /// As [`state`](Self::state).
    pub async fn set_online(&self, device: &str, is_online: bool) {
        self.inner.publish(|state| state.set_online(device, is_online)).await;
    }

    /// A device restarts: it goes, comes, reports `sledOnline`, then everything.
    ///
    /// # Panics
    ///
    /// As [`state`](Self::state).
    pub async fn reboot(&self, device: &str) {
        self.inner.publish(|state| state.reboot(device)).await;
    }

    /// Whether a device keeps silent, which is not told: commands are answered with 504 after a while.
    ///
    /// # Panics
    ///
    /// As [`state`](Self::state).
    pub fn set_silent(&self, device: &str, is_silent: bool) {
        self.inner.state().set_silent(device, is_silent);
    }

    /// Another app sends this to a device, and the cloud passes it on to who is logged in, with a sequence of its own.
    ///
    /// # Panics
    ///
    /// As [`state`](Self::state).
    pub async fn forward(&self, device: &str, params: Params) {
        self.inner.publish(|state| state.forward(device, params)).await;
    }
}

/// Answering otherwise. Scripts are taken in their order, one for each request, on whatever connection.
impl Cloud {
    /// What is done about the next login that has no script yet.
    pub fn next_login(&self, script: impl Into<Script>) {
        self.inner.state().logins.push_back(script.into());
    }

    /// What is done about the next command, query or other request of a client that is logged in.
    pub fn next_command(&self, script: impl Into<Script>) {
        self.inner.state().commands.push_back(script.into());
    }

    /// What the dispatch answers next.
    pub fn next_dispatch(&self, answer: impl Into<Dispatch>) {
        self.inner.state().dispatches.push_back(answer.into());
    }

    /// Sends a frame on every open WebSocket, logged in or not. See [`coolkit_proto::server`].
    pub async fn send_frame(&self, frame: &Frame) {
        self.send_text(frame.encode()).await;
    }

    /// Sends a text frame on every open WebSocket, whatever it holds.
    pub async fn send_text(&self, text: impl Into<String>) {
        self.server.send(Message::text(text.into())).await;
    }

    /// Sends a binary frame on every open WebSocket.
    pub async fn send_binary(&self, bytes: impl Into<Bytes>) {
        self.server.send(Message::Binary(bytes.into())).await;
    }
}

impl fmt::Debug for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cloud").field("url", &self.url()).finish_non_exhaustive()
    }
}
