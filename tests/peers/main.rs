//! Clients that others have written, and ours beside them, put through the faults that they can come into.
//!
//! What comes out is printed, one line for each fault. Nothing is asked of the clients: a test holds that one has come
//! into the fault, and that what followed was observed to the end. `DEVICELINK_FAULTS=long` observes all of it, for
//! six minutes; without it, one fault for each client.
//!
//! There is nobody for La Marzocco: pylamarzocco speaks WebSocket with a fixed host of the vendor's cloud (2.5.2), or
//! with home machines at a path that the simulated machine does not have (1.2.3).
#![cfg(all(feature = "coolkit", feature = "placeos"))]

#[path = "../interop/cloud.rs"]
mod cloud;
mod coolkit;
#[path = "../interop/npm.rs"]
mod npm;
mod ours;
mod placeos;

use std::time::Duration;

use futures::future::BoxFuture;
use tokio::time::timeout;

/// What takes longer than this is not waited for.
const BOUND: Duration = Duration::from_secs(60);

/// A dead peer is waited for as long as this.
const DETECTION: Duration = Duration::from_secs(120);

/// What is said of a fault: its row, and what comes out.
type Row = (&'static str, BoxFuture<'static, String>);

/// Observes all rows at once, or the one that is quick.
async fn observe(peer: &str, quick: &str, mut rows: Vec<Row>) {
    if !std::env::var("DEVICELINK_FAULTS").is_ok_and(|it| it == "long") {
        rows.retain(|(row, _)| *row == quick);
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(row, observed)| {
            let peer = peer.to_owned();
            tokio::spawn(async move { println!("{row} {peer}: {}", observed.await) })
        })
        .collect();
    for row in rows {
        row.await.expect("observed to the end");
    }
}

/// What every client and server does in time.
async fn in_time<T>(future: impl Future<Output = T>) -> T {
    timeout(BOUND, future).await.expect("in time")
}

fn secs(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
