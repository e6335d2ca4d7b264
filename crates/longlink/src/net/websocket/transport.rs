use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::{Sink, Stream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::Utf8Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame as WireClose, Message};

use crate::net::dial::stream_failure;
use crate::net::stream::Io;
use crate::{CloseFrame, Failure, Frame, Observation, Text};

/// The longest reason of a close frame.
const MAX_REASON: usize = 123;

/// Frames over tungstenite's messages. Payloads are shared, not copied.
pub(super) struct WebSocket {
    inner: WebSocketStream<Io>,
    inbound: Inbound,
}

enum Inbound {
    Open,
    /// The peer's close frame was delivered; the answer to it may still have to be written.
    Closing,
    Ended,
}

impl WebSocket {
    pub(super) fn new(inner: WebSocketStream<Io>) -> Self {
        Self { inner, inbound: Inbound::Open }
    }

    fn inner(&mut self) -> Pin<&mut WebSocketStream<Io>> {
        Pin::new(&mut self.inner)
    }
}

impl Stream for WebSocket {
    type Item = Result<Frame, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.inbound {
            Inbound::Ended => return Poll::Ready(None),
            Inbound::Closing => {
                // The link is over whether or not the peer takes the answer.
                let _ = ready!(self.inner().poll_flush(cx));
                self.inbound = Inbound::Ended;
                return Poll::Ready(None);
            }
            Inbound::Open => {}
        }
        let frame = match ready!(self.inner().poll_next(cx)) {
            Some(Ok(message)) => inbound(message),
            Some(Err(error)) => Err(failure(error)),
            None => {
                self.inbound = Inbound::Ended;
                return Poll::Ready(None);
            }
        };
        match &frame {
            Ok(Frame::Close(_)) => self.inbound = Inbound::Closing,
            Ok(_) => {}
            Err(_) => self.inbound = Inbound::Ended,
        }
        Poll::Ready(Some(frame))
    }
}

impl Sink<Frame> for WebSocket {
    type Error = Failure;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner().poll_ready(cx).map_err(failure)
    }

    fn start_send(mut self: Pin<&mut Self>, frame: Frame) -> Result<(), Failure> {
        let message = outbound(frame)?;
        self.inner().start_send(message).map_err(failure)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner().poll_flush(cx).map_err(failure)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner().poll_close(cx).map_err(failure)
    }
}

fn inbound(message: Message) -> Result<Frame, Failure> {
    match message {
        Message::Text(text) => Ok(Frame::Text(shared(text)?)),
        Message::Binary(bytes) => Ok(Frame::Binary(bytes)),
        Message::Ping(bytes) => Ok(Frame::Ping(bytes)),
        Message::Pong(bytes) => Ok(Frame::Pong(bytes)),
        Message::Close(None) => Ok(Frame::Close(None)),
        Message::Close(Some(close)) => {
            let reason = shared(close.reason)?;
            Ok(Frame::Close(Some(CloseFrame { code: close.code.into(), reason })))
        }
        // Never read, only written.
        Message::Frame(_) => Err(Observation::Violation(1002).into()),
    }
}

fn outbound(frame: Frame) -> Result<Message, Failure> {
    match frame {
        Frame::Text(text) => {
            let text = Utf8Bytes::try_from(Bytes::from(text)).map_err(stream_failure)?;
            Ok(Message::Text(text))
        }
        Frame::Binary(bytes) => Ok(Message::Binary(bytes)),
        Frame::Ping(bytes) => Ok(Message::Ping(bytes)),
        Frame::Pong(bytes) => Ok(Message::Pong(bytes)),
        Frame::Close(close) => Ok(Message::Close(close.and_then(|close| wire_close(&close)))),
    }
}

fn shared(text: Utf8Bytes) -> Result<Text, Failure> {
    Text::try_from(Bytes::from(text)).map_err(|_| Observation::Violation(1007).into())
}

/// `None` for a code that stands for the absence of a frame and may not be sent, as 1006.
fn wire_close(close: &CloseFrame) -> Option<WireClose> {
    let code = CloseCode::from(close.code);
    let mut end = close.reason.len().min(MAX_REASON);
    while !close.reason.is_char_boundary(end) {
        end -= 1;
    }
    code.is_allowed().then(|| WireClose { code, reason: close.reason[..end].into() })
}

fn failure(error: Error) -> Failure {
    let observation = match error {
        Error::Io(error) => return stream_failure(error),
        Error::Capacity(_) => Observation::Violation(1009),
        Error::Utf8(_) => Observation::Violation(1007),
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Protocol(
            ProtocolError::ResetWithoutClosingHandshake | ProtocolError::SendAfterClosing,
        ) => {
            return Observation::Eof.into();
        }
        Error::Protocol(_) | Error::AttackAttempt => Observation::Violation(1002),
        // This one holds the message.
        Error::WriteBufferFull(_) => {
            return Failure::with_source(
                Observation::Io,
                "the frame does not fit into the write buffer",
            );
        }
        _ => Observation::Io,
    };
    Failure::with_source(observation, error)
}
