//! A session in simulated time, and what came out of it.

use std::collections::BTreeMap;
use std::time::Duration;

use longlink::{
    CallId, CallOptions, Config, Delivery, Failure, Frame, Input, Instant, Observation, Outcome,
    Output, Secret, Session, State, SubscriptionId,
};

use crate::telegraph::Telegraph;

pub(crate) type Settled = Outcome<String, String>;

pub(crate) struct World {
    pub(crate) session: Session<Telegraph>,
    pub(crate) now: Instant,
    pub(crate) epoch: u64,
    /// The transport that is open.
    pub(crate) open: Option<u64>,
    pub(crate) sent: Vec<Sent>,
    pub(crate) settled: BTreeMap<CallId, Vec<(Instant, Settled)>>,
    pub(crate) heard: BTreeMap<SubscriptionId, Vec<String>>,
    pub(crate) connects: Vec<(Instant, bool)>,
    pub(crate) disconnects: u32,
    pub(crate) states: Vec<State>,
    pub(crate) wait: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sent {
    pub(crate) at: Instant,
    pub(crate) epoch: u64,
    pub(crate) frame: Frame,
}

impl Sent {
    pub(crate) fn text(&self) -> &str {
        match &self.frame {
            Frame::Text(text) => text,
            Frame::Ping(_) => "<ping>",
            Frame::Close(_) => "<close>",
            _ => "<other>",
        }
    }
}

pub(crate) fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

impl World {
    pub(crate) fn new(dialect: Telegraph, config: Config, seed: u64) -> Self {
        Self {
            session: Session::new(dialect, config, seed),
            now: Instant::ZERO,
            epoch: 0,
            open: None,
            sent: Vec::new(),
            settled: BTreeMap::new(),
            heard: BTreeMap::new(),
            connects: Vec::new(),
            disconnects: 0,
            states: Vec::new(),
            wait: None,
        }
    }

    /// A session with a greeting, started and accepted.
    pub(crate) fn online() -> Self {
        let mut world = Self::new(Telegraph::polite(), Config::default(), 1);
        world.input(Input::Start);
        world.accept();
        world
    }

    pub(crate) fn input(&mut self, input: Input) {
        self.session.handle(input, self.now);
        self.pump();
    }

    pub(crate) fn pump(&mut self) {
        loop {
            match self.session.poll(self.now) {
                Output::Connect { epoch, refresh } => {
                    assert_eq!(self.open, None, "one link at a time");
                    assert!(epoch > self.epoch, "epochs grow");
                    self.epoch = epoch;
                    self.connects.push((self.now, refresh));
                }
                Output::Transmit(frame) => {
                    let epoch = self.open.expect("frames leave only on an open transport");
                    self.sent.push(Sent { at: self.now, epoch, frame });
                }
                Output::Disconnect { epoch } => {
                    assert_eq!(epoch, self.epoch);
                    self.open = None;
                    self.disconnects += 1;
                }
                Output::Settled { call, outcome } => {
                    self.settled.entry(call).or_default().push((self.now, outcome));
                }
                Output::Deliver { subscription, delivery } => {
                    self.heard.entry(subscription).or_default().push(show(&delivery));
                }
                Output::Ended { subscription } => {
                    self.heard.entry(subscription).or_default().push("ended".into());
                }
                Output::State(state) => self.states.push(state),
                Output::Wait(wait) => {
                    self.wait = wait;
                    return;
                }
                other => panic!("unexpected {other:?}"),
            }
        }
    }

    /// Lets time pass, waking the session when it asked for it.
    pub(crate) fn advance(&mut self, by: Duration) {
        let end = self.now + by;
        while let Some(at) = self.wait.filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.input(Input::Elapsed);
            assert!(self.wait.is_none_or(|next| next > self.now), "no timer is left behind");
        }
        self.now = end;
    }

    /// Lets time pass without the session being served, as when a computer sleeps.
    pub(crate) fn sleep(&mut self, by: Duration) {
        self.now += by;
        self.input(Input::Elapsed);
    }

    /// Opens the transport of the attempt in progress.
    pub(crate) fn open(&mut self) {
        self.open_with(None);
    }

    pub(crate) fn open_with(&mut self, credential: Option<Secret>) {
        self.open = Some(self.epoch);
        self.input(Input::Opened { epoch: self.epoch, credential });
    }

    pub(crate) fn accept(&mut self) {
        self.open();
        self.say("welcome");
        assert!(self.session.state().is_online());
    }

    pub(crate) fn say(&mut self, text: &str) {
        self.input(Input::Received { epoch: self.epoch, frame: Frame::text(text) });
    }

    pub(crate) fn lose(&mut self, observation: Observation) {
        self.input(Input::Lost { epoch: self.epoch, failure: Failure::new(observation) });
    }

    /// Waits for the next attempt and lets it succeed.
    pub(crate) fn reconnect(&mut self) {
        let attempts = self.connects.len();
        while self.connects.len() == attempts {
            self.now = self.wait.expect("an attempt is planned").max(self.now);
            self.input(Input::Elapsed);
        }
        self.accept();
    }

    pub(crate) fn call(&mut self, text: &str) -> CallId {
        self.call_with(text, CallOptions::default())
    }

    pub(crate) fn call_with(&mut self, text: &str, options: CallOptions) -> CallId {
        let call = self.session.call(text.into(), options, self.now).expect("the call is taken");
        self.pump();
        call
    }

    pub(crate) fn subscribe(&mut self, topic: &str) -> SubscriptionId {
        let subscription = self.session.subscribe(topic.into()).expect("there is room");
        self.pump();
        subscription
    }

    pub(crate) fn unsubscribe(&mut self, subscription: SubscriptionId) {
        self.session.unsubscribe(subscription);
        self.pump();
    }

    /// The only outcome of a call.
    pub(crate) fn outcome(&self, call: CallId) -> Settled {
        match self.settled.get(&call).map(Vec::as_slice) {
            Some([(_, outcome)]) => outcome.clone(),
            other => panic!("{call:?} is not settled exactly once: {other:?}"),
        }
    }

    pub(crate) fn is_settled(&self, call: CallId) -> bool {
        self.settled.contains_key(&call)
    }

    pub(crate) fn heard(&self, subscription: SubscriptionId) -> Vec<&str> {
        self.heard.get(&subscription).into_iter().flatten().map(String::as_str).collect()
    }

    /// The texts written on a connection; the greeting without its time.
    pub(crate) fn texts(&self, epoch: u64) -> Vec<&str> {
        let texts = self.sent.iter().filter(|sent| sent.epoch == epoch).map(Sent::text);
        texts.map(|text| if text.starts_with("hello") { "hello" } else { text }).collect()
    }

    /// The id in the last text written that begins with these words.
    pub(crate) fn last_id(&self, verb: &str) -> u64 {
        let text = self.sent.iter().rev().map(Sent::text).find(|text| text.starts_with(verb));
        let id = text.and_then(|text| text.split(' ').nth(1)?.parse().ok());
        id.unwrap_or_else(|| panic!("nothing like {verb:?} was written"))
    }
}

pub(crate) fn show(delivery: &Delivery<String, String>) -> String {
    match delivery {
        Delivery::Event(event) => format!("event {event}"),
        Delivery::Gap { epoch, .. } => format!("gap {epoch}"),
        Delivery::Resynced { epoch } => format!("resynced {epoch}"),
        Delivery::Refused { error, retrying } => format!("refused {error} {retrying}"),
        Delivery::Stopped(failure) => format!("stopped {:?}", failure.observation()),
        other => format!("{other:?}"),
    }
}
