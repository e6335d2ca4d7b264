use std::future::Future;

use devicelink::lamarzocco::Failure as LinkFailure;
use devicelink::{coolkit, lamarzocco, placeos};
use tokio::time::timeout;

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

            async fn close(&self) {
                self.close().await;
            }
        }
    };
}

link!(coolkit, stats());
link!(lamarzocco, stats().link);
link!(placeos, stats());

/// Does one thing with a client and closes it: in time, or with an error that says why there was no connection.
pub(crate) async fn once<T>(
    client: &impl Link,
    patience: &Patience,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let result = tokio::select! {
        result = timeout(patience.duration(), work) => {
            result.unwrap_or_else(|_| Err(Failure::new(too_late(client, patience))))
        }
        ended = ended(None) => ended.and(Err(Failure::new("interrupted"))),
        never = progress::show(client) => match never {},
    };
    client.close().await;
    result
}

fn too_late(client: &impl Link, patience: &Patience) -> String {
    let seconds = patience.duration().as_secs();
    match client.last_failure() {
        _ if client.is_online() => format!("connected, but nothing came within {seconds} s"),
        Some(failure) => format!("not connected within {seconds} s: {failure}"),
        None => format!("not connected within {seconds} s: wait longer with --timeout"),
    }
}
