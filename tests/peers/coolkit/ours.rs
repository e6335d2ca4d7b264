//! Our client, where what is observed can be compared with ewelink-api-next.

use devicelink::coolkit::{self, Client, Credentials};
use futures::future::join_all;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn our_client_is_observed_in_the_same_way() {
    let refused = |cloud: &Cloud| cloud.set_token("another");
    let rows: Vec<Row> = vec![
        ("F01", attempts(faults(Fault::Silence)).boxed()),
        ("F02", attempts(faults(Fault::SlowAnswer(Duration::from_secs(1)))).boxed()),
        ("F03", attempts(faults(Fault::HalfStatusLine)).boxed()),
        ("F04 key", attempts(faults(Fault::WrongAcceptKey)).boxed()),
        ("F05", reset_in_flight().boxed()),
        ("F06", half_open().boxed()),
        ("F23 401", attempts(faults(Answer::status(401))).boxed()),
        ("F23 406", attempts(refused).boxed()),
        ("F24 429 + 120", attempts(faults(too_many())).boxed()),
        ("F27", dispatch_elsewhere().boxed()),
        ("F28", attempts(faults(Fault::Drop)).boxed()),
    ];
    observe(concat!("coolkit-client ", env!("CARGO_PKG_VERSION")), "F27", rows).await;
}

/// It knows the certificate, not yet the address.
fn builder_for(cloud: &Cloud) -> coolkit::Builder {
    let account = cloud.account();
    let credentials =
        Credentials::new(account.at.expose(), account.apikey.expose(), account.appid.expose());
    Client::builder(credentials).pin(cloud.certificate_sha256().parse().expect("a pin"))
}

/// The first failure of a client, which begins when somebody listens.
async fn failure(client: &Client, within: Duration) -> String {
    let begin = Instant::now();
    let mut states = client.states();
    let failure = timeout(within, async {
        loop {
            if let Some(failure) = client.last_failure() {
                break failure;
            }
            states.next().await;
        }
    });
    match failure.await {
        Ok(failure) => format!("failed after {}: {:?}", secs(begin.elapsed()), failure.to_string()),
        Err(_) => format!("nothing within {}", secs(within)),
    }
}

async fn attempts(spoil: impl FnOnce(&Cloud)) -> String {
    let cloud = builder().start().await.expect("a cloud");
    let client = builder_for(&cloud).endpoint(cloud.url()).build().expect("a client");
    spoil(&cloud);
    let _updates = client.updates();
    let begin = Instant::now();
    let told = failure(&client, BOUND).await;
    sleep(BOUND.saturating_sub(begin.elapsed())).await;
    let connects = cloud.seen().connects;
    assert!(connects > 0, "it tries");
    format!("{told}; connections in 60 s: {connects}")
}

async fn connected() -> (Cloud, Client) {
    let cloud = builder().heartbeat(Some(15)).start().await.expect("a cloud");
    // Otherwise a hundred commands are not in flight together.
    let client = builder_for(&cloud).endpoint(cloud.url()).command_spacing(Duration::ZERO);
    let client = client.build().expect("a client");
    in_time(client.online()).await.expect("online");
    (cloud, client)
}

async fn reset_in_flight() -> String {
    let (cloud, client) = connected().await;
    let device = client.device(SWITCH).expect("an identifier");
    (0..100).for_each(|_| cloud.next_command(Script::new()));
    let calls: Vec<_> = (0..100).map(|_| tokio::spawn(device.switch(true).into_future())).collect();
    in_time(cloud.until_heard(|heard| heard.commands().count() == 100)).await;
    cloud.inject(Fault::Reset).await;
    let begin = Instant::now();
    let mut ends: Vec<_> = join_all(calls)
        .await
        .into_iter()
        .map(|call| call.expect("no panic").map_or_else(|error| error.to_string(), |_| "ok".into()))
        .collect();
    let after = secs(begin.elapsed());
    sleep(BOUND).await;
    ends.sort_unstable();
    ends.dedup();
    let (sent, connects) = (cloud.heard().commands().count() - 100, cloud.seen().connects);
    format!(
        "100 settled after {after}: {ends:?}; {sent} sent again, connections in 60 s: {connects}"
    )
}

async fn half_open() -> String {
    let (cloud, client) = connected().await;
    cloud.inject(Fault::Silence).await;
    let told = failure(&client, DETECTION).await;
    assert_eq!(cloud.heard().pings(), 0, "nothing is read any more");
    told
}

async fn dispatch_elsewhere() -> String {
    let cloud = builder().start().await.expect("a cloud");
    let other = foreign(&cloud).await;
    let client = builder_for(&cloud).dispatch(cloud.dispatch_url()).build().expect("a client");
    let _updates = client.updates();
    let told = failure(&client, BOUND).await;
    format!("{told}; {}", followed(&cloud, &other, Duration::from_secs(1)).await)
}
