//! A process that holds clients.

use std::process::{self, Command};
use std::time::Duration;
use std::{env, fs};

use devicelink::{coolkit, lamarzocco, placeos};
use futures::future::{BoxFuture, join_all};
use tokio::runtime::Builder;
use tokio::time::sleep;

use crate::raw;
use crate::simulators::Vendor;

/// So many are there before the others are counted: what all share is there, too.
const FIRST: usize = 100;

/// So many connect at once.
const AT_ONCE: usize = 50;

#[derive(Clone, Copy)]
pub(crate) enum Who {
    Raw,
    Ours(Vendor),
}

impl Who {
    const ALL: [Self; 4] = [
        Self::Raw,
        Self::Ours(Vendor::Placeos),
        Self::Ours(Vendor::Lamarzocco),
        Self::Ours(Vendor::Coolkit),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Raw => "tokio-tungstenite",
            Self::Ours(Vendor::Placeos) => "ours, PlaceOS",
            Self::Ours(Vendor::Lamarzocco) => "ours, La Marzocco",
            Self::Ours(Vendor::Coolkit) => "ours, CoolKit",
        }
    }

    /// Whose server it is connected to.
    pub(crate) fn vendor(self) -> Vendor {
        match self {
            Self::Raw => Vendor::Placeos,
            Self::Ours(vendor) => vendor,
        }
    }
}

/// How many clients a process may hold, as each has a descriptor.
pub(crate) fn limit() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").expect("Linux");
    let line = limits.lines().find(|line| line.starts_with("Max open files")).expect("a limit");
    let soft = line.split_whitespace().nth(3).and_then(|it| it.parse().ok());
    soft.unwrap_or(usize::MAX) - 2 * FIRST
}

/// The bytes of a client, by a process that holds so many.
pub(crate) fn by_process(who: Who, count: usize, address: &str) -> f64 {
    let mut command = Command::new(env::current_exe().expect("a path"));
    let output = command.args(["hold", who.name(), &count.to_string(), address]).output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
}

pub(crate) fn run(who: &str, count: usize, address: &str) {
    let who = Who::ALL.into_iter().find(|it| it.name() == who).expect("a name");
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let parts: Vec<&str> = address.split(' ').collect();
    runtime.block_on(async {
        let mut held = connect(who, FIRST, &parts).await;
        let before = resident().await;
        held.extend(connect(who, count, &parts).await);
        println!("{}", (resident().await - before) / count as f64);
        // Not one after the other.
        process::exit(0);
    });
}

/// The bytes of this process that are in memory, after a while without events.
async fn resident() -> f64 {
    sleep(Duration::from_secs(1)).await;
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).expect("a size");
    line.split_whitespace().nth(1).and_then(|it| it.parse::<f64>().ok()).expect("kB") * 1024.0
}

/// Something that lives as long as its client.
type Held = Box<dyn Send>;

async fn connect(who: Who, count: usize, parts: &[&str]) -> Vec<Held> {
    let mut held = Vec::with_capacity(count);
    while held.len() < count {
        let more = AT_ONCE.min(count - held.len());
        held.extend(join_all((0..more).map(|_| one(who, parts))).await);
    }
    held
}

fn one<'a>(who: Who, parts: &'a [&'a str]) -> BoxFuture<'a, Held> {
    let pin = || parts[1].parse().expect("a pin");
    Box::pin(async move {
        match who {
            Who::Raw => Box::new(raw::connect(parts[0], parts[2]).await) as Held,
            Who::Ours(Vendor::Placeos) => {
                let builder = placeos::Client::builder(parts[0]).api_key(parts[2]);
                let client = builder.pin(pin()).allow_plain().build().expect("a client");
                client.online().await.expect("online");
                Box::new(client)
            }
            Who::Ours(Vendor::Lamarzocco) => {
                let builder = lamarzocco::Client::builder(parts[0]).token(parts[2]);
                let client = builder.pin(pin()).allow_plain().build().expect("a client");
                client.online().await.expect("online");
                Box::new(client)
            }
            Who::Ours(Vendor::Coolkit) => {
                let credentials = coolkit::Credentials::new(parts[2], parts[3], parts[4]);
                let builder = coolkit::Client::builder(credentials).dispatch(parts[0]);
                let client = builder.trust_any_host().pin(pin()).build().expect("a client");
                client.online().await.expect("online");
                Box::new(client)
            }
        }
    })
}
