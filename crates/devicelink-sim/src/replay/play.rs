//! One connection, played.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::Message;

use super::builder::Pace;
use super::connection::{Connection, Line, What};
use super::protocol::{Heard, Protocol, Request, RequestId};
use crate::fault::Fault;
use crate::server::peer::Peer;

/// How long a request of the client is waited for when its recorded time is over.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Later than any test or person waits.
const FAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// Speaks with one client until the recorded connection ends.
pub(super) async fn run(
    protocol: Protocol,
    pace: Pace,
    connection: Arc<Connection>,
    mut peer: Peer,
) {
    let mut play = Play::new(protocol, pace, &connection);
    loop {
        let step = play.next_step();
        tokio::select! {
            message = peer.next() => {
                let Message::Text(text) = message else { continue };
                for answer in play.hear(&text) {
                    peer.link().send(answer).await;
                }
            }
            () = sleep_until(step.unwrap_or_else(Instant::now)), if step.is_some() => {
                match play.step() {
                    Some(Do::Say(message)) => peer.link().send(message).await,
                    Some(Do::End(fault)) => return peer.link().inject(fault).await,
                    None => {}
                }
            }
        }
    }
}

struct Play {
    protocol: Protocol,
    pace: Pace,
    opened: Instant,
    asked: Vec<Asked>,
    /// What is still to be done.
    acts: VecDeque<Act>,
}

/// A request of the recorded client.
struct Asked {
    at: Duration,
    subject: String,
    id: RequestId,
    /// The id that the new client has given it.
    own: Option<RequestId>,
    /// What was said to it when it had not come.
    missed: Vec<String>,
}

/// What the server does.
struct Act {
    at: Duration,
    what: Do,
    /// The request that it answers.
    asked: Option<usize>,
}

enum Do {
    Say(Message),
    End(Fault),
}

impl Play {
    fn new(protocol: Protocol, pace: Pace, connection: &Connection) -> Self {
        let (asked, acts) = (Vec::new(), VecDeque::new());
        let mut play = Self { protocol, pace, opened: Instant::now(), asked, acts };
        for Line { at, what } in &connection.lines {
            play.take(*at, what);
        }
        play
    }

    fn take(&mut self, at: Duration, what: &What) {
        let (what, asked) = match what {
            What::Heard(text) => {
                if let Heard::Request(Request { subject, id }) = self.protocol.hear(text) {
                    self.asked.push(Asked { at, subject, id, own: None, missed: Vec::new() });
                }
                return;
            }
            What::Said(Message::Text(text)) if self.protocol.is_pong(text) => return,
            What::Said(message) => (Do::Say(message.clone()), self.asked_by(message)),
            What::Ended(fault) => (Do::End(fault.clone()), None),
        };
        self.acts.push_back(Act { at, what, asked });
    }

    /// Which request this is said to: the latest one of its id.
    fn asked_by(&self, message: &Message) -> Option<usize> {
        let Message::Text(text) = message else { return None };
        let id = self.protocol.refers_to(text)?;
        self.asked.iter().rposition(|asked| asked.id == id)
    }

    /// When there is something to do, if there is anything left.
    fn next_step(&self) -> Option<Instant> {
        let act = self.acts.front()?;
        let due = self.due(act.at);
        Some(match act.asked.map(|asked| &self.asked[asked]) {
            Some(Asked { at, own: None, .. }) => due.max(self.due(*at) + PATIENCE),
            _ => due,
        })
    }

    /// What is to be done now.
    fn step(&mut self) -> Option<Do> {
        let Act { what, asked, .. } = self.acts.pop_front()?;
        let (Some(asked), Do::Say(Message::Text(text))) = (asked, &what) else { return Some(what) };
        let asked = &mut self.asked[asked];
        match &asked.own {
            // To the byte.
            Some(own) if *own == asked.id => Some(what),
            Some(own) => Some(Do::Say(Message::text(self.protocol.with_id(text, own)))),
            None => {
                asked.missed.push(text.to_string());
                None
            }
        }
    }

    /// Takes what the client says, and gives what is said to it at once.
    fn hear(&mut self, text: &str) -> Vec<Message> {
        let request = match self.protocol.hear(text) {
            Heard::Ping(pong) => return vec![Message::text(pong)],
            Heard::Request(request) => request,
            Heard::Other => return Vec::new(),
        };
        let is_it = |asked: &&mut Asked| asked.own.is_none() && asked.subject == request.subject;
        let Some(asked) = self.asked.iter_mut().find(is_it) else { return Vec::new() };
        let missed = std::mem::take(&mut asked.missed);
        let own = &*asked.own.insert(request.id);
        missed.iter().map(|text| Message::text(self.protocol.with_id(text, own))).collect()
    }

    fn due(&self, at: Duration) -> Instant {
        match self.pace {
            Pace::Speed(speed) => {
                let after = Duration::try_from_secs_f64(at.as_secs_f64() / speed);
                self.opened + after.unwrap_or(FAR).min(FAR)
            }
            Pace::AtOnce => self.opened,
        }
    }
}

#[cfg(test)]
mod tests {
    use placeos_proto::Generation;
    use tokio::time::advance;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const PLACEOS: Protocol = Protocol::Placeos(Generation::G3);

    fn bind(id: u32, name: &str) -> String {
        format!(
            r#"{{"id":{id},"cmd":"bind","sys":"sys-1","mod":"Display","index":1,"name":"{name}"}}"#
        )
    }

    /// What the server says until it has to wait, and for how long that is.
    fn said(play: &mut Play) -> (Vec<String>, Option<Duration>) {
        let mut said = Vec::new();
        loop {
            let wait = play.next_step().map(|at| at - Instant::now());
            if wait.is_none_or(|wait| !wait.is_zero()) {
                return (said, wait);
            }
            said.extend(match play.step() {
                Some(Do::Say(message)) => Some(message.to_string()),
                Some(Do::End(fault)) => Some(format!("{fault:?}")),
                None => None,
            });
        }
    }

    fn texts(messages: &[Message]) -> Vec<String> {
        messages.iter().map(ToString::to_string).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_said_has_its_time_and_that_passes_as_fast_as_wanted() {
        let connection =
            Connection::new().says(SECOND, "a").says(3 * SECOND, "b").drops(4 * SECOND);
        let mut play = Play::new(Protocol::Lamarzocco, Pace::Speed(2.0), &connection);
        assert_eq!(said(&mut play), (vec![], Some(SECOND / 2)));
        advance(SECOND / 2).await;
        assert_eq!(said(&mut play), (vec!["a".into()], Some(SECOND)));
        let mut play = Play::new(Protocol::Lamarzocco, Pace::AtOnce, &connection);
        assert_eq!(said(&mut play), (vec!["a".into(), "b".into(), "Drop".into()], None));
        let mut play = Play::new(Protocol::Lamarzocco, Pace::Speed(f64::MIN_POSITIVE), &connection);
        assert_eq!(said(&mut play), (vec![], Some(FAR)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_waits_for_its_request_and_has_its_id() {
        let answer = r#"{"id":7,"type":"success"}"#;
        let connection = Connection::new()
            .hears(Duration::ZERO, bind(7, "power"))
            .says(SECOND, answer)
            .says(SECOND, "pong")
            .says(SECOND, r#"{"type":"x"}"#);
        let mut play = Play::new(PLACEOS, Pace::AtOnce, &connection);
        assert_eq!(said(&mut play), (vec![], Some(PATIENCE)));
        assert_eq!(texts(&play.hear("ping")), ["pong"]);
        assert!(play.hear(&bind(1, "volume")).is_empty());
        assert!(play.hear(&bind(2, "power")).is_empty());
        let mapped = answer.replace('7', "2");
        assert_eq!(said(&mut play), (vec![mapped, r#"{"type":"x"}"#.into()], None));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_does_not_come_holds_nothing_up_for_long_and_is_answered_late() {
        let connection = Connection::new()
            .hears(SECOND, bind(1, "power"))
            .hears(SECOND, bind(2, "volume"))
            .says(2 * SECOND, r#"{"id":1,"type":"success"}"#)
            .says(2 * SECOND, r#"{"id":2,"type":"success"}"#);
        let mut play = Play::new(PLACEOS, Pace::Speed(1.0), &connection);
        assert!(play.hear(&bind(9, "volume")).is_empty());
        advance(2 * SECOND).await;
        assert_eq!(said(&mut play), (vec![], Some(PATIENCE - SECOND)));
        advance(PATIENCE - SECOND).await;
        assert_eq!(said(&mut play), (vec![r#"{"id":9,"type":"success"}"#.into()], None));
        assert_eq!(texts(&play.hear(&bind(5, "power"))), [r#"{"id":5,"type":"success"}"#]);
        assert!(play.hear(&bind(6, "power")).is_empty(), "the recording has only one");
    }

    #[tokio::test(start_paused = true)]
    async fn a_login_at_the_cloud_is_accepted_with_its_own_sequence_and_reports_stay_as_they_are() {
        let report = r#"{"action":"update","deviceid":"babecafe11","params":{},"sequence":"100"}"#;
        let connection = Connection::new()
            .hears(Duration::ZERO, r#"{"action":"userOnline","sequence":"100"}"#)
            .says(SECOND, r#"{"error":0,"apikey":"<redacted>","sequence":"100"}"#)
            .says(SECOND, report);
        let mut play = Play::new(Protocol::Coolkit, Pace::AtOnce, &connection);
        assert!(play.hear(r#"{"action":"userOnline","at":"x","sequence":"205"}"#).is_empty());
        let accepted = r#"{"error":0,"apikey":"<redacted>","sequence":"205"}"#;
        assert_eq!(said(&mut play), (vec![accepted.into(), report.into()], None));
    }
}
