use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use coolkit_proto::dispatch::{self, DispatchRequest, HostPolicy, Region};
use coolkit_proto::{HeartbeatLimits, LegacyPhone, Sequences};
use longlink::net::{
    CredentialSource, Endpoint, HttpClient, Limits, Pin, Plain, Renewable, Tap, TapEvent, Tapped,
    Target, TlsOptions, UrlError,
};
use longlink::{Backoff, Config, Jitter, Link, within};

use crate::client::Client;
use crate::connector::{Cloud, DISPATCH, Route};
use crate::credentials::Credentials;
use crate::dialect::{Dialect, HeartbeatOptions, Login, Requests};
use crate::error::{Error, ErrorKind};
use crate::store::Store;

/// Streams of updates at once.
const MAX_STREAMS: usize = 1024;

/// The longest duration that makes sense here.
const MAX_DURATION: Duration = Duration::from_secs(24 * 3600);

/// The cloud keeps the requests of all sockets by their sequence alone: it must be unique in the process, too.
static SEQUENCES: std::sync::LazyLock<Arc<Mutex<Sequences>>> =
    std::sync::LazyLock::new(Arc::default);

/// Makes a [`Client`]. Building does no I/O: an unreachable cloud is a state, not an error.
///
/// What is wrong with the input is found by [`build`](Builder::build), with what was expected:
///
/// ```
/// use coolkit_client::{Client, Credentials, ErrorKind, Region};
///
/// let error = Client::builder(Credentials::new("", "apikey", "appid")).region(Region::Us).build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Credentials);
/// println!("{error}");
/// ```
pub struct Builder {
    credentials: Credentials,
    refresh: Option<Arc<dyn CredentialSource>>,
    place: Option<Place>,
    http: Option<Arc<dyn HttpClient>>,
    domains: Vec<String>,
    trust_any_host: bool,
    tls: TlsOptions,
    phone: Option<LegacyPhone>,
    heartbeat: HeartbeatOptions,
    resync: bool,
    connect_timeout: Duration,
    login_timeout: Duration,
    command_timeout: Duration,
    command_spacing: Duration,
    close_timeout: Duration,
    max_commands: usize,
    frame_limit: usize,
    update_capacity: usize,
    tap: Option<Tap>,
}

/// Where the cloud is.
enum Place {
    Region(Region),
    Dispatch(String),
    Endpoint(String),
}

impl Builder {
    pub(crate) fn new(credentials: Credentials) -> Self {
        let defaults = Config::default();
        Self {
            credentials,
            refresh: None,
            place: None,
            http: None,
            domains: Vec::new(),
            trust_any_host: false,
            tls: TlsOptions::new(),
            phone: None,
            heartbeat: HeartbeatOptions {
                limits: HeartbeatLimits::default(),
                interval: None,
                timeout: Duration::from_secs(5),
            },
            resync: false,
            connect_timeout: defaults.connect_timeout,
            login_timeout: defaults.greeting_timeout,
            command_timeout: defaults.call_timeout,
            command_spacing: Duration::from_millis(100),
            close_timeout: defaults.close_timeout,
            max_commands: 256,
            frame_limit: 256 * 1024,
            update_capacity: 1024,
            tap: None,
        }
    }
}

/// Where to connect.
impl Builder {
    /// The region of the account. Before each attempt its dispatch is asked for the address.
    #[must_use]
    pub fn region(mut self, region: Region) -> Self {
        self.place = Some(Place::Region(region));
        self
    }

    /// A dispatch of your own, such as that of a simulator: `https://127.0.0.1:8443/dispatch/app`. `http://` is taken for
    /// local addresses only.
    #[must_use]
    pub fn dispatch(mut self, url: impl Into<String>) -> Self {
        self.place = Some(Place::Dispatch(url.into()));
        self
    }

    /// A fixed address, without a dispatch: `wss://us-pconnect3.coolkit.cc:8080/api/ws`. Any host, for it is you who
    /// names it; `ws://` for local addresses only.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.place = Some(Place::Endpoint(url.into()));
        self
    }

    /// Asks the dispatch through this client, which fetches `/dispatch/app` from it, instead of our own: through a
    /// proxy, say. The token is not sent then; the cloud answers without it.
    #[must_use]
    pub fn http(mut self, client: impl HttpClient + 'static) -> Self {
        self.http = Some(Arc::new(client));
        self
    }

    /// One more domain that the dispatch may name, beside `coolkit.cc` and `coolkit.cn`, such as `example.org`. What is below
    /// it gets the token. A dispatch of your own gets it, too, only if it is of such a domain; it can do without.
    #[must_use]
    pub fn allow_domain(mut self, domain: impl Into<String>) -> Self {
        self.domains.push(domain.into());
        self
    }

    /// **Any** host that the dispatch names gets the token, addresses included: for simulators and private clouds.
    #[must_use]
    pub fn trust_any_host(mut self) -> Self {
        self.trust_any_host = true;
        self
    }

    /// Trusts a certificate by its digest, at the dispatch and at the WebSocket. The official cloud needs none.
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
}

/// How to log in, and what to keep.
impl Builder {
    /// A source that is asked for another token after a refusal ([`Ask::Refreshed`](crate::Ask::Refreshed)). What it
    /// gives is tried once, if it is another one; a second refusal within ten minutes is final. Without a source the
    /// first one is, because two programs that log in in turns evict each other for ever.
    #[must_use]
    pub fn refresh(mut self, source: impl CredentialSource + 'static) -> Self {
        self.refresh = Some(Arc::new(source));
        self
    }

    /// Logs in as an app of 2018 did (version 6). **Today's public cloud rejects it** with code 400; it is for servers
    /// of that time.
    #[must_use]
    pub fn legacy_login(mut self, phone: LegacyPhone) -> Self {
        self.phone = Some(phone);
        self
    }

    /// Begins each connection with a query of every device that was named by [`Client::device`], one after another, for
    /// the cloud repeats nothing that happened meanwhile. Off by default.
    #[must_use]
    pub fn resync(mut self, query: bool) -> Self {
        self.resync = query;
        self
    }
}

/// Deadlines and bounds.
impl Builder {
    /// How long an attempt may take: dispatch, name, TCP, TLS and upgrade together. Default 10 s.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long the answer to the login may take. Default 10 s: the cloud stays silent after some refusals.
    #[must_use]
    pub fn login_timeout(mut self, timeout: Duration) -> Self {
        self.login_timeout = timeout;
        self
    }

    /// How long a command waits for its answer, unless it says otherwise. Default 10 s; below 6 s the cloud's own answer
    /// for a silent device comes too late.
    #[must_use]
    pub fn command_timeout(mut self, timeout: Duration) -> Self {
        self.command_timeout = timeout;
        self
    }

    /// The shortest time between two commands. Default 100 ms: the cloud drops who sends faster.
    #[must_use]
    pub fn command_spacing(mut self, spacing: Duration) -> Self {
        self.command_spacing = spacing;
        self
    }

    /// How often `ping` is sent. Default nine tenths of what the cloud announces (130.5 s of 145 s); at most seven
    /// seconds more than that.
    #[must_use]
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.heartbeat.interval = Some(interval);
        self
    }

    /// How long the cloud may stay silent after a `ping` before the connection is given up. Default 5 s.
    #[must_use]
    pub fn pong_timeout(mut self, timeout: Duration) -> Self {
        self.heartbeat.timeout = timeout;
        self
    }

    /// What an announced interval is held to. Default 10 to 300 s, and 90 s where none is announced.
    #[must_use]
    pub fn heartbeat_limits(mut self, limits: HeartbeatLimits) -> Self {
        self.heartbeat.limits = limits;
        self
    }

    /// How long [`Client::close`] may take. Default 2 s.
    #[must_use]
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }

    /// How many commands wait for their turn or their answer. Default 256.
    #[must_use]
    pub fn max_commands(mut self, commands: usize) -> Self {
        self.max_commands = commands;
        self
    }

    /// The largest frame in bytes. Default 256 KiB.
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
    /// hold secrets**: the login, which has the token, is one.
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
    /// [`ErrorKind::Credentials`], [`ErrorKind::Address`], [`ErrorKind::Duration`] or [`ErrorKind::Limit`].
    pub fn build(self) -> Result<Client, Error> {
        if let Some(fault) = self.credentials.fault() {
            return Err(Error::with(ErrorKind::Credentials, fault));
        }
        let (target, route) =
            self.route().map_err(|error| Error::with(ErrorKind::Address, error))?;
        self.check_domains()?;
        self.check_durations()?;
        self.check_limits()?;
        let config = self.config();
        let Credentials { at, apikey, appid } = self.credentials;
        let store = Arc::new(Store::default());
        let token = match self.refresh {
            Some(source) => Renewable::with_source(at, source),
            None => Renewable::new(at),
        };
        let dialect = Dialect {
            login: Login { apikey: apikey.expose().into(), appid, phone: self.phone },
            heartbeat: self.heartbeat,
            resync: self.resync,
            sequences: Arc::clone(&SEQUENCES),
            store: Arc::clone(&store),
            pending: Requests::default(),
            ui_active_at: None,
        };
        let limits = Limits::default().message(self.frame_limit).write_buffer(self.frame_limit);
        let endpoint = Endpoint::new(target).tls(self.tls);
        let connector = Cloud { route, endpoint, token: token.clone(), limits };
        let link = Link::new(dialect, Tapped::new(connector, self.tap), config);
        Ok(Client { link, store, token, apikey, update_capacity: self.update_capacity })
    }

    /// The address that was given, and how that of the WebSocket is found.
    fn route(&self) -> Result<(Target, Route), Box<dyn std::error::Error + Send + Sync>> {
        let dispatch = match (&self.place, &self.http) {
            (Some(Place::Endpoint(url)), _) => {
                let target = Target::parse(url.trim())?;
                return Ok((with_default_path(target, dispatch::Endpoint::PATH)?, Route::Fixed));
            }
            (Some(Place::Region(region)), _) => DispatchRequest::to(*region).url().to_owned(),
            (Some(Place::Dispatch(url)), _) => url.trim().to_owned(),
            (None, Some(_)) => DispatchRequest::without_region().url().to_owned(),
            (None, None) => return Err("there is none".into()),
        };
        let target = with_default_path(dispatch_target(&dispatch)?, DISPATCH)?;
        let policy = self.policy(!target.is_tls());
        let route = match &self.http {
            Some(client) => Route::Http(Arc::clone(client), policy),
            None => Route::Dispatch(policy),
        };
        Ok((target, route))
    }

    fn policy(&self, is_plain: bool) -> HostPolicy {
        if self.trust_any_host {
            return HostPolicy::override_trust(is_plain);
        }
        let official = HostPolicy::official();
        self.domains.iter().fold(official, |policy, domain| policy.and_domain(domain))
    }

    pub(crate) fn config(&self) -> Config {
        let mut config = Config::default();
        config.connect_timeout = self.connect_timeout;
        config.greeting_timeout = self.login_timeout;
        config.call_timeout = self.command_timeout;
        config.call_spacing = self.command_spacing;
        config.close_timeout = self.close_timeout;
        config.max_calls = self.max_commands;
        config.max_call_frame = self.frame_limit;
        config.max_subscriptions = MAX_STREAMS;
        config.backoff = backoff();
        // The vendor blocks addresses that log in, or ask the dispatch, too often.
        config.max_openings = 20;
        config.attempt_spacing = Duration::from_secs(1);
        config
    }

    fn check_domains(&self) -> Result<(), Error> {
        let policy = self.policy(false);
        match self.domains.iter().find(|domain| policy.check(domain, 443).is_err()) {
            Some(domain) => {
                let shown: String = domain.chars().take(64).collect();
                let text = format!("{shown:?} is no domain, as example.org is one");
                Err(Error::with(ErrorKind::Address, text))
            }
            None => Ok(()),
        }
    }

    fn check_durations(&self) -> Result<(), Error> {
        let shortest = Duration::from_millis(1);
        let interval = self.heartbeat.interval.unwrap_or(MAX_DURATION);
        for (what, duration, least) in [
            ("connect_timeout", self.connect_timeout, shortest),
            ("login_timeout", self.login_timeout, shortest),
            ("command_timeout", self.command_timeout, shortest),
            ("command_spacing", self.command_spacing, Duration::ZERO),
            ("ping_interval", interval, Duration::from_millis(10)),
            ("pong_timeout", self.heartbeat.timeout, shortest),
            ("close_timeout", self.close_timeout, shortest),
        ] {
            within(what, duration, least..=MAX_DURATION)
                .map_err(|error| Error::with(ErrorKind::Duration, error))?;
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), Error> {
        let limits = &self.heartbeat.limits;
        for (what, limit, least, most) in [
            ("max_commands", self.max_commands, 1, 1 << 16),
            ("frame_limit", self.frame_limit, 1024, 64 << 20),
            ("update_capacity", self.update_capacity, 1, 1 << 20),
            ("heartbeat_limits.min", limits.min as usize, 1, limits.default as usize),
            ("heartbeat_limits.default", limits.default as usize, 1, limits.max as usize),
            ("heartbeat_limits.max", limits.max as usize, 1, 86_400),
        ] {
            within(what, limit, least..=most)
                .map_err(|error| Error::with(ErrorKind::Limit, error))?;
        }
        Ok(())
    }
}

/// The cloud's own rules: it blocks who comes back too soon.
fn backoff() -> Backoff {
    let mut backoff = Backoff::cloud();
    backoff.first = Duration::from_secs(5);
    backoff.floor = Duration::from_secs(4);
    backoff.base = Duration::from_secs(5);
    backoff.cap = Duration::from_secs(300);
    backoff.jitter = Jitter::Around(20);
    backoff.healthy_after = Duration::from_secs(60);
    backoff
}

/// Reads the address of a dispatch.
fn dispatch_target(url: &str) -> Result<Target, Box<dyn std::error::Error + Send + Sync>> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "https" => "wss",
        "http" => "ws",
        _ => return Err("a dispatch has an https:// address".into()),
    };
    Target::parse_with(&format!("{scheme}://{rest}"), Plain::LocalOnly).map_err(|error| match error
    {
        UrlError::PlainToPublic { .. } => "a dispatch that is not local needs https://".into(),
        _ => "a dispatch has an address such as https://eu-dispa.coolkit.cc/dispatch/app".into(),
    })
}

fn with_default_path(target: Target, path: &str) -> Result<Target, UrlError> {
    if target.path_and_query() == "/" { target.with_path(path) } else { Ok(target) }
}

/// Shows no credential.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("credentials", &self.credentials)
            .field("resync", &self.resync)
            .finish_non_exhaustive()
    }
}
