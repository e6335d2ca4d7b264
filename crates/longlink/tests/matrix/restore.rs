//! F30: what is restored.

use std::collections::{BTreeMap, BTreeSet};

use longlink::{Delivery, Observation, SubscriptionId};

use super::{Client, Life, grouped, lives, online, report, secs, up_to};

type Wanted = BTreeMap<SubscriptionId, u32>;

/// The server restarts five times, in the midst of restoring; topics are wanted and left before, meanwhile and after.
pub(crate) fn restarts<C: Client>() {
    let restored = lives(|seed| {
        let mut life = online::<C>(seed);
        let mut wanted = (0..C::TOPICS).map(|n| (life.world.subscribe(C::topic(n)), n)).collect();
        for _ in 0..5 {
            let midst = up_to(secs(0.2), &mut life);
            life.run(midst);
            if life.rng.bool() {
                let stall = up_to(secs(3.0), &mut life);
                life.stall(stall);
            }
            change_mind(&mut wanted, &mut life);
            life.cut(Observation::Reset);
            change_mind(&mut wanted, &mut life);
            life.run_until_online();
            change_mind(&mut wanted, &mut life);
        }
        life.run(secs(30.0));
        check(&wanted, &mut life);
        wanted.len()
    });
    let subscriptions = restored.iter().sum::<usize>() as u64;
    report::<C>(
        "F30",
        &format!("duplicates 0, missing 0 of {}", grouped(subscriptions)),
        restored.len(),
    );
}

/// Wants, leaves, and wants again what was just left.
fn change_mind<C: Client>(wanted: &mut Wanted, life: &mut Life<C>) {
    for _ in 0..life.rng.u32(0..8) {
        let topic = life.rng.u32(0..C::TOPICS);
        let subscriptions: Vec<_> = wanted.keys().copied().collect();
        match (life.rng.u8(0..4), life.rng.choice(&subscriptions)) {
            (0, _) | (_, None) => drop(wanted.insert(life.world.subscribe(C::topic(topic)), topic)),
            (1, Some(old)) => leave(*old, wanted, life),
            (2, Some(old)) => {
                let topic = wanted[old];
                leave(*old, wanted, life);
                wanted.insert(life.world.subscribe(C::topic(topic)), topic);
            }
            _ => {
                let pause = up_to(secs(0.03), life);
                life.run(pause);
            }
        }
    }
}

fn leave<C: Client>(subscription: SubscriptionId, wanted: &mut Wanted, life: &mut Life<C>) {
    life.world.unsubscribe(subscription);
    wanted.remove(&subscription);
}

/// What is in force is what is wanted, and each hears its own events once.
fn check<C: Client>(wanted: &Wanted, life: &mut Life<C>) {
    assert!(life.world.session.state().is_online());
    assert_eq!(life.world.session.subscriptions(), wanted.len());
    if C::ON_THE_WIRE {
        let topics: BTreeSet<_> = wanted.values().copied().collect();
        assert_eq!(life.peer.bound, topics, "what is in force is what is wanted");
    }
    life.world.forget();
    for n in 0..C::TOPICS {
        life.peer_says(C::event(n));
    }
    life.run(secs(1.0));
    assert_eq!(life.world.delivered.len(), wanted.len(), "nobody else hears");
    for (subscription, n) in wanted {
        let heard = life.world.deliveries(*subscription);
        assert!(matches!(heard, [Delivery::Event(_)]), "topic {n} hears {heard:?}");
    }
}
