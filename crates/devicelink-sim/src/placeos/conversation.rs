//! One connection of a client.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use placeos_proto::server::{ClientMessage, Responder};
use placeos_proto::{Command, Generation, PONG, Request, Response, Value};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;

use super::access::Role;
use super::function::Failure;
use super::heard::Said;
use super::inner::{Inner, deliver};
use super::script::{Kind, Reply, Script};
use super::state::Answer;
use crate::script::{Agenda, Step};
use crate::server::peer::Peer;

/// The status of a function that sets none.
const SUCCESS: i64 = 200;

/// Speaks with one client.
pub(super) async fn run(building: Arc<Inner>, peer: Peer, role: Role) {
    building.state().clients.enter(peer.link().clone(), role);
    let mut talk = Talk { building, peer, agenda: Agenda::new() };
    talk.note_open();
    loop {
        tokio::select! {
            message = talk.peer.next() => talk.received(message).await,
            Some(work) = talk.agenda.next() => talk.go_on(work).await,
        }
    }
}

struct Talk {
    building: Arc<Inner>,
    peer: Peer,
    agenda: Agenda<Asked, Reply>,
}

type Work = crate::script::Work<Asked, Reply>;

/// A request of the client.
struct Asked {
    request: Request,
    /// What the function has returned, once it has run.
    result: Option<Result<Value, Failure>>,
}

impl Talk {
    async fn received(&mut self, message: Message) {
        match message {
            Message::Text(text) => self.read(&text).await,
            Message::Binary(_) => self.building.heard.note(|heard| heard.malformed += 1),
            // The echo comes by itself; servers since the second generation send this one besides.
            Message::Ping(_) if self.building.generation != Generation::G1 => {
                self.peer.link().send(Message::Frame(Frame::pong(Bytes::new()))).await;
            }
            _ => {}
        }
    }

    async fn read(&mut self, text: &str) {
        let building = Arc::clone(&self.building);
        let responder = Responder::new(building.generation);
        let frame = match ClientMessage::decode(text) {
            Ok(ClientMessage::Request(frame)) => frame,
            Ok(ClientMessage::Ping) => {
                building.heard.note(|heard| heard.pings += 1);
                return self.send(PONG.to_owned()).await;
            }
            Err(_) => {
                building.heard.note(|heard| heard.malformed += 1);
                return self.complain(responder.unreadable()).await;
            }
        };
        match frame.check(building.generation) {
            Ok(request) => self.begin(request).await,
            Err(refusal) => {
                building.heard.note(|heard| heard.refused += 1);
                self.complain(responder.refuse(&frame, refusal)).await;
            }
        }
    }

    /// Does what is to be done about a request, then what has waited for it.
    async fn begin(&mut self, request: Request) {
        let connection = self.peer.link().number();
        let said = Said { at: Instant::now(), connection, request: request.clone() };
        self.building.heard.note(|heard| heard.requests.push(said));
        let Script { steps } = self.building.state().next_script(&request);
        let held = self.agenda.take_held();
        self.go_on(Work { request: Asked { request, result: None }, steps }).await;
        for work in held {
            self.go_on(work).await;
        }
    }

    async fn go_on(&mut self, mut work: Work) {
        while let Some(step) = work.steps.pop_front() {
            match step {
                Step::Reply(reply) => {
                    if let Some(delay) = self.answer(&mut work.request, &reply).await {
                        work.steps.push_front(Step::Reply(reply));
                        work.steps.push_front(Step::Wait(delay));
                    }
                }
                Step::Text(text) => self.send(text).await,
                Step::Fault(fault) => self.peer.link().inject(fault).await,
                Step::Wait(time) => return self.agenda.wait(work, time),
                Step::Hold => return self.agenda.hold(work),
            }
        }
    }

    /// Carries a request out and answers it, or gives the time after which it is to be answered.
    async fn answer(&mut self, asked: &mut Asked, reply: &Reply) -> Option<Duration> {
        let building = Arc::clone(&self.building);
        let _turn = building.turn.lock().await;
        let connection = self.peer.link().number();
        let Asked { request, result } = asked;
        if reply.carries_out() && *request.command() == Command::Exec && result.is_none() {
            let run = building.state().exec(connection, request);
            *result = Some(run.result);
            deliver(run.effects).await;
            if !run.delay.is_zero() {
                return Some(run.delay);
            }
        }
        let responder = Responder::new(building.generation);
        let answer = match (&reply.kind, result) {
            (Kind::Error(failure), _) => Err(failure.clone()),
            (Kind::Notify(value), _) => Ok(responder.notify(request, value).into()),
            (_, Some(result)) => {
                result.clone().map(|value| responder.exec_success(request, &value, SUCCESS).into())
            }
            (_, None) => building.state().carry_out(connection, request),
        };
        let Answer { reply: frame, events } = answer.unwrap_or_else(|failure| {
            let Failure { code, status, message } = &failure;
            responder.error(request.id(), code, *status, message).into()
        });
        self.note_open();
        self.send(reply.apply(frame, building.generation)).await;
        for event in events {
            self.send(event.encode()).await;
        }
        None
    }

    /// Says what is wrong with a frame, if that generation does.
    async fn complain(&mut self, complaint: Option<Response<'_>>) {
        if let Some(complaint) = complaint {
            self.send(complaint.encode()).await;
        }
    }

    // Not `&self`: what waits is not `Sync`.
    async fn send(&mut self, text: String) {
        self.peer.link().send(Message::text(text)).await;
    }

    fn note_open(&self) {
        let connection = self.peer.link().number();
        let open = self.building.state().clients.count(connection);
        self.building.heard.note(|heard| {
            heard.open.insert(connection, open);
        });
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let connection = self.peer.link().number();
        self.building.state().clients.leave(connection);
        self.building.heard.note(|heard| {
            heard.open.remove(&connection);
        });
    }
}
