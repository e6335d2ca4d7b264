//! One WebSocket after the upgrade.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::Conversation;
use super::http::{Opened, Upgraded};
use super::io::{GOODBYE, Io};
use super::seen::Log;
use super::sockets::{Inbox, Out};
use crate::fault::{Fault, Faults, Moment};

/// The largest message that a client may send.
const MAX_MESSAGE: usize = 1 << 20;

/// Serves the socket until it ends.
pub(super) async fn serve(upgraded: Upgraded, faults: Faults, log: Arc<Log>) {
    let Upgraded { io, read, opened: Opened { greeting, inbox, conversation, messages } } =
        upgraded;
    let config = WebSocketConfig::default()
        .read_buffer_size(8 << 10)
        .write_buffer_size(16 << 10)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    let stream =
        WebSocketStream::from_partially_read(io, read.to_vec(), Role::Server, Some(config)).await;
    let mut socket = Socket {
        stream,
        inbox,
        messages,
        faults,
        log,
        sent: 0,
        is_deaf: false,
        repeats: 1,
        delay: Duration::ZERO,
    };
    let end = tokio::select! {
        end = socket.run(greeting) => end,
        never = forever(conversation) => match never {},
    };
    match end {
        Ok(End::Closed) | Err(_) => {
            let _ = tokio::time::timeout(GOODBYE, socket.stream.get_mut().shutdown()).await;
        }
        Ok(End::Finish) => into_io(socket).finish().await,
        Ok(End::Reset) => into_io(socket).reset(),
        Ok(End::Silence) => socket.be_silent().await,
    }
}

struct Socket {
    stream: WebSocketStream<Io>,
    inbox: Inbox,
    /// To the app.
    messages: mpsc::Sender<Message>,
    faults: Faults,
    log: Arc<Log>,
    /// Data frames since the upgrade.
    sent: u64,
    is_deaf: bool,
    repeats: u32,
    delay: Duration,
}

/// How the socket ends.
enum End {
    Closed,
    Finish,
    Reset,
    Silence,
}

type Step = Result<ControlFlow<End>, Error>;

/// Goes on, or returns how the socket ends.
macro_rules! step {
    ($step:expr) => {
        if let ControlFlow::Break(end) = $step {
            return Ok(end);
        }
    };
}

impl Socket {
    async fn run(&mut self, greeting: Vec<Message>) -> Result<End, Error> {
        step!(self.apply_planned().await?);
        for frame in greeting {
            step!(self.send(frame).await?);
        }
        loop {
            tokio::select! {
                out = self.inbox.next() => match out {
                    Some(Out::Frame(frame)) => step!(self.send(frame).await?),
                    Some(Out::Fault(fault)) => {
                        // Frames may be waiting to go out together with others.
                        self.stream.flush().await?;
                        step!(self.apply(&fault).await?);
                    }
                    None => return Ok(End::Closed),
                },
                message = read(&mut self.stream, &self.messages), if !self.is_deaf => {
                    let Some(message) = message else { return Ok(End::Closed) };
                    let message = message?;
                    self.received(&message);
                    // There is room, or an app that does not listen.
                    let _ = self.messages.try_send(message);
                }
            }
        }
    }

    /// Sends a frame as the faults so far have it, then applies those that were waiting for it.
    async fn send(&mut self, frame: Message) -> Step {
        let is_data = matches!(frame, Message::Text(_) | Message::Binary(_));
        for _ in 0..self.repeats {
            if !self.delay.is_zero() {
                tokio::time::sleep(self.delay).await;
            }
            self.stream.feed(frame.clone()).await?;
            if is_data {
                self.sent += 1;
                self.log.note(|seen| seen.frames_sent += 1);
            }
            let is_watched = is_data && self.faults.at(Moment::Frames(self.sent)).next().is_some();
            // Frames that wait already go out together.
            if is_watched || !self.delay.is_zero() || self.inbox.is_empty() {
                self.stream.flush().await?;
            }
            if is_watched {
                let step = self.apply_planned().await?;
                if step.is_break() {
                    return Ok(step);
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    async fn apply_planned(&mut self) -> Step {
        let planned: Vec<Fault> = self.faults.at(Moment::Frames(self.sent)).cloned().collect();
        for fault in planned {
            let step = self.apply(&fault).await?;
            if step.is_break() {
                return Ok(step);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    async fn apply(&mut self, fault: &Fault) -> Step {
        match fault {
            Fault::Reset => return Ok(ControlFlow::Break(End::Reset)),
            Fault::Drop => return Ok(ControlFlow::Break(End::Finish)),
            Fault::Silence => return Ok(ControlFlow::Break(End::Silence)),
            Fault::Close(code) => return self.close(*code).await.map(ControlFlow::Break),
            Fault::Slow(bytes_per_second) => self.stream.get_ref().pace().set(*bytes_per_second),
            Fault::Duplicate => self.repeats = 2,
            Fault::Delay(delay) => self.delay = *delay,
            Fault::Deaf => self.is_deaf = true,
            Fault::Text(text) => self.inject(Message::text(text.as_str())).await?,
            Fault::Binary(bytes) => self.inject(Message::Binary(bytes.clone())).await?,
            Fault::InvalidUtf8 => {
                self.inject(text_of(Bytes::from_static(b"{\"name\":\"\xff\xfe\"}"))).await?;
            }
            Fault::Oversize(length) => self.inject(text_of(filler(*length))).await?,
            Fault::Raw(bytes) => {
                self.stream.get_mut().write_all(bytes).await?;
                self.stream.get_mut().flush().await?;
            }
            // Its moment has passed.
            Fault::Answer(_)
            | Fault::SlowAnswer(_)
            | Fault::HalfStatusLine
            | Fault::WrongAcceptKey => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    /// A frame of a fault: counted for those who look, not for the plan.
    async fn inject(&mut self, frame: Message) -> Result<(), Error> {
        self.stream.send(frame).await?;
        self.log.note(|seen| seen.frames_sent += 1);
        Ok(())
    }

    async fn close(&mut self, code: u16) -> Result<End, Error> {
        self.stream
            .send(Message::Close(Some(CloseFrame { code: code.into(), reason: "".into() })))
            .await?;
        let answer = async {
            while let Some(Ok(message)) = self.stream.next().await {
                self.received(&message);
            }
        };
        let _ = tokio::time::timeout(GOODBYE, answer).await;
        Ok(End::Closed)
    }

    fn received(&self, message: &Message) {
        self.log.note(|seen| match message {
            Message::Text(_) | Message::Binary(_) => seen.frames_received += 1,
            Message::Ping(_) => seen.pings_received += 1,
            Message::Pong(_) => seen.pongs_received += 1,
            Message::Close(_) => seen.closes_received += 1,
            Message::Frame(_) => {}
        });
    }

    /// Holds the stream and swallows all frames, until another fault ends it.
    async fn be_silent(mut self) {
        while let Some(out) = self.inbox.next().await {
            match out {
                Out::Fault(Fault::Reset) => return into_io(self).reset(),
                Out::Fault(Fault::Drop) => return into_io(self).finish().await,
                _ => {}
            }
        }
    }
}

/// Holds the conversation, and does not end with it.
async fn forever(conversation: Conversation) -> Infallible {
    conversation.await;
    std::future::pending().await
}

/// Reads the next message when the app has room for it.
async fn read(
    stream: &mut WebSocketStream<Io>,
    app: &mpsc::Sender<Message>,
) -> Option<Result<Message, Error>> {
    let _room = app.reserve().await;
    stream.next().await
}

fn into_io(socket: Socket) -> Io {
    socket.stream.into_inner()
}

/// A text frame of bytes that need not be text.
fn text_of(bytes: Bytes) -> Message {
    Message::Frame(Frame::message(bytes, OpCode::Data(Data::Text), true))
}

fn filler(length: usize) -> Bytes {
    const HEAD: &[u8] = b"{\"name\":\"Oversize\",\"data\":\"";
    let mut bytes = HEAD.to_vec();
    bytes.resize(length.saturating_sub(2).max(HEAD.len()), b'x');
    bytes.extend_from_slice(b"\"}");
    bytes.into()
}
