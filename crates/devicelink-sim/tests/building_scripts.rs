//! What the building does on request in the place of its own answers.

mod common;

use std::time::Duration;

use common::panel::{Panel, bind, bound, building, debug, exec, notify, plain, result, unbind};
use devicelink_sim::placeos::{Failure, Function, Module, Reply, Script};
use devicelink_sim::{Answer, Fault, FaultPlan};
use futures::StreamExt;
use placeos_proto::server::Responder;
use placeos_proto::{Command, ErrorCode, Generation, Id, Value};
use tokio::time::Instant;

#[tokio::test]
async fn a_request_can_fail_with_any_code_and_is_not_carried_out_then() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    building.next_request(Command::Bind, Reply::error(ErrorCode::UnexpectedFailure));
    building.next_request(Command::Bind, Reply::error(Failure::new(99, "odd").status(418)));
    building.next_request(Command::Exec, Reply::error(ErrorCode::ModuleNotFound));
    assert_eq!(
        panel.ask(&bind(1, "power")).await,
        r#"{"id":1,"type":"error","msg":"","error_code":7,"code":500}"#
    );
    assert_eq!(
        panel.ask(&bind(2, "power")).await,
        r#"{"id":2,"type":"error","msg":"odd","error_code":99,"code":418}"#
    );
    let refused = panel.ask(&exec(3, "set", r#"["power",false]"#)).await;
    assert!(refused.contains(r#""error_code":6"#), "{refused}");
    assert_eq!(building.heard().bindings(), 0);
    assert_eq!(building.status("sys-1", "Display", 1, "power"), Some(true.into()));
    assert_eq!(panel.ask(&bind(4, "power")).await, bound(4, "power"));
}

#[tokio::test]
async fn a_second_answer_repeats_the_first_and_the_function_runs_once() {
    let count = Function::new(|call| {
        let count = call.status("count").and_then(Value::as_i64).unwrap_or(0) + 1;
        call.set("count", count);
        Ok(count.into())
    });
    let building =
        plain().module("sys-1", Module::display().function("count", count)).start().await.unwrap();
    let mut panel = Panel::open(&building).await;
    let twice = || Script::new().reply(Reply::own()).reply(Reply::own());
    building.next_request(Command::Exec, twice());
    building.next_request(Command::Bind, twice());
    assert_eq!(panel.ask(&exec(1, "count", "[]")).await, result(1, "count", "1"));
    assert_eq!(panel.text().await, result(1, "count", "1"));
    assert_eq!(panel.ask(&bind(2, "count")).await, bound(2, "count"));
    assert_eq!(panel.text().await, notify(2, "count", "1"));
    assert_eq!(panel.text().await, bound(2, "count"));
    panel.hears_nothing().await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_can_be_late_after_its_successor_or_not_come() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    let late = Duration::from_secs(31);
    building.next_request(Command::Bind, Script::new().wait(late).reply(Reply::own()));
    let start = Instant::now();
    assert_eq!(panel.ask(&bind(1, "unset")).await, bound(1, "unset"));
    assert_eq!(start.elapsed(), late);
    building.next_request(Command::Exec, Script::new().hold().reply(Reply::own()));
    panel.say(exec(2, "nil", "[]").encode()).await;
    assert_eq!(panel.ask(&exec(3, "nil", "[]")).await, result(3, "nil", "null"));
    assert_eq!(panel.text().await, result(2, "nil", "null"));
    building.next_request(Command::Exec, Script::new());
    panel.say(exec(4, "set", r#"["power",false]"#).encode()).await;
    panel.hears_nothing().await;
    assert_eq!(building.status("sys-1", "Display", 1, "power"), Some(true.into()));
}

#[tokio::test]
async fn a_rule_for_all_requests_can_turn_their_order_round() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    building.on_request(|request| {
        let Id::Number(id) = request.id() else { return None };
        let script = (0..4 - id).fold(Script::new(), |script, _| script.hold());
        (*request.command() == Command::Exec).then(|| script.reply(Reply::own()))
    });
    building.next_request(Command::Exec, Reply::own());
    assert_eq!(panel.ask(&exec(0, "nil", "[]")).await, result(0, "nil", "null"));
    for id in 1..=4 {
        panel.say(exec(id, "nil", "[]").encode()).await;
    }
    for id in (1..=4).rev() {
        assert_eq!(panel.text().await, result(id, "nil", "null"));
    }
    assert_eq!(panel.ask(&bind(5, "unset")).await, bound(5, "unset"));
}

#[tokio::test]
async fn a_value_can_come_before_the_success_without_a_target_or_for_nobody() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    building.next_request(
        Command::Bind,
        Script::new()
            .reply(Reply::notify("early"))
            .reply(Reply::own())
            .reply(Reply::notify("bare").without("meta")),
    );
    assert_eq!(panel.ask(&bind(1, "unset")).await, notify(1, "unset", "\"early\""));
    assert_eq!(panel.text().await, bound(1, "unset"));
    assert_eq!(panel.text().await, r#"{"id":1,"type":"notify","value":"bare"}"#);
    let stray = Responder::new(Generation::G3).notify(&bind(77, "stray"), &1.into());
    building.send_frame(&stray).await;
    assert_eq!(panel.text().await, notify(77, "stray", "1"));
}

#[tokio::test]
async fn an_answer_can_have_another_id_other_members_or_an_empty_body() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    building.next_request(Command::Unbind, Reply::own().with("id", 1).with("later", true));
    assert_eq!(panel.ask(&unbind(2, "power")).await, r#"{"id":1,"type":"success","later":true}"#);
    building.next_request(Command::Debug, Reply::own().without("id").with("type", "odd"));
    assert_eq!(panel.ask(&debug(3)).await, r#"{"type":"odd"}"#);
    panel.text().await;
    panel.text().await;
    building.next_request(Command::Exec, Reply::empty_body());
    building.next_request(Command::Exec, Reply::empty_body());
    assert_eq!(panel.ask(&exec(4, "nil", "[]")).await, result(4, "nil", ""));
    assert!(panel.ask(&exec(5, "boom", "[]")).await.contains("module raised"));
}

#[tokio::test]
async fn a_script_can_say_anything_and_do_what_faults_do_on_its_connection_alone() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    let mut other = Panel::open(&building).await;
    building.next_request(
        Command::Exec,
        Script::new().text("not JSON").fault(Fault::Binary("b".into())).fault(Fault::Drop),
    );
    panel.say(exec(1, "nil", "[]").encode()).await;
    assert_eq!((panel.text().await, panel.text().await), ("not JSON".into(), "b".into()));
    assert!(panel.0.next().await.unwrap().is_err());
    other.hears_nothing().await;
    building.send_text("{\"type\":\"odd\"}").await;
    building.send_binary("bytes").await;
    assert_eq!(other.text().await, "{\"type\":\"odd\"}");
    assert_eq!(other.text().await, "bytes");
}

#[tokio::test]
async fn the_faults_of_all_servers_work_here_too() {
    let faults = FaultPlan::new().on(1, Answer::status(503)).after_frames(2, 2, Fault::Drop);
    let building = plain().faults(faults).start().await.unwrap();
    assert!(Panel::show(&building, Generation::G3, building.credential()).await.is_err());
    let mut panel = Panel::open(&building).await;
    assert_eq!(panel.ask(&bind(1, "power")).await, bound(1, "power"));
    assert_eq!(panel.text().await, notify(1, "power", "true"));
    assert!(panel.0.next().await.unwrap().is_err());
    building.until_heard(|heard| heard.open.is_empty()).await;
    let mut panel = Panel::open(&building).await;
    building.inject(Fault::Close(1012)).await;
    assert!(panel.0.next().await.unwrap().unwrap().is_close());
    building.stop().await.unwrap();
}
