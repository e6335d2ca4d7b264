use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use fastrand::Rng;

use super::line::{Line, Peer, Said};
use super::world::World;
use crate::{Config, Dialect, Failure, Frame, Input, Instant, Observation};

/// A [`World`] whose network is a [`Wire`] with a [`Peer`] at its other end.
///
/// The user of the link is the test, by the methods of [`world`](Simulation::world). Time passes in
/// [`run`](Simulation::run) only.
#[derive(Debug)]
pub struct Simulation<D: Dialect, P> {
    /// This end: the session.
    pub world: World<D>,
    /// The other end.
    pub peer: P,
    /// How the wire is from now on.
    pub wire: Wire,
    /// The chance of this life; for the test, too.
    pub rng: Rng,
    /// Attempts fail so, if set.
    pub refuses: Option<Observation>,
    /// What is under way on which connection, in the order of its arrival.
    under_way: BTreeMap<(Instant, u64), (u64, Arrival)>,
    /// Things ever under way.
    count: u64,
    /// The attempt that the network knows of.
    attempt: u64,
    /// What is said on the connection that is open arrives no earlier: to the peer, to the session.
    in_order: [Instant; 2],
    /// Nothing passes on this connection any more.
    half_open: Option<u64>,
    /// Nothing passes until then.
    stalled_until: Instant,
    /// The session is not served until then.
    frozen_until: Instant,
    /// Frames that the transport took while nothing passed.
    buffered: usize,
    said: Vec<Said>,
}

/// How a wire is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Wire {
    /// From the begin of an attempt to the open transport.
    pub opening: RangeInclusive<Duration>,
    /// For each frame, in each direction. Frames of a connection keep their order.
    pub latency: RangeInclusive<Duration>,
    /// How likely a frame of the peer arrives twice, from 0 to 1.
    pub duplicates: f64,
    /// Whether frames of a connection that is gone still arrive, as those of an earlier epoch.
    pub ghosts: bool,
    /// Frames that the transport takes while nothing passes.
    pub buffer: usize,
}

/// 10 to 100 ms to open, 1 to 50 ms for a frame, no duplicates, no ghosts, 64 frames of buffer.
impl Default for Wire {
    fn default() -> Self {
        let ms = Duration::from_millis;
        Self {
            opening: ms(10)..=ms(100),
            latency: ms(1)..=ms(50),
            duplicates: 0.0,
            ghosts: false,
            buffer: 64,
        }
    }
}

#[derive(Debug)]
enum Arrival {
    Opened,
    Refused(Observation),
    ToPeer(Frame),
    /// The peer speaks now.
    Spoken(Frame),
    ToSession(Frame),
    Lost(Failure),
    /// The wire passes again what it held back.
    Resumed,
}

/// A direction, as an index.
const TO_PEER: usize = 0;
const TO_SESSION: usize = 1;

impl<D: Dialect, P: Peer> Simulation<D, P> {
    /// A session that has not started, at time zero. Equal seeds live equal lives.
    #[must_use]
    pub fn new(dialect: D, config: Config, peer: P, wire: Wire, seed: u64) -> Self {
        Self {
            world: World::new(dialect, config, seed),
            peer,
            wire,
            rng: Rng::with_seed(!seed),
            refuses: None,
            under_way: BTreeMap::new(),
            count: 0,
            attempt: 0,
            in_order: [Instant::ZERO; 2],
            half_open: None,
            stalled_until: Instant::ZERO,
            frozen_until: Instant::ZERO,
            buffered: 0,
            said: Vec::new(),
        }
    }

    /// Starts the session.
    pub fn start(&mut self) {
        self.world.input(Input::Start);
        self.exchange();
    }

    /// Lets time pass.
    pub fn run(&mut self, by: Duration) {
        let end = self.world.now + by;
        self.run_until(end, |_| false);
    }

    /// Lets time pass until `end`, or until `done` says so after a step; whether it did.
    pub fn run_until(&mut self, end: Instant, done: impl Fn(&World<D>) -> bool) -> bool {
        loop {
            self.exchange();
            if done(&self.world) {
                return true;
            }
            let arrival = self.next_arrival();
            let wake = self.world.wait;
            let Some(next) = arrival.into_iter().chain(wake).min().filter(|at| *at <= end) else {
                break;
            };
            self.world.now = self.world.now.max(next);
            // What came in counts before the time does: it may be the sign of life that a timer waits for.
            if arrival == Some(next) {
                self.arrive();
            } else {
                self.world.input(Input::Elapsed);
            }
        }
        self.world.now = self.world.now.max(end);
        false
    }

    /// Lets time pass until the session is online.
    ///
    /// # Panics
    /// If that takes longer than a day.
    pub fn run_until_online(&mut self) {
        let end = self.world.now + Duration::from_secs(24 * 3600);
        assert!(self.run_until(end, |world| world.session.state().is_online()), "never online");
    }

    /// Lets time pass without the session being served, as when a computer sleeps: what is under way arrives when it is
    /// awake again.
    pub fn sleep(&mut self, by: Duration) {
        self.exchange();
        self.world.sleep(by);
    }

    /// Lets time pass without the session being served, as when a process is not scheduled: the network goes on, and what
    /// arrived meanwhile is read before the session is told the time.
    pub fn freeze(&mut self, by: Duration) {
        self.exchange();
        let end = self.world.now + by;
        self.frozen_until = end;
        while let Some(at) = self.next_arrival().filter(|at| *at <= end) {
            self.world.now = self.world.now.max(at);
            self.arrive();
        }
        self.world.now = end;
        self.world.input(Input::Elapsed);
    }

    /// The peer says something, without being asked.
    pub fn peer_says(&mut self, frame: Frame) {
        if let Some(epoch) = self.world.open {
            self.spoken(epoch, frame);
        }
    }

    /// The connection breaks, and both ends see it.
    pub fn cut(&mut self, observation: Observation) {
        if self.world.open.is_some() {
            self.world.lose(observation);
        }
    }

    /// From now on nothing passes on the connection that is open, and nobody is told. The next one works.
    pub fn half_open(&mut self) {
        self.half_open = self.world.open;
        self.buffered = 0;
    }

    /// For a while nothing passes on the connection that is open; then it does, in order.
    pub fn stall(&mut self, time: Duration) {
        let Some(epoch) = self.world.open else { return };
        self.stalled_until = self.stalled_until.max(self.world.now + time);
        self.buffered = 0;
        self.add(self.stalled_until, epoch, Arrival::Resumed);
    }

    /// Carries what the session wants done to the network.
    fn exchange(&mut self) {
        while let Some(sent) = self.world.read() {
            if !self.passes(sent.epoch) {
                self.buffered += 1;
                if self.buffered == self.wire.buffer {
                    self.tell_writable(sent.epoch, false);
                }
            }
            self.send(TO_PEER, sent.epoch, Arrival::ToPeer(sent.frame));
        }
        if self.world.epoch != self.attempt {
            self.attempt = self.world.epoch;
            let arrival = self.refuses.clone().map_or(Arrival::Opened, Arrival::Refused);
            let at = self.world.now + some(&mut self.rng, &self.wire.opening);
            self.in_order = [at; 2];
            self.add(at, self.attempt, arrival);
        }
    }

    fn next_arrival(&self) -> Option<Instant> {
        self.under_way.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the first of what is under way.
    fn arrive(&mut self) {
        let Some(((_, count), (epoch, arrival))) = self.under_way.pop_first() else { return };
        let is_carried =
            matches!(arrival, Arrival::ToPeer(_) | Arrival::ToSession(_) | Arrival::Lost(_));
        if is_carried && self.half_open == Some(epoch) {
            return;
        }
        let is_far = matches!(arrival, Arrival::ToPeer(_) | Arrival::Spoken(_));
        if !is_far && self.world.now < self.frozen_until {
            self.under_way.insert((self.frozen_until, count), (epoch, arrival));
            return;
        }
        let is_open = self.world.open == Some(epoch);
        if is_carried && is_open && self.world.now < self.stalled_until {
            self.under_way.insert((self.stalled_until, count), (epoch, arrival));
            return;
        }
        match arrival {
            Arrival::Opened if self.world.is_connecting() && epoch == self.world.epoch => {
                self.stalled_until = Instant::ZERO;
                self.world.open();
                self.talk(epoch, |peer, line| peer.opened(line));
            }
            Arrival::Refused(observation)
                if self.world.is_connecting() && epoch == self.world.epoch =>
            {
                self.world.lose(observation);
            }
            Arrival::ToPeer(frame) if is_open => {
                self.talk(epoch, |peer, line| peer.hears(frame, line));
            }
            Arrival::Spoken(frame) if is_open => self.spoken(epoch, frame),
            Arrival::ToSession(frame) if is_open || self.wire.ghosts => {
                self.hear(epoch, frame);
            }
            Arrival::Lost(failure) if is_open => self.world.input(Input::Lost { epoch, failure }),
            Arrival::Resumed if is_open => self.tell_writable(epoch, true),
            _ => {}
        }
    }

    fn hear(&mut self, epoch: u64, frame: Frame) {
        let ping = match &frame {
            Frame::Ping(payload) => Some(payload.clone()),
            _ => None,
        };
        self.world.input(Input::Received { epoch, frame });
        // The transport answers, not the session.
        if let Some(payload) = ping.filter(|_| self.world.open == Some(epoch)) {
            self.send(TO_PEER, epoch, Arrival::ToPeer(Frame::Pong(payload)));
        }
    }

    fn talk(&mut self, epoch: u64, f: impl FnOnce(&mut P, &mut Line<'_>)) {
        let mut said = std::mem::take(&mut self.said);
        f(&mut self.peer, &mut Line { now: self.world.now, epoch, said: &mut said });
        for said in said.drain(..) {
            match said {
                Said::Frame(Duration::ZERO, frame) => self.spoken(epoch, frame),
                Said::Frame(delay, frame) => {
                    self.add(self.world.now + delay, epoch, Arrival::Spoken(frame));
                }
                Said::HangUp(failure) => self.send(TO_SESSION, epoch, Arrival::Lost(failure)),
            }
        }
        self.said = said;
    }

    fn spoken(&mut self, epoch: u64, frame: Frame) {
        if self.wire.duplicates > 0.0 && self.rng.f64() < self.wire.duplicates {
            self.send(TO_SESSION, epoch, Arrival::ToSession(frame.clone()));
        }
        self.send(TO_SESSION, epoch, Arrival::ToSession(frame));
    }

    /// Puts something on the wire, behind what is there.
    fn send(&mut self, direction: usize, epoch: u64, arrival: Arrival) {
        let latency = some(&mut self.rng, &self.wire.latency);
        let at = (self.world.now + latency).max(self.in_order[direction]);
        self.in_order[direction] = at;
        self.add(at, epoch, arrival);
    }

    fn add(&mut self, at: Instant, epoch: u64, arrival: Arrival) {
        self.count += 1;
        self.under_way.insert((at, self.count), (epoch, arrival));
    }

    fn tell_writable(&mut self, epoch: u64, writable: bool) {
        self.world.input(Input::Writable { epoch, writable });
    }

    /// Whether what is written on this connection leaves at once.
    fn passes(&self, epoch: u64) -> bool {
        self.half_open != Some(epoch) && self.world.now >= self.stalled_until
    }
}

fn some(rng: &mut Rng, range: &RangeInclusive<Duration>) -> Duration {
    let spread = range.end().saturating_sub(*range.start());
    *range.start() + spread.mul_f64(rng.f64())
}
