use std::time::Duration;

use devicelink::lamarzocco::{Failure as LinkFailure, StopReason, Verdict};
use devicelink::{coolkit, lamarzocco, placeos};
use tokio::time::{Instant, timeout};

use super::limits::{Patience, ended};
use super::progress;
use crate::failure::Failure;

/// What the clients of all vendors have.
pub(crate) trait Link {
    /// How often the other side has accepted a connection.
    fn accepted(&self) -> u64;
    /// Why there is no connection.
    fn last_failure(&self) -> Option<LinkFailure>;
    /// Whether there is a connection now.
    fn is_online(&self) -> bool;
    /// Waits for a connection. It does not end while the client keeps trying.
    async fn online(&self) -> Result<(), Failure>;
    /// Closes the connection for good.
    async fn close(&self);
}

macro_rules! link {
    ($vendor:ident, $($stats:tt)+) => {
        impl Link for $vendor::Client {
            fn accepted(&self) -> u64 {
                self.$($stats)+.accepted
            }

            fn last_failure(&self) -> Option<LinkFailure> {
                self.last_failure()
            }

            fn is_online(&self) -> bool {
                self.state().is_online()
            }

            async fn online(&self) -> Result<(), Failure> {
                self.online().await.map_err(|error| match error.failure() {
                    // What the error itself says is for programmers, but for the region of an account.
                    Some(failure) if failure.verdict() != Verdict::Stop(StopReason::Rejected) => {
                        failure.clone().into()
                    }
                    _ => error.into(),
                })
            }

            async fn close(&self) {
                self.close().await;
            }
        }
    };
}

link!(coolkit, stats());
link!(lamarzocco, stats().link);
link!(placeos, stats());

/// Connects a client, does one thing within what is left of the time, and closes the client.
///
/// # Errors
/// What the work gives; and if there is no connection in time, why.
pub(crate) async fn once<T>(
    client: &impl Link,
    patience: &Patience,
    work: impl AsyncFnOnce(Duration) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let done = async {
        let start = Instant::now();
        match timeout(patience.duration(), client.online()).await {
            Ok(online) => online?,
            Err(_) => return Err(Failure::new(too_late(client, patience))),
        }
        work(patience.duration().saturating_sub(start.elapsed())).await
    };
    let result = tokio::select! {
        result = done => result,
        ended = ended(None) => ended.and(Err(Failure::new(match client.accepted() {
            0 => "interrupted before there was a connection",
            _ => "interrupted: what was sent already may have been done",
        }))),
        never = progress::show(client) => match never {},
    };
    client.close().await;
    result
}

fn too_late(client: &impl Link, patience: &Patience) -> String {
    let seconds = patience.duration().as_secs();
    match client.last_failure() {
        Some(failure) => format!("not connected within {seconds} s: {failure}"),
        None => format!("not connected within {seconds} s: {SILENT}"),
    }
}

const SILENT: &str = "check that the other side is on and reachable, or wait longer with --timeout";
