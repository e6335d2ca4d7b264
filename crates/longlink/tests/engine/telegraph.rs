//! A small text protocol that uses every feature of the engine.
//!
//! ```text
//! → hello N TOKEN    ← welcome | welcome beat=MS | welcome now=MS | busy | unauthorized | rejected
//! → call ID TEXT     ← ok ID TEXT | err ID TEXT
//! → sub ID TOPIC     ← ok ID | err ID retry | err ID no
//! → unsub ID TOPIC   ← ok ID
//!                    ← event TOPIC TEXT
//! ```
//! Topics that begin with `local` are not asked for on the wire, of those that begin with `kept` the last event is, and
//! those that begin with `last` come after all others.

use std::time::Duration;

use longlink::{
    Context, Dialect, Encoded, Failure, Frame, Greeting, Heartbeat, Observation, Operation, Probe,
    Refused, Schedule, Signals,
};

#[derive(Debug, Default)]
pub(crate) struct Telegraph {
    pub(crate) greets: bool,
    /// Every id is 7: a faulty dialect.
    pub(crate) stuck_ids: bool,
    pub(crate) lost: u32,
    /// All closes are alike.
    pub(crate) ignores_close_codes: bool,
    /// No command that begins with `slow` leaves before this.
    pub(crate) slow_until: longlink::Instant,
    /// What it asks by itself after each acceptance.
    pub(crate) asks: Vec<String>,
    /// Requests that are waited for.
    pub(crate) open: std::collections::BTreeSet<u64>,
}

impl Telegraph {
    pub(crate) fn polite() -> Self {
        Self { greets: true, ..Self::default() }
    }

    fn request(&mut self, verb: &str, text: &str, cx: &mut Context<'_>) -> Encoded<u64> {
        let id = if self.stuck_ids { 7 } else { cx.serial() };
        self.open.insert(id);
        Encoded { id, frame: Frame::text(format!("{verb} {id} {text}")) }
    }
}

impl Dialect for Telegraph {
    type Command = String;
    type Reply = String;
    type Error = String;
    type Event = String;
    type Topic = String;
    type Id = u64;

    fn greet(&mut self, cx: &mut Context<'_>) -> Greeting {
        if self.greets {
            let credential = cx.credential().map_or("", |credential| credential.expose());
            let hello = format!("hello {} {credential}", cx.unix().as_secs());
            Greeting::and_wait(Frame::text(hello.trim_end()))
        } else {
            Greeting::none()
        }
    }

    fn accepted(&mut self, cx: &mut Context<'_>) -> Vec<String> {
        self.asks.iter().map(|ask| format!("{ask}/{}", cx.epoch())).collect()
    }

    fn encode(&mut self, command: String, cx: &mut Context<'_>) -> Encoded<u64> {
        self.request("call", &command, cx)
    }

    fn subscribe(&mut self, topic: &String, cx: &mut Context<'_>) -> Operation<u64> {
        if topic.starts_with("local") {
            return Operation::Local;
        }
        Operation::Request(self.request("sub", topic, cx))
    }

    fn unsubscribe(&mut self, topic: &String, cx: &mut Context<'_>) -> Operation<u64> {
        if topic.starts_with("local") {
            return Operation::Local;
        }
        Operation::Request(self.request("unsub", topic, cx))
    }

    fn refused_subscription(&mut self, _: &String, error: &String) -> Refused {
        if error == "retry" { Refused::Retry } else { Refused::End }
    }

    fn refused_end(&mut self, _: &String, error: &String) -> Refused {
        if error == "retry" { Refused::Retry } else { Refused::End }
    }

    fn retains(&self, topic: &String) -> bool {
        topic.starts_with("kept")
    }

    fn rank(&self, topic: &String) -> u8 {
        u8::from(topic.starts_with("last"))
    }

    fn receive(&mut self, frame: Frame, _: &mut Context<'_>, signals: &mut Signals<Self>) {
        let Frame::Text(text) = frame else { return signals.malformed() };
        for line in text.lines() {
            read(line, signals);
        }
    }

    fn not_before(&self, command: &String) -> longlink::Instant {
        if command.starts_with("slow") { self.slow_until } else { longlink::Instant::ZERO }
    }

    fn closed(&self, code: Option<u16>) -> Failure {
        Failure::new(Observation::Closed(code.filter(|_| !self.ignores_close_codes)))
    }

    fn settled(&mut self, id: &u64) {
        assert!(self.open.remove(id) || self.stuck_ids, "{id} is settled twice");
    }

    fn lost(&mut self) {
        self.open.clear();
        self.lost += 1;
    }
}

fn read(line: &str, signals: &mut Signals<Telegraph>) {
    let mut words = line.splitn(3, ' ');
    let (verb, first, rest) = (words.next(), words.next(), words.next().unwrap_or_default());
    let id = first.and_then(|word| word.parse().ok());
    match (verb, id) {
        (Some("welcome"), _) => {
            if let Some((when, Ok(ms))) =
                first.and_then(|word| word.split_once('=')).map(|(when, ms)| (when, ms.parse()))
            {
                let heartbeat = Heartbeat::new(
                    Duration::from_millis(ms),
                    Duration::from_secs(1),
                    Probe::Text("beat"),
                    Schedule::Always,
                );
                signals.heartbeat(if when == "now" { heartbeat.at_once() } else { heartbeat });
            }
            signals.accepted();
        }
        (Some("busy"), _) => signals.refused(Observation::GreetingBusy),
        (Some("unauthorized"), _) => signals.refused(Observation::GreetingUnauthorized),
        (Some("rejected"), _) => signals.refused(Observation::GreetingRejected),
        (Some("ok"), Some(id)) => signals.reply(id, Ok(rest.to_owned())),
        (Some("err"), Some(id)) => signals.reply(id, Err(rest.to_owned())),
        (Some("event"), _) => {
            signals.event(first.unwrap_or_default().to_owned(), rest.to_owned());
        }
        _ => signals.malformed(),
    }
}
