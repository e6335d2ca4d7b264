//! F28 and F29: how often, and how many at once.

use std::time::Duration;

use longlink::{Backoff, Instant, Jitter, Observation};

use super::{Client, grouped, life, lives, online, report, secs};

/// Clients of one server.
const CLIENTS: u64 = 10_000;

/// Accepts, then hangs up at once: a hundred times, with each tenth seed a thousand times.
pub(crate) fn hangs_up_at_once<C: Client>() {
    let most = lives(|seed| {
        let mut life = life::<C>(seed);
        life.peer.slams = true;
        life.start();
        let attempts = if seed % 10 == 0 { 1000 } else { 100 };
        let never = Instant::FAR_FUTURE;
        life.run_until(never, |world| world.connects.len() > attempts);
        let at: Vec<_> = life.world.connects.iter().map(|(at, _)| *at).collect();
        let most = (0..at.len()).map(|first| within_ten_minutes(&at[first..])).max();
        let most = most.unwrap_or_default();
        assert!(most <= 25, "{most} attempts in ten minutes");
        most
    });
    let worst = most.iter().max().copied().unwrap_or_default();
    report::<C>("F28", &format!("attempts in any 10 min {worst} at most"), most.len());
}

fn within_ten_minutes(at: &[Instant]) -> usize {
    at.iter().take_while(|it| it.since(at[0]) < secs(600.0)).count()
}

/// A server loses all its clients at once; it is back at once, or after ten seconds.
pub(crate) fn restart<C: Client>() {
    let backoff = C::config().backoff;
    for away in [0.0, 10.0] {
        let clients: Vec<_> =
            (0..CLIENTS).map(|seed| lose_and_return::<C>(seed, secs(away))).collect();
        let mut back: Vec<_> = clients.iter().map(|(_, back)| *back).collect();
        back.sort_unstable();
        let t99 = back[back.len() * 99 / 100];
        let peak = peak(clients.into_iter().flat_map(|(attempts, _)| attempts));
        // Whoever waits comes evenly within its wait: no more than if all were in the narrowest one, and five deviations.
        let narrowest = if away == 0.0 {
            width(&backoff, 0)
        } else {
            width(&backoff, 0).min(width(&backoff, 1))
        };
        let even = CLIENTS as f64 * 0.1 / narrowest;
        assert!((peak as f64) <= even + 5.0 * even.sqrt(), "{peak} in 100 ms, {even} expected");
        let latest =
            if away == 0.0 { backoff.first.mul_f64(1.2) } else { secs(away) + backoff.cap };
        assert!(t99 <= latest + secs(1.0), "{t99:?}");
        let text = format!(
            "away for {away} s, {peak} connects in the worst 100 ms, {even:.0} if all wait in the narrowest window, \
             99 % back after {:.1} s",
            t99.as_secs_f64()
        );
        println!("F29 {}: {text} ({} clients)", C::NAME, grouped(CLIENTS));
    }
}

/// The seconds within which the wait before this retry ends.
fn width(backoff: &Backoff, retry: u32) -> f64 {
    let most = backoff.ceiling(retry).as_secs_f64();
    match backoff.jitter {
        Jitter::Full if retry == 0 => most,
        Jitter::Full => most - backoff.floor.as_secs_f64(),
        Jitter::Around(percent) => most * 2.0 * f64::from(percent) / 100.0,
        other => panic!("{other:?}"),
    }
}

/// After which times since the loss it connected, and when it was back.
fn lose_and_return<C: Client>(seed: u64, away: Duration) -> (Vec<Duration>, Duration) {
    let mut life = online::<C>(seed);
    // What came before is forgotten.
    life.run(C::config().backoff.healthy_after);
    life.world.forget();
    let lost = life.world.now;
    life.refuses = Some(Observation::Refused);
    life.cut(Observation::Reset);
    life.run(away);
    life.refuses = None;
    life.run_until_online();
    let attempts = life.world.connects.iter().map(|(at, _)| at.since(lost)).collect();
    (attempts, life.world.now.since(lost))
}

/// The most in one tenth of a second.
fn peak(times: impl Iterator<Item = Duration>) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    for time in times {
        *counts.entry(time.as_millis() / 100).or_insert(0) += 1;
    }
    counts.into_values().max().unwrap_or_default()
}
