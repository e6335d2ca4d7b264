//! What the cloud does on request in the place of its own answers.

mod common;

use std::time::Duration;

use common::app::{App, DEVICE, plain, query, update, user_online};
use common::get;
use coolkit_proto::dispatch::{DispatchError, DispatchReply, HostPolicy};
use coolkit_proto::{Frame, Object, Params, server};
use devicelink_sim::coolkit::{Cloud, Device, Dispatch, Reply, Script};
use devicelink_sim::{Answer, Fault, FaultPlan};
use futures::StreamExt;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

async fn cloud() -> Cloud {
    plain().device(Device::switch(DEVICE)).start().await.unwrap()
}

/// The states of the switch of [`DEVICE`].
fn is_on(cloud: &Cloud) -> bool {
    cloud.state(DEVICE).view().text("switch") == Some("on")
}

async fn dispatch(cloud: &Cloud) -> Result<DispatchReply, DispatchError> {
    let (_, _, body) = get(cloud, "/dispatch/app", None).await;
    let reply = DispatchReply::from_bytes(body.as_bytes())?;
    reply.endpoint(&HostPolicy::official())?;
    Ok(reply)
}

#[tokio::test]
async fn the_dispatch_can_name_another_host_none_or_a_code_or_answer_anything() {
    let cloud = cloud().await;
    cloud.next_dispatch(Dispatch::Host { domain: "eu-pconnect1.coolkit.cc".into(), port: 443 });
    cloud.next_dispatch(Dispatch::WithoutDomain);
    cloud.next_dispatch(Dispatch::Code(401));
    cloud.next_dispatch(Answer::html(503));
    let other = dispatch(&cloud).await.unwrap();
    assert_eq!((other.domain(), other.port()), (Some("eu-pconnect1.coolkit.cc"), 443));
    assert_eq!(dispatch(&cloud).await, Err(DispatchError::WithoutDomain));
    let refused = dispatch(&cloud).await.unwrap_err();
    assert!(
        matches!(refused, DispatchError::Refused { code: Some(code) } if code.get() == 401),
        "{refused:?}"
    );
    assert!(matches!(dispatch(&cloud).await, Err(DispatchError::Malformed(_))));
    let statuses: Vec<_> = cloud.seen().requests.iter().map(|request| request.status).collect();
    assert_eq!(statuses, [Some(200), Some(200), Some(200), Some(503)]);
    assert!(matches!(dispatch(&cloud).await, Err(DispatchError::UntrustedHost(_))));
}

#[tokio::test]
async fn a_login_can_be_refused_with_any_code_and_tried_again_after_529() {
    let cloud = cloud().await;
    cloud.next_login(Reply::code(529));
    cloud.next_login(Reply::code(406));
    let login = user_online(&cloud, 7).to_frame();
    let mut app = App::open(&cloud).await;
    assert_eq!(app.ask(&login).await.encode(), r#"{"error":529,"sequence":"7"}"#);
    assert_eq!(app.code(&login).await, 406);
    app.is_cut().await;
    assert_eq!(App::open(&cloud).await.code(&login).await, 0);
}

#[tokio::test]
async fn a_login_can_be_accepted_without_a_config_or_whatever_it_holds() {
    let cloud = cloud().await;
    cloud.next_login(Reply::own().without("config"));
    cloud.next_login(Reply::code(0).with("error", "0"));
    let mut app = App::open(&cloud).await;
    let answer = app.ask(&user_online(&cloud, 7).to_frame()).await;
    assert!(answer.error().is_ok() && answer.config().is_none());
    let mut app = App::open(&cloud).await;
    let answer = app.ask(&user_online(&cloud, 8).to_frame().with("at", "wrong")).await;
    assert_eq!(answer.members().text("error"), Some("0"));
    assert_eq!(app.code(&update(&cloud, Params::switch(true), 9)).await, 0);
}

#[tokio::test]
async fn a_report_can_come_before_the_answer_to_the_login() {
    let cloud = cloud().await;
    let report = server::device_update(DEVICE, &cloud.account().apikey, Params::switch(true));
    cloud.next_login(Script::new().text(report.encode()).reply(Reply::own()));
    let mut app = App::open(&cloud).await;
    assert_eq!(app.ask(&user_online(&cloud, 7).to_frame()).await, report);
    assert_eq!(app.frame().await.sequence().as_deref(), Some("7"));
}

#[tokio::test]
async fn a_login_can_have_no_answer() {
    let cloud = cloud().await;
    cloud.next_login(Script::new());
    let mut app = App::open(&cloud).await;
    app.say(user_online(&cloud, 7).to_frame().encode()).await;
    app.say("ping").await;
    assert_eq!(app.text().await, "pong");
    assert_eq!(app.code(&update(&cloud, Params::switch(true), 8)).await, 406);
}

#[tokio::test]
async fn a_command_with_a_scripted_code_does_nothing() {
    let cloud = cloud().await;
    let mut app = App::login(&cloud).await;
    for (millis, code) in (7..).zip([400, 401, 406, 411, 503, 504]) {
        cloud.next_command(Reply::code(code));
        assert_eq!(app.code(&update(&cloud, Params::switch(true), millis)).await, code);
    }
    assert!(!is_on(&cloud));
    assert_eq!(app.code(&update(&cloud, Params::switch(true), 20)).await, 0);
    assert!(is_on(&cloud));
}

#[tokio::test(start_paused = true)]
async fn one_command_can_have_two_answers_with_time_between_them() {
    let cloud = cloud().await;
    let mut app = App::login(&cloud).await;
    let late = Duration::from_secs(5);
    cloud.next_command(Script::new().reply(Reply::code(411)).wait(late).reply(Reply::code(504)));
    let command = update(&cloud, Params::switch(true), 7);
    let start = Instant::now();
    assert_eq!(app.code(&command).await, 411);
    assert_eq!(app.code(&query(&cloud, ["switch"], 8)).await, 0);
    let second = app.frame().await;
    assert_eq!((second.sequence().as_deref(), start.elapsed()), (Some("7"), late));
    cloud.next_command(Script::new().reply(Reply::own()).reply(Reply::own()));
    let first = app.ask(&command).await;
    assert_eq!(app.frame().await, first);
}

#[tokio::test]
async fn answers_can_come_out_of_order() {
    let cloud = cloud().await;
    let mut app = App::login(&cloud).await;
    cloud.next_command(Script::new().hold().reply(Reply::own()));
    app.say(update(&cloud, Params::switch(true), 7).encode()).await;
    assert_eq!(app.ask(&query(&cloud, ["switch"], 8)).await.sequence().as_deref(), Some("8"));
    assert_eq!(app.frame().await.sequence().as_deref(), Some("7"));
    assert!(is_on(&cloud));
}

#[tokio::test]
async fn an_answer_can_lack_members_have_others_or_not_come() {
    let cloud = cloud().await;
    let mut app = App::login(&cloud).await;
    let command = update(&cloud, Params::switch(true), 7);
    for member in ["sequence", "error", "deviceid", "apikey"] {
        cloud.next_command(Reply::own().without(member));
        let answer = app.ask(&command).await;
        assert!(answer.members().len() == 3 && !answer.members().contains(member), "{answer:?}");
    }
    let config = Object::new().with("oneKwhData", "0.00");
    cloud.next_command(Reply::own().with("config", config.clone()).without("sequence"));
    assert_eq!(app.ask(&command).await.config(), Some(config.view()));
    cloud.next_command(Script::new());
    app.say(command.encode()).await;
    assert_eq!(app.code(&query(&cloud, [], 8)).await, 0);
}

#[tokio::test(start_paused = true)]
async fn the_late_answer_for_a_silent_device_can_lack_members_too() {
    let cloud = plain()
        .device(Device::switch(DEVICE).silent())
        .device_timeout(Duration::from_secs(6))
        .start()
        .await
        .unwrap();
    let mut app = App::login(&cloud).await;
    cloud.next_command(Reply::own().without("deviceid"));
    let start = Instant::now();
    let answer = app.ask(&update(&cloud, Params::switch(true), 7)).await;
    assert_eq!((answer.error().code().unwrap().get(), answer.device_id()), (504, None));
    assert_eq!(start.elapsed().as_secs(), 6);
}

#[tokio::test]
async fn a_script_can_say_anything_and_do_what_faults_do_on_its_connection_alone() {
    let cloud = cloud().await;
    let mut app = App::login(&cloud).await;
    let mut stranger = App::open(&cloud).await;
    let unknown = Frame::new(Object::new().with("action", "unheard"));
    cloud.next_command(
        Script::new().text("not JSON").text(unknown.encode()).fault(Fault::Binary("b".into())),
    );
    cloud.next_command(Script::new().reply(Reply::own()).fault(Fault::Close(1012)));
    let command = update(&cloud, Params::switch(true), 7);
    app.say(command.encode()).await;
    assert_eq!(app.text().await, "not JSON");
    assert_eq!(app.frame().await, unknown);
    assert_eq!(app.text().await, "b");
    assert_eq!(app.code(&command).await, 0);
    let Some(Ok(Message::Close(Some(close)))) = app.0.next().await else { panic!() };
    assert_eq!(u16::from(close.code), 1012);
    stranger.say("ping").await;
    assert_eq!(stranger.text().await, "pong");
}

#[tokio::test]
async fn the_faults_of_all_servers_work_here_too() {
    let faults = FaultPlan::new()
        .on(1, Answer::status(503))
        .after_frames(2, 2, Fault::Silence)
        .after_frames(3, 1, Fault::Duplicate);
    let cloud = plain().device(Device::switch(DEVICE)).faults(faults).start().await.unwrap();
    assert_eq!(get(&cloud, "/dispatch/app", None).await.0, 503);
    let mut silent = App::login(&cloud).await;
    silent.say("ping").await;
    assert_eq!(silent.text().await, "pong");
    silent.say("ping").await;
    let mut twice = App::login(&cloud).await;
    twice.say("ping").await;
    assert_eq!((twice.text().await, twice.text().await), ("pong".into(), "pong".into()));
    let heard = cloud.heard();
    assert_eq!((heard.logins().count(), heard.pings()), (2, 2));
    cloud.inject(Fault::Drop).await;
    silent.is_cut().await;
    twice.is_cut().await;
    cloud.restart().await.unwrap();
    App::login(&cloud).await;
    cloud.stop().await.unwrap();
}
