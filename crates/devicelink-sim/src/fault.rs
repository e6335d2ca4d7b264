//! What a server does wrong, and when.

use std::fmt;
use std::ops::{RangeFrom, RangeFull, RangeInclusive};
use std::time::Duration;

use bytes::Bytes;

/// Something that goes wrong on one connection.
///
/// A fault takes effect at the first moment at which it can: those of the connection as soon as it is accepted, those
/// of the answer when a request has been read, those of frames right after the upgrade. A [`FaultPlan`] can hold it
/// back until later.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection ends with RST: nothing is said, and what the client has not read yet may be lost.
    Reset,
    /// The connection ends with FIN, without a TLS `close_notify` and without a WebSocket close frame.
    Drop,
    /// The server neither reads nor writes any more, but the connection stays open: a black hole.
    Silence,
    /// From now on the server writes this many bytes per second; 0 is as fast as it can.
    Slow(u32),

    /// This answer in the place of the server's own.
    Answer(Answer),
    /// The server's own answer, with this pause before each byte of its head.
    SlowAnswer(Duration),
    /// Half a status line, then FIN.
    HalfStatusLine,
    /// An upgrade with a `Sec-WebSocket-Accept` that does not fit the key.
    WrongAcceptKey,

    /// A text frame, whatever it holds.
    Text(String),
    /// A binary frame.
    Binary(Bytes),
    /// A text frame that is not UTF-8.
    InvalidUtf8,
    /// A text frame of this many bytes, which is JSON with an unknown name.
    Oversize(usize),
    /// Bytes as they are, below WebSocket: half frames, odd control frames. The stream may be unusable afterwards.
    Raw(Bytes),
    /// A close frame with this code; the connection ends when the client has answered, after 5 s at the latest.
    Close(u16),
    /// From now on every frame is sent twice.
    Duplicate,
    /// From now on the server waits this long before each frame; nothing is read meanwhile.
    Delay(Duration),
    /// From now on the server reads nothing, so that pings stay without answer, but goes on writing.
    Deaf,
}

impl Fault {
    /// The header of a text frame that claims this many bytes, none of which come.
    #[must_use]
    pub fn claimed(length: u64) -> Self {
        let mut header = vec![0x81, 127];
        header.extend_from_slice(&length.to_be_bytes());
        Self::Raw(header.into())
    }

    /// A text message of `count` fragments of one byte each; none of them is the last.
    #[must_use]
    pub fn fragments(count: usize) -> Self {
        let mut bytes = Vec::with_capacity(count * 3);
        for at in 0..count {
            bytes.extend_from_slice(&[u8::from(at == 0), 1, b' ']);
        }
        Self::Raw(bytes.into())
    }

    fn earliest(&self) -> Moment {
        match self {
            Self::Reset | Self::Drop | Self::Silence | Self::Slow(_) => Moment::Accept,
            Self::Answer(_) | Self::SlowAnswer(_) | Self::HalfStatusLine | Self::WrongAcceptKey => {
                Moment::Request
            }
            _ => Moment::Frames(0),
        }
    }
}

/// An HTTP answer in the place of the server's own.
///
/// ```
/// use devicelink_sim::{Answer, FaultPlan};
///
/// FaultPlan::new().on(1, Answer::status(503).header("retry-after", "120"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Answer {
    /// An answer of this status without a body. A number that is no status is answered as 500.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new() }
    }

    /// A page in HTML, as proxies and captive portals answer.
    #[must_use]
    pub fn html(status: u16) -> Self {
        Self::status(status)
            .header("content-type", "text/html")
            .body("<!doctype html><title>Welcome</title><p>Please sign in to the network.")
    }

    /// A redirect with status 302.
    #[must_use]
    pub fn redirect(location: &str) -> Self {
        Self::status(302).header("location", location)
    }

    /// The same answer with this header added. One that HTTP does not allow is left out.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same answer with this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }
}

impl From<Answer> for Fault {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

/// Which connections have which faults.
///
/// Connections are counted from 1 in the order in which they are accepted since the plan was given to the server. Say
/// one by its number, several by a range: `2..=4`, `3..`, `..`. All faults that fit take effect, in the order in which
/// they stand here.
///
/// ```
/// use devicelink_sim::{Answer, Fault, FaultPlan};
///
/// FaultPlan::new()
///     .on(1, Fault::Reset)                          // the first connection is reset when it is accepted,
///     .on(2, Answer::status(429))                   // the second is told to wait,
///     .after_frames(3, 2, Fault::Silence)           // the third goes silent after two frames,
///     .on(4.., Fault::Duplicate);                   // all others say everything twice
/// ```
#[derive(Debug, Clone, Default)]
pub struct FaultPlan {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    connections: Connections,
    moment: Moment,
    fault: Fault,
}

impl FaultPlan {
    /// Nothing goes wrong.
    #[must_use]
    pub const fn new() -> Self {
        Self { rules: Vec::new() }
    }

    /// The fault takes effect at the first moment at which it can.
    #[must_use]
    pub fn on(self, connections: impl Into<Connections>, fault: impl Into<Fault>) -> Self {
        self.rule(connections.into(), Moment::Accept, fault.into())
    }

    /// The fault takes effect when a request has been read, in the place of an answer or with it. Faults of frames
    /// still wait for the upgrade.
    #[must_use]
    pub fn on_request(self, connections: impl Into<Connections>, fault: impl Into<Fault>) -> Self {
        self.rule(connections.into(), Moment::Request, fault.into())
    }

    /// The fault takes effect right after the server has sent this many frames. Faults of the answer do nothing then.
    #[must_use]
    pub fn after_frames(
        self,
        connections: impl Into<Connections>,
        frames: u64,
        fault: impl Into<Fault>,
    ) -> Self {
        self.rule(connections.into(), Moment::Frames(frames), fault.into())
    }

    fn rule(mut self, connections: Connections, moment: Moment, fault: Fault) -> Self {
        self.rules.push(Rule { connections, moment: moment.max(fault.earliest()), fault });
        self
    }

    /// What is planned for a connection of this number.
    pub(crate) fn for_connection(&self, number: u64) -> Faults {
        let fits = self.rules.iter().filter(|rule| rule.connections.contain(number));
        Faults(fits.map(|rule| (rule.moment, rule.fault.clone())).collect())
    }
}

/// The connections that a rule of a [`FaultPlan`] holds for: a number or a range of numbers, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    first: u64,
    last: u64,
}

impl Connections {
    fn contain(self, number: u64) -> bool {
        (self.first..=self.last).contains(&number)
    }
}

impl From<u64> for Connections {
    fn from(number: u64) -> Self {
        Self { first: number, last: number }
    }
}

impl From<RangeInclusive<u64>> for Connections {
    fn from(numbers: RangeInclusive<u64>) -> Self {
        Self { first: *numbers.start(), last: *numbers.end() }
    }
}

impl From<RangeFrom<u64>> for Connections {
    fn from(numbers: RangeFrom<u64>) -> Self {
        Self { first: numbers.start, last: u64::MAX }
    }
}

impl From<RangeFull> for Connections {
    fn from(_: RangeFull) -> Self {
        Self { first: 0, last: u64::MAX }
    }
}

/// Moments in the life of a connection, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moment {
    Accept,
    Request,
    /// So many frames were sent after the upgrade.
    Frames(u64),
}

/// What is planned for one connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(Vec<(Moment, Fault)>);

impl Faults {
    /// The faults of this moment, in order.
    pub(crate) fn at(&self, moment: Moment) -> impl Iterator<Item = &Fault> {
        self.0.iter().filter(move |(at, _)| *at == moment).map(|(_, fault)| fault)
    }
}

/// Headers may hold anything, and are not printed.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(plan: &FaultPlan, connection: u64, moment: Moment) -> Vec<Fault> {
        plan.for_connection(connection).at(moment).cloned().collect()
    }

    #[test]
    fn a_fault_waits_for_the_first_moment_at_which_it_can_happen() {
        let plan = FaultPlan::new()
            .on(.., Fault::Reset)
            .on(.., Answer::status(500))
            .on(.., Fault::Deaf)
            .on_request(.., Fault::Drop)
            .after_frames(.., 4, Fault::Silence);
        assert_eq!(faults(&plan, 1, Moment::Accept), [Fault::Reset]);
        assert_eq!(faults(&plan, 1, Moment::Request), [Answer::status(500).into(), Fault::Drop]);
        assert_eq!(faults(&plan, 1, Moment::Frames(0)), [Fault::Deaf]);
        assert_eq!(faults(&plan, 1, Moment::Frames(4)), [Fault::Silence]);
    }

    #[test]
    fn connections_are_one_number_or_a_range() {
        let plan =
            FaultPlan::new().on(1, Fault::Reset).on(2..=3, Fault::Drop).on(5.., Fault::Silence);
        let first = |connection| faults(&plan, connection, Moment::Accept).pop();
        assert_eq!(first(1), Some(Fault::Reset));
        assert_eq!([first(2), first(3)], [Some(Fault::Drop), Some(Fault::Drop)]);
        assert_eq!(first(4), None);
        assert_eq!(first(1 << 40), Some(Fault::Silence));
    }
}
