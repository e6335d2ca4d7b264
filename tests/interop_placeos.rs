//! The client of the vendor against the simulated building, and what it does done by ours. `interop/placeos/README.md`
//! lists the scenarios.
#![cfg(feature = "placeos")]

#[path = "interop/npm.rs"]
mod npm;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use devicelink::placeos::proto::Id;
use devicelink::placeos::proto::endpoint::Credential;
use devicelink::placeos::{Binding, Client, Command, Level, Module, Update};
use devicelink_sim::Script;
use devicelink_sim::placeos::{self as sim, Building, Reply, Role};
use futures::StreamExt;
use npm::Package;
use tokio::time::timeout;

const README: &str = include_str!("interop/placeos/README.md");
const KEY: &str = "KEYID.SECRET";
const TOKEN: &str = "JWT.TOKEN.SIG";

/// No step of any test takes this long.
const PATIENCE: Duration = Duration::from_secs(30);

fn builder() -> sim::Builder {
    Building::builder()
        .plain()
        .grant(Credential::api_key(KEY).expect("an API key"), Role::User)
        .grant(Credential::bearer(TOKEN).expect("a token"), Role::User)
        .module("sys-1", sim::Module::display())
}

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("in time")
}

#[test]
fn the_tests_that_the_readme_names_are_there() {
    let quoted = README.split('`');
    let named: Vec<_> = quoted.filter_map(|quoted| quoted.split_once("::")).collect();
    assert!(!named.is_empty());
    for (file, path) in named {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let source = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        let name = path.rsplit("::").next().expect("a name");
        assert!(source.contains(&format!("fn {name}(")), "{file:?} has no {name}");
    }
}

mod vendor {
    use super::*;

    static PACKAGE: LazyLock<Option<Package>> = LazyLock::new(|| Package::install("placeos"));

    /// Runs the script, which has to print that all scenarios of the README pass.
    async fn passes(variable: &str, credential: &str, placement: &str) {
        let Some(package) = PACKAGE.as_ref() else { return };
        let building = builder().start().await.expect("a building");
        let variables = [
            ("BUILDING_URL", building.base_url()),
            (variable, credential.to_owned()),
            ("BUILDING_PLACEMENT", placement.to_owned()),
        ];
        let printed = package.run("run.mjs", variables).printed().await;
        let failed: Vec<_> = printed.iter().filter(|line| line.starts_with("not ok")).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        let scenarios = README.lines().filter_map(|row| row.strip_prefix("| `")?.split_once('`'));
        let mut expected: Vec<_> = scenarios.map(|(name, _)| format!("ok {name}")).collect();
        expected.push("28 passed, 0 failed".to_owned());
        assert_eq!(printed, expected);
    }

    #[tokio::test]
    async fn it_passes_with_an_api_key_in_the_query() {
        passes("BUILDING_API_KEY", KEY, "query").await;
    }

    #[tokio::test]
    async fn it_passes_with_an_api_key_in_a_cookie() {
        passes("BUILDING_API_KEY", KEY, "cookie").await;
    }

    #[tokio::test]
    async fn it_passes_with_a_token_in_the_query() {
        passes("BUILDING_BEARER", TOKEN, "query").await;
    }

    #[tokio::test]
    async fn it_passes_with_a_token_in_a_cookie() {
        passes("BUILDING_BEARER", TOKEN, "cookie").await;
    }
}

mod ours {
    use super::*;

    async fn start(builder: sim::Builder) -> (Building, Client, Module) {
        let building = builder.start().await.expect("a building");
        let client = Client::builder(building.base_url()).api_key(KEY).allow_plain();
        let client = client.build().expect("a client");
        let display = client.system("sys-1").module("Display", 1);
        (building, client, display)
    }

    /// Reads on to the next value, as JSON.
    async fn value(binding: &mut Binding) -> String {
        loop {
            match in_time(binding.next()).await {
                Some(Update::Item(value)) => return value.json().to_owned(),
                update => assert!(update.is_some(), "the stream goes on"),
            }
        }
    }

    #[tokio::test]
    async fn a_text_with_brackets_stays_a_text_and_a_list_a_list() {
        let (_building, _client, display) = start(builder()).await;
        assert_eq!(value(&mut display.bind("text")).await, r#""[]""#);
        assert_eq!(value(&mut display.bind("list")).await, r#"[1,2,{"a":"x"}]"#);
    }

    #[tokio::test]
    async fn a_second_bind_on_the_wire_disturbs_nothing() {
        let (building, _client, display) = start(builder()).await;
        let mut power = display.bind("power");
        assert_eq!(value(&mut power).await, "true");
        display.raw(Command::Bind, "power", None).response().await.expect("bound");
        building.set("sys-1", "Display", 1, "power", false).await;
        assert_eq!(value(&mut power).await, "false");
        assert_eq!(building.heard().of(Command::Bind).count(), 2);
    }

    #[tokio::test]
    async fn what_a_function_sets_is_heard_but_no_equal_value() {
        let (_building, _client, display) = start(builder()).await;
        let mut power = display.bind("power");
        assert_eq!(value(&mut power).await, "true");
        for on in [false, false, true] {
            display.exec("set", ("power", on)).await.expect("answered");
        }
        assert_eq!(value(&mut power).await, "false");
        assert_eq!(value(&mut power).await, "true");
    }

    #[tokio::test]
    async fn nothing_more_comes_for_who_has_gone() {
        let (building, client, display) = start(builder()).await;
        let power = display.bind("power");
        let log = client.system("sys-1").debug("mod-d1", 1).expect("a module's id");
        in_time(building.until_heard(|heard| heard.bindings() == 1 && heard.debugs() == 1)).await;
        drop((power, log));
        in_time(building.until_heard(|heard| heard.bindings() == 0 && heard.debugs() == 0)).await;
        display.exec("echo", ()).await.expect("answered");
        let received = client.stats().frames_received;
        building.set("sys-1", "Display", 1, "power", false).await;
        building.log("mod-d1", Level::Error, "on fire").await;
        display.exec("echo", ()).await.expect("answered");
        assert_eq!(client.stats().frames_received, received + 1);
    }

    #[tokio::test]
    async fn all_of_its_requests_are_taken_and_counted_from_1() {
        let (building, client, display) = start(builder()).await;
        let mut power = display.bind("power");
        let log = client.system("sys-1").debug("mod-d1", 1).expect("a module's id");
        value(&mut power).await;
        display.exec("echo", [1]).await.expect("answered");
        drop((power, log));
        let heard = in_time(building.until_heard(|heard| heard.requests.len() == 5)).await;
        let ids: Vec<_> = heard.requests.iter().map(|said| said.request.id().clone()).collect();
        assert_eq!(ids, [1, 2, 3, 4, 5].map(Id::from));
        assert_eq!((heard.refused, heard.malformed), (0, 0));
    }

    #[tokio::test]
    async fn binds_answered_in_the_reverse_order_get_their_own_values() {
        let (building, _client, display) = start(builder()).await;
        for _ in 0..3 {
            building.next_request(Command::Bind, Script::new().hold().reply(Reply::own()));
        }
        let mut bound = ["power", "input", "text", "list"].map(|name| display.bind(name));
        for (binding, expected) in
            bound.iter_mut().zip(["true", r#""HDMI""#, r#""[]""#, r#"[1,2,{"a":"x"}]"#])
        {
            assert_eq!(value(binding).await, expected);
        }
    }

    #[tokio::test]
    async fn pongs_that_nobody_asked_for_answer_nothing() {
        let builder = builder().pong_period(Some(Duration::from_millis(5)));
        let (_building, client, display) = start(builder).await;
        let unasked = async {
            loop {
                display.exec("echo", ()).wait_until_online().await.expect("answered");
                let stats = client.stats();
                if stats.frames_received >= stats.replies + 3 {
                    break stats;
                }
            }
        };
        let stats = in_time(unasked).await;
        assert_eq!((stats.probes_sent, stats.unmatched_replies, stats.malformed), (0, 0, 0));
        assert!(client.state().is_online());
    }
}
