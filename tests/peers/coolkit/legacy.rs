//! ewelink-api.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn ewelink_api_is_observed() {
    let Some(package) = PACKAGE.as_ref() else { return };
    // The first connection is that of the dispatch.
    let socket = |fault: Fault| FaultPlan::new().on(2.., fault);
    let rows: Vec<Row> = vec![
        ("F01", attempt(socket(Fault::Silence)).boxed()),
        ("F02", attempt(socket(Fault::SlowAnswer(Duration::from_secs(1)))).boxed()),
        ("F03", attempt(socket(Fault::HalfStatusLine)).boxed()),
        ("F04 key", attempt(socket(Fault::WrongAcceptKey)).boxed()),
        ("F05", command(Script::new().fault(Fault::Reset)).boxed()),
        ("F05 watching", while_watching(Fault::Reset).boxed()),
        ("F06 watching", while_watching(Fault::Silence).boxed()),
        ("F11 query", command(Script::new()).boxed()),
        ("F11 update", update_lost().boxed()),
        ("F12", command(Script::new().reply(Reply::own()).reply(Reply::own())).boxed()),
        ("F21 watching", while_watching(Fault::Text("hello".to_owned())).boxed()),
        ("F21", command(Script::new().text("hello").reply(Reply::own())).boxed()),
        ("F23 401", attempt(socket(Answer::status(401).into())).boxed()),
        ("F24 429 + 120", attempt(socket(too_many().into())).boxed()),
        ("F27", dispatch_elsewhere().boxed()),
        ("F28", attempt(socket(Fault::Drop)).boxed()),
    ];
    observe(&package.client("ewelink-api"), "F27", rows).await;
}

async fn start() -> (Cloud, npm::Script) {
    let started = crate::cloud::start("legacy.mjs", builder(), &[]).await;
    let (cloud, mut legacy) = started.expect("the client is installed");
    legacy.told("started").await;
    (cloud, legacy)
}

async fn watching() -> (Cloud, npm::Script) {
    let (cloud, mut legacy) = start().await;
    legacy.call(&json!(["watch"]));
    assert_eq!(legacy.told("frame").await["error"], 0);
    (cloud, legacy)
}

/// Switches once, where connections are faulty.
async fn attempt(plan: FaultPlan) -> String {
    let (cloud, mut legacy) = start().await;
    cloud.set_faults(plan);
    let begin = Instant::now();
    legacy.call(&json!(["set", SWITCH, "on"]));
    let told = first(&mut legacy, &["set", "failed"], BOUND).await;
    sleep(BOUND.saturating_sub(begin.elapsed())).await;
    let connects = cloud.seen().connects;
    assert!(connects > 1, "it tries");
    format!("{told}; connections in 60 s besides the dispatch: {}", connects - 1)
}

/// Switches once, which is a query and an update; this is done about the query.
async fn command(script: Script<Reply>) -> String {
    let (cloud, mut legacy) = start().await;
    cloud.next_command(script);
    legacy.call(&json!(["set", SWITCH, "on"]));
    let told = first(&mut legacy, &["set", "failed"], BOUND).await;
    let sent = cloud.heard().commands().count();
    assert!(sent > 0, "it asks");
    format!("{told}; frames sent: {sent}")
}

async fn update_lost() -> String {
    let (cloud, mut legacy) = start().await;
    cloud.next_command(Reply::own());
    cloud.next_command(Script::new());
    legacy.call(&json!(["set", SWITCH, "on"]));
    let told = first(&mut legacy, &["set", "failed"], BOUND).await;
    assert_eq!(cloud.heard().commands().count(), 2);
    let state = cloud.state(SWITCH);
    let is_on = state.view().switch("switch").expect("a switch").is_on();
    format!("{told}; the switch is {}", if is_on == Some(true) { "on" } else { "off" })
}

/// Its ping is due 120 s after the connection.
async fn while_watching(fault: Fault) -> String {
    let (cloud, mut legacy) = watching().await;
    cloud.inject(fault).await;
    let told = first(&mut legacy, &[], DETECTION + Duration::from_secs(5)).await;
    let (connects, pings) = (cloud.seen().connects, cloud.heard().pings());
    format!("{told}; connections: {connects}, pings that were read: {pings}")
}

async fn dispatch_elsewhere() -> String {
    let (cloud, mut legacy) = start().await;
    let other = foreign(&cloud).await;
    legacy.call(&json!(["set", SWITCH, "on"]));
    followed(&cloud, &other, BOUND).await
}
