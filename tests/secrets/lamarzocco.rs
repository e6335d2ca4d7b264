//! A La Marzocco machine: its token, its passwords and its serial number.

use std::fmt::Debug;
use std::time::Duration;

use devicelink::lamarzocco::{Client, Pin, Update};
use devicelink_sim::lamarzocco::Machine;
use devicelink_sim::{Answer, Fault, FaultPlan};
use futures::StreamExt;
use tokio::time::timeout;

use crate::log::{assert_clean, capture, debug};

/// A token that occurs nowhere else.
const TOKEN: &str = "t0k3n-4a1f9c-never-to-be-seen";

/// What is secret in the captured machine: its passwords and its serial number.
const SECRETS: [&str; 3] = ["123321", "123123", "GN000126"];

/// The same in the form in which they travel.
const ENCODED: [&str; 3] = ["MTIzMzIx", "MTIzMTIz", "R04wMDAxMjY="];

/// Lives through everything that can go wrong, and collects what can be printed on the way.
async fn live() -> Vec<String> {
    let mut printed = Vec::new();
    let plans = [
        FaultPlan::new(),
        FaultPlan::new().on(.., Answer::status(401)),
        FaultPlan::new().on(.., Answer::status(403).body(TOKEN)),
        FaultPlan::new().on(.., Answer::html(200)),
        FaultPlan::new().on(.., Answer::redirect("https://elsewhere.example/")),
        FaultPlan::new().on(.., Fault::WrongAcceptKey),
        FaultPlan::new().on(1, Fault::HalfStatusLine).on(2, Fault::Reset),
        FaultPlan::new().after_frames(.., 3, Fault::InvalidUtf8),
        FaultPlan::new().after_frames(1, 3, Fault::Oversize(300 << 10)),
        FaultPlan::new().after_frames(1, 2, Fault::Close(1008)),
    ];
    for faults in plans {
        let machine = Machine::builder().token(TOKEN).faults(faults).start().await.unwrap();
        let pin: Pin = machine.certificate_sha256().parse().unwrap();
        let builder = Client::builder(machine.url()).token(TOKEN).pin(pin).rest_snapshot(true);
        printed.push(debug(&builder));
        let client = builder.build().unwrap();
        let mut updates = client.updates();
        let reading = async {
            let mut messages = 0;
            while let Some(update) = updates.next().await {
                messages += u32::from(matches!(update, Update::Message(_)));
                printed.push(debug(&update));
                if messages == 8 {
                    machine
                        .inject(Fault::Text(format!(r#"{{"name":"Settings","data":"{TOKEN}"#)))
                        .await;
                    machine.inject(Fault::Reset).await;
                }
                if messages >= 16 {
                    break;
                }
            }
        };
        timeout(Duration::from_secs(20), reading).await.expect("in time");
        for value in [&client as &dyn Debug, &client.snapshot(), &client.state(), &client.stats()] {
            printed.push(debug(value));
        }
        if let Ok(Err(error)) = timeout(Duration::from_secs(1), client.online()).await {
            printed.push(format!("{error} {}", debug(&error)));
        }
        printed.push(debug(&machine));
        client.close().await;
    }
    let wrong = Client::builder(format!("wss://me:{TOKEN}@host/?key={TOKEN}")).token(TOKEN);
    let error = wrong.build().expect_err("a user in the address");
    printed.push(format!("{error} {}", debug(&error)));
    printed
}

#[tokio::test]
async fn no_secret_is_ever_printed() {
    let captured = capture();
    let secrets: Vec<_> = [TOKEN].into_iter().chain(SECRETS).chain(ENCODED).collect();
    for text in live().await {
        assert_clean("what is printed", &text, &secrets);
    }
    captured.assert_clean(&secrets);

    assert!(!captured.others_at_trace.text().is_empty(), "other libraries are captured, too");
    // Below that the WebSocket library logs payloads, which hold the machine's settings; but never the upgrade.
    let trace = captured.others_at_trace.text();
    assert!(!trace.contains(&format!("Bearer {TOKEN}")), "the upgrade's header is in the log");
    assert!(!trace.to_ascii_lowercase().contains("authorization"), "the upgrade is in the log");
}
