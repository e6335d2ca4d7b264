//! The client against a simulated building, over real sockets.
#![cfg(feature = "placeos")]

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use devicelink::placeos::longlink::{Observation, StopReason};
use devicelink::placeos::proto::endpoint::Credential;
use devicelink::placeos::{
    Ask, Builder, Client, Command, CredentialSource, Diagnostic, ErrorClass, ErrorKind, Failure,
    Generation, Level, Module, Placement, Secret, State, Update, Updates, Value,
};
use devicelink_sim::placeos::{self as sim, Building, Function, Reply, Role};
use devicelink_sim::{Answer, Fault, FaultPlan, Script};
use futures::StreamExt;
use tokio::time::timeout;

/// No step of any test takes this long.
const PATIENCE: Duration = Duration::from_secs(30);

const KEY: &str = "keyid.f00dfeed";

fn key() -> Credential {
    Credential::api_key(KEY).expect("an API key")
}

/// The building of the vendor's documents.
fn building() -> sim::Builder {
    Building::builder().grant(key(), Role::User).module("sys-1", sim::Module::display())
}

async fn start() -> Building {
    building().start().await.expect("a building")
}

fn builder(building: &Building) -> Builder {
    Client::builder(building.base_url())
        .api_key(KEY)
        .pin(building.certificate_sha256().parse().expect("a pin"))
}

fn client(building: &Building) -> Client {
    builder(building).build().expect("a client")
}

fn display(client: &Client) -> Module {
    client.system("sys-1").module("Display", 1)
}

async fn online(client: &Client) {
    timeout(PATIENCE, client.online()).await.expect("in time").expect("online");
}

/// Why the client stops.
async fn stop(client: &Client) -> (ErrorKind, String) {
    let error = timeout(PATIENCE, client.online()).await.expect("in time").expect_err("it stops");
    (error.kind(), error.to_string())
}

async fn next<T>(updates: &mut Updates<T>) -> Update<T> {
    timeout(PATIENCE, updates.next()).await.expect("in time").expect("the stream goes on")
}

/// Reads on to the next item.
async fn item<T: std::fmt::Debug>(updates: &mut Updates<T>) -> T {
    loop {
        if let Update::Item(item) = next(updates).await {
            return item;
        }
    }
}

/// Reads on to the next value, as JSON.
async fn value(updates: &mut Updates<Value>) -> String {
    item(updates).await.json().to_owned()
}

mod binding {
    use super::*;

    #[tokio::test]
    async fn the_current_value_comes_first_and_then_each_change() {
        let building = start().await;
        let client = client(&building);
        let mut power = display(&client).bind("power");
        assert_eq!(value(&mut power).await, "true");
        building.set("sys-1", "Display", 1, "power", false).await;
        assert_eq!(value(&mut power).await, "false");
    }

    #[tokio::test]
    async fn values_may_be_read_as_a_type_and_a_misfit_ends_nothing() {
        let building = start().await;
        let client = client(&building);
        let mut power = display(&client).bind("power").typed::<bool>();
        assert_eq!(item(&mut power).await.ok(), Some(true));
        building.set("sys-1", "Display", 1, "power", "perhaps").await;
        assert!(item(&mut power).await.is_err());
        building.set("sys-1", "Display", 1, "power", false).await;
        assert_eq!(item(&mut power).await.ok(), Some(false));
    }

    #[tokio::test]
    async fn a_variable_without_a_value_is_silent_until_it_has_one() {
        let building = start().await;
        let client = client(&building);
        let mut unset = display(&client).bind("unset");
        building.until_heard(|heard| heard.bindings() == 1).await;
        building.set("sys-1", "Display", 1, "unset", 1_i64).await;
        building.set("sys-1", "Display", 1, "unset", Value::null()).await;
        assert_eq!(value(&mut unset).await, "1");
        assert_eq!(value(&mut unset).await, "null");
    }

    #[tokio::test]
    async fn a_module_that_appears_later_is_heard_from_then_on() {
        let building = start().await;
        let client = client(&building);
        let mut later = client.system("sys-9").module("Later", 1).bind("power");
        building.until_heard(|heard| heard.bindings() == 1).await;
        building.add_module("sys-9", sim::Module::new("Later").status("power", true)).await;
        assert_eq!(value(&mut later).await, "true");
    }

    #[tokio::test]
    async fn dropping_the_last_of_a_variable_unbinds_it() {
        let building = start().await;
        let client = client(&building);
        let (mut first, mut second) =
            (display(&client).bind("power"), display(&client).bind("power"));
        value(&mut first).await;
        value(&mut second).await;
        drop(first);
        building.set("sys-1", "Display", 1, "power", false).await;
        assert_eq!(value(&mut second).await, "false");
        assert_eq!(building.heard().of(Command::Unbind).count(), 0);
        drop(second);
        let heard = building.until_heard(|heard| heard.of(Command::Unbind).count() == 1).await;
        assert_eq!(heard.of(Command::Bind).count(), 1);
    }

    #[tokio::test]
    async fn it_survives_a_cut_connection_with_a_gap() {
        let building = start().await;
        let client = client(&building);
        let mut power = display(&client).bind("power");
        value(&mut power).await;
        building.inject(Fault::Reset).await;
        let gap = loop {
            if let Update::Gap(failure) = next(&mut power).await {
                break failure;
            }
        };
        assert!(matches!(gap.observation(), Observation::Reset | Observation::Eof), "{gap}");
        client.retry();
        assert!(matches!(next(&mut power).await, Update::Resynced));
        assert_eq!(value(&mut power).await, "true");
    }

    #[tokio::test]
    async fn a_resync_fetches_what_was_lost_on_the_servers_side() {
        let building = start().await;
        let client = client(&building);
        let mut power = display(&client).bind("power");
        value(&mut power).await;
        power.resync();
        assert!(matches!(next(&mut power).await, Update::Gap(_)));
        assert!(matches!(next(&mut power).await, Update::Resynced));
        assert_eq!(value(&mut power).await, "true");
        let heard = building.heard();
        assert_eq!((heard.of(Command::Bind).count(), heard.of(Command::Unbind).count()), (2, 1));
    }

    #[tokio::test]
    async fn a_refused_bind_says_so_in_its_stream() {
        let building = start().await;
        let client = client(&building);
        // Modules whose name begins so are for support staff.
        let mut hidden = client.system("sys-1").module("_TRIGGER_", 1).bind("state");
        match next(&mut hidden).await {
            Update::Refused { error, retrying: false } => {
                assert_eq!(error.class(&Command::Bind), ErrorClass::Permission);
            }
            other => panic!("{other:?}"),
        }
        assert!(hidden.next().await.is_none());
    }

    #[tokio::test]
    async fn a_notify_before_the_success_or_without_a_target_is_heard() {
        let building = start().await;
        let client = client(&building);
        building
            .next_request(Command::Bind, Script::new().reply(Reply::notify(7)).reply(Reply::own()));
        let mut power = display(&client).bind("power");
        assert_eq!(value(&mut power).await, "7");
        building.next_request(
            Command::Bind,
            Script::new().reply(Reply::notify(8).without("meta")).reply(Reply::own()),
        );
        let mut input = display(&client).bind("input");
        assert_eq!(value(&mut input).await, "8");
    }

    #[tokio::test]
    async fn ten_thousand_are_restored_after_a_restart_none_missing_and_none_twice() {
        const COUNT: usize = 10_000;
        let building = start().await;
        let client = client(&building);
        let module = display(&client);
        let mut bound: Vec<_> = (0..COUNT).map(|n| module.bind(&format!("v{n}"))).collect();
        let names = |heard: &sim::Heard, connection: u64| {
            let mut names = BTreeMap::new();
            for said in heard.requests.iter().filter(|said| said.connection == connection) {
                assert_eq!(*said.request.command(), Command::Bind);
                *names.entry(said.request.key().name().to_owned()).or_insert(0) += 1;
            }
            assert!(names.values().all(|count| *count == 1), "none twice");
            names.len()
        };
        let heard = building.until_heard(|heard| heard.bindings() == COUNT).await;
        assert_eq!(names(&heard, 1), COUNT);

        let begin = Instant::now();
        building.restart().await.expect("restarted");
        client.retry();
        let heard = building.until_heard(|heard| heard.bindings() == COUNT).await;
        println!("{COUNT} bindings restored in {:?}, the wait included", begin.elapsed());
        let last = heard.requests.last().expect("binds").connection;
        assert_eq!(names(&heard, last), COUNT);

        building.set("sys-1", "Display", 1, "v0", 1_i64).await;
        building.set("sys-1", "Display", 1, "v9999", 2_i64).await;
        assert_eq!(value(&mut bound[0]).await, "1");
        assert_eq!(value(&mut bound[COUNT - 1]).await, "2");
        client.close().await;
    }
}

mod calls {
    use super::*;

    #[tokio::test]
    async fn a_function_gives_its_result_as_it_is_or_as_a_type() {
        let building = start().await;
        let client = client(&building);
        online(&client).await;
        let display = display(&client);
        let echoed = display.exec("echo", ("x", 1, None::<u8>, [true])).await.expect("answered");
        assert_eq!(echoed.json(), r#"["x",1,null,[true]]"#);
        assert_eq!(display.exec("echo", ()).await.expect("answered").json(), "[]");
        assert!(display.exec("nil", ()).await.expect("answered").is_null());
        let typed: Vec<u8> = display.exec("echo", [1, 2]).typed().await.expect("numbers");
        assert_eq!(typed, [1, 2]);
        let error = display.exec("echo", [1]).typed::<String>().await.expect_err("no text");
        assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Undecodable, true));
        let response = display.exec("echo", [1]).response().await.expect("answered");
        assert_eq!(response.status(), Some(200));
    }

    #[tokio::test]
    async fn an_error_has_its_code_and_what_to_do() {
        let building = start().await;
        let client = client(&building);
        online(&client).await;
        let display = display(&client);
        for (call, code, class, may_have_acted) in [
            (display.exec("missing", ()), 1, ErrorClass::Permanent, false),
            (display.exec("sup", ()), 2, ErrorClass::Permission, false),
            (display.exec("boom", ()), 3, ErrorClass::Remote, true),
            (
                client.system("sys-1").module("Nope", 1).exec("echo", ()),
                6,
                ErrorClass::NotFound,
                false,
            ),
            (
                client.system("sys-nope").module("Display", 1).exec("echo", ()),
                6,
                ErrorClass::NotFound,
                false,
            ),
        ] {
            let error = call.await.expect_err("an error");
            assert_eq!(error.kind(), ErrorKind::Remote);
            let remote = error.remote().expect("the server's words");
            assert_eq!(remote.code.as_ref().and_then(|code| code.number()), Some(code));
            assert_eq!(remote.class(&Command::Exec), class);
            assert_eq!(error.may_have_acted(), may_have_acted, "{error}");
        }
    }

    #[tokio::test]
    async fn arguments_that_are_no_array_are_refused_before_anything_is_sent() {
        let building = start().await;
        let client = client(&building);
        online(&client).await;
        for error in [
            display(&client).exec("echo", "x").await.expect_err("a text"),
            display(&client).exec("echo", BTreeMap::from([("a", 1)])).await.expect_err("an object"),
        ] {
            assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Args, false));
            assert!(error.to_string().contains("an array, a slice or a tuple"), "{error}");
        }
        assert!(building.heard().requests.is_empty());
    }

    #[tokio::test]
    async fn ten_thousand_in_flight_are_answered_in_any_order() {
        const COUNT: usize = 10_000;
        let building = start().await;
        building.on_request(|request| {
            // Every other one waits for the next.
            let turn = request.args().and_then(|args| args.deserialize::<(usize,)>().ok());
            let script = Script::from(Reply::own());
            Some(if turn.is_some_and(|(n,)| n % 2 == 0) {
                Script::new().hold().reply(Reply::own())
            } else {
                script
            })
        });
        let client = client(&building);
        online(&client).await;
        let display = display(&client);
        let calls: Vec<_> =
            (0..COUNT).map(|n| tokio::spawn(display.exec("echo", [n]).into_future())).collect();
        for (n, call) in calls.into_iter().enumerate() {
            let answer = timeout(PATIENCE, call).await.expect("in time").expect("no panic");
            assert_eq!(answer.expect("answered").json(), format!("[{n}]"));
        }
    }

    #[tokio::test]
    async fn equal_calls_at_once_are_all_carried_out() {
        let module = sim::Module::new("Amplifier").status("volume", 0_i64).function(
            "up",
            Function::new(|call| {
                let volume = call.status("volume").and_then(|volume| volume.as_i64()).unwrap_or(0);
                call.set("volume", volume + 1);
                Ok(Value::from(volume + 1))
            }),
        );
        let building = building().module("sys-1", module).start().await.expect("a building");
        let client = client(&building);
        online(&client).await;
        let amplifier = client.system("sys-1").module("Amplifier", 1);
        let (first, second) = tokio::join!(
            amplifier.exec("up", ()).into_future(),
            amplifier.exec("up", ()).into_future(),
        );
        let volume = |answer: Result<Value, _>| answer.ok().and_then(|value| value.as_i64());
        assert_eq!((volume(first), volume(second)), (Some(1), Some(2)));
    }

    #[tokio::test]
    async fn what_is_not_answered_ends_by_its_deadline() {
        let building = start().await;
        let client = client(&building);
        online(&client).await;
        for script in [Script::new(), Script::from(Reply::empty_body())] {
            building.next_request(Command::Exec, script);
            let call = display(&client).exec("echo", ()).timeout(Duration::from_millis(50));
            let error = call.await.expect_err("no answer");
            assert_eq!(error.kind(), ErrorKind::TimedOut { sent: true });
        }
        assert!(client.state().is_online());
    }

    #[tokio::test]
    async fn without_a_connection_a_call_fails_at_once_or_waits_if_asked() {
        let building = start().await;
        let client = client(&building);
        let error = display(&client).exec("echo", ()).await.expect_err("not connected");
        assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::NotConnected, false));
        display(&client).exec("echo", ()).wait_until_online().await.expect("answered");
    }

    #[tokio::test]
    async fn any_request_may_be_made_and_read_whole() {
        let building = start().await;
        let client = client(&building);
        online(&client).await;
        let response = display(&client).raw(Command::Bind, "power", None).response().await;
        let response = response.expect("bound");
        assert!(response.encode().starts_with(r#"{"id":1,"type":"success","meta":{"sys":"sys-1""#));
    }
}

mod logs {
    use super::*;

    #[tokio::test]
    async fn the_lines_of_a_module_come_while_somebody_listens() {
        let building = start().await;
        let client = client(&building);
        let mut log = client.system("sys-1").debug("mod-d1", 1).expect("a module's id");
        let line = item(&mut log).await;
        assert_eq!(
            (line.level.clone(), line.message.as_deref()),
            (Some(Level::Debug), Some("input changed to HDMI"))
        );
        assert_eq!(item(&mut log).await.level, Some(Level::Warn));
        building.log("mod-d1", Level::Error, "on fire").await;
        assert_eq!(item(&mut log).await.message.as_deref(), Some("on fire"));
        drop(log);
        building.until_heard(|heard| heard.of(Command::Ignore).count() == 1).await;
    }

    #[tokio::test]
    async fn the_name_of_a_module_is_refused_because_the_server_would_stay_silent() {
        let building = start().await;
        let client = client(&building);
        let error = client.system("sys-1").debug("Display", 1).expect_err("a name");
        assert_eq!(error.kind(), ErrorKind::ModuleId);
        assert!(
            error.to_string().contains("\"Display\"") && error.to_string().contains("mod-"),
            "{error}"
        );
    }
}

mod door {
    use super::*;

    #[tokio::test]
    async fn a_credential_is_shown_in_the_place_that_was_asked_for() {
        let bearer = Credential::bearer("JWT.TOKEN.SIG").expect("a token");
        let building = building().grant(bearer, Role::User).start().await.expect("a building");
        let pinned = || {
            let pin = building.certificate_sha256().parse().expect("a pin");
            Client::builder(building.base_url()).pin(pin)
        };
        for placement in [Placement::Header, Placement::Query, Placement::Cookie] {
            for builder in [pinned().api_key(KEY), pinned().bearer("JWT.TOKEN.SIG")] {
                let client = builder.placement(placement).fixed_device().build().expect("a client");
                online(&client).await;
                client.close().await;
            }
        }
        assert_eq!(building.seen().upgrades, 6);
    }

    #[tokio::test]
    async fn an_unknown_key_is_refused_once_and_a_new_one_leaves_the_stop() {
        let building = start().await;
        building.revoke(&key());
        let client = client(&building);
        let mut power = display(&client).bind("power");
        let (kind, text) = stop(&client).await;
        assert_eq!(kind, ErrorKind::Unauthorized);
        assert!(text.contains("401") && text.contains("set_credential"), "{text}");
        assert!(matches!(next(&mut power).await, Update::Stopped(_)));
        assert_eq!(building.seen().requests.len(), 1);

        building.grant(Credential::api_key("other.key").expect("a key"), Role::User);
        assert_eq!(
            client.set_credential("no dot").expect_err("no key").kind(),
            ErrorKind::Credential
        );
        client.set_credential("other.key").expect("a key");
        online(&client).await;
    }

    struct Fresh;

    #[async_trait]
    impl CredentialSource for Fresh {
        async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
            assert_eq!(ask, Ask::Refreshed);
            Ok(Secret::from(KEY))
        }
    }

    #[tokio::test]
    async fn a_refreshed_key_is_tried_once() {
        let building = start().await;
        let stale = || {
            let pin = building.certificate_sha256().parse().expect("a pin");
            Client::builder(building.base_url()).pin(pin).api_key("stale.key").refresh(Fresh)
        };
        online(&stale().build().expect("a client")).await;
        building.revoke(&key());
        let client = stale().build().expect("a client");
        assert_eq!(stop(&client).await.0, ErrorKind::Unauthorized);
        assert_eq!(building.seen().requests.len(), 4);
    }

    #[tokio::test]
    async fn a_guest_is_told_that_guests_may_not() {
        let building =
            Building::builder().grant(key(), Role::Guest).start().await.expect("a building");
        let client = client(&building);
        let (kind, text) = stop(&client).await;
        assert_eq!(kind, ErrorKind::Forbidden);
        assert!(text.contains("403") && text.contains("guests may not"), "{text}");
    }

    #[tokio::test]
    async fn a_server_that_is_none_stops_it_and_one_that_is_busy_does_not() {
        for (answer, expected) in [
            (Answer::status(404), Some(StopReason::NotTheProtocol)),
            (Answer::redirect("https://elsewhere.example/"), Some(StopReason::Redirected)),
            (Answer::html(200), Some(StopReason::NotTheProtocol)),
            (Answer::status(503), None),
        ] {
            let faults = FaultPlan::new().on(.., answer);
            let building = building().faults(faults).start().await.expect("a building");
            let client = client(&building);
            let mut states = client.states();
            let _bound = display(&client).bind("power");
            let reason = loop {
                match client.state() {
                    State::Stopped { reason, .. } => break Some(reason),
                    State::Waiting { .. } => break None,
                    _ => drop(timeout(PATIENCE, states.next()).await.expect("in time")),
                }
            };
            assert_eq!(reason, expected);
        }
    }

    #[test]
    fn wrong_input_is_told_with_what_is_expected() {
        let wrong = |builder: Builder| {
            let error = builder.build().expect_err("wrong input");
            (error.kind(), error.to_string())
        };
        let (kind, text) = wrong(Client::builder("https://example.com"));
        assert_eq!(kind, ErrorKind::Credential);
        assert!(text.contains("api_key") && text.contains("bearer"), "{text}");
        let (kind, text) = wrong(Client::builder("https://example.com/api?api-key=x").api_key(KEY));
        assert_eq!(kind, ErrorKind::Address);
        assert!(text.contains("give the server alone"), "{text}");
        assert_eq!(wrong(Client::builder("http://example.com").api_key(KEY)).0, ErrorKind::Address);
        assert_eq!(wrong(Client::builder("example.com").bearer("a b")).0, ErrorKind::Credential);
        let zero = Client::builder("example.com").api_key(KEY).exec_timeout(Duration::ZERO);
        let (kind, text) = wrong(zero);
        assert_eq!(kind, ErrorKind::Duration);
        assert!(text.contains("exec_timeout is 0ns"), "{text}");
    }
}

mod link {
    use super::*;

    #[tokio::test]
    async fn older_generations_are_spoken_when_told() {
        for generation in [Generation::G1, Generation::G2] {
            let bearer = Credential::bearer("JWT.TOKEN.SIG").expect("a token");
            let building = Building::builder()
                .generation(generation)
                .grant(bearer, Role::User)
                .module("sys-1", sim::Module::display())
                .start()
                .await
                .expect("a building");
            let client = Client::builder(building.base_url())
                .bearer("JWT.TOKEN.SIG")
                .placement(Placement::Query)
                .generation(generation)
                .pin(building.certificate_sha256().parse().expect("a pin"))
                .build()
                .expect("a client");
            let mut list = display(&client).bind("list");
            assert_eq!(value(&mut list).await, r#"[1,2,{"a":"x"}]"#, "{generation:?}");
            let echoed = display(&client).exec("echo", [1]).await.expect("answered");
            assert_eq!(echoed.json(), "[1]");
            let error = display(&client).exec("missing", ()).await.expect_err("an error");
            let code = error.remote().and_then(|error| error.code.clone());
            assert_eq!(code.and_then(|code| code.number()), Some(1), "{generation:?}");
            client.close().await;
        }
    }

    #[tokio::test]
    async fn a_silent_server_is_noticed_by_the_missing_pong() {
        let building = start().await;
        let client = builder(&building)
            .ping_interval(Duration::from_millis(100))
            .pong_timeout(Duration::from_millis(200))
            .build()
            .expect("a client");
        let mut power = display(&client).bind("power");
        value(&mut power).await;
        building.until_heard(|heard| heard.pings >= 2).await;
        let begin = Instant::now();
        building.inject(Fault::Silence).await;
        let failure = loop {
            if let Update::Gap(failure) = next(&mut power).await {
                break failure;
            }
        };
        assert_eq!(*failure.observation(), Observation::Silent);
        assert!(begin.elapsed() < Duration::from_millis(1300), "{:?}", begin.elapsed());
    }

    #[tokio::test]
    async fn what_belongs_to_nothing_is_a_diagnostic() {
        let building = start().await;
        let client = client(&building);
        let mut diagnostics = client.diagnostics();
        online(&client).await;
        building.send_text(r#"{"type":"brand new","x":1}"#).await;
        building.send_text("{").await;
        match item(&mut diagnostics).await {
            Diagnostic::Stray(response) => assert!(response.encode().contains("brand new")),
            other => panic!("{other:?}"),
        }
        assert!(matches!(item(&mut diagnostics).await, Diagnostic::Malformed(_)));
        assert!(client.state().is_online());
    }

    #[tokio::test]
    async fn a_close_unbinds_ignores_and_ends_everything() {
        let building = start().await;
        let client = client(&building);
        let mut log = client.system("sys-1").debug("mod-d1", 1).expect("a module's id");
        let mut power = display(&client).bind("power");
        value(&mut power).await;
        item(&mut log).await;
        building.next_request(Command::Exec, Script::new());
        let call = tokio::spawn(display(&client).exec("echo", ()).into_future());
        building.until_heard(|heard| heard.of(Command::Exec).count() == 1).await;
        timeout(PATIENCE, client.close()).await.expect("in time");
        let error = call.await.expect("no panic").expect_err("no answer");
        assert_eq!(error.kind(), ErrorKind::Disconnected);
        while power.next().await.is_some() {}
        let heard = building.heard();
        let last: Vec<_> = heard
            .requests
            .iter()
            .rev()
            .take(2)
            .map(|said| said.request.command().clone())
            .collect();
        assert_eq!(last, [Command::Ignore, Command::Unbind]);
        let error = display(&client).exec("echo", ()).await.expect_err("closed");
        assert_eq!(error.kind(), ErrorKind::Closed);
    }
}
