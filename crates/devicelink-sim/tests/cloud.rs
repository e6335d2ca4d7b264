//! The cloud as an app sees it when nothing goes wrong.

mod common;

use std::time::Duration;

use common::app::{App, DEVICE, plain, query, update, user_online};
use common::{get, request};
use coolkit_proto::dispatch::DispatchReply;
use coolkit_proto::{
    Action, ClientFrame, Device as Owned, Frame, FrameCode, Json, LegacyPhone, Object, Params,
    Request, Secret, Sequence, UserAgent, server,
};
use devicelink_sim::Credential;
use devicelink_sim::coolkit::{Account, Cloud, Device, Reply, Script};
use futures::{FutureExt, SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn the_dispatch_names_the_cloud_itself_with_and_without_a_token() {
    let cloud = Cloud::start().await.unwrap();
    assert_eq!(cloud.dispatch_url(), format!("https://{}/dispatch/app", cloud.address()));
    assert_eq!(cloud.url(), format!("wss://{}/api/ws", cloud.address()));
    let at = cloud.account().at;
    for token in [None, Some(at.expose()), Some("wrong")] {
        let (status, head, body) = get(&cloud, "/dispatch/app", token).await;
        assert!(status == 200 && head.contains("application/json"), "{head}");
        let reply = DispatchReply::from_bytes(body.as_bytes()).unwrap();
        assert_eq!(reply.members().len(), 5);
        assert_eq!((reply.domain(), reply.ip()), (Some("127.0.0.1"), Some("127.0.0.1")));
        assert_eq!((reply.port(), reply.reason()), (cloud.address().port(), Some("ok")));
    }
    assert_eq!(request(&cloud, "POST", "/dispatch/app", None).await.0, 200);
    assert_eq!(request(&cloud, "PUT", "/dispatch/app", None).await.0, 405);
    assert_eq!(get(&cloud, "/dispatch", None).await.0, 404);
    let seen = cloud.seen();
    let asked: Vec<_> = seen.requests.iter().map(|request| request.credential).collect();
    assert_eq!(seen.requests[3].method, "POST");
    assert_eq!(asked[..3], [Credential::Absent, Credential::Accepted, Credential::Refused]);
}

#[tokio::test]
async fn a_login_over_tls_is_accepted_with_the_heartbeat_that_was_set() {
    for (heartbeat, config) in [
        (Some(145), Object::new().with("hb", 1).with("hbInterval", 145)),
        (Some(1), Object::new().with("hb", 1).with("hbInterval", 1)),
        (None, Object::new().with("hb", 0)),
    ] {
        let cloud = Cloud::builder().heartbeat(heartbeat).start().await.unwrap();
        let mut app = App::open(&cloud).await;
        let answer = app.ask(&user_online(&cloud, 7).to_frame()).await;
        assert_eq!(answer.config(), Some(config.view()));
        assert_eq!(answer, server::accepted("7", &cloud.account().apikey, heartbeat));
        assert_eq!(cloud.heard().logins().next().unwrap().version(), Some(8));
    }
}

#[tokio::test]
async fn a_wrong_token_apikey_or_appid_is_406_and_the_end() {
    let cloud = plain().start().await.unwrap();
    for member in ["at", "apikey", "appid"] {
        let mut app = App::open(&cloud).await;
        let login = user_online(&cloud, 7).to_frame().with(member, "wrong");
        let answer = app.ask(&login).await;
        assert_eq!(answer.error().code().unwrap().get(), 406, "{member}");
        assert_eq!(answer.reason(), Some("Authentication Failed"));
        assert_eq!(answer.action_name(), Some(Action::UserOnline));
        app.is_cut().await;
    }
    cloud.set_token("another");
    assert_eq!(cloud.account().at, Secret::from("another"));
    App::login(&cloud).await;
}

#[tokio::test(start_paused = true)]
async fn a_login_without_appid_or_of_version_6_is_400_then_silence_until_the_cut() {
    let cloud = plain().start().await.unwrap();
    let login = user_online(&cloud, 7);
    let mut anonymous = login.to_frame().into_members();
    anonymous.remove("appid");
    let legacy = login.to_legacy_frame(&LegacyPhone::new(Secret::from("imei")));
    for login in [Frame::new(anonymous), legacy] {
        let mut app = App::open(&cloud).await;
        assert_eq!(app.code(&login).await, 400);
        let refused = Instant::now();
        app.say("ping").await;
        app.is_cut().await;
        assert_eq!(refused.elapsed().as_secs(), 160);
    }
}

#[tokio::test]
async fn a_cloud_that_is_not_strict_or_legacy_takes_more() {
    let cloud = plain().strict(false).start().await.unwrap();
    let mut anonymous = user_online(&cloud, 7).to_frame().into_members();
    for member in ["appid", "version", "ts", "nonce"] {
        anonymous.remove(member);
    }
    assert_eq!(App::open(&cloud).await.code(&Frame::new(anonymous)).await, 0);
    let cloud = plain().legacy(true).start().await.unwrap();
    let legacy = user_online(&cloud, 7).to_legacy_frame(&LegacyPhone::new(Secret::from("imei")));
    assert_eq!(App::open(&cloud).await.code(&legacy).await, 0);
}

#[tokio::test]
async fn a_command_before_the_login_is_406_without_identifiers_and_the_end() {
    let cloud = plain().device(Device::switch(DEVICE)).start().await.unwrap();
    let mut app = App::open(&cloud).await;
    let answer = app.ask(&update(&cloud, Params::switch(true), 7)).await;
    assert_eq!(answer.encode(), r#"{"error":406,"sequence":"7"}"#);
    app.is_cut().await;
    assert_eq!(cloud.state(DEVICE).view().text("switch"), Some("off"));
}

#[tokio::test]
async fn the_newest_connection_of_the_account_wins() {
    let cloud = plain().device(Device::switch(DEVICE)).start().await.unwrap();
    let mut first = App::login(&cloud).await;
    let mut second = App::login(&cloud).await;
    first.is_cut().await;
    cloud.set(DEVICE, Params::switch(true)).await;
    assert_eq!(second.frame().await.action(), Some(Action::Update));
    cloud.kick().await;
    second.is_cut().await;
    cloud.set(DEVICE, Params::switch(false)).await;
    let mut third = App::login(&cloud).await;
    assert_eq!(third.code(&update(&cloud, Params::switch(true), 7)).await, 0);
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_cut_15_seconds_after_the_interval_counted_from_any_frame() {
    let cloud = plain().heartbeat(Some(60)).start().await.unwrap();
    let mut app = App::login(&cloud).await;
    for frame in [Message::text("ping"), Message::Ping("".into()), Message::text("{")] {
        tokio::time::sleep(Duration::from_secs(74)).await;
        app.0.send(frame).await.unwrap();
    }
    assert_eq!(app.text().await, "pong");
    let heard = cloud.until_heard(|heard| heard.malformed == 1).await;
    assert_eq!(heard.pings(), 1);
    let last = Instant::now();
    assert!(matches!(app.0.next().await, Some(Ok(Message::Pong(_)))));
    app.is_cut().await;
    assert_eq!(last.elapsed().as_secs(), 75);
}

#[tokio::test(start_paused = true)]
async fn without_a_heartbeat_nothing_is_cut_unless_it_is_set() {
    let cloud = plain().heartbeat(None).start().await.unwrap();
    let mut app = App::login(&cloud).await;
    tokio::time::sleep(Duration::from_secs(86_400)).await;
    app.say("PING\n").await;
    assert_eq!(app.text().await, "pong");
    let cloud = plain().heartbeat(None).idle_cut(Duration::from_secs(3)).start().await.unwrap();
    let mut app = App::login(&cloud).await;
    let start = Instant::now();
    app.is_cut().await;
    assert_eq!(start.elapsed().as_secs(), 3);
}

#[tokio::test]
async fn an_update_is_acknowledged_and_kept_and_reported_only_by_a_device_that_reports() {
    let cloud = plain()
        .device(Device::four_channel(DEVICE))
        .device(Device::switch("1000000001").reporting())
        .start()
        .await
        .unwrap();
    let mut app = App::login(&cloud).await;
    let command =
        update(&cloud, Params::outlet(2, true), 7).with("sequence", 1_519_293_442_952_u64);
    let ack = app.ask(&command).await;
    assert_eq!(ack.members().text("sequence"), Some("1519293442952"));
    assert_eq!((ack.device_id(), ack.action()), (Some(DEVICE), None));
    let on: Vec<_> = cloud
        .state(DEVICE)
        .view()
        .switches()
        .outlets()
        .map(|it| it.state().unwrap().is_on())
        .collect();
    assert_eq!(on, [Some(false), Some(false), Some(true), Some(false)]);
    let other = update(&cloud, Params::switch(true), 8).with("deviceid", "1000000001");
    assert_eq!(app.code(&other).await, 0);
    let report = app.frame().await;
    let apikey = cloud.account().apikey;
    assert_eq!(report, server::device_update("1000000001", &apikey, Params::switch(true)));
}

#[tokio::test]
async fn params_may_come_in_a_list_and_anything_else_is_400() {
    let cloud = plain().device(Device::switch(DEVICE)).start().await.unwrap();
    let mut app = App::login(&cloud).await;
    let command = update(&cloud, Params::new(), 7);
    let list = vec![Json::from(Params::switch(true)), Params::new().with("bright", 50).into()];
    assert_eq!(app.code(&command.clone().with("params", list)).await, 0);
    assert_eq!(cloud.state(DEVICE).view().text("switch"), Some("on"));
    for params in [Json::from(0), Json::null(), Json::list::<Json>([]), Json::list([1])] {
        assert_eq!(app.code(&command.clone().with("params", params)).await, 400);
    }
}

#[tokio::test]
async fn a_query_gives_the_params_that_it_names_or_all() {
    let cloud = plain().device(Device::th16(DEVICE)).start().await.unwrap();
    let mut app = App::login(&cloud).await;
    let some = app.ask(&query(&cloud, ["currentTemperature", "unheard"], 7)).await;
    let params = Params::new().with("currentTemperature", "22");
    assert_eq!(some, server::query_reply("7", DEVICE, &cloud.account().apikey, params));
    let all = app.ask(&query(&cloud, [], 8)).await;
    assert_eq!(all.params().unwrap().members(), cloud.state(DEVICE).members());
}

#[tokio::test(start_paused = true)]
async fn an_offline_device_is_503_a_silent_one_504_after_5_seconds_and_an_unknown_one_403() {
    let cloud = plain().device(Device::switch(DEVICE).offline().silent()).start().await.unwrap();
    let mut app = App::login(&cloud).await;
    let command = update(&cloud, Params::switch(true), 7);
    assert_eq!(app.code(&command).await, 503);
    assert_eq!(app.code(&query(&cloud, [], 8)).await, 503);
    cloud.set_online(DEVICE, true).await;
    let apikey = cloud.account().apikey;
    assert_eq!(app.frame().await, server::sysmsg(DEVICE, &apikey, true));
    let start = Instant::now();
    app.say(command.encode()).await;
    // Others need not wait.
    assert_eq!(app.code(&command.clone().with("deviceid", "unheard")).await, 403);
    assert_eq!(app.frame().await, server::reply("7", DEVICE, &apikey, FrameCode::NO_ANSWER));
    assert_eq!(start.elapsed().as_secs(), 5);
    assert_eq!(cloud.state(DEVICE).view().text("switch"), Some("off"));
    cloud.set_silent(DEVICE, false);
    assert_eq!(app.code(&command).await, 0);
}

#[tokio::test]
async fn a_shared_device_needs_its_owners_apikey_and_the_users_own() {
    let cloud = plain().device(Device::switch(DEVICE).owner("owner")).start().await.unwrap();
    let mut app = App::login(&cloud).await;
    assert_eq!(app.code(&update(&cloud, Params::switch(true), 7)).await, 403);
    let shared = Owned::new(DEVICE, "owner");
    let command = Request::update(&shared, Params::switch(true), Sequence::from_millis(8));
    assert_eq!(app.code(command.frame()).await, 403);
    let command = command.on_behalf_of(&cloud.account().apikey);
    let answer = app.ask(command.frame()).await;
    assert!(answer.error().is_ok() && answer.apikey() == Some(Secret::from("owner")));
    cloud.set(DEVICE, Params::switch(false)).await;
    assert_eq!(app.frame().await.apikey(), Some(Secret::from("owner")));
}

#[tokio::test]
async fn a_device_that_restarts_goes_comes_and_reports() {
    let cloud = plain().device(Device::th16(DEVICE)).start().await.unwrap();
    let mut app = App::login(&cloud).await;
    cloud.reboot(DEVICE).await;
    let apikey = cloud.account().apikey;
    assert_eq!(app.frame().await, server::sysmsg(DEVICE, &apikey, false));
    assert_eq!(app.frame().await, server::sysmsg(DEVICE, &apikey, true));
    let led = Params::new().with("sledOnline", "on");
    assert_eq!(app.frame().await, server::device_update(DEVICE, &apikey, led));
    let all = app.frame().await;
    assert_eq!(all, server::device_update(DEVICE, &apikey, cloud.state(DEVICE)));
    assert!(all.params().unwrap().thermostat().temperature().is_some());
}

#[tokio::test]
async fn what_another_app_sends_is_passed_on_with_that_apps_sequence_and_reported() {
    let cloud = plain().device(Device::switch(DEVICE).reporting()).start().await.unwrap();
    let mut app = App::login(&cloud).await;
    let mut sequences = Vec::new();
    for on in [true, false] {
        cloud.forward(DEVICE, Params::switch(on)).await;
        let forwarded = app.frame().await;
        assert_eq!(forwarded.user_agent(), Some(UserAgent::App));
        sequences.push(forwarded.sequence().unwrap().into_owned());
        let report = app.frame().await;
        assert_eq!(report.params().unwrap().single_switch().state().unwrap().is_on(), Some(on));
    }
    assert!(sequences[0] < sequences[1] && sequences[0].len() == 13, "{sequences:?}");
}

#[tokio::test]
async fn a_device_that_reports_is_online() {
    let cloud = plain().device(Device::pow(DEVICE).offline()).start().await.unwrap();
    let mut app = App::login(&cloud).await;
    cloud.set(DEVICE, Params::new().with("power", "12.50")).await;
    let report = app.frame().await;
    assert_eq!(report.params().unwrap().power().power().unwrap().value(), Some(12.5));
    assert_eq!(app.code(&update(&cloud, Params::switch(true), 7)).await, 0);
}

#[tokio::test]
async fn models_report_in_the_types_that_they_have_on_the_wire() {
    let cloud = plain()
        .device(Device::th16("th"))
        .device(Device::pow("pow"))
        .device(Device::zigbee_sensor("zb"))
        .device(Device::new("bare"))
        .start()
        .await
        .unwrap();
    let th = cloud.state("th");
    assert_eq!(th.view().thermostat().targets().count(), 2);
    assert_eq!(th.view().text("currentHumidity"), Some("unavailable"));
    assert_eq!(cloud.state("pow").view().text("power"), Some("68.79"));
    assert_eq!(cloud.state("zb").view().text("temperature"), Some("2270"));
    assert!(cloud.state("bare").members().is_empty());
}

#[tokio::test]
async fn everything_that_is_heard_is_kept_in_order_with_its_connection_and_time() {
    let cloud = plain().device(Device::switch(DEVICE)).start().await.unwrap();
    let before = Instant::now();
    let mut first = App::login(&cloud).await;
    first.say("ping").await;
    first.text().await;
    let mut second = App::login(&cloud).await;
    second.say(r#"{"action":"share"}"#).await;
    // The last words count, too.
    second.0.close(None).await.unwrap();
    let heard = cloud.until_heard(|heard| heard.frames.len() == 4).await;
    assert_eq!((heard.logins().count(), heard.pings(), heard.commands().count()), (2, 1, 1));
    let connections: Vec<_> = heard.frames.iter().map(|said| said.connection).collect();
    assert_eq!(connections, [1, 1, 2, 2]);
    assert_eq!(heard.frames[1].frame, ClientFrame::Ping);
    assert!(heard.frames.iter().all(|said| (before..=Instant::now()).contains(&said.at)));
}

#[tokio::test]
async fn anything_can_be_sent_to_all_who_are_connected() {
    let cloud = plain().device(Device::switch(DEVICE)).start().await.unwrap();
    let mut stranger = App::open(&cloud).await;
    cloud.send_text("no JSON").await;
    cloud.send_frame(&server::notify("7", DEVICE, &cloud.account().apikey, 1, 2)).await;
    cloud.send_binary("bytes".as_bytes()).await;
    assert_eq!(stranger.text().await, "no JSON");
    assert_eq!(stranger.frame().await.action(), Some(Action::Notify));
    assert_eq!(stranger.text().await, "bytes");
    cloud.set(DEVICE, Params::switch(true)).await;
    assert!(stranger.frame().now_or_never().is_none());
}

#[tokio::test]
async fn a_cloud_that_was_dropped_leaves_no_task_and_no_port() {
    let before = Handle::current().metrics().num_alive_tasks();
    let cloud = plain().device(Device::switch(DEVICE).silent()).start().await.unwrap();
    let mut app = App::login(&cloud).await;
    app.say(update(&cloud, Params::switch(true), 7).encode()).await;
    cloud.until_heard(|heard| heard.commands().count() == 1).await;
    let address = cloud.address();
    drop(cloud);
    while Handle::current().metrics().num_alive_tasks() > before {
        tokio::task::yield_now().await;
    }
    app.is_cut().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn nothing_prints_the_account() {
    let account = Account::new("secret-at", "secret-apikey", "secret-appid");
    let builder = plain().account(account).device(Device::switch(DEVICE).owner("secret-owner"));
    let device = Device::switch(DEVICE).owner("secret-owner");
    let reply = Reply::own().with("apikey", "secret-apikey");
    let script = Script::new().text("secret-text").reply(reply.clone());
    let printed = format!("{builder:?} {device:?} {reply:?} {script:?}");
    let cloud = builder.start().await.unwrap();
    App::login(&cloud).await;
    let heard = cloud.heard();
    assert_eq!(heard.logins().next().unwrap().at(), Some(Secret::from("secret-at")));
    let printed = format!("{printed} {cloud:?} {heard:?} {:?} {:?}", cloud.account(), cloud.seen());
    assert!(!printed.contains("secret-"), "{printed}");
}

#[test]
fn a_random_account_looks_like_a_real_one() {
    let account = Account::random();
    assert!(account.at.expose().len() == 40 && account.appid.expose().len() == 32);
    let parts: Vec<_> = account.apikey.expose().split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12]);
    assert_ne!(account, Account::random());
}
