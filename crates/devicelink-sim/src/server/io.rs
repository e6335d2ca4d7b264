//! One byte stream to a client, plain or TLS, that counts and can be slowed down.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tokio_rustls::server::TlsStream;

use super::seen::Log;

/// How long a client may take to close its side.
pub(super) const GOODBYE: Duration = Duration::from_secs(5);

pub(super) struct Io {
    transport: Transport,
    log: Arc<Log>,
    pace: Pace,
    pause: Option<Pin<Box<Sleep>>>,
}

enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// How many bytes a stream may write in a second; 0 for any number. Clones are the same pace.
#[derive(Clone, Default)]
pub(super) struct Pace(Arc<AtomicU32>);

impl Pace {
    pub(super) fn set(&self, bytes_per_second: u32) {
        self.0.store(bytes_per_second, Ordering::Relaxed);
    }
}

impl Io {
    pub(super) fn plain(tcp: TcpStream, log: Arc<Log>, pace: Pace) -> Self {
        Self { transport: Transport::Plain(tcp), log, pace, pause: None }
    }

    pub(super) fn tls(tls: TlsStream<TcpStream>, log: Arc<Log>, pace: Pace) -> Self {
        Self { transport: Transport::Tls(Box::new(tls)), log, pace, pause: None }
    }

    pub(super) fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Ends the connection with RST.
    pub(super) fn reset(self) {
        reset(self.into_tcp());
    }

    /// Ends the connection with FIN, whatever TLS would have to say.
    pub(super) async fn finish(self) {
        finish(self.into_tcp()).await;
    }

    fn into_tcp(self) -> TcpStream {
        match self.transport {
            Transport::Plain(tcp) => tcp,
            Transport::Tls(tls) => tls.into_inner().0,
        }
    }
}

/// Ends the connection with RST, as closing a socket does that may not linger.
pub(crate) fn reset(tcp: TcpStream) {
    #[allow(
        deprecated,
        reason = "zero does not block, and the method for zero is newer than our oldest tokio"
    )]
    let _ = tcp.set_linger(Some(Duration::ZERO));
    drop(tcp);
}

/// Waits for the client's FIN: closing a socket with unread bytes would send RST.
pub(crate) async fn finish(mut tcp: TcpStream) {
    let goodbye = async {
        tcp.shutdown().await?;
        let mut rest = [0; 4096];
        while tcp.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = tokio::time::timeout(GOODBYE, goodbye).await;
}

impl AsyncRead for Io {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(match &mut this.transport {
            Transport::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Transport::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        })?;
        let read = buf.filled().len() - before;
        if read > 0 {
            this.log.note(|seen| seen.bytes_received += read as u64);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Io {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(pause) = &mut this.pause {
            ready!(pause.as_mut().poll(cx));
            this.pause = None;
        }
        let pace = this.pace.0.load(Ordering::Relaxed);
        if pace > 0 {
            // Ten portions a second, or single bytes.
            buf = &buf[..buf.len().min((pace / 10).max(1) as usize)];
        }
        let written = ready!(match &mut this.transport {
            Transport::Plain(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Transport::Tls(tls) => Pin::new(tls).poll_write(cx, buf),
        })?;
        this.log.note(|seen| seen.bytes_sent += written as u64);
        if pace > 0 {
            let pause = Duration::from_secs_f64(written as f64 / f64::from(pace));
            this.pause = Some(Box::pin(tokio::time::sleep_until(Instant::now() + pause)));
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().transport {
            Transport::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Transport::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().transport {
            Transport::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Transport::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
