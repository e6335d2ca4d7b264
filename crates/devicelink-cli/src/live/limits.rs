use std::future::pending;
use std::time::Duration;

use clap::Args;
use tokio::signal::ctrl_c;
use tokio::time::sleep;

use crate::failure::Failure;

/// When a command that watches ends; without any, with Ctrl-C.
#[derive(Args)]
pub(crate) struct Limits {
    /// End after this many seconds.
    #[arg(long = "for", value_name = "SECONDS")]
    pub(super) seconds: Option<u64>,
    /// End after this many lines, those about the connection not counted.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) count: Option<u64>,
}

/// How long a command that does one thing may take.
#[derive(Args)]
pub(crate) struct Patience {
    /// How many seconds the connection and the answer may take together.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
}

impl Patience {
    pub(crate) fn duration(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }
}

/// Waits for Ctrl-C, or until the seconds are over.
pub(crate) async fn ended(seconds: Option<u64>) -> Result<(), Failure> {
    let over = async {
        match seconds {
            Some(seconds) => sleep(Duration::from_secs(seconds)).await,
            None => pending().await,
        }
    };
    tokio::select! {
        pressed = ctrl_c() => Ok(pressed?),
        () = over => Ok(()),
    }
}
