use std::convert::Infallible;
use std::env;
use std::future::pending;
use std::io::{IsTerminal, stderr};
use std::time::Duration;

use tokio::time::{interval, sleep};

use super::link::Link;

/// How long nothing is said: a connection is usually faster.
const PATIENCE: Duration = Duration::from_millis(500);

/// Turns a spinner on the terminal of standard error as long as there is no connection. Dropping it wipes that away.
pub(super) async fn show(client: &impl Link) -> Infallible {
    if !stderr().is_terminal() || env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return pending().await;
    }
    loop {
        sleep(PATIENCE).await;
        if client.is_online() {
            continue;
        }
        let _wiped = Wipe;
        let mut ticks = interval(Duration::from_millis(100));
        for frame in ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'].into_iter().cycle()
        {
            ticks.tick().await;
            if client.is_online() {
                break;
            }
            let failure = client.last_failure();
            let why = failure.map(|failure| format!(" ({})", failure.seen())).unwrap_or_default();
            // A line that wraps could not be wiped away.
            eprint!("{WIPE}{frame} connecting{why:.60}");
        }
    }
}

/// Back to the start of the line, which is made empty.
const WIPE: &str = "\r\x1b[K";

/// Makes the line of the spinner empty on drop.
struct Wipe;

impl Drop for Wipe {
    fn drop(&mut self) {
        eprint!("{WIPE}");
    }
}
