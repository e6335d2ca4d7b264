use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use coolkit_proto::state::DeviceState;
use longlink::net::Renewable;
use longlink::{Failure, Link, Secret, State, States, Stats};

use crate::builder::Builder;
use crate::credentials::{self, Credentials};
use crate::device::Device;
use crate::dialect::{Dialect, Topic};
use crate::error::{Error, ErrorKind};
use crate::store::Store;
use crate::update::Updates;

/// An account at the cloud. Cloning is cheap and shares the one connection.
///
/// It connects at the first use and reconnects by itself until it is [closed](Client::close), dropped with all its
/// streams and devices, or stopped by something that trying again cannot mend, such as a refused token.
///
/// Have one client for an account and appid in all your programs: the cloud keeps the latest connection only, and two
/// programs that log in in turns evict each other. This client stops instead of taking part in that.
///
/// ```
/// use coolkit_client::{Client, Credentials, Region};
///
/// let credentials = Credentials::new("0123456789abcdef0123456789abcdef01234567", "apikey", "appid");
/// let client = Client::builder(credentials).region(Region::Eu).build()?;
/// assert!(!client.state().is_online(), "building does no I/O");
/// # Ok::<(), coolkit_client::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) link: Link<Dialect>,
    pub(crate) store: Arc<Store>,
    pub(crate) token: Renewable,
    pub(crate) apikey: Secret,
    pub(crate) update_capacity: usize,
}

impl Client {
    /// Begins a client for an account.
    #[must_use]
    pub fn builder(credentials: Credentials) -> Builder {
        Builder::new(credentials)
    }

    /// A device by its identifier, ten hexadecimal digits.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceId`].
    pub fn device(&self, id: &str) -> Result<Device, Error> {
        Device::new(self.clone(), id)
    }

    /// Everything that the cloud sends from now on. Connects, if that has not begun, when called inside a tokio runtime;
    /// otherwise when the stream is read.
    ///
    /// Each stream has its own place: a slow one delays no other. At most 1 024 streams at once; one more says
    /// [`Update::Stopped`](crate::Update::Stopped) and is over.
    #[must_use]
    pub fn updates(&self) -> Updates {
        Updates::new(&self.link, Topic::Everything, self.update_capacity)
    }

    /// What is known of all devices that something was heard of, by their identifiers; of 1 024 at most.
    #[must_use]
    pub fn devices(&self) -> BTreeMap<Arc<str>, Arc<DeviceState>> {
        self.store.states()
    }

    /// Waits until the cloud has accepted the login. Connects, if that has not begun.
    ///
    /// Cancel safe. While the client keeps trying it does not end by itself: put a timeout around it.
    ///
    /// # Errors
    /// [`ErrorKind::AuthLost`], [`ErrorKind::ConfigRejected`] or [`ErrorKind::Stopped`] with the failure, or
    /// [`ErrorKind::Closed`].
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn online(&self) -> Result<(), Error> {
        Ok(self.link.online().await?)
    }

    /// Takes another token and, if the client has stopped, connects with it. Streams that have ended with the stop stay
    /// ended, so take new ones.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`].
    pub fn set_token(&self, at: impl Into<Secret>) -> Result<(), Error> {
        let at = at.into();
        if let Some(fault) = credentials::fault(&at) {
            return Err(Error::with(ErrorKind::Credentials, format!("the access token {fault}")));
        }
        self.token.set(at);
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
    /// it stay ended, so take new ones. The vendor blocks addresses that log in too often: after 20 logins in ten minutes
    /// that did not last a minute, this waits, too.
    pub fn retry(&self) {
        self.link.retry();
    }

    /// Closes the connection for good, within [`Builder::close_timeout`] (2 s). Streams end; commands that wait for an
    /// answer end; nothing is left running.
    ///
    /// Cancel safe: once the future was polled, the close goes on without the waiter.
    pub async fn close(&self) {
        self.link.close().await;
    }
}
