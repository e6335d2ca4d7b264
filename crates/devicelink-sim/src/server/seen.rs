//! What a server has seen.

use tokio::sync::watch;

/// How many requests are kept; later ones are only counted.
const MAX_REQUESTS: usize = 1024;

/// What a server has seen since it was started, restarts included.
///
/// Bytes are those of the application: what TLS adds is not counted, so that 0 bytes received means that no client has
/// said a word. Credentials are judged, never kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// TCP connections that were accepted.
    pub connects: u64,
    /// TLS handshakes that were completed.
    pub tls_handshakes: u64,
    /// TLS handshakes that the client broke off, or that failed otherwise.
    pub tls_failures: u64,
    /// HTTP requests that were read to their end, upgrades included.
    pub request_count: u64,
    /// The first 1024 of them.
    pub requests: Vec<Request>,
    /// Upgrades to WebSocket.
    pub upgrades: u64,
    /// TCP connections that are open now.
    pub open_connections: usize,
    /// WebSockets that are open now, silent ones included.
    pub open_sockets: usize,
    /// Bytes that clients have sent.
    pub bytes_received: u64,
    /// Bytes that were sent to clients.
    pub bytes_sent: u64,
    /// Text and binary messages that clients have sent.
    pub frames_received: u64,
    /// Pings that clients have sent.
    pub pings_received: u64,
    /// Pongs that clients have sent.
    pub pongs_received: u64,
    /// Close frames that clients have sent.
    pub closes_received: u64,
    /// Text and binary frames that were sent, those of faults included, [`Fault::Raw`](crate::Fault::Raw) not.
    pub frames_sent: u64,
    /// Periodic frames that were left out because a client did not read.
    pub frames_skipped: u64,
}

/// One HTTP request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// For example `GET`.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// What the server thinks of the credential.
    pub credential: Credential,
    /// The status of the answer; absent if a fault stood in its place.
    pub status: Option<u16>,
}

impl Request {
    /// Whether the credential was accepted.
    #[must_use]
    pub fn is_authorized(&self) -> bool {
        self.credential == Credential::Accepted
    }
}

/// What a server thinks of the credential of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// There was none.
    Absent,
    /// It was another one, or none that can be read.
    Refused,
    /// It was the right one.
    Accepted,
}

/// Where a server writes down what it sees.
#[derive(Debug)]
pub(crate) struct Log<S = Seen>(watch::Sender<S>);

impl Log {
    pub(super) fn request(&self, request: Request) {
        self.note(|seen| {
            seen.request_count += 1;
            if seen.requests.len() < MAX_REQUESTS {
                seen.requests.push(request);
            }
        });
    }
}

impl<S: Clone + Default> Log<S> {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(S::default()))
    }

    pub(crate) fn note(&self, note: impl FnOnce(&mut S)) {
        self.0.send_modify(note);
    }

    pub(crate) fn seen(&self) -> S {
        self.0.borrow().clone()
    }

    pub(crate) async fn until(&self, mut condition: impl FnMut(&S) -> bool) -> S {
        let mut changes = self.0.subscribe();
        match changes.wait_for(|seen| condition(seen)).await {
            Ok(seen) => seen.clone(),
            // The sender is this log, which outlives the borrow.
            Err(_) => self.seen(),
        }
    }
}
