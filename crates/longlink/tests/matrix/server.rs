use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::time::Duration;

use longlink::testing::{Line, Peer};
use longlink::{CloseFrame, Frame, Instant, Observation};

use super::Client;

/// What a frame of a client is.
#[allow(dead_code, reason = "not every client says all of this")]
pub(crate) enum Heard {
    /// A greeting, and what accepts it.
    Greeting(Frame),
    /// A probe, and what answers it.
    Probe(Frame),
    Call {
        id: String,
        n: u32,
    },
    Subscribe {
        id: String,
        n: u32,
    },
    Unsubscribe {
        id: String,
        n: u32,
    },
    Other,
}

/// A server that does as it should, unless it is told otherwise.
pub(crate) struct Server<C> {
    pub(crate) answers_probes: bool,
    pub(crate) answers_calls: bool,
    /// Accepts, then hangs up at once.
    pub(crate) slams: bool,
    /// Events before the answer to the next probe, and the time that they take.
    pub(crate) flood: Option<(u32, Duration)>,
    /// No answer to a probe overtakes a flood.
    flooded_until: Instant,
    /// The topics that are subscribed to on this connection.
    pub(crate) bound: BTreeSet<u32>,
    /// The calls that came: on which connection, their id and number.
    pub(crate) calls: Vec<(u64, String, u32)>,
    /// When its own pings were answered.
    pub(crate) pongs: Vec<Instant>,
    client: PhantomData<C>,
}

impl<C> Default for Server<C> {
    fn default() -> Self {
        Self {
            answers_probes: true,
            answers_calls: true,
            slams: false,
            flood: None,
            flooded_until: Instant::ZERO,
            bound: BTreeSet::new(),
            calls: Vec::new(),
            pongs: Vec::new(),
            client: PhantomData,
        }
    }
}

impl<C: Client> Peer for Server<C> {
    fn opened(&mut self, line: &mut Line<'_>) {
        self.bound.clear();
        self.calls.retain(|(epoch, ..)| epoch + 2 > line.epoch());
        self.slam(line, C::GREETS);
    }

    fn hears(&mut self, frame: Frame, line: &mut Line<'_>) {
        if let Frame::Pong(_) = frame {
            return self.pongs.push(line.now());
        }
        match C::read(&frame) {
            Heard::Greeting(answer) => {
                line.say(answer);
                self.slam(line, false);
            }
            Heard::Probe(answer) => self.probed(answer, line),
            Heard::Call { id, n } => {
                if self.answers_calls {
                    line.say(C::answer(&id, n));
                }
                self.calls.push((line.epoch(), id, n));
            }
            Heard::Subscribe { id, n } => {
                assert!(self.bound.insert(n), "{n} is subscribed to twice");
                line.say(C::answer(&id, n));
            }
            Heard::Unsubscribe { id, n } => {
                assert!(self.bound.remove(&n), "{n} is ended without a beginning");
                line.say(C::answer(&id, n));
            }
            Heard::Other => {}
        }
    }
}

impl<C: Client> Server<C> {
    fn slam(&self, line: &mut Line<'_>, before_the_greeting: bool) {
        if self.slams && !before_the_greeting {
            line.say(Frame::Close(Some(CloseFrame::new(1000, ""))));
            line.hang_up(Observation::Eof);
        }
    }

    fn probed(&mut self, answer: Frame, line: &mut Line<'_>) {
        if let Some((events, time)) = self.flood.take() {
            for n in 1..=events {
                line.say_after(time * n / events, C::event(0));
            }
            self.flooded_until = line.now() + time;
        }
        if self.answers_probes {
            line.say_after(self.flooded_until.since(line.now()), answer);
        }
    }
}
