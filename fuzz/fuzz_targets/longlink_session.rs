//! Lives of a session: bytes are calls of the user and inputs of the driver, in the world that the engine's tests live in.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use longlink::{
    CallId, CallOptions, CloseFrame, Config, Failure, Frame, Heartbeat, Input, Instant,
    Observation, Outcome, Probe, RetryAfter, Schedule, State, SubscriptionId, TlsFault,
};

use crate::telegraph::Telegraph;
use crate::world::{Telegraphed as _, World};

#[allow(dead_code, reason = "not every driver of this world needs every helper")]
#[path = "../../crates/longlink/tests/engine/telegraph.rs"]
mod telegraph;
#[allow(dead_code, reason = "not every driver of this world needs every helper")]
#[path = "../../crates/longlink/tests/engine/world.rs"]
mod world;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    let Ok(mut life) = Life::new(&mut bytes) else { return };
    while !bytes.is_empty() && life.step(&mut bytes).is_ok() {
        life.check();
    }
    life.fall_silent();
    life.die();
});

struct Life {
    world: World,
    config: Config,
    calls: Vec<(CallId, String, Instant)>,
    subscriptions: BTreeMap<SubscriptionId, (&'static str, IsEnded)>,
    /// How far what was written is looked at.
    read: usize,
    /// The calls that were written.
    written: BTreeSet<String>,
    /// The connection that something was written on last, and the last word on each topic there.
    asked_on: u64,
    asked: BTreeMap<String, Asked>,
    /// How many attempts the bound on their spacing has been checked for.
    spaced: usize,
    writable: bool,
    ends_silent: bool,
}

/// How much it had heard when the user ended it.
type IsEnded = Option<usize>;

struct Asked {
    id: String,
    begins: bool,
    refused: bool,
}

const MAX_CALLS: usize = 8;
const MAX_SUBSCRIPTIONS: usize = 6;
/// A frame longer than this is refused; most are shorter.
const MAX_FRAME: usize = 64;

impl Life {
    fn new(bytes: &mut Unstructured<'_>) -> Result<Self> {
        let config = config(bytes)?;
        let asks = if bytes.arbitrary()? { vec!["itself".into()] } else { Vec::new() };
        let dialect = Telegraph {
            greets: bytes.arbitrary()?,
            ignores_close_codes: bytes.arbitrary()?,
            slow_until: Instant::ZERO + span(bytes)?,
            asks,
            ..Telegraph::default()
        };
        Ok(Self {
            world: World::new(dialect, config.clone(), bytes.arbitrary()?),
            config,
            calls: Vec::new(),
            subscriptions: BTreeMap::new(),
            read: 0,
            written: BTreeSet::new(),
            asked_on: 0,
            asked: BTreeMap::new(),
            spaced: 0,
            writable: false,
            ends_silent: bytes.arbitrary()?,
        })
    }

    fn step(&mut self, bytes: &mut Unstructured<'_>) -> Result<()> {
        match bytes.int_in_range(0..=17)? {
            0 => self.world.advance(span(bytes)?),
            1 => self.world.sleep(span(bytes)?),
            2 => self.call(bytes)?,
            3 => {
                if let Some((call, ..)) = self.calls.get(usize::from(bytes.arbitrary::<u8>()?)) {
                    self.world.cancel(*call);
                }
            }
            4 => {
                let topic = *bytes.choose(&TOPICS)?;
                if let Ok(subscription) = self.world.try_subscribe(topic) {
                    self.subscriptions.insert(subscription, (topic, None));
                }
            }
            5 => {
                if let Some(subscription) = self.subscription(bytes)? {
                    self.world.unsubscribe(subscription);
                    let heard = self.world.heard(subscription).len();
                    self.subscriptions
                        .entry(subscription)
                        .and_modify(|(_, end)| *end = end.or(Some(heard)));
                }
            }
            6 => {
                if let Some(subscription) = self.subscription(bytes)? {
                    self.world.resync(subscription);
                }
            }
            7 => self.world.input(if bytes.arbitrary()? { Input::Start } else { Input::Retry }),
            8 | 9 if matches!(self.world.session.state(), State::Connecting { .. }) => {
                if bytes.ratio(3, 4)? {
                    self.writable = true;
                    self.world.open_with(bytes.arbitrary::<bool>()?.then(|| "token".into()));
                } else {
                    self.world.lose(observation(bytes)?);
                }
            }
            10..=12 if self.world.open.is_some() => {
                let text = self.said(bytes)?;
                self.hear_refusals(&text);
                self.world.say(&text);
            }
            13 if self.world.open.is_some() => self.world.lose(observation(bytes)?),
            14 if self.world.open.is_some() => {
                self.writable = bytes.arbitrary()?;
                let (epoch, writable) = (self.world.epoch, self.writable);
                self.world.input(Input::Writable { epoch, writable });
            }
            15 => {
                // A refusal after this is not of the credential that was refused, so the next attempt need not wait.
                self.spaced = self.world.connects.len() + 1;
                self.world.input(Input::Renewed);
            }
            16 if bytes.ratio(1, 8)? => self.world.input(Input::Close),
            _ => self.nonsense(bytes)?,
        }
        Ok(())
    }

    fn call(&mut self, bytes: &mut Unstructured<'_>) -> Result<()> {
        let mut text = format!("c{}", self.calls.len());
        match bytes.int_in_range(0..=15)? {
            0 => text = format!("slow-{text}"),
            1 => text += &"-".repeat(MAX_FRAME),
            _ => {}
        }
        let mut options = CallOptions::default();
        if bytes.arbitrary()? {
            options = options.wait_until_online();
        }
        if bytes.arbitrary()? {
            options = options.timeout(span(bytes)?);
        }
        let deadline = self.world.now + options.timeout.unwrap_or(self.config.call_timeout);
        if let Ok(call) = self.world.try_call(text.clone(), options) {
            self.calls.push((call, text, deadline));
        }
        Ok(())
    }

    fn subscription(&self, bytes: &mut Unstructured<'_>) -> Result<Option<SubscriptionId>> {
        let at = usize::from(bytes.arbitrary::<u8>()?);
        Ok(self.subscriptions.keys().nth(at).copied())
    }

    /// What the peer says: an answer to something that was written, or anything else.
    fn said(&self, bytes: &mut Unstructured<'_>) -> Result<String> {
        let at = usize::from(bytes.arbitrary::<u8>()?);
        let mut words =
            self.world.sent.iter().rev().nth(at).map_or("", |sent| sent.text()).splitn(3, ' ');
        let (verb, id, rest) =
            (words.next(), words.next().unwrap_or("0"), words.next().unwrap_or(""));
        Ok(match bytes.int_in_range(0..=10)? {
            0..=2 if verb == Some("call") => format!("ok {id} {rest}"),
            0..=2 => format!("ok {id}"),
            3 if verb != Some("call") => format!("err {id} retry"),
            4 if verb != Some("call") => format!("err {id} no"),
            5 => "welcome".into(),
            6 => format!("welcome beat={}", bytes.arbitrary::<u16>()?),
            7 => (*bytes.choose(&["busy", "unauthorized", "rejected", "beat"])?).into(),
            8 => format!("event {} 1", bytes.choose(&["a", "b", "kept", "local", "x"])?),
            9 => (*bytes.choose(&[
                "welcome now=0",
                "welcome\nevent a 1\nbusy",
                "event a 1\nwelcome",
            ])?)
            .into(),
            _ => bytes.arbitrary::<&str>()?.replace("ok", "no").replace("err", "no"),
        })
    }

    /// The peer refuses what was asked for: it may be asked for again.
    fn hear_refusals(&mut self, text: &str) {
        self.read();
        let mut words = text.split(' ');
        let (verb, id) = (words.next(), words.next());
        let asked = self.asked.values_mut().find(|asked| Some(asked.id.as_str()) == id);
        if let (Some("err"), Some(asked)) = (verb, asked) {
            asked.refused = true;
        }
    }

    /// What no driver says, or says too late, and what says nothing.
    fn nonsense(&mut self, bytes: &mut Unstructured<'_>) -> Result<()> {
        let epoch = u64::from(bytes.arbitrary::<u8>()?);
        let is_stale = epoch != self.world.epoch;
        self.world.input(match bytes.int_in_range(0..=9)? {
            0 if is_stale => Input::Received { epoch, frame: Frame::text("welcome") },
            1 => Input::Received { epoch, frame: Frame::Binary(vec![0].into()) },
            2 if is_stale => Input::Lost { epoch, failure: Failure::new(Observation::Eof) },
            3 if is_stale => Input::Opened { epoch, credential: None },
            4 => Input::WallClock { unix: Duration::from_secs(bytes.arbitrary()?) },
            5 if is_stale => Input::Writable { epoch, writable: bytes.arbitrary()? },
            6 => Input::Received { epoch: self.world.epoch, frame: Frame::Ping(vec![0].into()) },
            7 => Input::Received { epoch: self.world.epoch, frame: Frame::Pong(vec![].into()) },
            8 => {
                let code = bytes.arbitrary::<Option<u16>>()?;
                let frame = Frame::Close(code.map(|code| CloseFrame::new(code, "")));
                Input::Received { epoch: self.world.epoch, frame }
            }
            _ => Input::Elapsed,
        });
        Ok(())
    }

    /// Looks at what was written since the last time.
    fn read(&mut self) {
        for sent in &self.world.sent[self.read..] {
            let mut words = sent.text().splitn(3, ' ');
            let (verb, id, rest) = (words.next(), words.next(), words.next().unwrap_or_default());
            if self.asked_on != sent.epoch {
                self.asked_on = sent.epoch;
                self.asked.clear();
            }
            self.read += 1;
            let begins = verb == Some("sub");
            if verb == Some("call") {
                assert!(self.written.insert(rest.into()), "{rest} is written twice");
            } else if begins || verb == Some("unsub") {
                assert!(!rest.starts_with("local"), "{rest} is not asked for on the wire");
                let id = id.unwrap_or_default().to_owned();
                let asked = Asked { id, begins, refused: false };
                let last = self.asked.insert(rest.into(), asked);
                let may_begin = last.as_ref().is_none_or(|last| !last.begins || last.refused);
                assert!(may_begin || !begins, "{rest} is asked for twice");
                assert!(begins || last.is_some(), "{rest} is ended without a beginning");
            }
        }
    }

    fn check(&mut self) {
        self.read();
        self.check_attempts();
        self.check_topics();
        let (world, written) = (&self.world, &self.written);
        for (call, text, deadline) in &self.calls {
            let Some((_, outcome)) = world.settled.get(call) else {
                assert!(*deadline > world.now, "{text} is not settled by its deadline");
                continue;
            };
            let is_sent = written.contains(text.as_str());
            match outcome {
                Outcome::Ok(reply) => assert_eq!(reply, text, "replies are mixed up"),
                Outcome::NotSent(_) | Outcome::Closed => assert!(!is_sent, "{text} was sent"),
                Outcome::Indeterminate => assert!(is_sent, "{text} was not sent"),
                Outcome::Timeout { sent } => assert_eq!(*sent, is_sent, "{text}"),
                Outcome::Remote(error) => panic!("{text}: {error}"),
                Outcome::Cancelled => {}
            }
        }
        for (subscription, (_, end)) in &self.subscriptions {
            let heard = world.heard(*subscription);
            assert!(
                end.is_none_or(|end| end == heard.len()),
                "something came after the end: {heard:?}"
            );
            check_order(&heard);
        }
        // What the dialect asks by itself comes on top of the calls of the user.
        let asks = world.session.dialect().asks.len();
        assert!(world.session.pending_calls() <= MAX_CALLS + asks);
        assert!(world.session.subscriptions() <= MAX_SUBSCRIPTIONS);
        let stats = world.session.stats();
        assert_eq!(stats.attempts, world.connects.len() as u64);
        assert_eq!(stats.frames_sent, world.sent.len() as u64);
        assert!(stats.accepted <= stats.attempts && stats.probes_sent <= stats.frames_sent);
    }

    /// Attempts are spaced; only the one after a refused credential need not wait.
    fn check_attempts(&mut self) {
        let connects = &self.world.connects;
        for n in self.spaced.max(1)..connects.len() {
            let ((last, _), (at, refreshes)) = (connects[n - 1], connects[n]);
            let spaced = at.since(last) >= self.config.attempt_spacing;
            assert!(spaced || refreshes, "{last:?}, {at:?}");
        }
        self.spaced = self.spaced.max(connects.len());
    }

    /// What is wanted is asked for as soon as the connection takes it.
    fn check_topics(&self) {
        let world = &self.world;
        if !world.session.state().is_online() || !self.writable {
            return;
        }
        for (subscription, (topic, end)) in &self.subscriptions {
            let is_over = end.is_some()
                || world.heard(*subscription).last().is_some_and(|last| last == "ended");
            let is_asked = self.asked_on == world.epoch && self.asked.contains_key(*topic);
            assert!(is_over || *topic == "local" || is_asked, "{topic} is not asked for");
        }
    }

    /// A peer from which nothing comes any more is given up within the heartbeat's interval and timeout, or the greeting's.
    fn fall_silent(&mut self) {
        let epoch = self.world.epoch;
        if self.ends_silent && self.world.open == Some(epoch) {
            self.world.advance(LONGEST_SILENCE);
            self.check();
            assert_ne!(self.world.open, Some(epoch), "nobody noticed");
        }
    }

    fn die(mut self) {
        self.world.input(Input::Close);
        self.world.advance(Duration::from_secs(2));
        self.check();
        assert!(matches!(self.world.session.state(), State::Closed));
        assert_eq!((self.world.open, self.world.wait), (None, None), "nothing is left");
        assert!(self.calls.iter().all(|(call, ..)| self.world.is_settled(*call)));
        for (subscription, (_, end)) in &self.subscriptions {
            assert!(
                end.is_some()
                    || self.world.heard(*subscription).last().is_some_and(|last| last == "ended")
            );
        }
        assert_eq!(
            (self.world.session.pending_calls(), self.world.session.subscriptions()),
            (0, 0)
        );
    }
}

/// Gaps end before the next begins and before events come again; after the end there is nothing.
fn check_order(heard: &[String]) {
    let mut is_gap = false;
    for (n, text) in heard.iter().enumerate() {
        match text.split(' ').next() {
            Some("gap") => assert!(!std::mem::replace(&mut is_gap, true), "{heard:?}"),
            Some("resynced") => assert!(std::mem::take(&mut is_gap), "{heard:?}"),
            Some("event") => assert!(!is_gap, "{heard:?}"),
            Some("ended") => assert_eq!(n + 1, heard.len(), "{heard:?}"),
            _ => {}
        }
    }
}

const TOPICS: [&str; 6] = ["a", "b", "kept", "last", "local", TOO_LONG];

/// A topic that cannot be asked for.
const TOO_LONG: &str = "too-long-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789";

/// The longest interval and timeout: `welcome beat=65535` and a second.
const LONGEST_SILENCE: Duration = Duration::from_secs(67);

fn config(bytes: &mut Unstructured<'_>) -> Result<Config> {
    let mut config = Config::default();
    config.max_calls = MAX_CALLS;
    config.max_subscriptions = MAX_SUBSCRIPTIONS;
    config.max_call_frame = MAX_FRAME;
    let schedule = if bytes.arbitrary()? { Schedule::Always } else { Schedule::WhenQuiet };
    let (interval, timeout) = (Duration::from_secs(15), Duration::from_secs(5));
    config.heartbeat = Heartbeat::new(interval, timeout, Probe::Ping, schedule);
    if bytes.arbitrary()? {
        config.call_spacing = Duration::from_millis(300);
    }
    if bytes.arbitrary()? {
        config.attempt_spacing = span(bytes)?;
        config.max_openings = bytes.int_in_range(0..=3)?;
        config.openings_window = span(bytes)?;
        config.subscription_retries = bytes.int_in_range(0..=2)?;
        config.subscription_timeout = span(bytes)?;
        config.message_timeout = bytes.arbitrary::<bool>()?.then(|| Duration::from_secs(20));
    }
    Ok(config)
}

/// From a millisecond to about an hour.
fn span(bytes: &mut Unstructured<'_>) -> Result<Duration> {
    let doublings = bytes.int_in_range(0..=22_u32)?;
    Ok(Duration::from_millis(1 << doublings)
        + Duration::from_millis(bytes.arbitrary::<u8>()?.into()))
}

fn observation(bytes: &mut Unstructured<'_>) -> Result<Observation> {
    Ok(match bytes.int_in_range(0..=7)? {
        0 => Observation::Eof,
        1 => Observation::Reset,
        2 => Observation::Refused,
        3 => Observation::Closed(bytes.arbitrary()?),
        4 => Observation::Tls(TlsFault::Expired),
        5 => Observation::Tls(TlsFault::UnknownIssuer),
        6 => {
            let retry_after = bytes.arbitrary::<Option<u64>>()?.map(RetryAfter::Seconds);
            Observation::Http { status: bytes.arbitrary()?, retry_after, html: false }
        }
        _ => Observation::Http { status: 401, retry_after: None, html: bytes.arbitrary()? },
    })
}
