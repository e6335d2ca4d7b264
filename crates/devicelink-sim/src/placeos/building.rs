//! The building as a server.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use placeos_proto::endpoint::Credential;
use placeos_proto::{BindingKey, Command, Level, Request, Response, Value};
use tokio_tungstenite::tungstenite::Message;

use super::access::{self, Role};
use super::authority;
use super::builder::Builder;
use super::heard::Heard;
use super::inner::{self, Inner};
use super::module::Module;
use super::script::Script;
use super::state::State;
use crate::server::{Background, Server, StartError, server_handle};

/// A simulated PlaceOS control server. Dropping it ends it.
///
/// A method that sends returns when the frames are in the queues of their connections; where a client does not read, it
/// waits.
pub struct Building {
    server: Server,
    inner: Arc<Inner>,
    credential: Credential,
}

server_handle!(Building);

/// Starting it, and reaching it.
impl Building {
    /// Starts a building without systems at a free port of 127.0.0.1, with TLS, in the third generation.
    ///
    /// # Errors
    ///
    /// As [`Builder::start`].
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Another building.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(super) fn with(builder: Builder) -> Result<Self, StartError> {
        let pongs = builder.pongs();
        let Builder { setup, generation, mut grants, modules, .. } = builder;
        if grants.is_empty() {
            grants.push((access::random(generation), Role::User));
        }
        let credential = grants[0].0.clone();
        let inner = Arc::new(Inner::new(generation, State::new(generation, grants, modules)));
        let background = move |sockets| -> Background { Box::pin(inner::pong(pongs, sockets)) };
        let server = Server::start(setup, Arc::<Inner>::clone(&inner), background)?;
        Ok(Self { server, inner, credential })
    }

    /// The address of the WebSocket, without a credential: `wss://127.0.0.1:PORT/api/engine/v2/systems/control`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url("ws", self.inner.generation.path())
    }

    /// The address that all paths are relative to: `https://127.0.0.1:PORT`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.url("http", "")
    }

    /// The address of what the server says of itself: `https://127.0.0.1:PORT/auth/authority`.
    #[must_use]
    pub fn authority_url(&self) -> String {
        self.server.url("http", authority::PATH)
    }

    /// Host and port: `127.0.0.1:PORT`.
    #[must_use]
    pub fn domain(&self) -> String {
        self.address().to_string()
    }

    /// The first credential that was granted: unless set, that of a user.
    #[must_use]
    pub fn credential(&self) -> Credential {
        self.credential.clone()
    }

    /// Accepts a credential from now on, or gives it another role.
    pub fn grant(&self, credential: Credential, role: Role) {
        self.inner.state().access.grant(credential, role);
    }

    /// Accepts a credential no longer. Open connections stay.
    pub fn revoke(&self, credential: &Credential) {
        self.inner.state().access.revoke(credential);
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

/// What its modules do.
impl Building {
    /// Sets a status variable. All who have bound it are told, unless it had that value; null takes the value away.
    ///
    /// # Panics
    ///
    /// If there is no such module.
    pub async fn set(
        &self,
        system: &str,
        module: &str,
        index: i32,
        name: &str,
        value: impl Into<Value>,
    ) {
        let (key, value) = (BindingKey::new(system, module, index, name), value.into());
        self.inner.publish(|state| state.set(&key, &value)).await;
    }

    /// Tells a status variable as it is to all who have bound it, as drivers can.
    ///
    /// # Panics
    ///
    /// As [`set`](Self::set).
    pub async fn signal(&self, system: &str, module: &str, index: i32, name: &str) {
        let key = BindingKey::new(system, module, index, name);
        self.inner.publish(|state| state.signal(&key)).await;
    }

    /// A status variable, if it has a value.
    ///
    /// # Panics
    ///
    /// As [`set`](Self::set).
    #[must_use]
    pub fn status(&self, system: &str, module: &str, index: i32, name: &str) -> Option<Value> {
        self.inner.state().value(&BindingKey::new(system, module, index, name))
    }

    /// Writes a log line, which is sent to all who debug the module of that id.
    ///
    /// # Panics
    ///
    /// If there is no module of that id.
    pub async fn log(&self, module_id: &str, level: Level, message: &str) {
        self.inner.publish(|state| state.log(module_id, &level, message)).await;
    }

    /// A module appears, in the place of the one that may be there. The values that it has are told to those who have
    /// bound them.
    pub async fn add_module(&self, system: &str, module: Module) {
        self.inner.publish(|state| state.add(system, module)).await;
    }

    /// A module goes away, which is not told. Its system stays.
    pub fn remove_module(&self, system: &str, module: &str, index: i32) {
        self.inner.state().remove(system, module, index);
    }
}

/// Answering otherwise.
impl Building {
    /// What is done about the next request of this kind that has no script yet, on whatever connection.
    pub fn next_request(&self, command: Command, script: impl Into<Script>) {
        let mut state = self.inner.state();
        state.scripts.entry(command).or_default().push_back(script.into());
    }

    /// Says from now on what is done about every request without a script of its own; about those that it gives nothing
    /// for, what the building does itself. It must not use the building.
    pub fn on_request(&self, choose: impl Fn(&Request) -> Option<Script> + Send + Sync + 'static) {
        self.inner.state().chooser = Some(Arc::new(choose));
    }

    /// Sends a frame on every open WebSocket. See [`placeos_proto::server`].
    pub async fn send_frame(&self, frame: &Response<'_>) {
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

impl fmt::Debug for Building {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Building").field("url", &self.url()).finish_non_exhaustive()
    }
}
