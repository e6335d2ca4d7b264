//! After a restart clients do not come back all at once.
#![cfg(feature = "placeos")]

use std::time::{Duration, Instant};

use devicelink::placeos::{Builder, Client, Update};
use devicelink_sim::placeos::{Building, Module};
use futures::StreamExt;
use futures::future::join_all;
use tokio::time::{MissedTickBehavior, interval, timeout};

const PATIENCE: Duration = Duration::from_secs(60);

const SLICE: Duration = Duration::from_millis(100);

/// 2 000 clients need 4 000 descriptors (`ulimit -n`), so that many only with `DEVICELINK_FAULTS=long`.
fn clients() -> usize {
    if std::env::var("DEVICELINK_FAULTS").is_ok_and(|it| it == "long") { 2000 } else { 200 }
}

fn builder(building: &Building) -> Builder {
    Client::builder(building.base_url()).api_key(building.credential().secret().expose())
}

#[tokio::test]
async fn clients_come_back_after_a_restart_spread_over_five_seconds() {
    let count = clients();
    let building = Building::builder().plain().module("sys-1", Module::display()).start();
    let building = building.await.expect("a building");
    let all: Vec<Client> =
        (0..count).map(|_| builder(&building).build().expect("a client")).collect();
    let display = |client: &Client| client.system("sys-1").module("Display", 1);
    let mut bindings: Vec<_> = all.iter().map(|it| display(it).bind("power")).collect();
    let online = join_all(all.iter().map(Client::online));
    timeout(PATIENCE, online)
        .await
        .expect("in time")
        .into_iter()
        .collect::<Result<Vec<_>, _>>()
        .expect("online");
    building.until_heard(|heard| heard.bindings() == count).await;

    let before = building.seen().connects;
    building.restart().await.expect("the same port");
    let start = Instant::now();
    // Spread evenly over five seconds.
    let mut ticks = interval(SLICE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut last, mut since, mut peak, mut t99) = (before, start, 0, None);
    while last - before < count as u64 {
        ticks.tick().await;
        let (now, connects) = (Instant::now(), building.seen().connects);
        // A busy computer makes a slice longer, and hands over the connections of the one before.
        let slices = (now - since).div_duration_f64(SLICE) + 1.0;
        let (came, even) = (connects - last, count as f64 / 50.0 * slices);
        // Five times the square root is more than chance adds.
        assert!(came as f64 <= even + 5.0 * even.sqrt(), "{came} in {slices} slices");
        (peak, last, since) = (peak.max(came), connects, now);
        if (connects - before) * 100 >= count as u64 * 99 {
            t99.get_or_insert(start.elapsed());
        }
        assert!(start.elapsed() < PATIENCE, "{} of {count} are back", connects - before);
    }
    building.until_heard(|heard| heard.bindings() == count).await;
    let t99 = t99.expect("all are back").as_secs_f64();
    println!("F29 placeos: {count} clients back, at most {peak} in 100 ms, 99 % after {t99:.1} s");

    assert!((4.0..8.0).contains(&t99), "99 % are back after {t99} s");
    assert_eq!(building.seen().connects - before, count as u64, "each once");
    for binding in &mut bindings {
        while !matches!(timeout(PATIENCE, binding.next()).await, Ok(Some(Update::Resynced))) {}
    }
}
