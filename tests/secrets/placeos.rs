//! A PlaceOS server: an API key and a token, and what is given to functions.

use std::fmt::Debug;
use std::time::Duration;

use devicelink::placeos::proto::endpoint::Credential;
use devicelink::placeos::{Client, Placement, Update};
use devicelink_sim::placeos::{Building, Module, Role};
use devicelink_sim::{Answer, Fault, FaultPlan};
use futures::StreamExt;
use tokio::time::timeout;

use crate::log::{assert_clean, capture, debug};

const KEY: &str = "k3yid.s3cr3t-4a1f9c-never-to-be-seen";
const TOKEN: &str = "t0k3n-5b2e8d-never-to-be-seen";
const PIN_CODE: &str = "p1nc0de-6c3f7e-never-to-be-seen";

const SECRETS: [&str; 3] = ["s3cr3t-4a1f9c", TOKEN, PIN_CODE];

/// Lives through everything that can go wrong, and collects what can be printed on the way.
async fn live() -> Vec<String> {
    let mut printed = Vec::new();
    let plans = [
        FaultPlan::new(),
        FaultPlan::new().on(.., Answer::status(401).body(KEY)),
        FaultPlan::new().on(.., Answer::status(403)),
        FaultPlan::new().on(.., Answer::redirect("https://elsewhere.example/")),
        FaultPlan::new().on(.., Fault::WrongAcceptKey),
        FaultPlan::new().after_frames(1, 2, Fault::Close(1008)),
    ];
    for placement in [Placement::Header, Placement::Query, Placement::Cookie] {
        for (number, faults) in plans.clone().into_iter().enumerate() {
            let building = Building::builder()
                .grant(Credential::api_key(KEY).unwrap(), Role::User)
                .grant(Credential::bearer(TOKEN).unwrap(), Role::User)
                .module("sys-1", Module::display())
                .faults(faults)
                .start()
                .await
                .unwrap();
            let builder = Client::builder(building.base_url()).placement(placement);
            let builder =
                if number % 2 == 0 { builder.api_key(KEY) } else { builder.bearer(TOKEN) };
            let builder = builder.pin(building.certificate_sha256().parse().unwrap());
            printed.push(debug(&builder));
            let client = builder.build().unwrap();
            let display = client.system("sys-1").module("Display", 1);
            let mut power = display.bind("power");
            let call = display.exec("boom", [PIN_CODE]).wait_until_online();
            printed.push(debug(&call));
            if let Err(error) = call.timeout(Duration::from_millis(500)).await {
                printed.push(format!("{error} {}", debug(&error)));
            }
            building.inject(Fault::Drop).await;
            let reading = async {
                while let Some(update) = power.next().await {
                    printed.push(debug(&update));
                    if matches!(update, Update::Gap(_) | Update::Stopped(_)) {
                        break;
                    }
                }
            };
            timeout(Duration::from_secs(20), reading).await.expect("in time");
            let (state, stats) = (client.state(), client.stats());
            for value in [&client as &dyn Debug, &display, &power, &state, &stats, &building] {
                printed.push(debug(value));
            }
            client.close().await;
        }
    }
    for (address, key) in [
        (format!("https://me:{TOKEN}@host/?api-key={KEY}"), KEY.to_owned()),
        (format!("https://host/?api-key={KEY}"), KEY.to_owned()),
        ("https://host".to_owned(), TOKEN.to_owned()),
    ] {
        let builder = Client::builder(address).api_key(key);
        printed.push(debug(&builder));
        let error = builder.build().expect_err("wrong input");
        printed.push(format!("{error} {}", debug(&error)));
    }
    printed
}

#[tokio::test]
async fn no_secret_is_ever_printed() {
    let captured = capture();
    for text in live().await {
        assert_clean("what is printed", &text, &SECRETS);
    }
    captured.assert_clean(&SECRETS);
    let trace = captured.others_at_trace.text();
    assert!(!trace.contains("s3cr3t-4a1f9c"), "the upgrade is in the log of the WebSocket library");
}
