//! The client against a simulated building, over real sockets.
#![cfg(feature = "placeos")]

mod binding;
mod calls;
mod door;
mod link;
mod logs;

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use devicelink::placeos::longlink::{Observation, StopReason};
use devicelink::placeos::proto::endpoint::Credential;
use devicelink::placeos::{
    Ask, Builder, Client, Command, CredentialSource, Diagnostic, ErrorClass, ErrorKind, Failure,
    Generation, Level, Module, Placement, Secret, State, Update, Updates, Value,
};
use devicelink_sim::placeos::{self as sim, Building, Function, Reply, Role};
use devicelink_sim::{Answer, Fault, FaultPlan, Script};
use futures::StreamExt;
use tokio::time::timeout;

/// No step of any test takes this long.
const PATIENCE: Duration = Duration::from_secs(30);

const KEY: &str = "keyid.f00dfeed";

fn key() -> Credential {
    Credential::api_key(KEY).expect("an API key")
}

/// The building of the vendor's documents.
fn building() -> sim::Builder {
    Building::builder().grant(key(), Role::User).module("sys-1", sim::Module::display())
}

async fn start() -> Building {
    building().start().await.expect("a building")
}

fn builder(building: &Building) -> Builder {
    Client::builder(building.base_url())
        .api_key(KEY)
        .pin(building.certificate_sha256().parse().expect("a pin"))
}

fn client(building: &Building) -> Client {
    builder(building).build().expect("a client")
}

fn display(client: &Client) -> Module {
    client.system("sys-1").module("Display", 1)
}

async fn online(client: &Client) {
    timeout(PATIENCE, client.online()).await.expect("in time").expect("online");
}

/// Why the client stops.
async fn stop(client: &Client) -> (ErrorKind, String) {
    let error = timeout(PATIENCE, client.online()).await.expect("in time").expect_err("it stops");
    (error.kind(), error.to_string())
}

async fn next<T>(updates: &mut Updates<T>) -> Update<T> {
    timeout(PATIENCE, updates.next()).await.expect("in time").expect("the stream goes on")
}

/// Reads on to the next item.
async fn item<T: std::fmt::Debug>(updates: &mut Updates<T>) -> T {
    loop {
        if let Update::Item(item) = next(updates).await {
            return item;
        }
    }
}

/// Reads on to the next value, as JSON.
async fn value(updates: &mut Updates<Value>) -> String {
    item(updates).await.json().to_owned()
}
