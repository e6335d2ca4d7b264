use async_trait::async_trait;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::upgrade::upgrade;
use super::{Attempt, Connector, Endpoint, Opened};
use crate::Failure;

mod transport;

use transport::WebSocket;

/// Opens WebSocket links to an [`Endpoint`].
///
/// One attempt is: ask for the credential, resolve, connect, make TLS, upgrade. It has no deadline of its own and no task:
/// dropping it releases everything, except that a name being resolved occupies a thread until the operating system is
/// done. Redirects are not followed.
#[derive(Clone, Debug)]
pub struct WebSocketConnector {
    endpoint: Endpoint,
    limits: Limits,
}

impl WebSocketConnector {
    /// Links to this endpoint, with the default limits.
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, limits: Limits::default() }
    }

    /// With other limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The endpoint.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

#[async_trait]
impl Connector for WebSocketConnector {
    async fn connect(&self, attempt: Attempt) -> Result<Opened, Failure> {
        let (peer, epoch) = (self.endpoint.target().authority(), attempt.epoch);
        let (io, read) = upgrade(&self.endpoint, attempt.ask).await.inspect_err(|failure| {
            tracing::debug!(target: "longlink", %peer, epoch, outcome = %failure.observation(), "not connected");
        })?;
        tracing::debug!(target: "longlink", %peer, epoch, "connected");
        let config = Some(self.limits.config());
        let stream =
            WebSocketStream::from_partially_read(io, read.into(), Role::Client, config).await;
        Ok(Opened::new(WebSocket::new(stream)))
    }
}

/// How much memory one link may take. A setting that is too small to work with is raised to one that is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    message: usize,
    read_buffer: usize,
    write_buffer: usize,
}

impl Limits {
    /// The longest inbound message, in bytes, whole or in fragments: 256 KiB. A longer one ends the link with
    /// [`Violation(1009)`](crate::Observation::Violation) before memory is taken for it.
    #[must_use]
    pub fn message(mut self, bytes: usize) -> Self {
        self.message = bytes;
        self
    }

    /// How much is read at a time: 16 KiB, kept for the link's whole life.
    #[must_use]
    pub fn read_buffer(mut self, bytes: usize) -> Self {
        self.read_buffer = bytes.max(MIN_BUFFER);
        self
    }

    /// The longest outbound message, in bytes: 1 MiB. A longer one is an error of the sink. At least what
    /// [`Config::max_call_frame`](crate::Config::max_call_frame) lets through.
    #[must_use]
    pub fn write_buffer(mut self, bytes: usize) -> Self {
        self.write_buffer = bytes.max(MIN_BUFFER);
        self
    }

    fn config(self) -> WebSocketConfig {
        WebSocketConfig::default()
            .read_buffer_size(self.read_buffer)
            .write_buffer_size(FLUSH_AT)
            // A message is taken when less than this waits to be written.
            .max_write_buffer_size(self.write_buffer.saturating_add(FLUSH_AT + MIN_BUFFER))
            .max_message_size(Some(self.message))
            .max_frame_size(Some(self.message))
    }
}

const MIN_BUFFER: usize = 1024;

/// What is written is handed to the operating system when there is so much of it.
const FLUSH_AT: usize = 16 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self { message: 256 * 1024, read_buffer: 16 * 1024, write_buffer: 1024 * 1024 }
    }
}
