//! A building, and a client that does as it is told.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use devicelink::placeos::proto::endpoint::Credential;
use devicelink_sim::placeos::{Builder, Building, Module, Role};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::npm::{self, Package};
use crate::ours::Ours;
use crate::{BOUND, in_time, secs};

pub(crate) const KEY: &str = "KEYID.SECRET";

pub(super) static PACKAGE: LazyLock<Option<Package>> =
    LazyLock::new(|| Package::install("placeos"));

#[derive(Debug, Clone, Copy)]
pub(super) enum Who {
    Vendor,
    Ours,
}

/// A call of a client.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Call {
    /// What comes before a connection.
    Setup,
    /// Binds `power`.
    Connect,
    /// Calls `echo` with each of these numbers.
    Exec { first: usize, count: usize },
    /// Binds `v0` and so on.
    Bind { count: usize },
    /// Gives them up.
    Unbind,
}

/// A client that is called, and tells what becomes of it.
pub(super) enum Peer {
    Vendor(npm::Script),
    Ours(Ours),
}

impl Peer {
    pub(super) fn call(&mut self, call: Call) {
        match self {
            Self::Vendor(script) => script.call(&match call {
                Call::Setup => json!(["setup"]),
                Call::Connect => json!(["connect"]),
                Call::Exec { first, count } => json!(["exec", first, count]),
                Call::Bind { count } => json!(["bind", count]),
                Call::Unbind => json!(["unbind"]),
            }),
            Self::Ours(ours) => ours.call(call),
        }
    }

    /// What it tells next; nothing when it has ended. Cancel safe.
    pub(super) async fn tells(&mut self) -> Option<(String, Value)> {
        match self {
            Self::Vendor(script) => script.tells().await,
            Self::Ours(ours) => ours.tells().await,
        }
    }
}

/// A building and a client that knows of it.
pub(super) struct Stage {
    pub(super) building: Building,
    pub(super) peer: Peer,
}

impl Stage {
    /// Before there is a connection.
    pub(super) async fn ready(who: Who, builder: Builder) -> Self {
        let building = builder.start().await.expect("a building");
        let variables =
            [("BUILDING_URL", building.base_url()), ("BUILDING_API_KEY", KEY.to_owned())];
        let peer = match who {
            Who::Vendor => {
                let package = PACKAGE.as_ref().expect("the client is installed");
                Peer::Vendor(package.run("peer.mjs", variables))
            }
            Who::Ours => Peer::Ours(Ours::new(building.base_url())),
        };
        let mut stage = Self { building, peer };
        stage.peer.call(Call::Setup);
        stage.until("ready", &Value::Null).await;
        stage
    }

    pub(super) async fn online(who: Who, builder: Builder) -> Self {
        let mut stage = Self::ready(who, builder).await;
        stage.peer.call(Call::Connect);
        stage.until("online", &json!(true)).await;
        in_time(stage.building.until_heard(|heard| heard.bindings() == 1)).await;
        stage
    }

    pub(super) async fn until(&mut self, name: &str, value: &Value) {
        let told = async {
            loop {
                let told = self.peer.tells().await.expect("a client that goes on");
                if told.0 == name && told.1 == *value {
                    break;
                }
            }
        };
        in_time(told).await;
    }

    /// How calls end.
    pub(super) async fn settled(&mut self, count: usize, within: Duration) -> Settled {
        let begin = Instant::now();
        let mut settled = Settled { count, within, last: Duration::ZERO, ends: BTreeMap::new() };
        let _ = timeout(within, async {
            while settled.ends.values().sum::<usize>() < count {
                let Some((name, value)) = self.peer.tells().await else { break };
                if name == "settled" {
                    *settled.ends.entry(value.as_str().expect("a text").to_owned()).or_default() +=
                        1;
                    settled.last = begin.elapsed();
                }
            }
        })
        .await;
        settled
    }

    /// What becomes of a call after a fault that should hurt no other.
    pub(super) async fn next_call(&mut self) -> &'static str {
        self.peer.call(Call::Exec { first: 1_000_000, count: 1 });
        let settled = self.settled(1, BOUND).await;
        match (settled.ends.contains_key("answered"), self.building.seen().upgrades) {
            (true, 1) => "the next call is answered on the same link",
            (true, _) => "the next call is answered on another link",
            (false, _) => "the next call is not answered",
        }
    }
}

/// How calls have ended.
pub(super) struct Settled {
    count: usize,
    within: Duration,
    pub(super) last: Duration,
    ends: BTreeMap<String, usize>,
}

impl fmt::Display for Settled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settled: usize = self.ends.values().sum();
        let ends: Vec<_> =
            self.ends.iter().map(|(end, calls)| format!("{calls} × {end:?}")).collect();
        match settled {
            0 => write!(f, "none of {} settled within {}", self.count, secs(self.within)),
            _ => write!(
                f,
                "{settled} of {} settled, the last after {}: {}",
                self.count,
                secs(self.last),
                ends.join(", ")
            ),
        }
    }
}

pub(super) fn builder() -> Builder {
    Building::builder().plain().grant(key(), Role::User).module("sys-1", Module::display())
}

pub(super) fn key() -> Credential {
    Credential::api_key(KEY).expect("an API key")
}
