//! The client against a simulated cloud, over real sockets.
#![cfg(feature = "coolkit")]

use std::time::{Duration, Instant};

use async_trait::async_trait;
use coolkit_proto::{ClientFrame, Frame, Json, Object, server};
use devicelink::coolkit::longlink::{Observation, StopReason};
use devicelink::coolkit::proto::ErrorClass;
use devicelink::coolkit::{
    Ask, Builder, Client, CredentialSource, Credentials, ErrorKind, Failure, HttpClient, HttpError,
    HttpResponse, Params, Presence, Region, Secret, State, Update, Updates,
};
use devicelink_sim::coolkit::{Account, Cloud, Device, Dispatch, Reply, Script};
use devicelink_sim::{Answer, Fault};
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

mod dialogue {
    use super::*;

    /// A frame that was recorded.
    fn recorded(name: &str) -> Frame {
        let path = format!("{}/testdata/coolkit/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("a recorded frame");
        Frame::decode(&text).expect("a frame")
    }

    /// The members of a frame by name, without those that are different in each connection.
    fn members(frame: &Frame) -> Vec<(String, Json)> {
        let mut members: Vec<_> = frame
            .members()
            .iter()
            .filter(|(name, _)| !matches!(*name, "sequence" | "ts" | "nonce"))
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect();
        members.sort_by(|a, b| a.0.cmp(&b.0));
        members
    }

    /// Plays the dialogue with this client, and compares all frames but the login.
    async fn play(cloud: &Cloud, client: &Client) {
        let device = client.device("babecafe11").expect("an identifier");
        let mut updates = device.updates();
        online(client).await;
        let params = |name: &str| {
            let frame = recorded(name);
            let params = frame.params_json().and_then(Json::as_object).cloned();
            Params::from(params.expect("params"))
        };
        let acks = [
            device.thermostat().on_below(28).await,
            device.thermostat().on_above(28).await,
            {
                cloud.set("babecafe11", params("07_device_update_switch")).await;
                let reported = event(&mut updates, "update").await;
                assert_eq!(members(&reported), members(&recorded("07_device_update_switch")));
                device.thermostat().manual(false).await
            },
            device.update(Params::switch(true).and(Params::manual(true))).await,
        ];
        cloud.set("babecafe11", params("12_device_update_temperature")).await;
        let reported = event(&mut updates, "update").await;
        assert_eq!(members(&reported), members(&recorded("12_device_update_temperature")));
        let thermostat = reported.params().expect("params").thermostat();
        assert_eq!(thermostat.temperature().and_then(|it| it.value()), Some(22.0));
        assert_eq!(thermostat.humidity().and_then(|it| it.value()), None);

        let names =
            ["04_ack_heat_below", "06_ack_heat_above", "09_ack_manual_off", "11_ack_manual_on"];
        for (ack, name) in acks.into_iter().zip(names) {
            let ack = ack.expect("acknowledged");
            assert_eq!(members(ack.frame()), members(&recorded(name)), "{name}");
        }
        let heard = cloud.heard();
        let sent: Vec<_> = heard.commands().map(members).collect();
        let names = [
            "03_update_heat_below",
            "05_update_heat_above",
            "08_update_manual_off",
            "10_update_manual_on",
        ];
        let expected: Vec<_> = names.iter().map(|name| members(&recorded(name))).collect();
        assert_eq!(sent, expected);

        let state = device.state();
        let reported = state.reported().switch("switch").and_then(|switch| switch.is_on());
        let assumed = state.assumed().switch("switch").and_then(|switch| switch.is_on());
        assert_eq!((reported, assumed), (Some(false), Some(true)));
        assert_eq!(state.presence(), Some(Presence::Online));
    }

    async fn cloud() -> Cloud {
        let login = recorded("01_user_online_v6");
        let ClientFrame::UserOnline(login) = ClientFrame::decode(&login.encode()).expect("a login")
        else {
            panic!("no login")
        };
        let secret = |secret: Option<coolkit_proto::Secret>| secret.expect("it is there");
        let account =
            Account::new(secret(login.at()), secret(login.apikey()), secret(login.appid()));
        let device = Device::th16("babecafe11");
        let builder = Cloud::builder().account(account).device(device).legacy(true);
        builder.start().await.expect("a cloud")
    }

    #[tokio::test]
    async fn the_recorded_dialogue_is_the_same_frame_by_frame() {
        let cloud = cloud().await;
        let login = recorded("01_user_online_v6");
        let text = |name: &str| login.members().text(name).expect("a text").to_owned();
        let mut phone = coolkit_proto::LegacyPhone::new(text("imei").into());
        phone.model = text("model");
        phone.os = text("os");
        phone.rom_version = text("romVersion");
        phone.apk_version = text("apkVesrion");
        let client = builder(&cloud).legacy_login(phone).build().expect("a client");
        play(&cloud, &client).await;
        let heard = cloud.heard();
        let sent = heard.logins().next().expect("a login").frame();
        assert_eq!(members(sent), members(&login));
        let text = |name: &str| sent.members().text(name).expect("a text").to_owned();
        assert_eq!(text("nonce").len(), 8);
        assert_eq!(text("ts"), text("sequence")[..10], "seconds as text");
    }

    #[tokio::test]
    async fn todays_login_passes_the_same_dialogue() {
        let cloud = cloud().await;
        play(&cloud, &client(&cloud)).await;
        assert_eq!(cloud.heard().logins().next().and_then(|login| login.version()), Some(8));
    }
}

mod login {
    use super::*;

    #[tokio::test]
    async fn a_wrong_token_is_refused_once_and_for_all() {
        let cloud = start().await;
        let account = cloud.account();
        let wrong = Credentials::new("wrong", account.apikey.expose(), account.appid.expose());
        let client = builder_for(&cloud, wrong).build().expect("a client");
        let mut updates = client.updates();
        let (kind, text) = stop(&client).await;
        assert_eq!(kind, ErrorKind::AuthLost);
        assert!(text.contains("406") && text.contains("set_token"), "{text}");
        find(&mut updates, |update| matches!(update, Update::Stopped(_)).then_some(())).await;
        assert!(updates.next().await.is_none());

        let error = client.device(DEVICE).expect("an identifier").switch(true).await;
        assert_eq!(error.expect_err("it has stopped").kind(), ErrorKind::AuthLost);
        assert_eq!(cloud.heard().logins().count(), 1);
        assert_eq!(cloud.seen().upgrades, 1);
    }

    #[tokio::test]
    async fn a_new_token_leaves_the_stop_without_another_client() {
        let cloud = start().await;
        let account = cloud.account();
        let wrong = Credentials::new("wrong", account.apikey.expose(), account.appid.expose());
        let client = builder_for(&cloud, wrong).build().expect("a client");
        stop(&client).await;
        assert_eq!(
            client.set_token("two words").expect_err("no token").kind(),
            ErrorKind::Credentials
        );
        client.set_token(account.at.expose()).expect("a token");
        online(&client).await;
    }

    struct Fresh(String);

    #[async_trait]
    impl CredentialSource for Fresh {
        async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
            assert_eq!(ask, Ask::Refreshed);
            Ok(Secret::from(self.0.as_str()))
        }
    }

    #[tokio::test]
    async fn a_refreshed_token_is_tried_once() {
        let cloud = start().await;
        let account = cloud.account();
        let wrong = || Credentials::new("old", account.apikey.expose(), account.appid.expose());
        let fresh = Fresh(account.at.expose().to_owned());
        let client = builder_for(&cloud, wrong()).refresh(fresh).build().expect("a client");
        online(&client).await;
        assert_eq!(cloud.heard().logins().count(), 2);

        let client = builder_for(&cloud, wrong()).refresh(Fresh("other".into())).build();
        let client = client.expect("a client");
        assert_eq!(stop(&client).await.0, ErrorKind::AuthLost);
        assert_eq!(cloud.heard().logins().count(), 4);
    }

    #[tokio::test]
    async fn a_login_that_the_cloud_cannot_take_is_final() {
        let cloud = start().await;
        cloud.next_login(Reply::code(400));
        let (kind, text) = stop(&client(&cloud)).await;
        assert_eq!(kind, ErrorKind::ConfigRejected);
        assert!(text.contains("400"), "{text}");
    }

    #[tokio::test]
    async fn a_cloud_that_says_nothing_is_given_up_by_the_deadline() {
        let cloud = start().await;
        cloud.next_login(Script::new());
        let client = builder(&cloud).login_timeout(Duration::from_millis(200)).build();
        let failure = wait(&client.expect("a client")).await;
        assert_eq!(*failure.observation(), Observation::GreetingTimeout);
    }

    #[tokio::test]
    async fn an_overloaded_cloud_is_tried_again_later() {
        let cloud = start().await;
        cloud.next_login(Reply::code(529));
        let client = client(&cloud);
        let failure = wait(&client).await;
        assert_eq!(*failure.observation(), Observation::GreetingBusy);
        assert!(failure.to_string().contains("529"), "{failure}");
        let wait = client.next_attempt_in().expect("it waits");
        assert!(wait > Duration::from_secs(3), "{wait:?}");
        client.retry();
        online(&client).await;
    }

    #[tokio::test]
    async fn an_update_may_be_the_first_frame() {
        let cloud = start().await;
        let first = server::device_update(DEVICE, &cloud.account().apikey, Params::switch(true));
        cloud.next_login(Script::new().text(first.encode()).reply(Reply::own()));
        let client = client(&cloud);
        let mut updates = client.updates();
        assert_eq!(event(&mut updates, "update").await.device_id(), Some(DEVICE));
        online(&client).await;
    }

    #[tokio::test]
    async fn a_second_program_on_the_account_takes_the_connection_and_the_first_waits() {
        let cloud = start().await;
        let first = client(&cloud);
        online(&first).await;
        let second = client(&cloud);
        online(&second).await;
        let failure = wait(&first).await;
        assert_eq!(failure.verdict(), devicelink::coolkit::Verdict::Retry);
        assert!(first.next_attempt_in().expect("it waits") > Duration::from_secs(3));
        assert!(second.state().is_online());

        // Another login over HTTP has made the first one's token invalid.
        cloud.set_token("another");
        first.retry();
        assert_eq!(stop(&first).await.0, ErrorKind::AuthLost);
        assert!(second.state().is_online());
    }
}

mod dispatch {
    use super::*;

    #[tokio::test]
    async fn it_is_asked_before_every_attempt() {
        let cloud = start().await;
        let client = client(&cloud);
        for attempt in 1..=3 {
            online(&client).await;
            let asked =
                cloud.seen().requests.iter().filter(|it| it.path == "/dispatch/app").count();
            assert_eq!(asked, attempt);
            cloud.kick().await;
            wait(&client).await;
            client.retry();
        }
    }

    #[tokio::test]
    async fn a_foreign_host_gets_nothing() {
        let cloud = start().await;
        for domain in ["127.0.0.1", "evilcoolkit.cc", "coolkit.cc.example.org", "localhost"] {
            let port = cloud.address().port();
            cloud.next_dispatch(Dispatch::Host { domain: domain.into(), port });
            let client = Client::builder(credentials(&cloud.account()))
                .dispatch(cloud.dispatch_url())
                .pin(cloud.certificate_sha256().parse().expect("a pin"))
                .build()
                .expect("a client");
            let (kind, text) = stop(&client).await;
            assert_eq!(kind, ErrorKind::Stopped);
            assert!(text.contains("not one that credentials may be sent to"), "{text}");
            assert!(matches!(
                client.state(),
                State::Stopped { reason: StopReason::UntrustedHost, .. }
            ));
        }
        assert_eq!(cloud.seen().upgrades, 0);
        assert_eq!(cloud.heard().frames.len(), 0);
    }

    #[tokio::test]
    async fn its_errors_are_what_they_are_at_the_login() {
        let cloud = start().await;
        for (answer, expected) in [
            (Dispatch::Code(401), Some(ErrorKind::AuthLost)),
            (Dispatch::Code(402), Some(ErrorKind::AuthLost)),
            (Dispatch::Code(403), Some(ErrorKind::ConfigRejected)),
            (Dispatch::from(Answer::status(404)), Some(ErrorKind::Stopped)),
            (Dispatch::from(Answer::redirect("https://example.org/")), Some(ErrorKind::Stopped)),
            (Dispatch::Code(500), None),
            (Dispatch::WithoutDomain, None),
            (Dispatch::from(Answer::html(503)), None),
            (Dispatch::from(Answer::html(200)), None),
        ] {
            let shown = format!("{answer:?}");
            cloud.next_dispatch(answer);
            let client = client(&cloud);
            match expected {
                Some(kind) => assert_eq!(stop(&client).await.0, kind, "{shown}"),
                None => assert_eq!(
                    wait(&client).await.verdict(),
                    devicelink::coolkit::Verdict::Retry,
                    "{shown}"
                ),
            }
        }
        assert_eq!(cloud.seen().upgrades, 0);
    }

    struct Own(String);

    #[async_trait]
    impl HttpClient for Own {
        async fn get(&self, path: &str, _: usize) -> Result<HttpResponse, HttpError> {
            assert_eq!(path, "/dispatch/app");
            Ok(HttpResponse::new(200, self.0.clone()))
        }
    }

    #[tokio::test]
    async fn it_may_be_asked_by_a_client_of_the_users_own() {
        let cloud = start().await;
        let port = cloud.address().port();
        let own = Own(format!(r#"{{"error":0,"domain":"127.0.0.1","port":"{port}"}}"#));
        let client = Client::builder(credentials(&cloud.account()))
            .http(own)
            .trust_any_host()
            .pin(cloud.certificate_sha256().parse().expect("a pin"))
            .build()
            .expect("a client");
        online(&client).await;
    }

    #[tokio::test]
    async fn a_fixed_endpoint_needs_none() {
        let cloud = start().await;
        let client = Client::builder(credentials(&cloud.account()))
            .endpoint(cloud.url())
            .pin(cloud.certificate_sha256().parse().expect("a pin"))
            .build()
            .expect("a client");
        online(&client).await;
        assert!(cloud.seen().requests.iter().all(|request| request.path != "/dispatch/app"));
    }
}

mod commands {
    use super::*;

    #[tokio::test]
    async fn what_a_device_answers_is_what_the_caller_gets() {
        let cloud = start().await;
        let client = client(&cloud);
        online(&client).await;
        let device = client.device(DEVICE).expect("an identifier");
        device.switch(true).await.expect("acknowledged");
        let reply = device.query(["switch"]).await.expect("answered");
        let switch = reply.params().and_then(|params| params.switch("switch"));
        assert_eq!(switch.and_then(|switch| switch.is_on()), Some(true));

        for (code, class, may_have_acted) in [
            (400, ErrorClass::Permanent, false),
            (411, ErrorClass::OutcomeUnknown, true),
            (503, ErrorClass::DeviceOffline, false),
            (504, ErrorClass::OutcomeUnknown, true),
            (777, ErrorClass::Unknown, true),
        ] {
            cloud.next_command(Reply::code(code));
            let error = device.switch(true).await.expect_err("rejected");
            assert_eq!(error.kind(), ErrorKind::Rejected);
            let rejection = error.rejection().expect("an answer");
            assert_eq!(rejection.code().map(|code| code.get()), Some(code));
            assert_eq!((rejection.class(), error.may_have_acted()), (class, may_have_acted));
            assert!(error.to_string().contains(&code.to_string()), "{error}");
        }
        cloud.next_command(Reply::own().without("error"));
        let error = device.switch(true).await.expect_err("no verdict");
        assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::NoVerdict, true));
        assert!(client.state().is_online());
    }

    #[tokio::test]
    async fn an_offline_device_is_offline_until_the_cloud_says_otherwise() {
        let device = Device::switch(DEVICE).offline();
        let cloud = Cloud::builder().device(device).start().await.expect("a cloud");
        let client = client(&cloud);
        online(&client).await;
        let device = client.device(DEVICE).expect("an identifier");
        let mut updates = device.updates();
        let error = device.switch(true).await.expect_err("offline");
        assert_eq!(error.rejection().map(|it| it.class()), Some(ErrorClass::DeviceOffline));
        assert_eq!(device.state().presence(), Some(Presence::Offline));
        cloud.set_online(DEVICE, true).await;
        event(&mut updates, "sysmsg").await;
        assert_eq!(device.state().presence(), Some(Presence::Online));
    }

    #[tokio::test]
    async fn a_silent_device_is_neither_offline_nor_waited_for_without_end() {
        let builder = Cloud::builder().device(Device::switch(DEVICE).silent());
        let cloud =
            builder.device_timeout(Duration::from_millis(50)).start().await.expect("a cloud");
        let client = client(&cloud);
        online(&client).await;
        let device = client.device(DEVICE).expect("an identifier");
        let error = device.switch(true).await.expect_err("nothing comes");
        assert_eq!(error.rejection().and_then(|it| it.code()).map(|code| code.get()), Some(504));
        assert_eq!(device.state().presence(), None);

        cloud.next_command(Script::new());
        let error = device.switch(true).timeout(Duration::from_millis(50)).await;
        let error = error.expect_err("nothing comes");
        assert_eq!(error.kind(), ErrorKind::TimedOut { sent: true });
        assert!(error.may_have_acted());
    }

    #[tokio::test]
    async fn a_second_answer_is_told_and_does_no_harm() {
        let cloud = start().await;
        let client = client(&cloud);
        online(&client).await;
        let device = client.device(DEVICE).expect("an identifier");
        let mut updates = client.updates();
        cloud.next_command(Script::new().reply(Reply::code(411)).reply(Reply::code(504)));
        device.switch(true).await.expect_err("rejected");
        let late = find(&mut updates, |update| match update {
            Update::Unmatched(unmatched) => Some(unmatched.frame().error().code()),
            _ => None,
        });
        assert_eq!(late.await.map(|code| code.get()), Some(504));
        device.switch(true).await.expect("acknowledged");
    }

    #[tokio::test]
    async fn answers_out_of_order_find_their_commands() {
        let builder = Cloud::builder().device(Device::four_channel(DEVICE));
        let cloud = builder.start().await.expect("a cloud");
        let client = client(&cloud);
        online(&client).await;
        let device = client.device(DEVICE).expect("an identifier");
        cloud.next_command(Script::new().hold().reply(Reply::own().with("n", 0_u8)));
        cloud.next_command(Reply::own().with("n", 1_u8));
        let (first, second) = tokio::join!(
            std::future::IntoFuture::into_future(device.outlet(0, true)),
            std::future::IntoFuture::into_future(device.outlet(1, true)),
        );
        let number = |reply: Result<std::sync::Arc<coolkit_proto::Reply>, _>| {
            reply.ok().and_then(|reply| reply.frame().get("n").and_then(Json::as_u64))
        };
        assert_eq!((number(first), number(second)), (Some(0), Some(1)));
    }

    #[tokio::test]
    async fn without_a_connection_a_command_fails_at_once_or_waits_if_asked() {
        let cloud = start().await;
        let client = client(&cloud);
        let device = client.device(DEVICE).expect("an identifier");
        let error = device.switch(true).await.expect_err("not connected");
        assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::NotConnected, false));
        device.switch(true).wait_until_online().await.expect("acknowledged");
    }

    #[tokio::test]
    async fn a_command_is_sent_again_only_where_the_caller_says_that_it_does_no_harm() {
        let cloud = start().await;
        let client = client(&cloud);
        online(&client).await;
        let device = client.device(DEVICE).expect("an identifier");
        cloud.next_command(Reply::code(504));
        device.switch(true).await.expect_err("once");
        assert_eq!(cloud.heard().commands().count(), 1);

        cloud.next_command(Reply::code(504));
        device.switch(true).idempotent(1).await.expect("the second time");
        assert_eq!(cloud.heard().commands().count(), 3);

        // To ask again helps nobody where the answer is final.
        cloud.next_command(Reply::code(400));
        device.switch(true).idempotent(5).await.expect_err("rejected");
        assert_eq!(cloud.heard().commands().count(), 4);
    }

    #[tokio::test]
    async fn a_queue_that_is_full_says_so() {
        let cloud = start().await;
        let client = builder(&cloud).max_commands(2).build().expect("a client");
        online(&client).await;
        let device = client.device(DEVICE).expect("an identifier");
        let send = || std::future::IntoFuture::into_future(device.switch(true));
        let (first, second, third) = (send(), send(), send());
        assert_eq!(third.await.expect_err("full").kind(), ErrorKind::QueueFull);
        first.await.expect("acknowledged");
        second.await.expect("acknowledged");
    }

    #[tokio::test]
    async fn a_shared_device_is_commanded_with_its_owners_key() {
        let shared = Device::switch(DEVICE).owner("owner's key");
        let cloud = Cloud::builder().device(shared).start().await.expect("a cloud");
        let client = client(&cloud);
        online(&client).await;
        let device = client.device(DEVICE).expect("an identifier");
        let error = device.switch(true).await.expect_err("not ours");
        assert_eq!(error.rejection().and_then(|it| it.code()).map(|code| code.get()), Some(403));
        device.owned_by("owner's key").switch(true).await.expect("acknowledged");
    }
}

mod events {
    use super::*;

    #[tokio::test]
    async fn a_reboot_is_followed_event_by_event() {
        let cloud = start().await;
        let client = client(&cloud);
        let device = client.device(DEVICE).expect("an identifier");
        let mut updates = device.updates();
        online(&client).await;
        cloud.reboot(DEVICE).await;
        for action in ["sysmsg", "sysmsg", "update", "update"] {
            let next = find(&mut updates, |update| match update {
                Update::Event(event) => Some(event.action().as_str().to_owned()),
                _ => None,
            });
            assert_eq!(next.await, action);
        }
        assert_eq!(device.state().presence(), Some(Presence::Online));
        assert!(client.devices().contains_key(DEVICE));
    }

    #[tokio::test]
    async fn what_is_unknown_or_no_frame_is_told_and_the_connection_lives() {
        let cloud = start().await;
        let client = client(&cloud);
        let mut updates = client.updates();
        online(&client).await;
        let unknown = Frame::new(Object::new().with("action", "brandNew").with("x", 1_u8));
        cloud.send_frame(&unknown).await;
        cloud.send_text("{nonsense").await;
        assert_eq!(event(&mut updates, "brandNew").await, unknown);
        let malformed = find(&mut updates, |update| match update {
            Update::Malformed(malformed) => Some(malformed.offset()),
            _ => None,
        });
        assert_eq!(malformed.await, 1);
        assert!(client.state().is_online());
        assert_eq!(client.stats().malformed, 1);
    }

    #[tokio::test]
    async fn after_a_lost_connection_the_gap_is_told_and_the_devices_are_asked() {
        let cloud = start().await;
        let client = builder(&cloud).resync(true).build().expect("a client");
        let device = client.device(DEVICE).expect("an identifier");
        let mut updates = device.updates();
        online(&client).await;
        cloud.until_heard(|heard| heard.commands().count() == 1).await;
        cloud.inject(Fault::Drop).await;
        find(&mut updates, |update| matches!(update, Update::Gap(_)).then_some(())).await;
        assert!(device.state().is_stale());
        // It happens while nobody is connected.
        cloud.set(DEVICE, Params::switch(true)).await;
        client.retry();
        find(&mut updates, |update| matches!(update, Update::Resynced).then_some(())).await;
        find(&mut updates, |update| matches!(update, Update::Reply(_)).then_some(())).await;
        let state = device.state();
        assert_eq!(state.reported().switch("switch").and_then(|it| it.is_on()), Some(true));
        assert!(!state.is_stale());
    }

    #[tokio::test]
    async fn a_cloud_that_goes_silent_is_noticed_by_the_missing_pong() {
        let cloud = start().await;
        let client = builder(&cloud)
            .ping_interval(Duration::from_millis(100))
            .pong_timeout(Duration::from_millis(200))
            .build()
            .expect("a client");
        let mut updates = client.updates();
        online(&client).await;
        cloud.until_heard(|heard| heard.pings() >= 3).await;
        let begin = Instant::now();
        cloud.inject(Fault::Silence).await;
        let failure = find(&mut updates, |update| match update {
            Update::Gap(failure) => Some(failure),
            _ => None,
        });
        assert_eq!(*failure.await.observation(), Observation::Silent);
        assert!(begin.elapsed() < Duration::from_millis(1300), "{:?}", begin.elapsed());
    }

    #[tokio::test]
    async fn a_close_ends_commands_and_streams() {
        let cloud = start().await;
        let client = client(&cloud);
        online(&client).await;
        let device = client.device(DEVICE).expect("an identifier");
        cloud.next_command(Script::new());
        let command = std::future::IntoFuture::into_future(device.switch(true));
        cloud.until_heard(|heard| heard.commands().count() == 1).await;
        let mut updates = client.updates();
        timeout(PATIENCE, client.close()).await.expect("in time");
        assert_eq!(command.await.expect_err("no answer").kind(), ErrorKind::Disconnected);
        assert!(updates.next().await.is_none());
        let error = device.switch(true).await.expect_err("closed");
        assert_eq!(error.kind(), ErrorKind::Closed);
    }
}

mod wrong_input {
    use super::*;

    fn built(change: impl FnOnce(Builder) -> Builder) -> (ErrorKind, String) {
        let builder = Client::builder(Credentials::new("token", "apikey", "appid"));
        let error = change(builder.region(Region::Us)).build().expect_err("wrong input");
        (error.kind(), error.to_string())
    }

    #[test]
    fn an_address_that_is_none_is_told_with_what_is_expected() {
        let no_place = Client::builder(Credentials::new("token", "apikey", "appid")).build();
        let text = no_place.expect_err("no place").to_string();
        assert!(text.contains("give a region"), "{text}");
        for url in ["", "us", "http://us-pconnect3.coolkit.cc", "https://host", "ws://example.org"]
        {
            assert_eq!(built(|builder| builder.endpoint(url)).0, ErrorKind::Address, "{url}");
        }
        for url in ["", "us-dispa.coolkit.cc", "wss://host", "http://us-dispa.coolkit.cc"] {
            assert_eq!(built(|builder| builder.dispatch(url)).0, ErrorKind::Address, "{url}");
        }
    }

    #[test]
    fn durations_and_limits_out_of_bounds_are_told_by_name() {
        let (kind, text) = built(|builder| builder.command_timeout(Duration::ZERO));
        assert_eq!(kind, ErrorKind::Duration);
        assert!(text.contains("command_timeout is 0ns"), "{text}");
        let (kind, text) = built(|builder| builder.max_commands(0));
        assert_eq!(kind, ErrorKind::Limit);
        assert!(text.contains("max_commands is 0"), "{text}");
    }

    #[test]
    fn an_identifier_that_is_none_is_refused_before_anything_is_sent() {
        let client = Client::builder(Credentials::new("token", "apikey", "appid"));
        let client = client.region(Region::Us).build().expect("a client");
        for id in ["", "babe cafe", "../devices", "\"", "ä000000000", &"a".repeat(65)] {
            let error = client.device(id).expect_err("no identifier");
            assert_eq!(error.kind(), ErrorKind::DeviceId, "{id}");
        }
        assert!(client.device("babecafe11").is_ok());
    }
}
