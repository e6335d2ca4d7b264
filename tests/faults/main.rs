//! What goes wrong between a client and its server, over real sockets, for all three vendors: the rows of the table in
//! `docs/RELIABILITY.md` that need sockets. Each test prints what it has measured, on a line that begins with its row:
//!
//! ```text
//! cargo test --all-features --test faults -- --nocapture | grep -E '^(F[0-9]|wire)'
//! ```
//!
//! With `DEVICELINK_FAULTS=long` in the environment the counts are those of the table, and it takes minutes; without it
//! they are smaller.
//!
//! No row may log a credential: `log.rs`.
#![cfg(all(feature = "coolkit", feature = "lamarzocco", feature = "placeos"))]

#[macro_use]
mod vendor;

mod calls;
mod close;
mod credentials;
mod decode;
mod flood;
mod frames;
mod handshake;
mod log;
mod memory;
mod tls;
mod wire;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use self::vendor::{Bench, CallFault, Client, Options, Seen, Vendor};

/// No step of any short test takes this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much later than its deadline something may happen on a loaded machine.
const SLACK: Duration = Duration::from_secs(2);

static IS_LONG: LazyLock<bool> =
    LazyLock::new(|| std::env::var("DEVICELINK_FAULTS").is_ok_and(|value| value == "long"));

/// The first of the two, or the second where the long run was asked for.
fn short_or_long<T>(short: T, long: T) -> T {
    if *IS_LONG { long } else { short }
}

/// The result, or a panic if it does not come.
async fn soon<F: Future>(future: F) -> F::Output {
    timeout(short_or_long(PATIENCE, 20 * PATIENCE), future).await.expect("in time")
}

/// Prints what was measured.
fn report(row: &str, vendor: Vendor, measured: impl std::fmt::Display) {
    println!("{row} {}: {measured}", vendor.name());
}

/// The time since then in seconds, for [`report`].
fn seconds(since: Instant) -> String {
    format!("{:.2} s", since.elapsed().as_secs_f64())
}
