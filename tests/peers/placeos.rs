//! The client of PlaceOS and ours, in one building each time. `interop/placeos/README.md` says what is replaced.

mod stage;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use devicelink::placeos::Command;
use devicelink_sim::placeos::{Building, Module, Reply, Role};
use devicelink_sim::{Answer, Fault, FaultPlan, Script};
use futures::FutureExt;
use serde_json::json;
use tokio::time::{interval, sleep, timeout};

pub(crate) use self::stage::{Call, KEY};
use self::stage::{PACKAGE, Stage, Who, builder, key};
use crate::{BOUND, DETECTION, Row, in_time, observe, secs};

/// So many variables are bound besides the one that connects.
const BINDINGS: usize = 1000;

const ODD_IDS: [&str; 8] = [
    r#"{"id":999999,"type":"success","value":1}"#,
    r#"{"id":"1","type":"success","value":1}"#,
    r#"{"id":-1,"type":"success","value":1}"#,
    r#"{"id":9223372036854775808,"type":"success","value":1}"#,
    r#"{"id":1e3,"type":"success","value":1}"#,
    r#"{"id":null,"type":"success","value":1}"#,
    r#"{"type":"success","value":1}"#,
    r#"{"type":"error","msg":"of nothing"}"#,
];

const ODD_TEXTS: [&str; 9] = [
    "hello",
    "",
    "{",
    "null",
    "[]",
    "pong",
    r#"{"type":"brand new"}"#,
    r#"{"type":"notify"}"#,
    r#"{"type":"debug"}"#,
];

#[tokio::test(flavor = "multi_thread")]
async fn the_vendors_client_is_observed() {
    let Some(package) = PACKAGE.as_ref() else { return };
    observe_all(&package.client("@placeos/ts-client"), Who::Vendor).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_client_is_observed_in_the_same_way() {
    observe_all(concat!("placeos-client ", env!("CARGO_PKG_VERSION")), Who::Ours).await;
}

async fn observe_all(name: &str, who: Who) {
    // On its own, for its time is that of the client.
    observe(name, "", vec![("F13", ten_thousand_in_random_order(who).boxed())]).await;
    let later = Answer::status(429).header("retry-after", "120");
    let upgraded = |fault| FaultPlan::new().after_frames(.., 0, fault);
    let rows: Vec<Row> = vec![
        ("F01", no_upgrade(who, Fault::Silence).boxed()),
        ("F02", no_upgrade(who, Fault::SlowAnswer(Duration::from_secs(1))).boxed()),
        ("F03", attempts(who, every(Fault::HalfStatusLine)).boxed()),
        ("F04 key", attempts(who, every(Fault::WrongAcceptKey)).boxed()),
        ("F04 page", attempts(who, every(Answer::html(200))).boxed()),
        ("F05", reset_in_flight(who).boxed()),
        ("F06", half_open(who, false).boxed()),
        ("F07", half_open(who, true).boxed()),
        ("F11", reply_lost(who).boxed()),
        ("F12", reply_twice_and_late(who).boxed()),
        ("F14", odd_frames(who, &ODD_IDS).boxed()),
        ("F17", far_too_long(who).boxed()),
        ("F18", attempts(who, planned(upgraded(Fault::InvalidUtf8))).boxed()),
        ("F21", odd_frames(who, &ODD_TEXTS).boxed()),
        ("F23 401", attempts(who, |building| building.revoke(&key())).boxed()),
        ("F24 403", attempts(who, |building| building.grant(key(), Role::Guest)).boxed()),
        ("F24 429 + 120", attempts(who, every(later)).boxed()),
        ("F24 503", attempts(who, every(Answer::status(503))).boxed()),
        ("F28 accept", attempts(who, every(Fault::Drop)).boxed()),
        ("F28 upgrade", attempts(who, planned(upgraded(Fault::Drop))).boxed()),
        ("F30 restart", restart(who, 1).boxed()),
        ("F30 restart × 5", restart(who, 5).boxed()),
        ("F30 unbind", unbind_in_an_outage(who).boxed()),
    ];
    observe(name, "F21", rows).await;
}

/// Connects where no upgrade comes to its end.
async fn no_upgrade(who: Who, fault: Fault) -> String {
    let mut stage = Stage::ready(who, builder()).await;
    stage.building.set_faults(FaultPlan::new().on(.., fault));
    let before = stage.building.seen().connects;
    stage.peer.call(Call::Connect);
    in_time(stage.building.until(|seen| seen.connects == before + 1)).await;
    let begin = Instant::now();
    match timeout(BOUND, stage.building.until(|seen| seen.connects > before + 1)).await {
        Ok(_) => format!("tries again after {}", secs(begin.elapsed())),
        Err(_) => format!("waits for {} and longer", secs(BOUND)),
    }
}

async fn reset_in_flight(who: Who) -> String {
    let mut stage = Stage::online(who, builder()).await;
    stage.building.on_request(|request| (*request.command() == Command::Exec).then(Script::new));
    stage.peer.call(Call::Exec { first: 0, count: 100 });
    in_time(stage.building.until_heard(|heard| heard.of(Command::Exec).count() == 100)).await;
    stage.building.on_request(|_| None);
    stage.building.inject(Fault::Reset).await;
    let settled = stage.settled(100, BOUND).await;
    in_time(stage.building.until(|seen| seen.upgrades == 2)).await;
    let replayed = stage.building.heard().of(Command::Exec).count() - 100;
    format!("{settled}; {replayed} sent again")
}

async fn half_open(who: Who, is_sending: bool) -> String {
    let Stage { building, mut peer } = Stage::online(who, builder()).await;
    let before = building.seen();
    let silent = building.heard().requests[0].connection;
    building.inject(Fault::Silence).await;
    let begin = Instant::now();
    let mut ticks = interval(Duration::from_millis(50));
    let mut calls = 0..;
    let noticed = timeout(DETECTION, async {
        loop {
            tokio::select! {
                _ = ticks.tick(), if is_sending => {
                    peer.call(Call::Exec { first: calls.next().expect("a number"), count: 1 });
                }
                told = peer.tells() => if told == Some(("online".to_owned(), json!(false))) { break },
                _ = building.until(|seen| seen.connects > before.connects) => break,
            }
        }
    });
    let noticed = noticed.await.is_ok();
    let after = secs(begin.elapsed());
    let heard = building.heard();
    let calls = heard.requests.iter().filter(|it| *it.request.command() == Command::Exec);
    assert!(calls.into_iter().all(|it| it.connection != silent), "nothing is read any more");
    if noticed { format!("noticed after {after}") } else { format!("not noticed within {after}") }
}

async fn reply_lost(who: Who) -> String {
    let mut stage = Stage::online(who, builder()).await;
    stage.building.next_request(Command::Exec, Script::new());
    stage.peer.call(Call::Exec { first: 0, count: 1 });
    let settled = stage.settled(1, BOUND).await;
    assert_eq!(stage.building.heard().of(Command::Exec).count(), 1);
    format!("{settled}; {}", stage.next_call().await)
}

async fn reply_twice_and_late(who: Who) -> String {
    const LATE: Duration = Duration::from_secs(35);
    let mut stage = Stage::online(who, builder()).await;
    let twice = Script::new().reply(Reply::own()).reply(Reply::own());
    stage.building.next_request(Command::Exec, twice);
    stage.building.next_request(Command::Exec, Script::new().wait(LATE).reply(Reply::own()));
    stage.peer.call(Call::Exec { first: 0, count: 1 });
    let twice = stage.settled(1, BOUND).await;
    stage.peer.call(Call::Exec { first: 1, count: 1 });
    let late = stage.settled(1, BOUND).await;
    sleep(LATE.saturating_sub(late.last) + Duration::from_secs(1)).await;
    let next = stage.next_call().await;
    assert_eq!(stage.building.heard().of(Command::Exec).count(), 3);
    format!("twice: {twice}; after 35 s: {late}; {next}")
}

async fn ten_thousand_in_random_order(who: Who) -> String {
    const COUNT: usize = 10_000;
    let mut stage = Stage::online(who, builder()).await;
    stage.building.on_request(|_| {
        let time = Duration::from_millis(fastrand::u64(1000..2000));
        Some(Script::new().wait(time).reply(Reply::own()))
    });
    stage.peer.call(Call::Exec { first: 0, count: COUNT });
    let settled = stage.settled(COUNT, BOUND).await;
    assert_eq!(stage.building.heard().of(Command::Exec).count(), COUNT);
    format!("{settled}, of which the building waits 2.0 s")
}

/// Each frame, and a call after it.
async fn odd_frames(who: Who, texts: &[&str]) -> String {
    let mut stage = Stage::online(who, builder()).await;
    for text in texts {
        stage.building.send_text(*text).await;
        let next = stage.next_call().await;
        if next != "the next call is answered on the same link" {
            return format!("after {text:?} {next}");
        }
    }
    stage.building.send_binary("{}").await;
    let next = stage.next_call().await;
    format!("{} texts and a binary frame: {next}", texts.len())
}

/// A text of 64 MiB.
async fn far_too_long(who: Who) -> String {
    let mut stage = Stage::online(who, builder()).await;
    stage.building.inject(Fault::Oversize(64 << 20)).await;
    // If there has to be another connection.
    sleep(Duration::from_secs(10)).await;
    assert!(stage.building.seen().bytes_sent > 64 << 10, "the text is sent, or its begin");
    stage.next_call().await.to_owned()
}

/// This fault on every connection.
fn every(fault: impl Into<Fault>) -> impl FnOnce(&Building) + Send {
    planned(FaultPlan::new().on(.., fault))
}

fn planned(plan: FaultPlan) -> impl FnOnce(&Building) + Send {
    move |building| building.set_faults(plan)
}

/// Connects to a building that something is wrong with.
async fn attempts(who: Who, spoil: impl FnOnce(&Building)) -> String {
    let mut stage = Stage::ready(who, builder()).await;
    spoil(&stage.building);
    let before = stage.building.seen();
    stage.peer.call(Call::Connect);
    sleep(BOUND).await;
    let seen = stage.building.seen();
    let connects = seen.connects - before.connects;
    let requests = &seen.requests[before.requests.len()..];
    let upgrades = requests.iter().filter(|it| it.path.ends_with("/control")).count();
    assert!(connects > 0, "it tries");
    format!("connections in 60 s: {connects}, requests for an upgrade: {upgrades}")
}

/// Restarts a building in which variables are bound, the second time and later while they are being bound again.
async fn restart(who: Who, times: usize) -> String {
    let display =
        (0..BINDINGS).fold(Module::display(), |display, n| display.status(&format!("v{n}"), true));
    let mut stage = Stage::online(who, builder().module("sys-1", display)).await;
    stage.peer.call(Call::Bind { count: BINDINGS });
    let all = BINDINGS + 1;
    in_time(stage.building.until_heard(|heard| heard.bindings() == all)).await;
    for time in 0..times {
        if time > 0 {
            in_time(stage.building.until_heard(|heard| heard.bindings() > 0)).await;
        }
        stage.building.restart().await.expect("the same port");
    }
    let begin = Instant::now();
    let _ = timeout(BOUND, stage.building.until_heard(|heard| heard.bindings() == all)).await;
    let after = secs(begin.elapsed());
    // What is sent twice may come later.
    sleep(Duration::from_secs(5)).await;
    let heard = stage.building.heard();
    let last = heard.requests.last().expect("a request").connection;
    let mut binds = BTreeMap::<_, usize>::new();
    for said in heard.requests.iter().filter(|said| said.connection == last) {
        *binds.entry(said.request.key().name()).or_default() += 1;
    }
    let twice = binds.values().filter(|frames| **frames > 1).count();
    let bound = heard.bindings();
    format!("{bound} of {all} bound again after {after}, {twice} of them more than once")
}

/// Gives up what is bound while there is no connection.
async fn unbind_in_an_outage(who: Who) -> String {
    const COUNT: usize = 10;
    let mut stage = Stage::online(who, builder()).await;
    stage.peer.call(Call::Bind { count: COUNT });
    in_time(stage.building.until_heard(|heard| heard.bindings() == COUNT + 1)).await;
    stage.building.refuse_connections().await.expect("the port is kept");
    stage.building.inject(Fault::Reset).await;
    stage.until("online", &json!(false)).await;
    stage.peer.call(Call::Unbind);
    sleep(Duration::from_secs(1)).await;
    stage.building.accept_connections().await.expect("the same port");
    in_time(stage.building.until_heard(|heard| heard.bindings() > 0)).await;
    // Others may follow.
    sleep(Duration::from_secs(5)).await;
    let again = stage.building.heard().bindings() - 1;
    format!(
        "{again} of {COUNT} that were given up without a connection are bound again with the next"
    )
}
