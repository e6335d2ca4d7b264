//! What an observer sees of each client's connection.
#![cfg(all(feature = "coolkit", feature = "lamarzocco", feature = "placeos"))]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use devicelink::coolkit::longlink::Frame;
use devicelink::{coolkit, lamarzocco, placeos};
use devicelink_sim::Fault;
use devicelink_sim::coolkit::{Account, Cloud, Device};
use devicelink_sim::lamarzocco::Machine;
use devicelink_sim::placeos::{Building, Module, Role};
use futures::StreamExt;
use lamarzocco::TapEvent;
use tokio::time::timeout;

/// No step of any test takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

/// What happened, in words.
#[derive(Clone, Default)]
struct Words(Arc<Mutex<Vec<String>>>);

impl Words {
    fn observer(&self) -> impl Fn(u64, TapEvent<'_>) + Send + Sync + 'static + use<> {
        let words = Arc::clone(&self.0);
        let text = |frame: &Frame| match frame {
            Frame::Text(text) => text.as_str().to_owned(),
            other => format!("{other:?}"),
        };
        move |epoch, event| {
            words.lock().unwrap().push(match event {
                TapEvent::Received(frame) => format!("{epoch} < {}", text(frame)),
                TapEvent::Sent(frame) => format!("{epoch} > {}", text(frame)),
                event => format!("{epoch} {event:?}"),
            });
        }
    }

    #[track_caller]
    fn contain(&self, parts: [&str; 4]) {
        let words = self.0.lock().unwrap();
        let mut rest = words.iter();
        for part in parts {
            assert!(rest.any(|word| word.starts_with(part)), "no {part} in its place: {words:#?}");
        }
    }

    #[track_caller]
    fn do_not_contain(&self, secret: &str) {
        assert!(!self.0.lock().unwrap().iter().any(|word| word.contains(secret)));
    }
}

#[tokio::test]
async fn every_frame_of_a_machine_is_seen_over_reconnects() {
    let machine = Machine::builder().token("t0k3n-of-the-upgrade").start().await.unwrap();
    let words = Words::default();
    let client = lamarzocco::Client::builder(machine.url())
        .token("t0k3n-of-the-upgrade")
        .pin(machine.certificate_sha256().parse().unwrap())
        .tap(words.observer())
        .build()
        .unwrap();
    client.online().await.unwrap();
    timeout(PATIENCE, machine.until(|seen| seen.frames_sent >= 5)).await.unwrap();
    let mut updates = client.updates();
    machine.inject(Fault::Close(1012)).await;
    let resynced = async {
        while !matches!(updates.next().await, None | Some(lamarzocco::Update::Resynced)) {}
    };
    timeout(PATIENCE, resynced).await.unwrap();
    client.close().await;
    words.contain(["1 Opened", r#"1 < {"name":"SteamBoiler"#, "1 < Close(Some(1012))", "2 Opened"]);
    words.do_not_contain("t0k3n-of-the-upgrade");
}

#[tokio::test]
async fn the_login_at_the_cloud_is_a_frame_that_is_seen() {
    let account = Account::new("the-access-token", "the-apikey", "the-appid");
    let device = Device::switch("1000abcdef");
    let cloud = Cloud::builder().account(account).device(device).start().await.unwrap();
    let words = Words::default();
    let credentials = coolkit::Credentials::new("the-access-token", "the-apikey", "the-appid");
    let client = coolkit::Client::builder(credentials)
        .dispatch(cloud.dispatch_url())
        .trust_any_host()
        .pin(cloud.certificate_sha256().parse().unwrap())
        .tap(words.observer())
        .build()
        .unwrap();
    client.online().await.unwrap();
    client.device("1000abcdef").unwrap().switch(true).await.unwrap();
    client.close().await;
    let login = r#"1 > {"action":"userOnline","#;
    words.contain([login, r#"1 < {"error":0,"apikey""#, r#"1 > {"action":"update""#, "1 Closed"]);
}

#[tokio::test]
async fn requests_to_a_building_and_its_answers_are_seen() {
    let key = placeos::proto::endpoint::Credential::api_key("keyid.f00dfeed").unwrap();
    let building = Building::builder().grant(key, Role::User).module("sys-1", Module::display());
    let building = building.start().await.unwrap();
    let words = Words::default();
    let client = placeos::Client::builder(building.base_url())
        .api_key("keyid.f00dfeed")
        .pin(building.certificate_sha256().parse().unwrap())
        .tap(words.observer())
        .build()
        .unwrap();
    let mut power = client.system("sys-1").module("Display", 1).bind("power");
    timeout(PATIENCE, power.next()).await.unwrap().unwrap();
    client.close().await;
    words.contain(["1 Opened", r#"1 > {"id":1,"cmd":"bind""#, r#"1 < {"id":1,"#, "1 Closed"]);
    words.do_not_contain("f00dfeed");
}
