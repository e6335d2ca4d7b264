//! The building as a panel sees it when nothing goes wrong.

mod common;

use std::collections::HashSet;
use std::time::Duration;

use common::panel::{
    Panel, bind, bound, building, debug, done, exec, ignore, key, notify, plain, result, unbind,
};
use devicelink_sim::placeos::{Building, Failure, Function, Module, Role};
use futures::{SinkExt, StreamExt};
use placeos_proto::endpoint::Credential;
use placeos_proto::{BindingKey, Command, Generation, Id, Level, ModuleId, Request, Value};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_ping_has_one_pong_and_everything_like_it_silence() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    for text in ["PING", " ping", "ping\n", "\"ping\"", "pong", ""] {
        panel.say(text).await;
    }
    panel.0.send(Message::binary("ping")).await.unwrap();
    panel.hears_nothing().await;
    let heard = building.heard();
    assert_eq!((heard.pings, heard.malformed, heard.refused), (1, 7, 0));
}

#[tokio::test(start_paused = true)]
async fn a_pong_comes_unasked_every_80_seconds_or_as_often_as_is_said() {
    for (builder, seconds) in
        [(plain(), 80), (plain().pong_period(Some(Duration::from_secs(7))), 7)]
    {
        let building = builder.start().await.unwrap();
        let start = Instant::now();
        let mut panels = [Panel::open(&building).await, Panel::open(&building).await];
        for times in 1..=3 {
            for panel in &mut panels {
                assert_eq!(panel.text().await, "pong");
                assert_eq!(start.elapsed().as_secs(), times * seconds);
            }
        }
    }
    let silent = plain().pong_period(None).start().await.unwrap();
    let mut panel = Panel::open(&silent).await;
    assert!(tokio::time::timeout(Duration::from_secs(1000), panel.text()).await.is_err());
}

#[tokio::test]
async fn a_ping_of_websocket_has_an_empty_pong_and_an_echo() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    panel.0.send(Message::Ping("echo".into())).await.unwrap();
    let mut pongs = Vec::new();
    while pongs.len() < 2 {
        let Message::Pong(pong) = panel.0.next().await.unwrap().unwrap() else { panic!() };
        pongs.push(pong);
    }
    pongs.sort();
    assert_eq!(pongs, ["", "echo"]);
}

#[tokio::test]
async fn a_bind_has_a_success_and_then_the_value_if_there_is_one() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    for (id, name, value) in [(1, "power", "true"), (2, "input", "\"HDMI\""), (3, "text", "\"[]\"")]
    {
        assert_eq!(panel.ask(&bind(id, name)).await, bound(id, name));
        assert_eq!(panel.text().await, notify(id, name, value));
    }
    assert_eq!(panel.ask(&bind(4, "unset")).await, bound(4, "unset"));
    panel.hears_nothing().await;
}

#[tokio::test]
async fn a_change_is_told_once_and_null_is_no_value() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    panel.ask(&bind(1, "unset")).await;
    let numbers = Value::parse("[1.50,12345678901234567890]").unwrap();
    building.set("sys-1", "Display", 1, "unset", numbers.clone()).await;
    assert_eq!(panel.text().await, notify(1, "unset", "[1.50,12345678901234567890]"));
    assert_eq!(building.status("sys-1", "Display", 1, "unset"), Some(numbers.clone()));
    building.set("sys-1", "Display", 1, "unset", numbers).await;
    panel.hears_nothing().await;
    building.signal("sys-1", "Display", 1, "unset").await;
    assert_eq!(panel.text().await, notify(1, "unset", "[1.50,12345678901234567890]"));
    building.set("sys-1", "Display", 1, "unset", Value::null()).await;
    assert_eq!(panel.text().await, notify(1, "unset", "null"));
    building.set("sys-1", "Display", 1, "unset", Value::null()).await;
    panel.hears_nothing().await;
    assert_eq!(building.status("sys-1", "Display", 1, "unset"), None);
}

#[tokio::test]
async fn a_second_bind_succeeds_without_a_value_and_the_first_id_stays() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    panel.ask(&bind(1, "power")).await;
    panel.text().await;
    assert_eq!(panel.ask(&bind(2, "power")).await, bound(2, "power"));
    building.set("sys-1", "Display", 1, "power", false).await;
    assert_eq!(panel.text().await, notify(1, "power", "false"));
    panel.hears_nothing().await;
    assert_eq!(building.heard().bindings(), 1);
}

#[tokio::test]
async fn after_an_unbind_nothing_is_told_and_it_always_succeeds() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    panel.ask(&bind(1, "unset")).await;
    for id in 2..4 {
        assert_eq!(panel.ask(&unbind(id, "unset")).await, done(id));
    }
    building.set("sys-1", "Display", 1, "unset", 1).await;
    panel.hears_nothing().await;
    assert_eq!(panel.ask(&bind(4, "unset")).await, bound(4, "unset"));
    assert_eq!(panel.text().await, notify(4, "unset", "1"));
}

#[tokio::test]
async fn a_binding_follows_modules_that_appear_change_and_go() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    let later = BindingKey::new("sys-2", "Later", 2, "power");
    let success = panel.ask(&Request::bind(Id::from(1), later.clone())).await;
    assert!(success.contains(r#""type":"success""#), "{success}");
    let module = |value: i64| Module::new("Later").index(2).status("power", value);
    building.add_module("sys-2", module(1)).await;
    assert!(panel.text().await.contains(r#""value":1"#));
    building.add_module("sys-2", module(1)).await;
    assert!(panel.text().await.contains(r#""value":1"#));
    building.remove_module("sys-2", "Later", 2);
    building.add_module("sys-2", Module::new("Later").index(2)).await;
    building.add_module("sys-2", Module::new("Later").status("power", 3)).await;
    panel.hears_nothing().await;
    building.set("sys-2", "Later", 2, "power", 4).await;
    assert!(panel.text().await.contains(r#""value":4"#));
}

#[tokio::test]
async fn a_function_returns_and_what_it_sets_is_told() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    let mut other = Panel::open(&building).await;
    assert_eq!(
        panel.ask(&exec(1, "echo", r#"["x",null,1.50]"#)).await,
        result(1, "echo", r#"["x",null,1.50]"#)
    );
    assert_eq!(panel.ask(&exec(2, "nil", "[]")).await, result(2, "nil", "null"));
    other.ask(&bind(9, "power")).await;
    other.text().await;
    assert_eq!(panel.ask(&exec(3, "set", r#"["power",false]"#)).await, result(3, "set", "null"));
    assert_eq!(other.text().await, notify(9, "power", "false"));
    assert_eq!(building.heard().of(Command::Exec).count(), 3);
}

#[tokio::test]
async fn a_call_that_fails_has_the_code_of_its_reason() {
    let loud = Function::fails(Failure::raised("too loud").status(404));
    let building =
        plain().module("sys-1", Module::new("Speaker").function("up", loud)).start().await.unwrap();
    let mut panel = Panel::open(&building).await;
    for (function, code, message) in [
        ("missing", 1, "could not find function missing"),
        ("sup", 2, "sup is not for this user"),
        ("boom", 3, "module raised: boom"),
    ] {
        assert_eq!(
            panel.ask(&exec(1, function, "[]")).await,
            format!(
                r#"{{"id":1,"type":"error","msg":"{message}","error_code":{code},"code":500}}"#
            )
        );
    }
    for (system, module) in [("sys-1", "Nope"), ("sys-nope", "Display")] {
        let nowhere = BindingKey::new(system, module, 1, "echo");
        let error = panel.ask(&Request::new(Id::from(1), Command::Exec, nowhere)).await;
        assert!(error.contains(r#""error_code":6,"code":500"#), "{error}");
    }
    let up = BindingKey::new("sys-1", "Speaker", 1, "up");
    let error = panel.ask(&Request::new(Id::from(1), Command::Exec, up)).await;
    assert!(error.contains(r#""error_code":3,"code":404"#), "{error}");
    let error = panel.ask(&exec(1, "set", "[1]")).await;
    assert!(error.contains(r#""error_code":3"#), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_function_acts_at_once_and_answers_later_than_its_successors() {
    let slow = Function::new(|call| {
        call.set("power", false);
        call.log(Level::Info, "switched off");
        Ok(call.status("power").cloned().unwrap_or_else(Value::null))
    });
    let module = Module::display().function("slow", slow.after(Duration::from_secs(5)));
    let building = plain().module("sys-1", module).start().await.unwrap();
    let mut panel = Panel::open(&building).await;
    let start = Instant::now();
    panel.say(exec(1, "slow", "[]").encode()).await;
    assert_eq!(panel.ask(&exec(2, "nil", "[]")).await, result(2, "nil", "null"));
    assert_eq!(building.status("sys-1", "Display", 1, "power"), Some(false.into()));
    assert_eq!(panel.text().await, result(1, "slow", "false"));
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}

#[tokio::test]
async fn who_debugs_a_module_is_sent_its_log_lines_until_ignore() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    let line = |level: &str, text: &str| {
        format!(
            r#"{{"id":4,"type":"debug","msg":"{text}","meta":{{"sys":"sys-1","mod":"mod-d1","index":1,"name":"debug"}},"mod":"mod-d1","level":"{level}"}}"#
        )
    };
    assert_eq!(panel.ask(&debug(4)).await, done(4));
    assert_eq!(panel.text().await, line("debug", "input changed to HDMI"));
    assert_eq!(panel.text().await, line("warn", "slow reply"));
    assert_eq!(panel.ask(&debug(5)).await, done(5));
    building.log("mod-d1", Level::Notice, "on").await;
    assert_eq!(panel.text().await, line("notice", "on"));
    assert_eq!(building.heard().debugs(), 1);
    for id in 6..8 {
        assert_eq!(panel.ask(&ignore(id)).await, done(id));
    }
    building.log("mod-d1", Level::Notice, "off").await;
    panel.hears_nothing().await;
    assert_eq!(building.heard().debugs(), 0);
}

#[tokio::test]
async fn a_debug_of_what_is_no_module_id_succeeds_and_stays_silent() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    let by_name = Request::debug(Id::from(1), "sys-1", &ModuleId::from("Display"), 1);
    assert_eq!(panel.ask(&by_name).await, done(1));
    building.log("mod-d1", Level::Error, "lamp").await;
    panel.hears_nothing().await;
}

#[tokio::test]
async fn protected_modules_and_functions_need_support_staff() {
    let support = Credential::api_key("support.f00d").unwrap();
    let trigger = Module::new("_TRIGGER_").status("trig-1", true);
    let building = plain()
        .grant(Credential::bearer("user").unwrap(), Role::User)
        .grant(support.clone(), Role::Support)
        .module("sys-1", trigger)
        .start()
        .await
        .unwrap();
    let bind_trigger = |name: &str| {
        Request::bind(Id::from(1), BindingKey::new("sys-1", "_TRIGGER_", 1, name)).encode()
    };
    let mut user = Panel::open(&building).await;
    user.say(bind_trigger("trig-1")).await;
    let refused = user.text().await;
    assert!(refused.contains(r#""type":"error""#) && refused.contains(r#""error_code":2"#));
    let mut staff = Panel::show(&building, Generation::G3, support).await.unwrap();
    staff.say(bind_trigger("trig-1")).await;
    assert!(staff.text().await.contains("success"));
    assert!(staff.text().await.contains(r#""value":true"#));
    staff.say(bind_trigger("trig-2")).await;
    assert!(staff.text().await.contains(r#""error_code":6"#));
    assert_eq!(staff.ask(&exec(2, "sup", "[]")).await, result(2, "sup", "null"));
}

#[tokio::test]
async fn what_is_no_request_has_no_answer_and_is_counted() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    let good = bind(1, "unset").encode();
    for (from, to) in [
        ("\"id\":1", "\"id\":\"1\""),
        ("\"id\":1", "\"id\":1.0"),
        ("\"cmd\":\"bind\"", "\"cmd\":\"nope\""),
        ("\"index\":1", "\"index\":\"1\""),
        ("\"name\":\"unset\"", "\"name\":null"),
        ("\"id\":1", "\"id\":1,\"extra\":1"),
    ] {
        assert!(good.contains(from));
        panel.say(good.replace(from, to)).await;
    }
    panel.say(format!("{good}{good}")).await;
    panel.hears_nothing().await;
    let heard = building.heard();
    assert_eq!((heard.refused, heard.malformed, heard.requests.len()), (6, 1, 0));
}

#[tokio::test]
async fn requests_in_other_forms_are_taken() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    for text in [
        r#"{"id":7,"cmd":"BIND","sys":"sys-1","mod":"Display","name":"unset"}"#,
        r#"{"id":7,"cmd":"bind","sys":"sys-1","mod":"Display","index":null,"name":"unset","args":null}"#,
        " {\"id\":0,\"id\":7,\"cmd\":\"bind\",\"sys\":\"sys-1\",\"mod\":\"Display\",\"index\":1,\"name\":\"unset\"}\n",
    ] {
        panel.say(text).await;
        assert_eq!(panel.text().await, bound(7, "unset"));
    }
    panel.say(r#"{"id":-7,"cmd":"exec","sys":"sys-1","mod":"Display","name":"echo"}"#).await;
    assert_eq!(panel.text().await, result(-7, "echo", "[]"));
}

#[tokio::test]
async fn what_lives_on_a_connection_ends_with_it_and_all_else_outlives_a_restart() {
    let building = building().await;
    building.set("sys-1", "Display", 1, "power", "standby").await;
    let mut first = Panel::open(&building).await;
    let mut second = Panel::open(&building).await;
    for panel in [&mut first, &mut second] {
        panel.ask(&bind(1, "power")).await;
        panel.text().await;
        panel.ask(&bind(2, "input")).await;
        panel.text().await;
    }
    second.ask(&debug(3)).await;
    let open = building.heard().open;
    assert_eq!(open.values().map(|open| open.bindings).collect::<Vec<_>>(), [2, 2]);
    first.0.close(None).await.unwrap();
    let heard = building.until_heard(|heard| heard.open.len() == 1).await;
    assert_eq!((heard.bindings(), heard.debugs()), (2, 1));
    building.restart().await.unwrap();
    building.until_heard(|heard| heard.open.is_empty()).await;
    let mut third = Panel::open(&building).await;
    third.ask(&bind(1, "power")).await;
    assert_eq!(third.text().await, notify(1, "power", "\"standby\""));
    let heard = building.heard();
    assert_eq!(heard.requests.iter().map(|said| said.connection).collect::<Vec<_>>()[4..], [2, 3]);
    assert_eq!(heard.requests[0].request, bind(1, "power"));
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_bindings_and_as_many_calls_are_carried_at_once() {
    const MANY: usize = 10_000;
    let slow = Function::echo().after(Duration::from_secs(60));
    let module = Module::display().function("slow", slow);
    let building = plain().pong_period(None).module("sys-1", module).start().await.unwrap();
    let (mut writer, reader) = Panel::open(&building).await.0.split();
    let requests = (0..10_000)
        .flat_map(|id| [bind(id, &format!("v{id}")), exec(-id, "slow", &format!("[{id}]"))]);
    let mut messages = futures::stream::iter(requests.map(|it| Ok(Message::text(it.encode()))));
    let mut texts = reader.map(|message| message.unwrap().into_text().unwrap().to_string());
    let (written, answers) = tokio::join!(
        writer.send_all(&mut messages),
        texts.by_ref().take(2 * MANY).collect::<HashSet<_>>()
    );
    written.unwrap();
    for id in 0..10_000 {
        assert!(answers.contains(&bound(id, &format!("v{id}"))));
        assert!(answers.contains(&result(-id, "slow", &format!("[{id}]"))));
    }
    assert_eq!((building.heard().requests.len(), building.heard().bindings()), (2 * MANY, MANY));
    building.set("sys-1", "Display", 1, "v9999", 1).await;
    assert_eq!(texts.next().await.unwrap(), notify(9999, "v9999", "1"));
}

#[tokio::test]
#[should_panic(expected = "no module of sys-1/Nope_1/power")]
async fn a_module_that_is_not_there_cannot_be_set() {
    building().await.set("sys-1", "Nope", 1, "power", true).await;
}

#[tokio::test]
async fn a_value_and_its_key_are_what_was_heard() {
    let building = Building::builder().module("sys-1", Module::display()).start().await.unwrap();
    let mut panel = Panel::open(&building).await;
    panel.ask(&exec(3, "echo", r#"["secret"]"#)).await;
    let heard = building.heard();
    assert_eq!(*heard.requests[0].request.key(), key("echo"));
    assert_eq!(heard.requests[0].request.args().unwrap().json(), r#"["secret"]"#);
    assert!(!format!("{heard:?}").contains("secret"));
}
