use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use longlink::net::{
    CredentialSource, Endpoint, Limits, Pin, Plain, Renewable, Tap, TapEvent, Tapped, TlsOptions,
};
use longlink::{Config, Heartbeat, Link, Probe, Schedule, Secret, within};
use placeos_proto::endpoint::Placement;
use placeos_proto::{Generation, PING, Wire};

use crate::address;
use crate::client::Client;
use crate::connector::{Door, Form};
use crate::dialect::Dialect;
use crate::error::{Error, ErrorKind};

/// The longest duration that makes sense here.
const MAX_DURATION: Duration = Duration::from_secs(24 * 3600);

/// Makes a [`Client`]. Building does no I/O: an unreachable server is a state, not an error.
///
/// What is wrong with the input is found by [`build`](Builder::build), with what was expected:
///
/// ```
/// use placeos_client::{Client, ErrorKind};
///
/// let error = Client::builder("https://example.com").api_key("no dot").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Credential);
/// println!("{error}");
/// ```
pub struct Builder {
    address: String,
    credential: Option<(Form, Secret)>,
    refresh: Option<Arc<dyn CredentialSource>>,
    placement: Placement,
    is_fixed_device: bool,
    generation: Generation,
    wire: Option<Wire>,
    tls: TlsOptions,
    plain: Plain,
    connect_timeout: Duration,
    exec_timeout: Duration,
    bind_timeout: Duration,
    ping_interval: Duration,
    pong_timeout: Duration,
    close_timeout: Duration,
    max_requests: usize,
    max_bindings: usize,
    frame_limit: usize,
    update_capacity: usize,
    tap: Option<Tap>,
}

impl Builder {
    pub(crate) fn new(address: String) -> Self {
        let defaults = Config::default();
        Self {
            address,
            credential: None,
            refresh: None,
            placement: Placement::Header,
            is_fixed_device: false,
            generation: Generation::default(),
            wire: None,
            tls: TlsOptions::new(),
            plain: Plain::LocalOnly,
            connect_timeout: defaults.connect_timeout,
            exec_timeout: Duration::from_secs(30),
            bind_timeout: defaults.subscription_timeout,
            ping_interval: Duration::from_secs(15),
            pong_timeout: Duration::from_secs(5),
            close_timeout: defaults.close_timeout,
            max_requests: defaults.max_calls,
            max_bindings: defaults.max_subscriptions,
            frame_limit: 4 << 20,
            update_capacity: 1024,
            tap: None,
        }
    }
}

/// Who connects, and how that is shown.
impl Builder {
    /// An API key, `ID.SECRET`, sent as the header `X-API-Key` and shown nowhere.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.credential = Some((Form::ApiKey, key.into()));
        self
    }

    /// A bearer token, sent as `Authorization: Bearer …` and shown nowhere.
    #[must_use]
    pub fn bearer(mut self, token: impl Into<Secret>) -> Self {
        self.credential = Some((Form::Bearer, token.into()));
        self
    }

    /// A source that is asked for another credential of the same kind after a refusal
    /// ([`Ask::Refreshed`](crate::Ask::Refreshed)). What it gives is tried once, if it is another one; a second refusal
    /// within ten minutes is final.
    #[must_use]
    pub fn refresh(mut self, source: impl CredentialSource + 'static) -> Self {
        self.refresh = Some(Arc::new(source));
        self
    }

    /// Where the credential stands. In a header, unless a proxy in between takes headers away: a query ends in the logs of
    /// every proxy, and the oldest servers know nothing else.
    #[must_use]
    pub fn placement(mut self, placement: Placement) -> Self {
        self.placement = placement;
        self
    }

    /// Says that this is a device that stays where it is, such as a panel at a door. Servers only log it.
    #[must_use]
    pub fn fixed_device(mut self) -> Self {
        self.is_fixed_device = true;
        self
    }

    /// Which generation of the protocol the server speaks; for [`Generation::G1`] only [`Placement::Query`] is documented. It cannot be told from the frames, so it is not guessed:
    /// [`Generation::G3`], that of servers since October 2021, unless said otherwise.
    #[must_use]
    pub fn generation(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }

    /// How values and error codes are written, for a server between the generations.
    #[must_use]
    pub fn wire(mut self, wire: Wire) -> Self {
        self.wire = Some(wire);
        self
    }

    /// Trusts a certificate by its digest. A public server needs none.
    #[must_use]
    pub fn pin(mut self, pin: Pin) -> Self {
        self.tls = self.tls.pin(pin);
        self
    }

    /// All that TLS can be told. Takes the place of earlier pins.
    #[must_use]
    pub fn tls(mut self, options: TlsOptions) -> Self {
        self.tls = options;
        self
    }

    /// Allows `http://` to any host. Without this, an address without TLS must be loopback or private: the credential
    /// would travel readable.
    #[must_use]
    pub fn allow_plain(mut self) -> Self {
        self.plain = Plain::Anywhere;
        self
    }
}

/// Deadlines and bounds.
impl Builder {
    /// How long an attempt may take: name, TCP, TLS and upgrade together. Default 10 s.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a function may take, unless the call says otherwise. Default 30 s.
    #[must_use]
    pub fn exec_timeout(mut self, timeout: Duration) -> Self {
        self.exec_timeout = timeout;
        self
    }

    /// How long the answer to a bind or unbind may take before it is asked again. Default 10 s.
    #[must_use]
    pub fn bind_timeout(mut self, timeout: Duration) -> Self {
        self.bind_timeout = timeout;
        self
    }

    /// How often `ping` is sent. Default 15 s.
    #[must_use]
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.ping_interval = interval;
        self
    }

    /// How long the server may stay silent after a `ping` before the connection is given up. Default 5 s.
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

    /// How many requests wait for their turn or their answer. Default 16 384.
    #[must_use]
    pub fn max_requests(mut self, requests: usize) -> Self {
        self.max_requests = requests;
        self
    }

    /// How many streams there are at once. Default 131 072.
    #[must_use]
    pub fn max_bindings(mut self, bindings: usize) -> Self {
        self.max_bindings = bindings;
        self
    }

    /// The largest frame in bytes, in either direction. Default 4 MiB. A longer request is
    /// [`ErrorKind::TooLong`](crate::ErrorKind::TooLong); a longer frame of the server ends the connection, and the client
    /// at the third time.
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
    /// hold secrets**, if a module says or is told one.
    #[must_use]
    pub fn tap(mut self, observer: impl Fn(u64, TapEvent<'_>) + Send + Sync + 'static) -> Self {
        self.tap = Some(Tap::new(observer));
        self
    }
}

/// Building.
impl Builder {
    /// The client.
    ///
    /// # Errors
    /// [`ErrorKind::Address`], [`ErrorKind::Credential`], [`ErrorKind::Duration`] or [`ErrorKind::Limit`].
    pub fn build(self) -> Result<Client, Error> {
        let target = address::parse(&self.address, self.plain)
            .map_err(|error| Error::with(ErrorKind::Address, error))?;
        self.check_durations()?;
        self.check_limits()?;
        let config = self.config();
        let (form, secret) = self.credential.ok_or(Error::new(ErrorKind::Credential))?;
        form.read(&secret).map_err(|error| Error::with(ErrorKind::Credential, error))?;
        let credential = match self.refresh {
            Some(source) => Renewable::with_source(secret, source),
            None => Renewable::new(secret),
        };
        let door = Door {
            server: Endpoint::new(target).tls(self.tls),
            generation: self.generation,
            form,
            placement: self.placement,
            is_fixed_device: self.is_fixed_device,
            credential: credential.clone(),
            limits: Limits::default().message(self.frame_limit).write_buffer(self.frame_limit),
        };
        let wire = self.wire.unwrap_or(self.generation.wire());
        Ok(Client {
            link: Link::new(Dialect::new(wire), Tapped::new(door, self.tap), config),
            generation: self.generation,
            form,
            credential,
            exec_timeout: self.exec_timeout,
            update_capacity: self.update_capacity,
        })
    }

    pub(crate) fn config(&self) -> Config {
        let mut config = Config::default();
        config.connect_timeout = self.connect_timeout;
        config.subscription_timeout = self.bind_timeout;
        config.close_timeout = self.close_timeout;
        config.heartbeat = Heartbeat::new(
            self.ping_interval,
            self.pong_timeout,
            Probe::Text(PING),
            Schedule::Always,
        );
        config.max_call_frame = self.frame_limit;
        config.max_calls = self.max_requests;
        config.max_subscriptions = self.max_bindings;
        config
    }

    fn check_durations(&self) -> Result<(), Error> {
        let shortest = Duration::from_millis(1);
        for (what, duration, least) in [
            ("connect_timeout", self.connect_timeout, shortest),
            ("exec_timeout", self.exec_timeout, shortest),
            ("bind_timeout", self.bind_timeout, Duration::from_millis(10)),
            ("ping_interval", self.ping_interval, Duration::from_millis(10)),
            ("pong_timeout", self.pong_timeout, shortest),
            ("close_timeout", self.close_timeout, shortest),
        ] {
            within(what, duration, least..=MAX_DURATION)
                .map_err(|error| Error::with(ErrorKind::Duration, error))?;
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), Error> {
        for (what, limit, least, most) in [
            ("max_requests", self.max_requests, 1, 1 << 20),
            ("max_bindings", self.max_bindings, 1, 1 << 20),
            ("frame_limit", self.frame_limit, 1024, 64 << 20),
            ("update_capacity", self.update_capacity, 1, 1 << 20),
        ] {
            within(what, limit, least..=most)
                .map_err(|error| Error::with(ErrorKind::Limit, error))?;
        }
        Ok(())
    }
}

/// Shows the address, which never prints its query, and no credential.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = address::parse(&self.address, self.plain);
        let address = address.map_or_else(|error| error.to_string(), |target| target.to_string());
        f.debug_struct("Builder").field("address", &address).finish_non_exhaustive()
    }
}
