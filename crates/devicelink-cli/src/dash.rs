//! The dashboard on the terminal.

mod config;
mod demo;
mod draw;
mod event;
mod model;
mod screen;
mod source;

use std::fmt;
use std::io::{IsTerminal, stderr, stdout};
use std::path::PathBuf;
use std::sync::Arc;

use anstream::{AutoStream, ColorChoice};
use clap::{ArgGroup, Args};
use devicelink::coolkit::Region;
use devicelink::lamarzocco::Pin;
use futures::future::join_all;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use tokio::sync::{Notify, mpsc};

use self::config::{Bind, Config};
use self::demo::Demo;
use self::event::Event;
use self::model::{Model, Spec};
use self::source::{Source, Told, watch};
use crate::cli;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Args)]
#[command(
    group(ArgGroup::new("what").required(true).multiple(true)
        .args(["config", "demo", "lamarzocco", "coolkit", "placeos"])),
    after_help = AFTER_HELP
)]
pub(crate) struct Dash {
    /// A file in TOML that says what to connect to.
    #[arg(conflicts_with_all = ["lamarzocco", "coolkit", "placeos"])]
    config: Option<PathBuf>,
    /// Simulate a machine, a cloud and a building on this computer, and show them.
    #[arg(long, conflicts_with_all = ["config", "lamarzocco", "coolkit", "placeos"])]
    demo: bool,
    /// An espresso machine; its local token is in LAMARZOCCO_TOKEN, or asked for.
    #[arg(long, value_name = "ADDRESS")]
    lamarzocco: Option<String>,
    /// The SHA-256 digest of that machine's certificate or public key.
    #[arg(long, requires = "lamarzocco")]
    pin: Vec<Pin>,
    /// An account at the CoolKit cloud; its credentials are in COOLKIT_AT, COOLKIT_APIKEY and COOLKIT_APPID, or asked for.
    #[arg(
        long,
        value_name = "REGION",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "eu"
    )]
    coolkit: Option<Region>,
    /// A PlaceOS server; its key is in PLACEOS_API_KEY or a bearer token in PLACEOS_TOKEN, or asked for.
    #[arg(long, value_name = "URL")]
    placeos: Option<String>,
    /// A status variable of that server.
    #[arg(long, value_name = "SYSTEM/MODULE/INDEX/NAME", requires = "placeos")]
    bind: Vec<Bind>,
}

const AFTER_HELP: &str = "\
Examples:
  devicelink dash --demo
  devicelink dash home.toml
  devicelink dash --lamarzocco 192.168.50.102 --pin sha256:0f4c…
  devicelink dash --placeos https://example.com --bind sys-1/Display/1/power
  devicelink dash --demo --json | grep temperature

A configuration has a table for each connection; all but addresses may be left out:
  [[lamarzocco]]
  name = \"bar\"
  address = \"192.168.50.102\"
  pin = [\"sha256:0f4c…\"]
  token = { env = \"BAR_TOKEN\" }

  [[coolkit]]
  name = \"home\"
  region = \"eu\"
  at = { file = \"at.txt\" }
  devices = [{ id = \"1000abcdef\", name = \"lamp\" }, { id = \"a480000001\", kind = \"zigbee_sensor\" }]

  [[placeos]]
  name = \"office\"
  url = \"https://example.com\"
  api_key = { file = \"key.txt\" }
  bind = [\"sys-1/Display/1/power\"]

A secret is in a variable of the environment or in a file, never in the configuration.";

/// Events that may wait for the dashboard; then the clients keep theirs, and say what they had to drop.
const QUEUE: usize = 1024;

impl Dash {
    pub(crate) async fn run(self, output: Output) -> Result<(), Failure> {
        let is_json = output.is_json();
        if !is_json && !stdout().is_terminal() {
            return Err(Failure::usage(
                "the dashboard needs a terminal: run it in one, or add --json for what happens, line by line",
            ));
        }
        if is_json || !stderr().is_terminal() {
            // Otherwise the log would be drawn over the dashboard.
            cli::log();
        }
        let (sources, demo) = self.sources().await?;
        let live = async {
            match demo {
                Some(demo) => demo.live().await,
                None => std::future::pending().await,
            }
        };
        // The simulators stay until their clients are closed.
        tokio::pin!(live);
        let (to, told) = mpsc::channel(QUEUE);
        let retries: Vec<_> = sources.iter().map(|_| Arc::new(Notify::new())).collect();
        for ((link, source), retry) in sources.iter().enumerate().zip(&retries) {
            tokio::spawn(watch(link, source.client.clone(), retry.clone(), to.clone()));
        }
        let specs: Vec<_> = sources.iter().map(|source| source.spec.clone()).collect();
        let show = async {
            if is_json {
                return print(&specs, told, output).await;
            }
            let mut model = Model::new(specs, TimeZone::system(), Timestamp::now());
            model.is_coloured = AutoStream::choice(&stdout()) != ColorChoice::Never;
            Ok(screen::show(model, told, |link| retries[link].notify_one()).await?)
        };
        let shown = tokio::select! {
            shown = show => shown,
            ended = ended() => Ok(ended?),
            () = &mut live => Ok(()),
        };
        join_all(sources.iter().map(|source| source.client.close())).await;
        shown
    }

    async fn sources(&self) -> Result<(Vec<Source>, Option<Demo>), Failure> {
        if self.demo {
            let demo = Demo::start().await?;
            return Ok((demo.sources()?, Some(demo)));
        }
        let config = match &self.config {
            Some(path) => Config::of_file(path)?,
            None => Config::of_options(self),
        };
        Ok((config.sources()?, None))
    }
}

/// Prints what happens, line by line.
async fn print(
    specs: &[Spec],
    mut told: mpsc::Receiver<Told>,
    mut output: Output,
) -> Result<(), Failure> {
    while let Some((link, event, time)) = told.recv().await {
        output.say(&Line { time, link: &specs[link].name, event })?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Line<'a> {
    time: Timestamp,
    link: &'a str,
    #[serde(flatten)]
    event: Event,
}

/// It is printed as JSON only.
impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:?}", self.time, self.link, self.event)
    }
}

/// Ends when the process is asked to end.
#[cfg(unix)]
async fn ended() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminated = signal(SignalKind::terminate())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminated.recv() => Ok(()),
        _ = hung_up.recv() => Ok(()),
    }
}

/// Ends when the process is asked to end.
#[cfg(not(unix))]
async fn ended() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
