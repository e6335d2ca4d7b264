//! Random lives: whatever happens in whatever order, the sentences of the contract hold.
//!
//! A failing seed is printed; `ENGINE_SEED=n` replays it alone, `ENGINE_SEEDS=n` sets how many are lived.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use longlink::{
    CallId, CallOptions, Config, Failure, Frame, Heartbeat, Input, Observation, Outcome, Probe,
    Schedule, State, SubscriptionId, TlsFault,
};
use proptest::prelude::*;

use crate::telegraph::Telegraph;
use crate::world::{Sent, Telegraphed, World, secs};

const SEEDS: u64 = 10_000;
const STEPS: usize = 80;

#[test]
fn the_contract_holds_in_ten_thousand_random_lives() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("ENGINE_SEED") {
        return Life::new(seed).live();
    }
    for seed in 0..number("ENGINE_SEEDS").unwrap_or(SEEDS) {
        let life = std::panic::catch_unwind(|| Life::new(seed).live());
        assert!(life.is_ok(), "failed with ENGINE_SEED={seed}");
    }
}

struct Life {
    rng: Rng,
    world: World,
    calls: Vec<(CallId, String)>,
    /// What the user wants to hear of.
    wanted: BTreeMap<SubscriptionId, String>,
    peer: Peer,
    /// Replies that earlier connections owed.
    late: Vec<String>,
}

/// What the peer knows of the connection that is open.
#[derive(Default)]
struct Peer {
    epoch: u64,
    accepted: bool,
    bound: BTreeSet<String>,
    /// The last word on each topic was a refusal.
    refused: BTreeSet<String>,
    last_verb: BTreeMap<String, String>,
    /// Replies that were not given yet.
    owed: Vec<String>,
    /// Replies that were given.
    given: Vec<String>,
}

impl Life {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut config = Config::default();
        config.heartbeat = Heartbeat::new(
            secs(5.0 + 20.0 * rng.f64()),
            secs(1.0 + 4.0 * rng.f64()),
            if rng.bool() { Probe::Ping } else { Probe::Text("beat") },
            if rng.bool() { Schedule::Always } else { Schedule::WhenQuiet },
        );
        if rng.bool() {
            config.call_spacing = secs(0.3);
        }
        config.max_calls = 20;
        config.max_subscriptions = 12;
        let asks = if rng.bool() { vec!["itself".into()] } else { Vec::new() };
        let dialect = Telegraph { greets: rng.bool(), asks, ..Telegraph::default() };
        Self {
            world: World::new(dialect, config, seed),
            rng,
            calls: Vec::new(),
            wanted: BTreeMap::new(),
            peer: Peer::default(),
            late: Vec::new(),
        }
    }

    fn live(mut self) {
        for _ in 0..STEPS {
            self.step();
            self.check();
        }
        self.settle_down();
        self.die();
    }

    fn step(&mut self) {
        match self.rng.u8(0..29) {
            0..=3 => self.pass_time(),
            4..=6 => self.make_call(),
            7 => self.cancel_call(),
            8..=10 => self.subscribe(),
            11 => self.unsubscribe(),
            12..=15 => self.attempt(),
            16..=18 => self.reply(),
            19 => self.misreply(),
            20 | 21 => self.event(),
            22 => self.cut(),
            23 => {
                let writable = self.rng.u8(0..3) > 0;
                self.world.input(Input::Writable { epoch: self.world.epoch, writable });
            }
            24 => self.nonsense(),
            25 => {
                let unix = secs(2e9 * self.rng.f64());
                self.world.input(Input::WallClock { unix });
            }
            27 => self.resync(),
            26 => self.world.input(if self.rng.bool() { Input::Retry } else { Input::Start }),
            _ => self.peer_refuses(),
        }
        self.peer_reads();
    }

    fn pass_time(&mut self) {
        let by = secs(10_f64.powf(self.rng.f64() * 4.0 - 2.0));
        if self.rng.u8(0..10) == 0 {
            self.world.sleep(by);
        } else {
            self.world.advance(by);
        }
    }

    fn make_call(&mut self) {
        let text = format!("c{}", self.calls.len());
        let mut options = CallOptions::default();
        if self.rng.bool() {
            options = options.wait_until_online();
        }
        let timeout = secs(20.0 * self.rng.f64());
        if self.rng.bool() {
            options = options.timeout(timeout);
        }
        if let Ok(call) = self.world.session.call(text.clone(), options, self.world.now) {
            self.calls.push((call, text));
        }
        self.world.pump();
    }

    fn cancel_call(&mut self) {
        let Some((call, ..)) = self.rng.choice(&self.calls) else { return };
        self.world.cancel(*call);
    }

    fn subscribe(&mut self) {
        let topic = *self.rng.choice(&["a", "b", "kept", "last", "local"]).unwrap();
        if let Ok(subscription) = self.world.try_subscribe(topic) {
            self.wanted.insert(subscription, topic.into());
        }
        self.world.pump();
    }

    fn resync(&mut self) {
        let subscriptions: Vec<_> = self.wanted.keys().copied().collect();
        if let Some(subscription) = self.rng.choice(&subscriptions) {
            self.world.resync(*subscription);
            self.world.pump();
        }
    }

    fn unsubscribe(&mut self) {
        let subscriptions: Vec<_> = self.wanted.keys().copied().collect();
        if let Some(subscription) = self.rng.choice(&subscriptions) {
            self.world.unsubscribe(*subscription);
            self.wanted.remove(subscription);
        }
    }

    fn attempt(&mut self) {
        match self.world.session.state() {
            State::Idle => self.world.input(Input::Start),
            State::Connecting { .. } if self.rng.u8(0..4) > 0 => self.open(),
            State::Connecting { .. } => {
                let observation = match self.rng.u8(0..8) {
                    0 => Observation::Http { status: 401, retry_after: None, html: false },
                    1 => Observation::Http { status: 503, retry_after: None, html: false },
                    2 => Observation::Tls(TlsFault::Expired),
                    3 => Observation::Tls(TlsFault::UnknownIssuer),
                    _ => Observation::Refused,
                };
                self.world.lose(observation);
            }
            State::Greeting { .. } => self.welcome(),
            State::Stopped { .. } => self.world.input(Input::Retry),
            _ => {}
        }
    }

    fn open(&mut self) {
        let last = std::mem::take(&mut self.peer);
        self.late.extend(last.owed);
        self.peer.epoch = self.world.epoch;
        self.peer.accepted = !self.world.session.dialect().greets;
        self.world.open();
    }

    fn welcome(&mut self) {
        self.peer.accepted = true;
        let text = if self.rng.bool() { "welcome" } else { "welcome beat=7000" };
        self.world.say(text);
    }

    /// Reads what was written, and checks what may be written.
    fn peer_reads(&mut self) {
        while let Some(sent) = self.world.read() {
            self.read_one(&sent);
        }
    }

    fn read_one(&mut self, sent: &Sent) {
        if sent.epoch != self.peer.epoch {
            return;
        }
        let words: Vec<_> = sent.text().splitn(3, ' ').collect();
        let [verb, id, rest] = words[..] else {
            assert!(["hello", "<ping>", "beat", "<close>"].contains(&words[0]), "{sent:?}");
            return;
        };
        assert!(self.peer.accepted, "nothing leaves before the peer accepts: {}", sent.text());
        let peer = &mut self.peer;
        match verb {
            "call" => peer.owed.push(format!("ok {id} {rest}")),
            "sub" => {
                assert!(!rest.starts_with("local"));
                let last = peer.last_verb.insert(rest.into(), verb.into());
                let refused = peer.refused.remove(rest);
                assert!(last.as_deref() != Some("sub") || refused, "{rest} is asked for twice");
                if self.rng.u8(0..8) == 0 {
                    peer.refused.insert(rest.into());
                    peer.owed
                        .push(format!("err {id} {}", if self.rng.bool() { "retry" } else { "no" }));
                } else {
                    peer.bound.insert(rest.into());
                    peer.owed.push(format!("ok {id}"));
                }
            }
            "unsub" => {
                let last = peer.last_verb.insert(rest.into(), verb.into());
                assert!(last.is_some(), "{rest} is ended without a beginning");
                peer.bound.remove(rest);
                peer.refused.remove(rest);
                peer.owed.push(format!("ok {id}"));
            }
            _ => panic!("unexpected {sent:?}"),
        }
    }

    fn reply(&mut self) {
        if self.world.open.is_none() || self.peer.owed.is_empty() {
            return;
        }
        let reply = self.peer.owed.swap_remove(self.rng.usize(0..self.peer.owed.len()));
        if self.rng.u8(0..10) > 0 {
            self.world.say(&reply);
            self.peer.given.push(reply);
        }
    }

    /// A reply that was given before, that belongs to an earlier connection, or that nobody asked for.
    fn misreply(&mut self) {
        if self.world.open.is_none() {
            return;
        }
        let replies = if self.rng.bool() { &self.peer.given } else { &self.late };
        let known = self.rng.choice(replies).cloned();
        let reply = known.unwrap_or_else(|| format!("ok {} strange", self.rng.u64(1_000_000..)));
        self.world.say(&reply);
    }

    fn event(&mut self) {
        if self.world.open.is_some() {
            let topic = *self.rng.choice(&["a", "b", "kept", "local", "x"]).unwrap();
            self.world.say(&format!("event {topic} 1"));
        }
    }

    fn cut(&mut self) {
        if self.world.open.is_some() {
            self.world.lose(match self.rng.u8(0..4) {
                0 => Observation::Eof,
                1 => Observation::Closed(Some(1001)),
                _ => Observation::Reset,
            });
        }
    }

    fn peer_refuses(&mut self) {
        if self.world.open.is_some() {
            let text = *self.rng.choice(&["busy", "unauthorized", "rejected"]).unwrap();
            if self.rng.u8(0..4) == 0 {
                self.world.say(text);
            }
        }
    }

    fn nonsense(&mut self) {
        let epoch = self.world.epoch.saturating_sub(self.rng.u64(0..3));
        let text: String = (0..self.rng.usize(0..12)).map(|_| self.rng.char(..)).collect();
        let stale = epoch != self.world.epoch;
        self.world.input(match self.rng.u8(0..4) {
            0 => Input::Received { epoch, frame: Frame::text(text) },
            1 => Input::Received { epoch, frame: Frame::Binary(text.into()) },
            2 if stale => Input::Lost { epoch, failure: Failure::new(Observation::Eof) },
            3 if stale => Input::Opened { epoch, credential: None },
            _ => Input::Elapsed,
        });
    }

    fn check(&self) {
        let world = &self.world;
        let mut written = BTreeSet::new();
        for sent in world.sent.iter().filter(|sent| sent.text().starts_with("call")) {
            let text = sent.text().rsplit(' ').next().unwrap();
            assert!(written.insert(text), "{text} is written twice");
        }
        for (call, text) in &self.calls {
            let Some((_, outcome)) = world.settled.get(call) else { continue };
            let sent = written.contains(text.as_str());
            match outcome {
                Outcome::Ok(reply) => assert_eq!(reply, text, "replies are mixed up"),
                Outcome::NotSent(_) | Outcome::Closed => assert!(!sent, "{text} was sent"),
                Outcome::Indeterminate => assert!(sent, "{text} was not sent"),
                Outcome::Timeout { sent: claimed } => assert_eq!(*claimed, sent, "{text}"),
                Outcome::Remote(error) => panic!("{text}: {error}"),
                Outcome::Cancelled => {}
            }
        }
        assert!(world.session.pending_calls() <= 20 && world.session.subscriptions() <= 12);
    }

    /// From now on all is well: what is wanted must come into force, and nothing else.
    fn settle_down(&mut self) {
        self.world.input(Input::Writable { epoch: self.world.epoch, writable: true });
        for _ in 0..900 {
            self.peer_reads();
            match self.world.session.state() {
                State::Online { .. } => {
                    for mut reply in std::mem::take(&mut self.peer.owed) {
                        if reply.starts_with("err") {
                            reply = "beat".into();
                        }
                        self.world.say(&reply);
                    }
                    self.world.say("event nobody 1");
                }
                _ => self.attempt(),
            }
            self.world.advance(secs(0.5));
        }
        self.peer_reads();
        self.check();
        assert!(self.world.session.state().is_online());
        let world = &self.world;
        let over = |id: &SubscriptionId| world.ended.contains(id);
        self.wanted.retain(|id, _| !over(id));
        let wanted: BTreeSet<_> =
            self.wanted.values().filter(|topic| *topic != "local").cloned().collect();
        let bound: BTreeSet<_> = self.peer.bound.clone();
        assert_eq!(bound, wanted, "what is in force is what is wanted");
        for subscription in self.wanted.keys() {
            let heard = self.world.heard(*subscription);
            let open = heard.iter().rev().find(|text| !text.starts_with("event"));
            assert!(!open.is_some_and(|text| text.starts_with("gap")), "a gap stays open");
        }
    }

    fn die(mut self) {
        self.world.input(Input::Close);
        self.world.advance(secs(2.0));
        self.check();
        assert!(matches!(self.world.session.state(), State::Closed));
        assert_eq!((self.world.open, self.world.wait), (None, None), "nothing is left");
        for (call, text) in &self.calls {
            assert!(self.world.is_settled(*call), "{text} is never settled");
        }
        for subscription in self.wanted.keys() {
            assert!(self.world.ended.contains(subscription));
        }
        assert_eq!(self.world.session.subscriptions(), 0);
    }
}

/// Inputs without sense: any frame, any epoch, in any order.
fn any_input() -> impl Strategy<Value = Input> {
    let epoch = 0_u64..4;
    let observation = prop_oneof![
        Just(Observation::Eof),
        any::<u16>().prop_map(|code| Observation::Closed(Some(code))),
        any::<u16>().prop_map(|status| Observation::Http {
            status,
            retry_after: None,
            html: false
        }),
        any::<u64>().prop_map(|seconds| Observation::Http {
            status: 503,
            retry_after: Some(longlink::RetryAfter::Seconds(seconds)),
            html: false
        }),
    ];
    let text = prop_oneof![
        Just("welcome".to_owned()),
        Just("welcome beat=0".to_owned()),
        "(ok|err|event) [0-9]{1,3} ?[a-z]?",
        any::<String>(),
    ];
    prop_oneof![
        Just(Input::Start),
        Just(Input::Retry),
        Just(Input::Elapsed),
        epoch.clone().prop_map(|epoch| Input::Opened { epoch, credential: None }),
        (epoch.clone(), observation)
            .prop_map(|(epoch, seen)| Input::Lost { epoch, failure: Failure::new(seen) }),
        (epoch.clone(), text)
            .prop_map(|(epoch, text)| Input::Received { epoch, frame: Frame::text(text) }),
        (epoch.clone(), any::<bool>())
            .prop_map(|(epoch, writable)| Input::Writable { epoch, writable }),
        any::<u64>()
            .prop_map(|unix| Input::WallClock { unix: std::time::Duration::from_secs(unix) }),
        Just(Input::Close),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_sequence_of_inputs_panics_and_every_call_ends(
        inputs in proptest::collection::vec((any_input(), 0_u32..30_000), 1..60),
        greets: bool,
    ) {
        let dialect = Telegraph { greets, ..Telegraph::default() };
        let mut session = longlink::Session::new(dialect, Config::default(), 1);
        let mut now = longlink::Instant::ZERO;
        let (mut made, mut settled) = (0_usize, 0_usize);
        let mut drain = |session: &mut longlink::Session<Telegraph>, now| loop {
            match session.poll(now) {
                longlink::Output::Wait(wait) => break wait,
                longlink::Output::Settled { .. } => settled += 1,
                _ => {}
            }
        };
        for (input, ms) in inputs {
            let options = CallOptions::default().wait_until_online();
            made += usize::from(session.call("x".into(), options, now).is_ok());
            let _ = session.subscribe(if ms % 2 == 0 { "a" } else { "local" }.into());
            now += std::time::Duration::from_millis(u64::from(ms));
            session.handle(input, now);
            drain(&mut session, now);
            session.handle(Input::Elapsed, now);
            let wait = drain(&mut session, now);
            prop_assert!(wait.is_none_or(|at| at > now), "it asks to be woken in the future");
        }
        session.handle(Input::Close, now);
        drain(&mut session, now);
        session.handle(Input::Elapsed, now + secs(2.0));
        let wait = drain(&mut session, now + secs(2.0));
        prop_assert_eq!(wait, None);
        prop_assert_eq!(made, settled);
    }
}
