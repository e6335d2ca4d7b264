//! What is recorded of each vendor.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use clap::Args;
use devicelink::{coolkit, lamarzocco, placeos};
use futures::StreamExt;
use futures::stream::{self, BoxStream};

use super::How;
use super::events::tap;
use super::tape::rfc3339;
use crate::coolkit::connect::Account;
use crate::failure::Failure;
use crate::lamarzocco::connect::Machine;
use crate::output::Output;
use crate::placeos::connect::Server;
use crate::recording::{Header, Settings, VERSION, Vendor};

#[derive(Args)]
pub(super) struct Lamarzocco {
    #[command(flatten)]
    machine: Machine,
    #[command(flatten)]
    how: How,
}

#[derive(Args)]
pub(super) struct Coolkit {
    #[command(flatten)]
    account: Account,
    #[command(flatten)]
    how: How,
}

#[derive(Args)]
pub(super) struct Placeos {
    #[command(flatten)]
    server: Server,
    /// A variable to bind, for example sys-1234/Display/1/power. Without one only the heartbeats of the server are heard.
    #[arg(long, value_name = "SYSTEM/MODULE/INDEX/NAME")]
    bind: Vec<Variable>,
    #[command(flatten)]
    how: How,
}

/// A status variable of a module.
#[derive(Clone)]
struct Variable {
    system: String,
    module: String,
    index: i32,
    name: String,
}

impl Lamarzocco {
    pub(super) async fn run(self, output: Output) -> Result<(), Failure> {
        let (observer, events) = tap();
        let (builder, simulated) = self.machine.builder().await?;
        let client = builder.tap(observer).build().map_err(Failure::usage)?;
        let stops = client.updates().map(|update| match update {
            lamarzocco::Update::Stopped(failure) => Some(failure),
            _ => None,
        });
        let header = self.how.header(Vendor::Lamarzocco, Settings::of(simulated.is_some()));
        self.how.record(&header, events, stops, client.close(), output).await
    }
}

impl Coolkit {
    pub(super) async fn run(self, output: Output) -> Result<(), Failure> {
        let (observer, events) = tap();
        let (builder, simulated) = self.account.builder().await?;
        let client = builder.tap(observer).build().map_err(Failure::usage)?;
        let stops = client.updates().map(|update| match update {
            coolkit::Update::Stopped(failure) => Some(failure),
            _ => None,
        });
        let header = self.how.header(Vendor::Coolkit, Settings::of(simulated.is_some()));
        self.how.record(&header, events, stops, client.close(), output).await
    }
}

impl Placeos {
    pub(super) async fn run(self, output: Output) -> Result<(), Failure> {
        let (observer, events) = tap();
        let (builder, simulated) = self.server.builder().await?;
        let client = builder.tap(observer).build().map_err(Failure::usage)?;
        let bound = self.bind.iter().map(|variable| {
            let module = client.system(&variable.system).module(&variable.module, variable.index);
            stopped(module.bind(&variable.name))
        });
        // Connects, also without a variable.
        let stops = stream::select_all(bound.chain([stopped(client.diagnostics())]));
        let settings = Settings {
            generation: Some(self.server.generation()),
            bind: self.bind.iter().map(ToString::to_string).collect(),
            ..Settings::of(simulated.is_some())
        };
        let header = self.how.header(Vendor::Placeos, settings);
        self.how.record(&header, events, stops, client.close(), output).await
    }
}

fn stopped<T: 'static>(
    updates: placeos::Updates<T>,
) -> BoxStream<'static, Option<lamarzocco::Failure>> {
    let stopped = |update| match update {
        placeos::Update::Stopped(failure) => Some(failure),
        _ => None,
    };
    updates.map(stopped).boxed()
}

impl How {
    fn header(&self, vendor: Vendor, settings: Settings) -> Header {
        Header {
            devicelink_recording: VERSION,
            vendor,
            program: concat!("devicelink ", env!("CARGO_PKG_VERSION")).to_owned(),
            time: rfc3339(SystemTime::now()),
            settings: Settings { keep_malformed: self.keep_malformed, ..settings },
        }
    }
}

impl FromStr for Variable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.splitn(4, '/').collect();
        match (&parts[..], parts.get(2).and_then(|index| index.parse().ok())) {
            ([system, module, _, name], Some(index))
                if [system, module, name].iter().all(|part| !part.is_empty()) =>
            {
                let [system, module, name] = [system, module, name].map(|part| (*part).to_owned());
                Ok(Self { system, module, index, name })
            }
            _ => {
                Err("expected SYSTEM/MODULE/INDEX/NAME, for example sys-1234/Display/1/power"
                    .into())
            }
        }
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { system, module, index, name } = self;
        write!(f, "{system}/{module}/{index}/{name}")
    }
}
