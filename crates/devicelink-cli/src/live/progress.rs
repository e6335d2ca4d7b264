use std::convert::Infallible;
use std::time::Duration;

use indicatif::ProgressBar;
use tokio::time::{interval, sleep};

use super::link::Link;

/// How long nothing is said: a connection is usually faster.
const PATIENCE: Duration = Duration::from_millis(500);

/// Turns a spinner on the terminal's standard error as long as there is no connection. Whoever drops it wipes it away.
pub(super) async fn show(client: &impl Link) -> Infallible {
    loop {
        sleep(PATIENCE).await;
        if client.is_online() {
            continue;
        }
        let spinner = Spinner(ProgressBar::new_spinner());
        let mut ticks = interval(Duration::from_millis(100));
        while !client.is_online() {
            ticks.tick().await;
            let failure = client.last_failure();
            spinner.0.set_message(match &failure {
                Some(failure) => format!("connecting ({})", failure.seen()),
                None => "connecting".into(),
            });
            spinner.0.tick();
        }
    }
}

/// A spinner that is wiped away on drop.
struct Spinner(ProgressBar);

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
