//! A process that holds clients.

use std::process::{self, Command};
use std::time::Duration;
use std::{env, fs};

use futures::future::join_all;
use longlink::net::TlsOptions;
use tokio::runtime::Builder;
use tokio::time::sleep;

use crate::bare;

/// So many are there before the others are counted: what all share is there, too.
const FIRST: usize = 100;

/// So many connect at once.
const AT_ONCE: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Raw,
    Placeos,
    Lamarzocco,
    Coolkit,
}

impl Who {
    pub(crate) const ALL: [Self; 4] = [Self::Raw, Self::Placeos, Self::Lamarzocco, Self::Coolkit];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Raw => "tokio-tungstenite",
            Self::Placeos => "ours, PlaceOS",
            Self::Lamarzocco => "ours, La Marzocco",
            Self::Coolkit => "ours, CoolKit",
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
    runtime.block_on(async {
        let mut held = connect(who, FIRST, address).await;
        let before = resident().await;
        held.extend(connect(who, count, address).await);
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

async fn connect(who: Who, count: usize, address: &str) -> Vec<Held> {
    let mut held = Vec::with_capacity(count);
    while held.len() < count {
        let more = AT_ONCE.min(count - held.len());
        held.extend(join_all((0..more).map(|_| one(who, address))).await);
    }
    held
}

/// Connects to a server, which is `ws://…` or `wss://…`.
async fn one(who: Who, url: &str) -> Held {
    let tls = TlsOptions::new().danger_accept_any_certificate();
    match who {
        Who::Raw => Box::new(bare::connect(url).await),
        Who::Placeos => {
            let builder = placeos_client::Client::builder(url.replacen("ws", "http", 1));
            let builder = builder.api_key("id.secret").tls(tls).allow_plain();
            let client = builder.build().expect("a client");
            client.online().await.expect("online");
            Box::new(client)
        }
        Who::Lamarzocco => {
            let builder = lamarzocco_client::Client::builder(format!("{url}/messages/0"));
            let client = builder.token("token").tls(tls).build().expect("a client");
            client.online().await.expect("online");
            Box::new(client)
        }
        Who::Coolkit => {
            let credentials = coolkit_client::Credentials::new("at", "apikey", "appid");
            let builder = coolkit_client::Client::builder(credentials);
            let builder = builder.endpoint(format!("{url}/api/ws")).tls(tls);
            let client = builder.build().expect("a client");
            client.online().await.expect("online");
            Box::new(client)
        }
    }
}
