//! ewelink-api-next.

use super::*;

const ODD_TEXTS: [&str; 7] = ["hello", "", "null", "[]", "pong", r#"{"action":"brand new"}"#, "{"];

#[tokio::test(flavor = "multi_thread")]
async fn ewelink_api_next_is_observed() {
    let Some(package) = PACKAGE.as_ref() else { return };
    let refused = |cloud: &Cloud| cloud.set_token("another");
    let rows: Vec<Row> = vec![
        ("F01", attempts(faults(Fault::Silence)).boxed()),
        ("F02", attempts(faults(Fault::SlowAnswer(Duration::from_secs(1)))).boxed()),
        ("F03", attempts(faults(Fault::HalfStatusLine)).boxed()),
        ("F04 key", attempts(faults(Fault::WrongAcceptKey)).boxed()),
        ("F05", reset_in_flight().boxed()),
        ("F06", half_open(false).boxed()),
        ("F07", half_open(true).boxed()),
        ("F21", odd_texts().boxed()),
        ("F23 401", attempts(faults(Answer::status(401))).boxed()),
        ("F23 406", attempts(refused).boxed()),
        ("F24 429 + 120", attempts(faults(too_many())).boxed()),
        ("F27", dispatch_elsewhere().boxed()),
        ("F28", attempts(faults(Fault::Drop)).boxed()),
    ];
    observe(&package.client("ewelink-api-next"), "F27", rows).await;
}

async fn start(builder: Builder) -> (Cloud, npm::Script) {
    let started = crate::cloud::start("next.mjs", builder, &[]).await;
    let (cloud, mut next) = started.expect("the client is installed");
    next.told("started").await;
    (cloud, next)
}

async fn connected() -> (Cloud, npm::Script) {
    // Otherwise there is no ping in the time.
    let (cloud, mut next) = start(builder().heartbeat(Some(15))).await;
    next.call(&json!(["connect"]));
    assert_eq!(next.told("frame").await["error"], 0);
    (cloud, next)
}

async fn attempts(spoil: impl FnOnce(&Cloud)) -> String {
    let (cloud, mut next) = start(builder()).await;
    spoil(&cloud);
    next.call(&json!(["connect"]));
    let begin = Instant::now();
    let told = first(&mut next, &["failed", "closed"], BOUND).await;
    sleep(BOUND.saturating_sub(begin.elapsed())).await;
    let seen = cloud.seen();
    assert!(seen.connects > 0, "it tries");
    format!("{told}; connections in 60 s: {}", seen.connects)
}

async fn reset_in_flight() -> String {
    let (cloud, mut next) = connected().await;
    for _ in 0..100 {
        cloud.next_command(Script::new());
        next.call(&json!(["update", SWITCH, { "switch": "on" }]));
    }
    in_time(cloud.until_heard(|heard| heard.commands().count() == 100)).await;
    cloud.inject(Fault::Reset).await;
    let told = first(&mut next, &["closed"], BOUND).await;
    sleep(BOUND).await;
    let (sent, connects) = (cloud.heard().commands().count() - 100, cloud.seen().connects);
    format!("{told}; {sent} sent again, connections in 60 s: {connects}")
}

async fn half_open(is_sending: bool) -> String {
    let (cloud, mut next) = connected().await;
    cloud.inject(Fault::Silence).await;
    let mut ticks = interval(Duration::from_millis(50));
    let end = sleep(DETECTION);
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => break,
            _ = ticks.tick(), if is_sending => {
                next.call(&json!(["update", SWITCH, { "switch": "on" }]));
            }
            told = next.tells() => return format!("{told:?}"),
        }
    }
    assert_eq!(cloud.heard().commands().count(), 0, "nothing is read any more");
    format!("not noticed within {}", secs(DETECTION))
}

async fn odd_texts() -> String {
    let (cloud, mut next) = connected().await;
    cloud.send_binary("{}").await;
    for text in ODD_TEXTS {
        cloud.send_text(text).await;
        cloud.set(SWITCH, Params::switch(true)).await;
        let is_alive = async {
            loop {
                match next.tells().await {
                    Some((_, frame)) if frame["action"] == "update" => break true,
                    Some(_) => {}
                    None => break false,
                }
            }
        };
        if !in_time(is_alive).await {
            return format!("the process ends at the text {text:?}");
        }
    }
    format!("{} texts and a binary frame: the next event arrives", ODD_TEXTS.len())
}

async fn dispatch_elsewhere() -> String {
    let (cloud, mut next) = start(builder()).await;
    let other = foreign(&cloud).await;
    next.call(&json!(["dispatch"]));
    let url = next.told("dispatch").await;
    next.call(&json!(["connect", url]));
    followed(&cloud, &other, BOUND).await
}
