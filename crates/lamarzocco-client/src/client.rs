use std::sync::Arc;
use std::time::Duration;

use longlink::{Failure, Link, State, States};

use crate::builder::Builder;
use crate::dialect::{Dialect, Everything};
use crate::error::Error;
use crate::snapshot::{Snapshot, Store};
use crate::stats::Stats;
use crate::update::Updates;

/// A machine on the local network. Cloning is cheap and shares the one connection.
///
/// It connects at the first use and reconnects by itself until it is [closed](Client::close), dropped with all its
/// streams, or stopped by something that trying again cannot mend, such as a refused token. It listens only: no command
/// to a machine is documented, so none is sent.
///
/// ```
/// use lamarzocco_client::Client;
///
/// let client = Client::builder("192.168.50.102")
///     .token("the machine's local token")
///     .pin("sha256:0f4c7e8d0f4c7e8d0f4c7e8d0f4c7e8d0f4c7e8d0f4c7e8d0f4c7e8d0f4c7e8d".parse()?)
///     .build()?;
/// assert!(!client.state().is_online(), "building does no I/O");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Where the facts come from
///
/// Address, header and frames: a captured session with a GB5. That the machine sends its settings and configuration soon
/// after the connection opens was seen on home machines only; this client waits for nothing.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) link: Link<Dialect>,
    pub(crate) store: Arc<Store>,
    pub(crate) update_capacity: usize,
}

impl Client {
    /// Begins a client for a machine at this address: a host (`192.168.50.102`), a host and port, or a whole URL
    /// (`wss://192.168.50.102:8081/messages`).
    #[must_use]
    pub fn builder(address: impl Into<String>) -> Builder {
        Builder::new(address.into())
    }

    /// Everything that the machine sends from now on. Connects, if that has not begun, when called inside a tokio
    /// runtime; otherwise when the stream is read.
    ///
    /// Each stream has its own place: a slow one delays no other. At most 1 024 streams at once; one more says
    /// [`Update::Stopped`](crate::Update::Stopped) and is over.
    #[must_use]
    pub fn updates(&self) -> Updates {
        Updates { subscription: self.link.subscribe(Everything, self.update_capacity) }
    }

    /// Waits until the machine is connected. Connects, if that has not begun.
    ///
    /// Cancel safe. While the client keeps trying it does not end by itself: put a timeout around it.
    ///
    /// # Errors
    /// [`ErrorKind::Stopped`](crate::ErrorKind::Stopped) with the failure, or [`ErrorKind::Closed`](crate::ErrorKind::Closed).
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn online(&self) -> Result<(), Error> {
        Ok(self.link.online().await?)
    }

    /// What is known of the machine.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.store.snapshot()
    }

    /// What the connection is doing.
    #[must_use]
    pub fn state(&self) -> State {
        self.link.state()
    }

    /// What the connection is doing, from now on. A reader who is slow sees the latest only.
    #[must_use]
    pub fn states(&self) -> States {
        self.link.states()
    }

    /// Why there is no connection: the last failure, until there is one.
    #[must_use]
    pub fn last_failure(&self) -> Option<Failure> {
        self.link.last_failure()
    }

    /// How long until the next attempt to connect, while the client waits for it.
    #[must_use]
    pub fn next_attempt_in(&self) -> Option<Duration> {
        self.link.next_attempt_in()
    }

    /// The counters of the connection, and of what came over it.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats { link: self.link.stats(), parsed_settings: self.store.parsed_settings() }
    }

    /// Tries to connect at once instead of waiting for the next attempt. Leaves a stop, too; streams that have ended with
    /// it stay ended, so take new ones from [`updates`](Client::updates).
    pub fn retry(&self) {
        self.link.retry();
    }

    /// Closes the connection for good, within [`Builder::close_timeout`] (2 s). Streams end; nothing is left running.
    ///
    /// Cancel safe: once the future was polled, the close goes on without the waiter.
    pub async fn close(&self) {
        self.link.close().await;
    }
}
