use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use devicelink_sim::wire::{Direction, Impairments, Wire};
use devicelink_sim::{FaultPlan, StartError};
use tokio::time::{MissedTickBehavior, interval};

use super::fault::{KINDS, Planned};
use super::impairment::{self, Impairment};
use crate::failure::Failure;
use crate::live::ended;

/// What all simulators can be told.
#[derive(Args)]
pub(super) struct Options {
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub(super) listen: SocketAddr,
    /// Speak without TLS.
    #[arg(long)]
    pub(super) plain: bool,
    /// The seed of all that looks random.
    #[arg(long, default_value_t = 0)]
    pub(super) seed: u64,
    #[arg(long = "fault", value_name = "KIND[=VALUE][@CONNECTIONS][+FRAMES]", help = KINDS)]
    faults: Vec<Planned>,
    /// Drop all connections every so many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    drop_every: Option<u64>,
    /// Let everything arrive so many milliseconds late.
    #[arg(long, value_name = "MS", conflicts_with = "listen")]
    latency: Option<u64>,
    #[arg(long = "wire", value_name = "KIND=VALUE", conflicts_with = "listen", help = impairment::KINDS)]
    impairments: Vec<Impairment>,
    /// End after this many seconds.
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u64>,
}

impl Options {
    /// What goes wrong on which connection.
    pub(super) fn plan(&self) -> FaultPlan {
        self.faults.iter().fold(FaultPlan::new(), |plan, fault| fault.add_to(plan))
    }

    /// The server, or why it is not there.
    pub(super) fn started<S>(&self, server: Result<S, StartError>) -> Result<S, Failure> {
        server.map_err(|error| match error {
            StartError::Listen(error) => {
                Failure::new(format!("{} cannot be listened at: {error}", self.listen))
            }
            error => error.into(),
        })
    }

    /// The bad wire in front of a server, if one is asked for.
    pub(super) async fn wire(&self, server: SocketAddr) -> Result<Option<Wire>, Failure> {
        if self.latency.is_none() && self.impairments.is_empty() {
            return Ok(None);
        }
        let wire = Wire::to(server).seed(self.seed);
        // Within TLS there are no frames to be seen.
        let wire = if self.plain { wire.by_frames() } else { wire }.start().await?;
        let latency = Duration::from_millis(self.latency.unwrap_or_default());
        let impairments = Impairments::new().latency(latency);
        let impairments = self.impairments.iter().fold(impairments, |all, one| one.add_to(all));
        for direction in Direction::BOTH {
            wire.impair(direction, impairments);
        }
        Ok(Some(wire))
    }

    /// What pins the certificate of this digest; none without TLS.
    pub(super) fn pin(&self, sha256: &str) -> Option<String> {
        (!self.plain).then(|| format!("sha256:{sha256}"))
    }

    /// Does this every time that all connections are to be dropped; for ever.
    pub(super) async fn drops(&self, mut drop: impl AsyncFnMut()) {
        let Some(seconds) = self.drop_every else {
            return pending().await;
        };
        let mut ticks = interval(Duration::from_secs(seconds));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await;
        loop {
            ticks.tick().await;
            drop().await;
        }
    }

    /// Waits for the end of the simulation.
    pub(super) async fn end(&self) -> Result<(), Failure> {
        ended(self.seconds).await
    }
}

/// The URL of a server, through the wire if there is one.
pub(super) fn through(wire: Option<&Wire>, url: &str) -> String {
    wire.map_or_else(|| url.to_owned(), |wire| wire.url(url))
}
