use std::fmt::Debug;
use std::hash::Hash;
use std::time::Duration;

use fastrand::Rng;

use super::heartbeat::Heartbeat;
use crate::{Failure, Frame, Instant, Observation, Secret};

/// A protocol, as far as the engine has to know it: how to greet, how to ask, and what a frame means.
///
/// Implementations are pure: no I/O, no clock, no randomness of their own. What they need of those is in [`Context`].
/// An example is in the [crate's documentation](crate).
///
/// The engine asks for an encoding at the moment at which the frame is written, so ids and time stamps are fresh, and in
/// the order in which frames leave. It registers the id before the frame can leave.
pub trait Dialect: Sized + Debug {
    /// What a call asks for. It is consumed when it is written: it cannot be sent twice.
    type Command;
    /// What a call gets.
    type Reply: Debug;
    /// What the peer answers to a call or subscription that it refuses.
    type Error: Clone + Debug;
    /// What subscriptions get.
    type Event: Clone + Debug;
    /// What can be subscribed to. Equal topics share one subscription on the wire.
    type Topic: Clone + Debug + Eq + Hash;
    /// What joins a reply to its request. An id must not be reused while the session lives.
    type Id: Clone + Debug + Eq + Hash;

    /// A new connection is open. What belongs to the last one is void.
    fn greet(&mut self, cx: &mut Context<'_>) -> Greeting {
        let _ = cx;
        Greeting::none()
    }

    /// The peer accepted the greeting. What is given here is sent as calls that nobody waits for, one whenever no call of
    /// the user wants to be sent: queries for what was missed, say. They do not outlive the connection.
    fn accepted(&mut self, cx: &mut Context<'_>) -> Vec<Self::Command> {
        let _ = cx;
        Vec::new()
    }

    /// The frame for a command.
    fn encode(&mut self, command: Self::Command, cx: &mut Context<'_>) -> Encoded<Self::Id>;

    /// How to subscribe on the wire. By default not at all: the peer sends everything.
    fn subscribe(&mut self, topic: &Self::Topic, cx: &mut Context<'_>) -> Operation<Self::Id> {
        let _ = (topic, cx);
        Operation::Local
    }

    /// How to end a subscription on the wire.
    fn unsubscribe(&mut self, topic: &Self::Topic, cx: &mut Context<'_>) -> Operation<Self::Id> {
        let _ = (topic, cx);
        Operation::Local
    }

    /// What to make of the peer's refusal of a subscription.
    fn refused_subscription(&mut self, topic: &Self::Topic, error: &Self::Error) -> Refused {
        let _ = (topic, error);
        Refused::End
    }

    /// What to make of the peer's refusal to end a subscription. By default it counts as ended.
    fn refused_end(&mut self, topic: &Self::Topic, error: &Self::Error) -> Refused {
        let _ = (topic, error);
        Refused::End
    }

    /// Whether who subscribes to a topic that is in force already hears its last event first: for topics whose events are
    /// the current value of something, which the peer tells only once. By default not.
    fn retains(&self, topic: &Self::Topic) -> bool {
        let _ = topic;
        false
    }

    /// Topics of a lower rank are made, restored and ended before those of a higher one. By default all are equal.
    fn rank(&self, topic: &Self::Topic) -> u8 {
        let _ = topic;
        0
    }

    /// Nobody wants a topic any more, and the peer was told, or it refused the topic for good, or the connection is lost.
    fn forgotten(&mut self, topic: &Self::Topic) {
        let _ = topic;
    }

    /// What a text or binary frame means, as signals in the order of the frame. Must not panic, whatever it holds.
    fn receive(&mut self, frame: Frame, cx: &mut Context<'_>, signals: &mut Signals<Self>);

    /// A command or subscription request is no longer waited for: it was answered, its deadline passed, or it was given up.
    /// A lost connection ends all of them, and only [`lost`](Dialect::lost) says so.
    ///
    /// For protocols in which more than the id decides whether a frame is the reply: keep what it takes from
    /// [`encode`](Dialect::encode) until here.
    fn settled(&mut self, id: &Self::Id) {
        let _ = id;
    }

    /// Before which time a command must not be written, though its turn has come; what stands behind it waits, too. For
    /// servers that want some commands spaced more than others.
    fn not_before(&self, command: &Self::Command) -> Instant {
        let _ = command;
        Instant::ZERO
    }

    /// What a close of the peer means, by its code. By default what [`Observation::Closed`] says of the code.
    fn closed(&self, code: Option<u16>) -> Failure {
        Failure::new(Observation::Closed(code))
    }

    /// The connection that [`greet`](Dialect::greet) opened is lost.
    fn lost(&mut self) {}
}

/// What a [`Dialect`] may use of the world.
#[derive(Debug)]
pub struct Context<'a> {
    pub(super) now: Instant,
    pub(super) unix: Duration,
    pub(super) epoch: u64,
    pub(super) credential: Option<&'a Secret>,
    pub(super) serial: &'a mut u64,
    pub(super) rng: &'a mut Rng,
}

impl Context<'_> {
    /// The monotonic time.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The wall clock: the time since the Unix epoch. It may step.
    #[must_use]
    pub fn unix(&self) -> Duration {
        self.unix
    }

    /// What the connector presents to the peer on this connection, for protocols whose greeting carries it.
    #[must_use]
    pub fn credential(&self) -> Option<&Secret> {
        self.credential
    }

    /// The number of the connection.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// A number that the session has not given before, from 1. It makes ids that no other connection has used.
    pub fn serial(&mut self) -> u64 {
        *self.serial += 1;
        *self.serial
    }

    /// Seeded randomness, for nonces that need not be secret.
    pub fn rng(&mut self) -> &mut Rng {
        self.rng
    }
}

/// What is sent on a new connection before anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Greeting {
    pub(super) frames: Vec<Frame>,
    pub(super) awaits_acceptance: bool,
}

impl Greeting {
    /// Nothing: the connection is online as soon as it is open.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// This frame; the connection is online when the dialect signals [`Signals::accepted`].
    #[must_use]
    pub fn and_wait(frame: Frame) -> Self {
        Self { frames: vec![frame], awaits_acceptance: true }
    }
}

/// A request on the wire.
///
/// The id is whatever joins a reply to it: a number of the client's choosing ([`Context::serial`]), or what the vendor's
/// protocol prescribes, such as a time in milliseconds as text ([`Context::unix`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded<I> {
    /// What its reply will carry.
    pub id: I,
    /// The request.
    pub frame: Frame,
}

/// How a subscription is made or ended on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation<I> {
    /// Not at all.
    Local,
    /// By a request that is replied to.
    Request(Encoded<I>),
}

/// What to make of the refusal of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Try again later.
    Retry,
    /// It is over.
    End,
}

/// What a frame means; filled by [`Dialect::receive`].
#[derive(Debug)]
pub struct Signals<D: Dialect>(pub(super) Vec<Signal<D>>);

#[derive(Debug)]
pub(super) enum Signal<D: Dialect> {
    Accepted,
    Refused(Failure),
    Heartbeat(Heartbeat),
    Reply(D::Id, Result<D::Reply, D::Error>),
    Event(D::Topic, D::Event),
    Unmatched,
    Malformed,
}

impl<D: Dialect> Signals<D> {
    /// The peer accepted the greeting.
    pub fn accepted(&mut self) {
        self.0.push(Signal::Accepted);
    }

    /// The peer refuses us; the connection is given up.
    ///
    /// A source of the [`Failure`] says why in the protocol's own words, which are shown with it.
    pub fn refused(&mut self, failure: impl Into<Failure>) {
        self.0.push(Signal::Refused(failure.into()));
    }

    /// The peer sets the heartbeat of this connection.
    pub fn heartbeat(&mut self, heartbeat: Heartbeat) {
        self.0.push(Signal::Heartbeat(heartbeat));
    }

    /// A reply to a command or a subscription request.
    pub fn reply(&mut self, id: D::Id, result: Result<D::Reply, D::Error>) {
        self.0.push(Signal::Reply(id, result));
    }

    /// An event on a topic. Signal it once for each topic that it belongs to.
    pub fn event(&mut self, topic: D::Topic, event: D::Event) {
        self.0.push(Signal::Event(topic, event));
    }

    /// A reply that belongs to nothing, told by more than its id. It is counted; the connection lives.
    pub fn unmatched(&mut self) {
        self.0.push(Signal::Unmatched);
    }

    /// A message could not be read. It is counted; the connection lives.
    pub fn malformed(&mut self) {
        self.0.push(Signal::Malformed);
    }
}
