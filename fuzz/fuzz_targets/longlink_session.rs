//! Lives of a session: bytes are calls of the user and inputs of the driver, in the world that the engine's tests live in.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use longlink::{
    CallId, CallOptions, Config, Failure, Frame, Input, Instant, Observation, Outcome, RetryAfter,
    State, SubscriptionId, TlsFault,
};

use crate::telegraph::Telegraph;
use crate::world::World;

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
    life.die();
});

struct Life {
    world: World,
    calls: Vec<(CallId, String, Instant)>,
    subscriptions: BTreeMap<SubscriptionId, IsEnded>,
}

/// How much it had heard when the user ended it.
type IsEnded = Option<usize>;

const MAX_CALLS: usize = 8;
const MAX_SUBSCRIPTIONS: usize = 6;

impl Life {
    fn new(bytes: &mut Unstructured<'_>) -> Result<Self> {
        let mut config = Config::default();
        config.max_calls = MAX_CALLS;
        config.max_subscriptions = MAX_SUBSCRIPTIONS;
        if bytes.arbitrary()? {
            config.call_spacing = Duration::from_millis(300);
        }
        let asks = if bytes.arbitrary()? { vec!["itself".into()] } else { Vec::new() };
        let dialect = Telegraph { greets: bytes.arbitrary()?, asks, ..Telegraph::default() };
        let world = World::new(dialect, config, bytes.arbitrary()?);
        Ok(Self { world, calls: Vec::new(), subscriptions: BTreeMap::new() })
    }

    fn step(&mut self, bytes: &mut Unstructured<'_>) -> Result<()> {
        match bytes.int_in_range(0..=15)? {
            0 => self.world.advance(span(bytes)?),
            1 => self.world.sleep(span(bytes)?),
            2 => self.call(bytes)?,
            3 => {
                if let Some((call, ..)) = self.calls.get(usize::from(bytes.arbitrary::<u8>()?)) {
                    if self.world.session.cancel(*call) {
                        let outcome = (self.world.now, Outcome::Cancelled);
                        self.world.settled.entry(*call).or_default().push(outcome);
                    }
                }
            }
            4 => {
                let topic = bytes.choose(&["a", "b", "kept", "last", "local"])?;
                if let Ok(subscription) = self.world.session.subscribe((*topic).into()) {
                    self.subscriptions.insert(subscription, None);
                }
                self.world.pump();
            }
            5 => {
                if let Some(subscription) = self.subscription(bytes)? {
                    self.world.unsubscribe(subscription);
                    let heard = self.world.heard(subscription).len();
                    self.subscriptions
                        .entry(subscription)
                        .and_modify(|end| *end = end.or(Some(heard)));
                }
            }
            6 => {
                if let Some(subscription) = self.subscription(bytes)? {
                    self.world.session.resync(subscription);
                    self.world.pump();
                }
            }
            7 => self.world.input(if bytes.arbitrary()? { Input::Start } else { Input::Retry }),
            8 | 9 if matches!(self.world.session.state(), State::Connecting { .. }) => {
                if bytes.ratio(3, 4)? {
                    self.world.open();
                } else {
                    self.world.lose(observation(bytes)?);
                }
            }
            10..=12 if self.world.open.is_some() => {
                let text = self.said(bytes)?;
                self.world.say(&text);
            }
            13 if self.world.open.is_some() => self.world.lose(observation(bytes)?),
            _ => self.nonsense(bytes)?,
        }
        Ok(())
    }

    fn call(&mut self, bytes: &mut Unstructured<'_>) -> Result<()> {
        let text = format!("c{}", self.calls.len());
        let mut options = CallOptions::default();
        if bytes.arbitrary()? {
            options = options.wait_until_online();
        }
        if bytes.arbitrary()? {
            options = options.timeout(span(bytes)?);
        }
        let deadline = self.world.now + options.timeout.unwrap_or(Duration::from_secs(10));
        if let Ok(call) = self.world.session.call(text.clone(), options, self.world.now) {
            self.calls.push((call, text, deadline));
        }
        self.world.pump();
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
        Ok(match bytes.int_in_range(0..=9)? {
            0..=2 if verb == Some("call") => format!("ok {id} {rest}"),
            0..=2 => format!("ok {id}"),
            3 if verb != Some("call") => format!("err {id} retry"),
            4 if verb != Some("call") => format!("err {id} no"),
            5 => "welcome".into(),
            6 => format!("welcome beat={}", bytes.arbitrary::<u16>()?),
            7 => (*bytes.choose(&["busy", "unauthorized", "rejected", "beat"])?).into(),
            8 => format!("event {} 1", bytes.choose(&["a", "b", "kept", "local", "x"])?),
            _ => bytes.arbitrary::<&str>()?.replace("ok", "no").replace("err", "no"),
        })
    }

    /// What no driver says, or says too late.
    fn nonsense(&mut self, bytes: &mut Unstructured<'_>) -> Result<()> {
        let epoch = u64::from(bytes.arbitrary::<u8>()?);
        let is_stale = epoch != self.world.epoch;
        self.world.input(match bytes.int_in_range(0..=6)? {
            0 if is_stale => Input::Received { epoch, frame: Frame::text("welcome") },
            1 => Input::Received { epoch, frame: Frame::Binary(vec![0].into()) },
            2 if is_stale => Input::Lost { epoch, failure: Failure::new(Observation::Eof) },
            3 if is_stale => Input::Opened { epoch, credential: None },
            4 => Input::WallClock { unix: Duration::from_secs(bytes.arbitrary()?) },
            5 => Input::Writable { epoch, writable: bytes.arbitrary()? },
            _ => Input::Elapsed,
        });
        Ok(())
    }

    fn check(&self) {
        let world = &self.world;
        let mut written = BTreeSet::new();
        for text in
            world.sent.iter().map(|sent| sent.text()).filter(|text| text.starts_with("call "))
        {
            let text = text.rsplit(' ').next().unwrap();
            assert!(written.insert(text), "{text} is written twice");
        }
        for (call, text, deadline) in &self.calls {
            let settled = world.settled.get(call).map_or(&[][..], Vec::as_slice);
            assert!(settled.len() <= 1, "{text} is settled twice");
            let Some((_, outcome)) = settled.first() else {
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
        for (subscription, end) in &self.subscriptions {
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
    }

    fn die(mut self) {
        self.world.input(Input::Close);
        self.world.advance(Duration::from_secs(2));
        self.check();
        assert!(matches!(self.world.session.state(), State::Closed));
        assert_eq!((self.world.open, self.world.wait), (None, None), "nothing is left");
        assert!(self.calls.iter().all(|(call, ..)| self.world.is_settled(*call)));
        for (subscription, end) in &self.subscriptions {
            assert!(end.is_some() || self.world.heard(*subscription).last() == Some(&"ended"));
        }
        assert_eq!(
            (self.world.session.pending_calls(), self.world.session.subscriptions()),
            (0, 0)
        );
    }
}

/// Gaps end before the next begins and before events come again; after the end there is nothing.
fn check_order(heard: &[&str]) {
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
