//! The client against a simulated cloud, over real sockets.
#![cfg(feature = "coolkit")]

mod commands;
mod dialogue;
mod dispatch;
mod events;
mod login;
mod wrong_input;

use std::future::IntoFuture;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use coolkit_proto::{ClientFrame, Frame, Json, JsonRef, Object, server};
use devicelink::coolkit::longlink::{Observation, StopReason};
use devicelink::coolkit::proto::{Action, ErrorClass, HeartbeatLimits};
use devicelink::coolkit::{
    Ask, Builder, Client, CredentialSource, Credentials, ErrorKind, Failure, HttpClient, HttpError,
    HttpResponse, Params, Presence, Region, Secret, State, Update, Updates,
};
use devicelink_sim::coolkit::{Account, Cloud, Device, Dispatch, Reply, Script};
use devicelink_sim::{Answer, Credential, Fault};
use futures::StreamExt;
use tokio::time::timeout;

/// No step of any test takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

const DEVICE: &str = "1000abcdef";

fn credentials(account: &Account) -> Credentials {
    Credentials::new(account.at.expose(), account.apikey.expose(), account.appid.expose())
}

/// A client that asks the simulated dispatch, and trusts what it names.
fn builder(cloud: &Cloud) -> Builder {
    builder_for(cloud, credentials(&cloud.account()))
}

fn builder_for(cloud: &Cloud, credentials: Credentials) -> Builder {
    Client::builder(credentials)
        .dispatch(cloud.dispatch_url())
        .trust_any_host()
        .pin(cloud.certificate_sha256().parse().expect("a pin"))
}

fn client(cloud: &Cloud) -> Client {
    builder(cloud).build().expect("a client")
}

async fn start() -> Cloud {
    Cloud::builder().device(Device::switch(DEVICE)).start().await.expect("a cloud")
}

async fn online(client: &Client) {
    timeout(PATIENCE, client.online()).await.expect("in time").expect("online");
}

/// Why the client stops.
async fn stop(client: &Client) -> (ErrorKind, String) {
    let error = timeout(PATIENCE, client.online()).await.expect("in time").expect_err("it stops");
    (error.kind(), error.to_string())
}

/// Why the client waits for the next attempt.
async fn wait(client: &Client) -> Failure {
    let mut states = client.states();
    let _online = client.updates();
    loop {
        if let State::Waiting { failure, .. } = client.state() {
            return failure;
        }
        timeout(PATIENCE, states.next()).await.expect("in time").expect("a state");
    }
}

/// Reads on until an update is what is looked for.
async fn find<T>(updates: &mut Updates, mut wanted: impl FnMut(Update) -> Option<T>) -> T {
    loop {
        let update = timeout(PATIENCE, updates.next()).await.expect("in time");
        if let Some(found) = wanted(update.expect("the stream goes on")) {
            return found;
        }
    }
}

/// The next event with this action, as a frame.
async fn event(updates: &mut Updates, action: &str) -> Frame {
    find(updates, |update| match update {
        Update::Event(event) => (event.action().as_str() == action).then(|| event.frame().clone()),
        _ => None,
    })
    .await
}
