//! Lives of a session with the dialect of a client: bytes are calls of the user and inputs of the driver.

use std::collections::BTreeMap;
use std::time::Duration;

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use longlink::{
    CallId, CallOptions, Config, Delivery, Dialect, Failure, Frame, Input, Instant, Observation,
    Output, Session, State, SubscriptionId,
};

/// What a user of a dialect says, and its peer.
pub trait Script<D: Dialect> {
    /// A command, if there is any.
    fn command(&mut self, bytes: &mut Unstructured<'_>) -> Result<Option<D::Command>>;

    /// A topic.
    fn topic(&mut self, bytes: &mut Unstructured<'_>) -> Result<D::Topic>;

    /// What the peer says to `asked`, one of the last texts that were sent to it.
    fn said(&mut self, asked: &str, bytes: &mut Unstructured<'_>) -> Result<String>;
}

/// Lives one life, and checks what must hold in all of them.
pub fn live<D: Dialect>(
    dialect: D,
    script: &mut impl Script<D>,
    bytes: &mut Unstructured<'_>,
) -> Result<()> {
    let mut config = Config::default();
    config.max_calls = 8;
    config.max_subscriptions = 6;
    let mut life = Life {
        session: Session::new(dialect, config, bytes.arbitrary()?),
        now: Instant::ZERO,
        epoch: 0,
        is_open: false,
        wait: None,
        sent: Vec::new(),
        calls: BTreeMap::new(),
        subscriptions: BTreeMap::new(),
    };
    life.input(Input::WallClock { unix: Duration::from_secs(1_700_000_000) });
    life.input(Input::Start);
    while !bytes.is_empty() && life.step(script, bytes).is_ok() {
        life.check();
    }
    life.die();
    Ok(())
}

struct Life<D: Dialect> {
    session: Session<D>,
    now: Instant,
    epoch: u64,
    is_open: bool,
    wait: Option<Instant>,
    sent: Vec<String>,
    calls: BTreeMap<CallId, Call>,
    subscriptions: BTreeMap<SubscriptionId, Heard>,
}

struct Call {
    deadline: Instant,
    is_settled: bool,
}

#[derive(Default)]
struct Heard {
    is_gap: bool,
    is_over: bool,
}

impl<D: Dialect> Life<D> {
    fn step(&mut self, script: &mut impl Script<D>, bytes: &mut Unstructured<'_>) -> Result<()> {
        let epoch = self.epoch;
        match bytes.int_in_range(0..=15)? {
            0 => self.advance(span(bytes)?),
            1 => {
                self.now += span(bytes)?;
                self.input(Input::Elapsed);
            }
            2 | 3 => {
                if let Some(command) = script.command(bytes)? {
                    self.call(command, span(bytes)?);
                }
            }
            4 => {
                let at = usize::from(bytes.arbitrary::<u8>()?);
                if let Some((call, state)) = self.calls.iter_mut().nth(at) {
                    let was_pending = self.session.cancel(*call);
                    assert_eq!(was_pending, !std::mem::replace(&mut state.is_settled, true));
                }
            }
            5 | 6 => {
                if let Ok(subscription) = self.session.subscribe(script.topic(bytes)?) {
                    self.subscriptions.insert(subscription, Heard::default());
                }
                self.pump();
            }
            7 => {
                let at = usize::from(bytes.arbitrary::<u8>()?);
                if let Some((subscription, heard)) = self.subscriptions.iter_mut().nth(at) {
                    if bytes.arbitrary()? {
                        self.session.unsubscribe(*subscription);
                        heard.is_over = true;
                    } else {
                        self.session.resync(*subscription);
                    }
                    self.pump();
                }
            }
            8 => self.input(if bytes.arbitrary()? { Input::Retry } else { Input::Renewed }),
            9 if self.is_open => {
                let failure = Failure::new(Observation::Closed(bytes.arbitrary()?));
                self.input(Input::Lost { epoch, failure });
            }
            10 if self.is_open => {
                self.input(Input::Writable { epoch, writable: bytes.arbitrary()? });
            }
            _ if self.is_open => {
                let at = usize::from(bytes.arbitrary::<u8>()?);
                let asked = self.sent.iter().rev().nth(at).cloned().unwrap_or_default();
                let frame = Frame::text(script.said(&asked, bytes)?);
                self.input(Input::Received { epoch, frame });
            }
            _ if matches!(self.session.state(), State::Connecting { .. }) => {
                self.is_open = true;
                self.sent.clear();
                self.input(Input::Opened { epoch, credential: Some("token".into()) });
            }
            _ => self.advance(Duration::from_secs(30)),
        }
        Ok(())
    }

    fn call(&mut self, command: D::Command, timeout: Duration) {
        let options = CallOptions::default().timeout(timeout).wait_until_online();
        if let Ok(call) = self.session.call(command, options, self.now) {
            let deadline = self.now + timeout;
            self.calls.insert(call, Call { deadline, is_settled: false });
        }
        self.pump();
    }

    fn advance(&mut self, by: Duration) {
        let end = self.now + by;
        while let Some(at) = self.wait.filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.input(Input::Elapsed);
            assert!(self.wait.is_none_or(|next| next > self.now), "no timer is left behind");
        }
        self.now = end;
    }

    fn input(&mut self, input: Input) {
        self.session.handle(input, self.now);
        self.pump();
    }

    fn pump(&mut self) {
        loop {
            match self.session.poll(self.now) {
                Output::Connect { epoch, .. } => {
                    assert!(!self.is_open && epoch > self.epoch, "one link at a time");
                    self.epoch = epoch;
                }
                Output::Transmit(frame) => {
                    assert!(self.is_open, "frames leave only on an open transport");
                    if let Frame::Text(text) = frame {
                        self.sent.push(text.to_string());
                    }
                }
                Output::Disconnect { .. } => self.is_open = false,
                // What the dialect asks by itself is settled, too.
                Output::Settled { call, .. } => {
                    if let Some(call) = self.calls.get_mut(&call) {
                        assert!(!std::mem::replace(&mut call.is_settled, true), "settled twice");
                    }
                }
                Output::Deliver { subscription, delivery } => {
                    // What it hears at the beginning comes before its id.
                    let heard = self.subscriptions.entry(subscription).or_default();
                    assert!(!heard.is_over, "{delivery:?} after the end");
                    match delivery {
                        Delivery::Gap { .. } => {
                            assert!(!std::mem::replace(&mut heard.is_gap, true), "two gaps");
                        }
                        Delivery::Resynced { .. } => assert!(std::mem::take(&mut heard.is_gap)),
                        Delivery::Event(_) => assert!(!heard.is_gap, "an event inside a gap"),
                        _ => {}
                    }
                }
                Output::Ended { subscription } => {
                    let heard = self.subscriptions.entry(subscription).or_default();
                    assert!(!std::mem::replace(&mut heard.is_over, true), "ended twice");
                }
                Output::Wait(wait) => {
                    self.wait = wait;
                    return;
                }
                _ => {}
            }
        }
    }

    fn check(&self) {
        for call in self.calls.values() {
            assert!(call.is_settled || call.deadline > self.now, "not settled by its deadline");
        }
        let live = self.subscriptions.values().filter(|heard| !heard.is_over).count();
        assert_eq!(self.session.subscriptions(), live);
    }

    fn die(mut self) {
        self.input(Input::Close);
        self.advance(Duration::from_secs(2));
        self.check();
        assert!(matches!(self.session.state(), State::Closed));
        assert_eq!((self.is_open, self.wait), (false, None), "nothing is left");
        assert!(self.calls.values().all(|call| call.is_settled), "a call is never settled");
        assert!(self.subscriptions.values().all(|heard| heard.is_over), "a subscription stays");
        assert_eq!(self.session.pending_calls(), 0);
    }
}

/// From a millisecond to about four minutes.
fn span(bytes: &mut Unstructured<'_>) -> Result<Duration> {
    Ok(Duration::from_millis(1 << bytes.int_in_range(0..=18_u32)?))
}
