//! Clients that others have written, against the simulated cloud. What they are is said in `interop/coolkit/README.md`.
#![cfg(feature = "coolkit")]

#[path = "interop/cloud.rs"]
mod cloud;
#[path = "interop/npm.rs"]
mod npm;

use std::time::Duration;

use cloud::{FOUR, SWITCH, builder};
use coolkit_proto::{Frame, Object, Params};
use devicelink_sim::coolkit::{Builder, Cloud, Reply};
use npm::Script;
use serde_json::{Value, json};

/// What a frame says, for a comparison.
fn json(frame: &Frame) -> Value {
    serde_json::from_str(&frame.encode()).expect("JSON")
}

/// The commands so far.
fn commands(cloud: &Cloud) -> Vec<Value> {
    cloud.heard().commands().map(json).collect()
}

fn is_on(cloud: &Cloud) -> bool {
    let state = cloud.state(SWITCH);
    let switch = state.view().switch("switch").expect("a switch");
    switch.is_on().expect("on or off")
}

mod next {
    use super::*;

    async fn start(builder: Builder) -> Option<(Cloud, Script)> {
        cloud::start("next.mjs", builder, &[]).await
    }

    async fn connected(builder: Builder) -> Option<(Cloud, Script)> {
        let (cloud, mut next) = start(builder).await?;
        next.call(&json!(["connect"]));
        next.told("open").await;
        assert_eq!(next.told("frame").await["error"], 0);
        Some((cloud, next))
    }

    #[tokio::test]
    async fn the_dispatch_names_the_cloud() {
        let Some((cloud, mut next)) = start(builder()).await else { return };
        next.call(&json!(["dispatch"]));
        assert_eq!(next.told("dispatch").await, cloud.url());
        let requests = cloud.seen().requests;
        let [request] = &requests[..] else { panic!("{requests:?}") };
        assert_eq!((&*request.method, &*request.path), ("GET", "/dispatch/app"));
    }

    #[tokio::test]
    async fn the_login_is_accepted() {
        let Some((cloud, mut next)) = start(builder()).await else { return };
        next.call(&json!(["connect"]));
        let reply = next.told("frame").await;
        let heard = cloud.heard();
        let login = json(heard.logins().next().expect("a login").frame());
        assert_eq!(
            reply,
            json!({
                "error": 0,
                "apikey": login["apikey"],
                "config": { "hb": 1, "hbInterval": 145 },
                "sequence": login["sequence"],
            })
        );
        assert!(login.get("version").is_none() && login.get("ts").is_none());
    }

    #[tokio::test]
    async fn a_login_with_another_token_is_refused_and_cut() {
        let Some((cloud, mut next)) = start(builder()).await else { return };
        cloud.set_token("another");
        next.call(&json!(["connect"]));
        let reply = next.told("frame").await;
        assert_eq!((&reply["error"], &reply["actionName"]), (&json!(406), &json!("userOnline")));
        next.told("closed").await;
    }

    #[tokio::test]
    async fn an_update_is_acknowledged_and_done() {
        let Some((cloud, mut next)) = connected(builder()).await else { return };
        next.call(&json!(["update", SWITCH, { "switch": "on" }]));
        let reply = next.told("frame").await;
        let [command] = &commands(&cloud)[..] else { panic!("not one command") };
        assert_eq!(command["params"], json!({ "switch": "on" }));
        assert_eq!(
            reply,
            json!({
                "error": 0,
                "deviceid": SWITCH,
                "apikey": command["apikey"],
                "sequence": command["sequence"],
            })
        );
        assert!(is_on(&cloud));
    }

    #[tokio::test]
    async fn a_query_is_answered_with_what_it_names() {
        let Some((cloud, mut next)) = connected(builder()).await else { return };
        next.call(&json!(["query", SWITCH, ["switch", "startup"]]));
        let reply = next.told("frame").await;
        assert_eq!(reply["params"], json!({ "switch": "off", "startup": "off" }));
        let [command] = &commands(&cloud)[..] else { panic!("not one command") };
        assert_eq!(command["action"], "query");
        assert_eq!(reply["sequence"], command["sequence"]);
    }

    #[tokio::test]
    async fn what_devices_report_arrives() {
        let Some((cloud, mut next)) = connected(builder()).await else { return };
        cloud.set(SWITCH, Params::switch(true)).await;
        let report = next.told("frame").await;
        assert_eq!((&report["action"], &report["deviceid"]), (&json!("update"), &json!(SWITCH)));
        assert_eq!(report["params"], json!({ "switch": "on" }));
        cloud.set_online(SWITCH, false).await;
        let message = next.told("frame").await;
        assert_eq!(message["action"], "sysmsg");
        assert_eq!(message["params"], json!({ "online": false }));
    }

    #[tokio::test]
    async fn its_pings_keep_the_connection() {
        let builder = builder().heartbeat(Some(1)).idle_cut(Duration::from_secs(3));
        let Some((cloud, mut next)) = connected(builder).await else { return };
        for _ in 0..4 {
            next.told("pong").await;
        }
        assert_eq!((cloud.heard().logins().count(), cloud.seen().open_sockets), (1, 1));
    }

    #[tokio::test]
    async fn after_a_cut_it_connects_again_and_goes_on() {
        let Some((cloud, mut next)) = connected(builder().heartbeat(Some(1))).await else { return };
        cloud.kick().await;
        next.told("closed").await;
        next.call(&json!(["dispatch"]));
        let url = next.told("dispatch").await;
        next.call(&json!(["connect", url]));
        assert_eq!(next.told("frame").await["error"], 0);
        next.call(&json!(["update", SWITCH, { "switch": "on" }]));
        assert_eq!(next.told("frame").await["error"], 0);
        assert!(is_on(&cloud));
        next.told("pong").await;
        let heard = cloud.heard();
        assert_eq!(heard.logins().count(), 2);
        assert_ne!(heard.frames[0].connection, heard.frames[1].connection);
    }
}

mod legacy {
    use super::*;

    /// Its pings are not waited for.
    async fn start(builder: Builder) -> Option<(Cloud, Script)> {
        cloud::start("legacy.mjs", builder, &[("PING_PERIOD", "1000")]).await
    }

    #[tokio::test]
    async fn the_login_is_accepted_and_reports_arrive() {
        let Some((cloud, mut legacy)) = start(builder()).await else { return };
        legacy.call(&json!(["watch"]));
        let reply = legacy.told("frame").await;
        assert_eq!(reply["error"], 0);
        let heard = cloud.heard();
        let login = json(heard.logins().next().expect("a login").frame());
        let sequence = login["sequence"].as_u64().expect("a number");
        assert_eq!(reply["sequence"], sequence.to_string());
        cloud.set(SWITCH, Params::switch(true)).await;
        let report = legacy.told("frame").await;
        assert_eq!((&report["action"], &report["deviceid"]), (&json!("update"), &json!(SWITCH)));
        assert_eq!(report["params"], json!({ "switch": "on" }));
    }

    #[tokio::test]
    async fn its_pings_are_answered() {
        let Some((_cloud, mut legacy)) = start(builder()).await else { return };
        legacy.call(&json!(["watch"]));
        for _ in 0..2 {
            legacy.told("pong").await;
        }
    }

    #[tokio::test]
    async fn a_switch_is_toggled_and_asked() {
        let Some((cloud, mut legacy)) = start(builder()).await else { return };
        legacy.call(&json!(["set", SWITCH, "toggle"]));
        let on = json!({ "status": "ok", "state": "on", "channel": 1 });
        assert_eq!(legacy.told("set").await, on);
        assert!(is_on(&cloud));
        let request = &cloud.seen().requests[0];
        assert_eq!((&*request.method, &*request.path), ("POST", "/dispatch/app"));
        let [query, update] = &commands(&cloud)[..] else { panic!("not two commands") };
        assert_eq!(query["params"], json!(["switch", "switches"]));
        assert_eq!(update["params"], json!({ "switch": "on" }));
        legacy.call(&json!(["state", SWITCH]));
        assert_eq!(legacy.told("state").await, on);
    }

    #[tokio::test]
    async fn one_of_four_outlets_is_switched() {
        let Some((_cloud, mut legacy)) = start(builder()).await else { return };
        legacy.call(&json!(["set", FOUR, "on", 3]));
        let set = legacy.told("set").await;
        assert_eq!(set, json!({ "status": "ok", "state": "on", "channel": 3 }));
        legacy.call(&json!(["state", FOUR]));
        assert_eq!(
            legacy.told("state").await["state"],
            json!([
                { "channel": 1, "state": "off" },
                { "channel": 2, "state": "off" },
                { "channel": 3, "state": "on" },
                { "channel": 4, "state": "off" },
            ])
        );
    }

    #[tokio::test]
    async fn a_meter_is_read_where_a_login_needs_no_appid() {
        let Some((cloud, mut legacy)) = start(builder().strict(false)).await else {
            return;
        };
        let history = Object::new().with("hundredDaysKwhData", "190101".repeat(100));
        cloud.next_command(Reply::own().with("config", history));
        legacy.call(&json!(["usage", SWITCH]));
        assert_eq!(legacy.told("usage").await["daily"][0]["usage"], 25.11);
        assert!(cloud.heard().logins().all(|login| login.appid().is_none()));
    }

    #[tokio::test]
    async fn a_login_with_another_token_is_refused() {
        let Some((cloud, mut legacy)) = start(builder()).await else { return };
        cloud.set_token("another");
        legacy.call(&json!(["set", SWITCH, "on"]));
        assert_eq!(legacy.told("failed").await, "Error: Authentication failed");
        assert!(!is_on(&cloud));
    }
}
