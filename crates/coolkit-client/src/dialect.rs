//! The protocol as the link engine sees it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use coolkit_proto::{
    Action, Awaited, Device, ErrorClass, ErrorField, Event, Handshake, HandshakeOutcome,
    HeartbeatLimits, Incoming, Json, LegacyPhone, Malformed, Params, Pending, Reply, Request,
    Sequence, Sequences, Unmatched, UserOnline, Verdict, classify,
};
use longlink::{
    Context, Encoded, Failure, Frame, Greeting, Heartbeat, Instant, Observation, Probe, Schedule,
    Secret, Signals,
};

use crate::connector::of_class;
use crate::store::Store;

#[cfg(test)]
mod matrix;
#[cfg(test)]
mod tests;

#[derive(Debug)]
pub(crate) struct Dialect {
    pub(crate) login: Login,
    pub(crate) heartbeat: HeartbeatOptions,
    /// Whether each connection begins with a query of every device that the user deals with.
    pub(crate) resync: bool,
    pub(crate) sequences: Arc<Mutex<Sequences>>,
    pub(crate) store: Arc<Store>,
    pub(crate) pending: Requests,
    /// When a meter was last asked for its readings.
    pub(crate) ui_active_at: Option<Instant>,
}

/// What a login holds beside the token.
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) apikey: coolkit_proto::Secret,
    pub(crate) appid: Secret,
    /// Log in as version 6 did.
    pub(crate) phone: Option<LegacyPhone>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct HeartbeatOptions {
    pub(crate) limits: HeartbeatLimits,
    /// The user's interval, in the place of nine tenths of the cloud's.
    pub(crate) interval: Option<Duration>,
    pub(crate) timeout: Duration,
}

/// The vendor blocks who asks meters for their readings more often.
const UI_ACTIVE_SPACING: Duration = Duration::from_secs(1);

/// What waits for an answer on the connection that is open.
#[derive(Default)]
pub(crate) struct Requests {
    handshake: Option<Sequence>,
    /// By the number that is their sequence.
    sent: HashMap<u64, Sent>,
}

struct Sent {
    request: Request,
    device: Arc<Device>,
}

/// A request that has no sequence yet.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) device: Arc<Device>,
    pub(crate) ask: Ask,
}

#[derive(Clone)]
pub(crate) enum Ask {
    Update(Params),
    Query(Vec<String>),
    Other(Action, Json),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    Everything,
    Device(Arc<str>),
}

#[derive(Clone, Debug)]
pub(crate) enum Inbound {
    Event(Arc<Event>),
    Reply(Arc<Reply>),
    Unmatched(Arc<Unmatched>),
    Malformed(Arc<Malformed>),
}

impl longlink::Dialect for Dialect {
    type Command = Order;
    type Reply = Arc<Reply>;
    type Error = Arc<Reply>;
    type Event = Inbound;
    type Topic = Topic;
    type Id = u64;

    fn greet(&mut self, cx: &mut Context<'_>) -> Greeting {
        let sequence = self.next_sequence(cx);
        let nonce: String = (0..8).map(|_| cx.rng().alphanumeric()).collect();
        let at = cx.credential().map_or("", Secret::expose);
        let login = UserOnline::new(
            at.into(),
            self.login.apikey.clone(),
            self.login.appid.expose().into(),
            &nonce,
            sequence.clone(),
        );
        self.pending = Requests { handshake: Some(sequence), sent: HashMap::new() };
        let frame = match &self.login.phone {
            Some(phone) => login.to_legacy_frame(phone),
            None => login.to_frame(),
        };
        Greeting::and_wait(Frame::text(frame.encode()))
    }

    fn accepted(&mut self, _: &mut Context<'_>) -> Vec<Order> {
        if !self.resync {
            return Vec::new();
        }
        let query = |device| Order { device, ask: Ask::Query(Vec::new()) };
        self.store.followed().into_iter().map(query).collect()
    }

    fn encode(&mut self, order: Order, cx: &mut Context<'_>) -> Encoded<u64> {
        if order.is_ui_active() {
            self.ui_active_at = Some(cx.now());
        }
        let device = Arc::clone(&order.device);
        let request = order.request(&self.login.apikey, self.next_sequence(cx));
        let id = request.sequence().millis();
        let frame = Frame::text(request.encode());
        self.pending.sent.insert(id, Sent { request, device });
        Encoded { id, frame }
    }

    fn receive(&mut self, frame: Frame, _: &mut Context<'_>, signals: &mut Signals<Self>) {
        // No binary frame was ever seen: it is counted.
        let Frame::Text(text) = &frame else { return signals.malformed() };
        let incoming = classify(text, &self.pending);
        if self.pending.handshake.is_some() && incoming.refuses_login() {
            return signals.refused(refusal(&incoming));
        }
        match incoming {
            Incoming::Event(event) => {
                let id = self.store.event(&event);
                publish(id, Inbound::Event(Arc::new(event)), signals);
            }
            Incoming::Handshake(handshake) => self.accept(&handshake, signals),
            Incoming::Reply(reply) => self.reply(reply, signals),
            Incoming::Unmatched(unmatched) => {
                signals.unmatched();
                self.store.unmatched(&unmatched);
                let id = unmatched.frame().device_id().map(Arc::from);
                publish(id, Inbound::Unmatched(Arc::new(unmatched)), signals);
            }
            Incoming::Malformed(malformed) => {
                signals.malformed();
                publish(None, Inbound::Malformed(Arc::new(malformed)), signals);
            }
            _ => {}
        }
    }

    fn not_before(&self, order: &Order) -> Instant {
        let last = self.ui_active_at.filter(|_| order.is_ui_active());
        last.map_or(Instant::ZERO, |at| at + UI_ACTIVE_SPACING)
    }

    /// 1006 is the usual form of every cut, and no code says anything.
    fn closed(&self, code: Option<u16>) -> Failure {
        let closed = Failure::new(Observation::Closed(code));
        match closed.verdict() {
            longlink::Verdict::Retry => closed,
            _ => Failure::with_source(Observation::Io, closed.seen().to_string()),
        }
    }

    fn settled(&mut self, id: &u64) {
        self.pending.sent.remove(id);
    }

    fn lost(&mut self) {
        self.pending = Requests::default();
        self.store.lost();
    }
}

impl Dialect {
    fn next_sequence(&self, cx: &Context<'_>) -> Sequence {
        let millis = u64::try_from(cx.unix().as_millis()).unwrap_or(u64::MAX);
        self.sequences.lock().unwrap_or_else(PoisonError::into_inner).next(millis)
    }

    fn accept(&mut self, handshake: &Handshake, signals: &mut Signals<Self>) {
        let HandshakeOutcome::Accepted { heartbeat } =
            handshake.outcome_within(&self.heartbeat.limits)
        else {
            return;
        };
        self.pending.handshake = None;
        signals.heartbeat(self.heartbeat.of(heartbeat));
        signals.accepted();
    }

    fn reply(&mut self, reply: Reply, signals: &mut Signals<Self>) {
        let Some(Sent { request, device }) = self.pending.sent(reply.sequence()) else { return };
        let id = request.sequence().millis();
        let device = self.store.answer(device.id(), request, &reply);
        let verdict = reply.verdict();
        let reply = Arc::new(reply);
        let result = match verdict {
            Verdict::Acknowledged => Ok(Arc::clone(&reply)),
            _ => Err(Arc::clone(&reply)),
        };
        signals.reply(id, result);
        publish(Some(device), Inbound::Reply(reply), signals);
        if let Verdict::Rejected { class: ErrorClass::Auth, code } = verdict {
            // The socket is not logged in any more, and nothing else will work on it.
            signals.refused(refusal_by(ErrorField::Code(code)));
        }
    }
}

impl HeartbeatOptions {
    /// The heartbeat of a connection. Where the cloud wants no `ping`, a WebSocket ping notices a dead one.
    fn of(&self, announced: Option<coolkit_proto::Heartbeat>) -> Heartbeat {
        let Some(announced) = announced else {
            let interval = Duration::from_secs(self.limits.default.into());
            let interval = self.interval.unwrap_or(interval);
            return Heartbeat::new(interval, self.timeout, Probe::Ping, Schedule::WhenQuiet);
        };
        let interval = self.interval.unwrap_or(announced.ping_interval());
        let interval = interval.min(announced.longest_pause());
        let probe = Probe::Text(coolkit_proto::Heartbeat::PING);
        Heartbeat::new(interval, self.timeout, probe, Schedule::Always).at_once()
    }
}

impl Order {
    fn request(self, user: &coolkit_proto::Secret, sequence: Sequence) -> Request {
        let Self { device, ask } = self;
        let request = match ask {
            Ask::Update(params) => Request::update(&device, params, sequence),
            Ask::Query(names) => {
                Request::query(&device, names.iter().map(String::as_str), sequence)
            }
            Ask::Other(action, params) => match (&action, params.view().as_object()) {
                (Action::Upgrade, Some(params)) => {
                    Request::upgrade(&device, params.to_object(), sequence)
                }
                (Action::Share | Action::UpdateShare | Action::CancelShare, Some(params)) => {
                    Request::share(action, &device, user, params.to_object(), sequence)
                }
                _ => Request::new(action, &device, params, sequence),
            },
        };
        request.on_behalf_of(user)
    }

    /// Whether it asks a meter for its readings.
    fn is_ui_active(&self) -> bool {
        matches!(&self.ask, Ask::Update(params) if params.view().json("uiActive").is_some())
    }
}

impl Requests {
    /// The request with this sequence, which is one text only: no other one of the same number is an answer.
    fn sent(&self, sequence: &str) -> Option<&Sent> {
        let sent = self.sent.get(&sequence.parse().ok()?)?;
        (sent.request.sequence().as_str() == sequence).then_some(sent)
    }
}

impl Pending for Requests {
    fn handshake(&self) -> Option<&str> {
        self.handshake.as_ref().map(Sequence::as_str)
    }

    fn request(&self, sequence: &str) -> Option<Awaited<'_>> {
        let sent = self.sent(sequence)?;
        Some(Awaited { device_id: Some(sent.device.id()) })
    }
}

/// Shows how many there are: a command may hold a secret.
impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Requests({})", self.sent.len())
    }
}

/// Tells those who listen to everything, and those who listen to this device.
fn publish(device: Option<Arc<str>>, inbound: Inbound, signals: &mut Signals<Dialect>) {
    if let Some(id) = device {
        signals.event(Topic::Device(id), inbound.clone());
    }
    signals.event(Topic::Everything, inbound);
}

/// Why the login is refused.
fn refusal(incoming: &Incoming) -> Failure {
    let frame = match incoming {
        Incoming::Handshake(handshake) => handshake.frame(),
        Incoming::Reply(reply) => reply.frame(),
        Incoming::Unmatched(unmatched) => unmatched.frame(),
        _ => return Failure::new(Observation::GreetingBusy),
    };
    refusal_by(frame.error())
}

fn refusal_by(error: ErrorField) -> Failure {
    let observation = of_class(error.class());
    match error.code() {
        Some(code) if !code.is_ok() => Failure::with_source(observation, code.to_string()),
        _ => Failure::new(observation),
    }
}
