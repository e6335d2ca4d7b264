//! One connection from its first byte to its last.

use std::sync::Arc;

use tokio::net::TcpStream;

use super::io::{self, Io, Pace};
use super::seen::Log;
use super::{Shared, http, websocket};
use crate::fault::{Fault, Faults, Moment};

pub(super) async fn serve(tcp: TcpStream, number: u64, faults: Faults, shared: Arc<Shared>) {
    let _open = Open::new(&shared.log);
    let _ = tcp.set_nodelay(true);
    let pace = Pace::default();
    for fault in faults.at(Moment::Accept) {
        match fault {
            Fault::Reset => return io::reset(tcp),
            Fault::Drop => return io::finish(tcp).await,
            Fault::Silence => return std::future::pending().await,
            Fault::Slow(bytes_per_second) => pace.set(*bytes_per_second),
            // All others have a later moment.
            _ => {}
        }
    }
    let Some(io) = secure(tcp, pace, &shared).await else { return };
    let Some(upgraded) = http::answer(io, number, faults.clone(), Arc::clone(&shared)).await else {
        return;
    };
    websocket::serve(upgraded, faults, Arc::clone(&shared.log)).await;
}

async fn secure(tcp: TcpStream, pace: Pace, shared: &Shared) -> Option<Io> {
    let log = Arc::clone(&shared.log);
    let Some(acceptor) = shared.acceptor() else { return Some(Io::plain(tcp, log, pace)) };
    match acceptor.accept(tcp).await {
        Ok(tls) => {
            log.note(|seen| seen.tls_handshakes += 1);
            Some(Io::tls(tls, log, pace))
        }
        Err(error) => {
            tracing::debug!(%error, "no TLS handshake");
            log.note(|seen| seen.tls_failures += 1);
            None
        }
    }
}

/// Counts the connection as open as long as it lives.
struct Open(Arc<Log>);

impl Open {
    fn new(log: &Arc<Log>) -> Self {
        log.note(|seen| {
            seen.connects += 1;
            seen.open_connections += 1;
        });
        Self(Arc::clone(log))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.note(|seen| seen.open_connections -= 1);
    }
}
