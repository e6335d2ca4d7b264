use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use longlink::net::{
    CredentialSource, Endpoint, Limits, Pin, Plain, Tap, TapEvent, Tapped, TlsOptions,
    WebSocketConnector,
};
use longlink::{Backoff, Config, Heartbeat, Link, Probe, Schedule, Secret, within};

use crate::address;
use crate::client::Client;
use crate::dialect::Dialect;
use crate::error::{Error, ErrorKind};
use crate::rest::WithSnapshot;
use crate::snapshot::Store;

/// Streams of updates at once.
const MAX_STREAMS: usize = 1024;

/// The shortest watchdog on missing messages: an idle machine may well be silent.
const MIN_MESSAGE_TIMEOUT: Duration = Duration::from_secs(60);

/// The longest duration that makes sense here.
const MAX_DURATION: Duration = Duration::from_secs(24 * 3600);

/// Makes a [`Client`]. Building does no I/O: an offline machine is a state, not an error.
///
/// What is wrong with the input is found by [`build`](Builder::build), with what was expected:
///
/// ```
/// use lamarzocco_client::{Client, ErrorKind};
///
/// let error = Client::builder("http://192.168.50.102").token("token").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Address);
/// println!("{error}");
/// ```
pub struct Builder {
    address: String,
    credentials: Option<Arc<dyn CredentialSource>>,
    bad_token: Option<&'static str>,
    tls: TlsOptions,
    plain: Plain,
    rest_snapshot: bool,
    connect_timeout: Duration,
    ping_interval: Duration,
    pong_timeout: Duration,
    close_timeout: Duration,
    message_timeout: Option<Duration>,
    frame_limit: usize,
    update_capacity: usize,
    tap: Option<Tap>,
}

impl Builder {
    pub(crate) fn new(address: String) -> Self {
        let defaults = Config::default();
        Self {
            address,
            credentials: None,
            bad_token: None,
            tls: TlsOptions::new(),
            plain: Plain::LocalOnly,
            rest_snapshot: false,
            connect_timeout: defaults.connect_timeout,
            ping_interval: defaults.heartbeat.interval,
            pong_timeout: defaults.heartbeat.timeout,
            close_timeout: defaults.close_timeout,
            message_timeout: None,
            frame_limit: 256 * 1024,
            update_capacity: 1024,
            tap: None,
        }
    }

    /// The machine's local token, sent as `Authorization: Bearer …` and shown nowhere.
    #[must_use]
    pub fn token(mut self, token: impl Into<Secret>) -> Self {
        let token = token.into();
        self.bad_token = bad_token(token.expose());
        self.credentials = Some(Arc::new(token));
        self
    }

    /// A source that is asked for the token at each attempt, instead of one token for ever.
    ///
    /// ```
    /// use async_trait::async_trait;
    /// use lamarzocco_client::{Ask, Client, CredentialSource, Failure, Observation, Secret};
    ///
    /// struct FromFile(std::path::PathBuf);
    ///
    /// #[async_trait]
    /// impl CredentialSource for FromFile {
    ///     async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
    ///         if ask == Ask::Refreshed {
    ///             // The one in the file was refused just now: there is no other.
    ///             return Err(Failure::new(Observation::NoCredential));
    ///         }
    ///         let text = std::fs::read_to_string(&self.0)
    ///             .map_err(|error| Failure::with_source(Observation::NoCredential, error))?;
    ///         Ok(Secret::from(text.trim()))
    ///     }
    /// }
    ///
    /// let client = Client::builder("192.168.50.102").credentials(FromFile("token.txt".into())).build()?;
    /// # Ok::<(), lamarzocco_client::Error>(())
    /// ```
    #[must_use]
    pub fn credentials(mut self, source: impl CredentialSource + 'static) -> Self {
        self.bad_token = None;
        self.credentials = Some(Arc::new(source));
        self
    }

    /// Trusts the machine's certificate by its SHA-256 digest, written as 64 hexadecimal digits with or without colons, or
    /// its public key, written as `sha256/BASE64=`: the usual way for a device with a certificate of its
    /// own. [`inspect_certificate`](crate::inspect_certificate) shows the digest of a machine that is trusted now.
    /// Several pins are alternatives.
    #[must_use]
    pub fn pin(mut self, pin: Pin) -> Self {
        self.tls = self.tls.pin(pin);
        self
    }

    /// All that TLS can be told: further roots, pins, or to accept any certificate. Takes the place of earlier pins.
    #[must_use]
    pub fn tls(mut self, options: TlsOptions) -> Self {
        self.tls = options;
        self
    }

    /// Allows `ws://` to any host. Without this, an address without TLS must be loopback or private: the token would
    /// travel readable.
    #[must_use]
    pub fn allow_plain(mut self) -> Self {
        self.plain = Plain::Anywhere;
        self
    }

    /// Reads `/latest-measurement` and `/config` at each connect, over the same TLS identity, so that the snapshot has
    /// the last known values before the machine sends new ones. Off by default. Values on the socket win; a machine
    /// without a REST interface is none the worse.
    #[must_use]
    pub fn rest_snapshot(mut self, read: bool) -> Self {
        self.rest_snapshot = read;
        self
    }

    /// How long an attempt may take: name, TCP, TLS, upgrade and REST together. Default 10 s.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// After how much silence a ping is sent. Default 15 s.
    #[must_use]
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.ping_interval = interval;
        self
    }

    /// How long the machine may stay silent after a ping before the connection is given up. Default 5 s.
    #[must_use]
    pub fn pong_timeout(mut self, timeout: Duration) -> Self {
        self.pong_timeout = timeout;
        self
    }

    /// How long [`Client::close`] may take. Default 2 s.
    #[must_use]
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }

    /// Gives up a connection on which pings are answered but no message comes for this long, at least 60 s. Off by
    /// default: an idle machine may be silent.
    #[must_use]
    pub fn message_timeout(mut self, timeout: Duration) -> Self {
        self.message_timeout = Some(timeout);
        self
    }

    /// The largest frame in bytes. Default 256 KiB; the largest that is known has 11 KiB.
    #[must_use]
    pub fn frame_limit(mut self, bytes: usize) -> Self {
        self.frame_limit = bytes;
        self
    }

    /// How many updates wait for a slow reader of one stream. Default 1 024.
    #[must_use]
    pub fn update_capacity(mut self, updates: usize) -> Self {
        self.update_capacity = updates;
        self
    }

    /// Calls an observer with each frame and with what becomes of the connection; see [`Tap`] for what it may do. **Frames
    /// hold secrets**, such as the pass codes among the settings.
    #[must_use]
    pub fn tap(mut self, observer: impl Fn(u64, TapEvent<'_>) + Send + Sync + 'static) -> Self {
        self.tap = Some(Tap::new(observer));
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`ErrorKind::Address`], [`ErrorKind::Token`], [`ErrorKind::Duration`] or [`ErrorKind::Limit`].
    pub fn build(self) -> Result<Client, Error> {
        let target = address::parse(&self.address, self.plain)
            .map_err(|error| Error::with(ErrorKind::Address, error))?;
        if let Some(fault) = self.bad_token {
            return Err(Error::with(ErrorKind::Token, fault));
        }
        let credentials = self.credentials.clone().ok_or(Error::new(ErrorKind::Token))?;
        self.check_durations()?;
        self.check_limits()?;
        let endpoint = Endpoint::new(target).tls(self.tls.clone()).bearer(credentials);
        let limits = Limits::default().message(self.frame_limit);
        let connector = WebSocketConnector::new(endpoint.clone()).limits(limits);
        let connector = Tapped::new(connector, self.tap.clone());
        let store = Arc::new(Store::default());
        let dialect = Dialect { store: Arc::clone(&store) };
        let config = self.config();
        let link = if self.rest_snapshot {
            let store = Arc::clone(&store);
            Link::new(dialect, WithSnapshot { connector, endpoint, store }, config)
        } else {
            Link::new(dialect, connector, config)
        };
        Ok(Client { link, store, update_capacity: self.update_capacity })
    }

    pub(crate) fn config(&self) -> Config {
        let mut config = Config::default();
        config.connect_timeout = self.connect_timeout;
        config.close_timeout = self.close_timeout;
        config.message_timeout = self.message_timeout;
        config.heartbeat =
            Heartbeat::new(self.ping_interval, self.pong_timeout, Probe::Ping, Schedule::WhenQuiet);
        config.backoff = Backoff::lan();
        config.max_subscriptions = MAX_STREAMS;
        config
    }

    fn check_durations(&self) -> Result<(), Error> {
        let shortest = Duration::from_millis(1);
        let message_timeout = self.message_timeout.unwrap_or(MAX_DURATION);
        for (what, duration, least) in [
            ("connect_timeout", self.connect_timeout, shortest),
            ("ping_interval", self.ping_interval, Duration::from_millis(10)),
            ("pong_timeout", self.pong_timeout, shortest),
            ("close_timeout", self.close_timeout, shortest),
            ("message_timeout", message_timeout, MIN_MESSAGE_TIMEOUT),
        ] {
            within(what, duration, least..=MAX_DURATION)
                .map_err(|error| Error::with(ErrorKind::Duration, error))?;
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), Error> {
        for (what, limit, least, most) in [
            ("frame_limit", self.frame_limit, 1024, 64 << 20),
            ("update_capacity", self.update_capacity, 1, 1 << 20),
        ] {
            within(what, limit, least..=most)
                .map_err(|error| Error::with(ErrorKind::Limit, error))?;
        }
        Ok(())
    }
}

/// What is wrong with a token, without a part of it.
fn bad_token(token: &str) -> Option<&'static str> {
    if token.trim().is_empty() {
        Some("it is empty")
    } else if token.chars().any(char::is_control) {
        Some("it holds a line break or another control character")
    } else {
        None
    }
}

/// Shows the address, which never prints its query, and no token.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = address::parse(&self.address, self.plain);
        let address = address.map_or_else(|error| error.to_string(), |target| target.to_string());
        f.debug_struct("Builder").field("address", &address).finish_non_exhaustive()
    }
}
