//! F06 to F10 and F22: who is dead, and who is not.

use std::time::Duration;

use longlink::{Frame, Heartbeat, Input, Instant, Mailbox, Schedule};

use super::{Client, Heard, Life, grouped, is_full, lives, online, report, secs, up_to};

/// G6.
pub(crate) fn half_open_and_idle<C: Client>() {
    let times = lives(|seed| {
        let mut life = going_half_open::<C>(seed);
        noticed(&mut life, |_| {})
    });
    report_times::<C>("F06", times);
}

/// A connection of any age that has just become half open.
pub(crate) fn going_half_open<C: Client>(seed: u64) -> Life<C> {
    let mut life = online::<C>(seed);
    life.world.subscribe(C::topic(0));
    let age = up_to(C::heartbeat().interval * 3, &mut life);
    life.run(age);
    assert!(life.world.session.state().is_online());
    life.half_open();
    life
}

/// How long it takes until a dead connection is given up, in steps of 50 ms at each of which something is done.
pub(crate) fn noticed<C: Client>(
    life: &mut Life<C>,
    mut each: impl FnMut(&mut Life<C>),
) -> Duration {
    let from = life.world.now;
    let epoch = life.world.epoch;
    let latest = from + longest::<C>();
    while life.world.now < latest {
        each(life);
        let step = (life.world.now + secs(0.05)).min(latest);
        if life.run_until(step, |world| world.open != Some(epoch)) {
            return life.world.now.since(from);
        }
    }
    panic!("not noticed within {:?}", longest::<C>());
}

/// A dead peer is noticed within this.
fn longest<C: Client>() -> Duration {
    C::heartbeat().interval + C::heartbeat().timeout + secs(1.0)
}

pub(crate) fn report_times<C: Client>(row: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let of = |time: Option<&Duration>| time.map_or(0.0, Duration::as_secs_f64);
    let (most, median) = (of(times.last()), of(times.get(times.len() / 2)));
    let allowed = longest::<C>().as_secs_f64();
    let text =
        format!("noticed after {most:.1} s at most, {median:.1} s median, {allowed:.1} s allowed");
    report::<C>(row, &text, times.len());
}

/// Events that come just before the connection would be given up are all that comes, for an hour; with each hundredth seed
/// for a day.
pub(crate) fn events_without_pongs<C: Client>() {
    let heartbeat = C::heartbeat();
    let longest = match heartbeat.schedule {
        Schedule::Always => heartbeat.timeout,
        _ => heartbeat.interval + heartbeat.timeout,
    };
    let hours = lives(|seed| {
        let mut life = online::<C>(seed);
        life.peer.answers_probes = false;
        let hours: u32 = if seed % 100 == 0 { 24 } else { 1 };
        let end = life.world.now + Duration::from_secs(3600) * hours;
        while life.world.now < end {
            life.peer_says(C::event(0));
            let pause = up_to(longest.mul_f64(0.98), &mut life);
            life.run(pause);
            life.world.forget();
        }
        assert_eq!(life.world.epoch, 1, "given up while events came");
        assert!(life.world.session.stats().probes_sent > 0);
        u64::from(hours)
    });
    let text = format!("false kills 0 in {} h", grouped(hours.iter().sum()));
    report::<C>("F08", &text, hours.len());
}

/// The answer to a probe comes behind a flood that takes four times the timeout.
pub(crate) fn pong_behind_a_flood<C: Client>() {
    let events = lives(|seed| {
        let mut life = online::<C>(seed);
        let subscription = life.world.subscribe(C::topic(0));
        let events = match (seed, is_full()) {
            (0, true) => 1_000_000,
            (0, false) => 50_000,
            _ => 50 + life.rng.u32(0..100),
        };
        let time = C::heartbeat().timeout * 4;
        let age = up_to(C::heartbeat().interval * 2, &mut life);
        life.run(age);
        life.peer.flood = Some((events, time));
        life.run(C::heartbeat().interval * 2 + time * 2);
        assert_eq!(life.peer.flood, None, "the flood came");
        assert_eq!(life.world.epoch, 1, "given up in a flood");
        assert_eq!(life.world.deliveries(subscription).len(), events as usize);
        events
    });
    let most = grouped(events.iter().max().copied().unwrap_or_default().into());
    report::<C>("F09", &format!("false kills 0, floods of up to {most} events"), events.len());
}

/// A reader takes nothing for a minute; the server pings, and says more than the reader's mailbox holds.
pub(crate) fn stalled_reader<C: Client>() {
    let worst = lives(|seed| {
        let mut life = online::<C>(seed);
        let subscription = life.world.subscribe(C::topic(0));
        let mut mailbox = Mailbox::new(1024);
        let mut asked = Vec::new();
        for tick in 0..1200_u32 {
            if tick % 20 == 0 {
                asked.push(life.world.now);
                life.peer_says(Frame::Ping(asked.len().to_string().into()));
            }
            life.peer_says(C::event(0));
            life.run(secs(0.05));
            for delivery in life.world.delivered.remove(&subscription).into_iter().flatten() {
                mailbox.push(delivery);
            }
        }
        life.run(secs(1.0));
        assert_eq!(mailbox.len(), 1024);
        assert_eq!((life.world.epoch, life.peer.pongs.len()), (1, asked.len()));
        let took = asked.iter().zip(&life.peer.pongs).map(|(asked, at)| at.since(*asked));
        let worst = took.max().unwrap_or_default();
        assert!(worst <= secs(1.0), "a pong after {worst:?}");
        worst
    });
    let most = worst.iter().max().copied().unwrap_or_default();
    let text = format!("worst pong {} ms, both ways of the wire included", most.as_millis());
    report::<C>("F10", &text, worst.len());
}

/// The wall clock steps by an hour, the computer sleeps for hours, or the process is not scheduled for a while.
pub(crate) fn jumps<C: Client>() {
    let probes = lives(|seed| {
        let mut life = online::<C>(seed);
        let Heartbeat { interval, timeout, .. } = C::heartbeat();
        let age = if life.rng.bool() {
            // In the midst of a probe that takes its time, if not before it.
            life.peer.flood = Some((1, timeout.mul_f64(0.9)));
            interval + up_to(timeout, &mut life)
        } else {
            up_to(interval * 3, &mut life)
        };
        life.run(age);
        let before = life.world.sent.len();
        let away = seed % 5 == 4;
        if away {
            life.half_open();
        }
        match seed % 5 {
            0 => life.world.input(Input::WallClock { unix: secs(1.7e9 + 3600.0) }),
            1 => life.world.input(Input::WallClock { unix: secs(1.7e9 - 3600.0) }),
            2 => life.sleep(secs(8.0 * 3600.0)),
            _ => {
                let missed = up_to(secs(600.0), &mut life);
                life.freeze(missed);
            }
        }
        let awake = life.world.now;
        if away {
            noticed(&mut life, |_| {});
        } else {
            life.run(interval * 3);
            assert_eq!(life.world.epoch, 1, "given up after a jump");
        }
        let is_probe = |frame: &Frame| matches!(C::read(frame), Heard::Probe(_));
        let soon = |at: Instant| at >= awake && at.since(awake) <= secs(1.0);
        let sent = life.world.sent[before..].iter();
        let probes = sent.filter(|sent| soon(sent.at) && is_probe(&sent.frame)).count();
        assert!(probes <= 1, "a burst of {probes} probes");
        probes
    });
    let most = probes.iter().max().copied().unwrap_or_default();
    report::<C>("F22", &format!("probes in the first second {most}, false kills 0"), probes.len());
}
