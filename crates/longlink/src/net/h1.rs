use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, Connection, Parts, SendRequest};
use hyper_util::rt::TokioIo;

use super::dial::stream_failure;
use super::stream::Io;
use crate::{Failure, Observation, UpgradeFault};

/// A longer response header is refused.
const HEADER_LIMIT: usize = 16 * 1024;

/// One request on one connection, driven by whoever awaits it: there is no task, and dropping it closes the connection.
pub(super) struct Exchange {
    /// Hyper ends the connection when this is gone.
    _sender: SendRequest<Empty<Bytes>>,
    connection: Progress,
    /// Why the connection ended, if hyper could not tell the request.
    error: Option<hyper::Error>,
}

enum Progress {
    Running(Box<Connection<TokioIo<Io>, Empty<Bytes>>>),
    Finished(Option<Parts<TokioIo<Io>>>),
}

impl Exchange {
    /// Sends the request and waits for the response's header.
    pub(super) async fn send(
        io: Io,
        request: Request<Empty<Bytes>>,
    ) -> Result<(Response<Incoming>, Self), Failure> {
        let mut builder = Builder::new();
        builder.max_buf_size(HEADER_LIMIT);
        let (mut sender, connection) =
            builder.handshake(TokioIo::new(io)).await.map_err(http_failure)?;
        let response = sender.send_request(request);
        let connection = Progress::Running(Box::new(connection));
        let mut exchange = Self { _sender: sender, connection, error: None };
        let response = exchange.run(response).await.map_err(http_failure)?;
        Ok((response, exchange))
    }

    /// Appends the body to `kept`, at most until it holds `limit` bytes. Whether that was all of it.
    ///
    /// Cancel safe: what has arrived is in `kept`.
    pub(super) async fn read_body(
        &mut self,
        mut body: Incoming,
        limit: usize,
        kept: &mut Vec<u8>,
    ) -> Result<bool, Failure> {
        let read = async {
            while let Some(frame) = body.frame().await {
                let Ok(data) = frame?.into_data() else { continue };
                let fits = data.len().min(limit - kept.len());
                kept.extend_from_slice(&data[..fits]);
                if fits < data.len() {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        self.run(read).await.map_err(http_failure)
    }

    /// After a response 101: the stream, and what of the new protocol was read already.
    pub(super) async fn into_stream(mut self) -> Result<(Io, Bytes), Failure> {
        poll_fn(|cx| if self.poll_connection(cx) { Poll::Ready(()) } else { Poll::Pending }).await;
        match (self.error, self.connection) {
            (None, Progress::Finished(Some(parts))) => Ok((parts.io.into_inner(), parts.read_buf)),
            (Some(error), _) => Err(http_failure(error)),
            (None, _) => Err(Observation::Eof.into()),
        }
    }

    /// Reads and writes the connection while `future`, which waits for it, is pending.
    async fn run<F: Future>(&mut self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| {
            self.poll_connection(cx);
            future.as_mut().poll(cx)
        })
        .await
    }

    fn poll_connection(&mut self, cx: &mut std::task::Context<'_>) -> bool {
        let Progress::Running(connection) = &mut self.connection else { return true };
        let Poll::Ready(result) = connection.poll_without_shutdown(cx) else { return false };
        self.error = result.err();
        // Taking it apart settles whatever still waits for it.
        if let Progress::Running(connection) =
            std::mem::replace(&mut self.connection, Progress::Finished(None))
        {
            self.connection = Progress::Finished(Some(connection.into_parts()));
        }
        true
    }
}

fn http_failure(error: hyper::Error) -> Failure {
    if error.is_parse() {
        return Failure::with_source(Observation::Upgrade(UpgradeFault::NotHttp), error);
    }
    let failure = stream_failure(error);
    match (failure.observation(), hyper_error(&failure)) {
        (Observation::Io, Some(error))
            if error.is_incomplete_message() || error.is_closed() || error.is_canceled() =>
        {
            Failure::new(Observation::Eof)
        }
        _ => failure,
    }
}

fn hyper_error(failure: &Failure) -> Option<&hyper::Error> {
    std::error::Error::source(failure)?.downcast_ref()
}
