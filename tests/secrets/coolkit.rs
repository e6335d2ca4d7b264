//! An account at the CoolKit cloud: its token, apikey and appid, and what devices say of their network.

use std::fmt::Debug;
use std::time::Duration;

use devicelink::coolkit::{Client, Credentials, Params, Region, Update};
use devicelink_sim::coolkit::{Account, Cloud, Device, Dispatch, Reply, Script};
use devicelink_sim::{Answer, Fault};
use futures::StreamExt;
use tokio::time::timeout;

use crate::log::{assert_clean, capture, debug};

const AT: &str = "7a11c0de5ec2e7000000000000000000000000a7";
const APIKEY: &str = "a91cee00-5ec2-4e70-8000-0000000000a9";
const APPID: &str = "Apb1d5ec2e7000000000000000000abc";
const OWNER: &str = "0e2e4000-5ec2-4e70-8000-00000000000e";
const SSID: &str = "n3tw0rk-n4me-never-to-be-seen";
const MAC: &str = "5E:C2:E7:00:00:AC";

const SECRETS: [&str; 6] = [AT, APIKEY, APPID, OWNER, SSID, MAC];

/// Lives through everything that can go wrong, and collects what can be printed on the way.
async fn live() -> Vec<String> {
    let mut printed = Vec::new();
    for way in 0..8 {
        let account = Account::new(AT, APIKEY, APPID);
        let device = Device::switch("1000abcdef").reporting();
        let cloud = Cloud::builder().account(account).device(device).start().await.unwrap();
        let mut at = AT;
        match way {
            0 => {}
            1 => cloud.next_login(Reply::code(400)),
            2 => cloud.set_token("another"),
            3 => cloud.next_dispatch(Dispatch::Code(401)),
            4 => cloud.next_dispatch(Answer::html(503).body(AT)),
            5 => cloud.next_dispatch(Dispatch::Host { domain: format!("{AT}.example"), port: 1 }),
            6 => {
                cloud
                    .next_login(Script::new().text(format!("{{\"at\":\"{AT}")).reply(Reply::own()));
            }
            _ => at = "refused",
        }
        let builder = Client::builder(Credentials::new(at, APIKEY, APPID))
            .dispatch(cloud.dispatch_url())
            .pin(cloud.certificate_sha256().parse().unwrap());
        // A host that the dispatch invents is refused, and shown without what looks like a token.
        let builder = if way == 5 { builder } else { builder.trust_any_host() };
        printed.push(debug(&builder));
        let client = builder.build().unwrap();
        let device = client.device("1000abcdef").unwrap();
        let shared = device.clone().owned_by(OWNER);
        let mut updates = client.updates();
        printed.push(debug(&device.switch(true)));
        let acting = async {
            if let Err(error) = client.online().await {
                printed.push(format!("{error} {}", debug(&error)));
                return;
            }
            for result in [
                device.update(Params::switch(true).with("ssid", SSID)).await,
                shared.switch(true).await,
            ] {
                match result {
                    Ok(reply) => printed.push(debug(&reply)),
                    Err(error) => printed.push(format!("{error} {}", debug(&error))),
                }
            }
            let network = Params::new().with("ssid", SSID).with("staMac", MAC);
            cloud.set("1000abcdef", network).await;
            cloud.send_text(format!("{{\"at\": \"{AT}")).await;
            cloud.inject(Fault::Drop).await;
        };
        // An attempt that failed for now is made again in seconds; what is printed then is known.
        let _ = timeout(Duration::from_secs(2), acting).await;
        let reading = async {
            while let Some(update) = updates.next().await {
                printed.push(debug(&update));
                if matches!(update, Update::Gap(_) | Update::Stopped(_)) {
                    break;
                }
            }
        };
        timeout(Duration::from_secs(20), reading).await.expect("in time");
        let (states, state, stats) = (client.devices(), client.state(), client.stats());
        for value in [&client as &dyn Debug, &device, &shared, &states, &state, &stats, &cloud] {
            printed.push(debug(value));
        }
        client.close().await;
    }
    for credentials in
        [Credentials::new(format!("{AT}\n"), APIKEY, APPID), Credentials::new(AT, APIKEY, "")]
    {
        let error = Client::builder(credentials).region(Region::Eu).build().expect_err("unusable");
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
}
