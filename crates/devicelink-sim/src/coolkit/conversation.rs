//! One connection of an app.

use std::sync::Arc;

use coolkit_proto::{ClientFrame, Frame, FrameCode, Heartbeat, Login, server};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::heard::{self, Said};
use super::inner::Inner;
use super::script::{Reply, Script};
use super::state::{Done, Failure};
use crate::fault::Fault;
use crate::script::{Agenda, Step};
use crate::server::peer::Peer;

/// Speaks with one client until the cloud cuts the connection.
pub(super) async fn run(cloud: Arc<Inner>, peer: Peer) {
    let mut talk =
        Talk { cloud, peer, stage: Stage::New, agenda: Agenda::new(), last: Instant::now() };
    while talk.stage != Stage::Over {
        talk.step().await;
    }
}

struct Talk {
    cloud: Arc<Inner>,
    peer: Peer,
    stage: Stage,
    agenda: Agenda<Request, Reply>,
    /// When the client has last said something.
    last: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Not logged in.
    New,
    LoggedIn,
    /// The login was answered with 400: nothing is answered any more.
    Ignored,
    /// The connection is being cut.
    Over,
}

type Work = crate::script::Work<Request, Reply>;

enum Request {
    Login(Login),
    /// A command, a query, or anything else.
    Command(Frame),
}

impl Talk {
    async fn step(&mut self) {
        let cut = self.cloud.rules.idle_cut().map(|time| self.last + time);
        tokio::select! {
            message = self.peer.next() => self.received(&message).await,
            Some(work) = self.agenda.next() => self.go_on(work).await,
            () = until(cut) => self.cut().await,
        }
    }

    async fn received(&mut self, message: &Message) {
        let at = Instant::now();
        if self.stage != Stage::Ignored {
            self.last = at;
        }
        let Message::Text(text) = message else { return };
        let Ok(frame) = ClientFrame::decode(text) else {
            return self.cloud.heard.note(|heard| heard.malformed += 1);
        };
        let said = Said { at, connection: self.peer.link().number(), frame: frame.clone() };
        self.cloud.heard.note(|heard| heard.frames.push(said));
        if self.stage != Stage::Ignored {
            self.react(frame).await;
        }
    }

    async fn react(&mut self, frame: ClientFrame) {
        match frame {
            ClientFrame::Ping => self.send(Heartbeat::PONG.to_owned()).await,
            ClientFrame::UserOnline(login) => {
                let script = self.cloud.state().logins.pop_front();
                self.begin(Request::Login(login), script).await;
            }
            frame => {
                let Some(command) = heard::command(&frame) else { return };
                if self.stage == Stage::LoggedIn {
                    let script = self.cloud.state().commands.pop_front();
                    self.begin(Request::Command(command.clone()), script).await;
                } else {
                    let sequence = command.sequence().unwrap_or_default();
                    let refusal = server::bare(&sequence, FrameCode::AUTHENTICATION_FAILED);
                    self.send(refusal.encode()).await;
                    self.cut().await;
                }
            }
        }
    }

    /// Does what is to be done about a request, then what has waited for it.
    async fn begin(&mut self, request: Request, script: Option<Script>) {
        let Script { steps } = script.unwrap_or_else(|| Reply::own().into());
        let held = self.agenda.take_held();
        self.go_on(Work { request, steps }).await;
        for work in held {
            self.go_on(work).await;
        }
    }

    async fn go_on(&mut self, mut work: Work) {
        while let Some(step) = work.steps.pop_front() {
            match step {
                Step::Reply(reply) => match &work.request {
                    Request::Login(login) => self.answer_login(login, &reply).await,
                    Request::Command(command) => {
                        if let Some(late) = self.answer_command(command, reply).await {
                            work.steps.push_front(Step::Reply(late));
                            work.steps.push_front(Step::Wait(self.cloud.rules.device_timeout));
                        }
                    }
                },
                Step::Text(text) => self.send(text).await,
                Step::Fault(fault) => self.peer.link().inject(fault).await,
                Step::Wait(time) => return self.agenda.wait(work, time),
                Step::Hold => return self.agenda.hold(work),
            }
        }
    }

    async fn answer_login(&mut self, login: &Login, reply: &Reply) {
        let cloud = Arc::clone(&self.cloud);
        let sequence = login.frame().sequence().unwrap_or_default();
        let apikey = login.apikey().unwrap_or_default();
        let code =
            reply.scripted_code().unwrap_or_else(|| cloud.state().judge(login, &cloud.rules));
        let refused = |reason| server::refused(&sequence, &apikey, code, reason);
        match code {
            FrameCode::OK => {
                self.stage = Stage::LoggedIn;
                // Reports come after the answer, unless a script says otherwise.
                let _turn = cloud.turn.lock().await;
                let former = cloud.state().enter(self.peer.link());
                let accepted = server::accepted(&sequence, &apikey, cloud.rules.heartbeat);
                self.send(reply.apply(accepted).encode()).await;
                if let Some(former) = former {
                    former.inject(Fault::Drop).await;
                }
            }
            FrameCode::BAD_REQUEST => {
                self.stage = Stage::Ignored;
                self.send(reply.apply(refused("Bad Request")).encode()).await;
            }
            FrameCode::AUTHENTICATION_FAILED => {
                self.send(reply.apply(refused("Authentication Failed")).encode()).await;
                self.cut().await;
            }
            code => self.send(reply.apply(server::bare(&sequence, code)).encode()).await,
        }
    }

    /// Answers a command, or gives the answer that is due when its device has kept silent for too long.
    async fn answer_command(&mut self, command: &Frame, reply: Reply) -> Option<Reply> {
        let cloud = Arc::clone(&self.cloud);
        let _turn = cloud.turn.lock().await;
        let executed = match reply.scripted_code() {
            Some(code) => Err(Failure::Code(code)),
            None => cloud.state().execute(command),
        };
        let sequence = command.sequence().unwrap_or_default();
        let device = command.device_id().unwrap_or_default();
        let apikey = command.apikey().unwrap_or_default();
        let (answer, reports) = match executed {
            Ok(Done { params: Some(params), reports }) => {
                (server::query_reply(&sequence, device, &apikey, params), reports)
            }
            Ok(Done { params: None, reports }) => {
                (server::reply(&sequence, device, &apikey, FrameCode::OK), reports)
            }
            Err(Failure::Code(code)) => {
                (server::reply(&sequence, device, &apikey, code), Vec::new())
            }
            Err(Failure::Silence) => return Some(reply.with_code(FrameCode::NO_ANSWER)),
        };
        self.send(reply.apply(answer).encode()).await;
        for report in reports {
            self.send(report.encode()).await;
        }
        None
    }

    // Not `&self`: what waits is not `Sync`.
    async fn send(&mut self, text: String) {
        self.peer.link().send(Message::text(text)).await;
    }

    /// Ends the connection after what was sent, without a close frame.
    async fn cut(&mut self) {
        self.stage = Stage::Over;
        self.peer.link().inject(Fault::Drop).await;
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.cloud.state().leave(self.peer.link());
    }
}

async fn until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
