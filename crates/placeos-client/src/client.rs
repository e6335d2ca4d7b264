use std::time::Duration;

use longlink::net::Renewable;
use longlink::{Failure, Link, Secret, State, States, Stats};
use placeos_proto::Generation;

use crate::builder::Builder;
use crate::connector::Form;
use crate::dialect::Dialect;
use crate::error::{Error, ErrorKind};
use crate::module::System;
use crate::update::Diagnostics;

/// A PlaceOS server. Cloning is cheap and shares the one connection.
///
/// It connects at the first use and reconnects by itself until it is [closed](Client::close), dropped with all its
/// streams, systems and modules, or stopped by something that trying again cannot mend, such as a refused credential.
///
/// ```
/// use placeos_client::Client;
///
/// let client = Client::builder("https://example.com").api_key("keyid.f00dfeed").build()?;
/// assert!(!client.state().is_online(), "building does no I/O");
/// # Ok::<(), placeos_client::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) link: Link<Dialect>,
    pub(crate) generation: Generation,
    pub(crate) form: Form,
    pub(crate) credential: Renewable,
    pub(crate) exec_timeout: Duration,
    pub(crate) update_capacity: usize,
}

impl Client {
    /// Begins a client for a server, by its domain (`example.com`) or base URL (`https://example.com`).
    #[must_use]
    pub fn builder(address: impl Into<String>) -> Builder {
        Builder::new(address.into())
    }

    /// A system by its id, `sys-…`. Whether it exists is not asked.
    #[must_use]
    pub fn system(&self, id: &str) -> System {
        System::new(self.clone(), id)
    }

    /// Frames that belong to nothing, from now on: unknown kinds, late answers without an id, malformed messages. For
    /// whoever looks into a server's peculiarities; nothing needs it.
    #[must_use]
    pub fn diagnostics(&self) -> Diagnostics {
        Diagnostics::all(&self.link, self.update_capacity)
    }

    /// Waits until the server has let the connection in. Connects, if that has not begun.
    ///
    /// Cancel safe. While the client keeps trying it does not end by itself: put a timeout around it.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthorized`], [`ErrorKind::Forbidden`] or [`ErrorKind::Stopped`] with the failure, or
    /// [`ErrorKind::Closed`].
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn online(&self) -> Result<(), Error> {
        Ok(self.link.online().await?)
    }

    /// Takes another credential of the same kind and, if the client has stopped, connects with it. Streams that have
    /// ended with the stop stay ended, so take new ones. A connection that is open stays: servers look at a credential
    /// only when a connection is made.
    ///
    /// # Errors
    /// [`ErrorKind::Credential`].
    pub fn set_credential(&self, credential: impl Into<Secret>) -> Result<(), Error> {
        let credential = credential.into();
        if let Err(error) = self.form.read(&credential) {
            return Err(Error::with(ErrorKind::Credential, error));
        }
        self.credential.set(credential);
        self.link.renewed();
        Ok(())
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

    /// The counters of the connection.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.link.stats()
    }

    /// Tries to connect at once instead of waiting for the next attempt. Leaves a stop, too; streams that have ended with
    /// it stay ended, so take new ones.
    pub fn retry(&self) {
        self.link.retry();
    }

    /// Unbinds what is bound, ignores what is debugged, and closes the connection for good, within
    /// [`Builder::close_timeout`] (2 s). Streams end; requests that wait for an answer end; nothing is left running.
    ///
    /// Cancel safe: once the future was polled, the close goes on without the waiter.
    pub async fn close(&self) {
        self.link.close().await;
    }
}
