//! F07, F12 and F31: the rows of clients that make calls.

use std::time::Duration;

use longlink::testing::Wire;
use longlink::{CallOptions, Dialect, Observation, Outcome, SubscriptionId};

use super::rows::heartbeat::{going_half_open, noticed, report_times};
use super::rows::{Client, Life, grouped, lives, online, report, secs, up_to};

/// A client that makes calls.
pub(crate) trait Caller: Client {
    /// A call that asks for this number.
    fn command(n: u32) -> <Self::Dialect as Dialect>::Command;
    /// The number in a reply.
    fn number(reply: &<Self::Dialect as Dialect>::Reply) -> u32;
    /// An id that no call has.
    fn strange_id(n: u32) -> String;
    /// Of which topic replies that belong to nothing are events.
    fn strays() -> <Self::Dialect as Dialect>::Topic;
    /// Replies that were ignored and counted.
    fn ignored(life: &Life<Self>, strays: SubscriptionId) -> usize;
    /// Requests that the dialect remembers.
    fn remembered(dialect: &Self::Dialect) -> usize;
}

macro_rules! call_rows {
    ($client:ty) => {
        rows! { $client:
            f07_a_connection_that_is_half_open_is_noticed_while_calls_are_made = calls::half_open_and_busy;
            f12_replies_that_are_wrong_late_old_or_repeated_settle_nothing = calls::wrong_replies;
            f31_of_calls_that_are_given_up_anywhere_nothing_is_left = calls::given_up;
        }
    };
}
pub(crate) use call_rows;

/// A call every 50 ms.
pub(crate) fn half_open_and_busy<C: Caller>() {
    let times = lives(|seed| {
        let mut life = going_half_open::<C>(seed);
        noticed(&mut life, |life| {
            let _ = life.world.try_call(C::command(1), CallOptions::default());
        })
    });
    report_times::<C>("F07", times);
}

/// Numbers that no call asks for.
const WRONG: u32 = 1_000_000;

/// Besides the right reply to each call there are wrong ones: to nothing, to what is answered, to what timed out, and to
/// calls of earlier connections.
pub(crate) fn wrong_replies<C: Caller>() {
    let wrong = lives(|seed| {
        let mut life = online::<C>(seed);
        life.wire.ghosts = true;
        life.peer.answers_calls = false;
        let strays = life.world.subscribe(C::strays());
        let mut calls = Vec::new();
        let mut wrong = 0;
        for round in 0..3 {
            for n in 10 * round..10 * (round + 1) {
                calls.push((life.world.call(C::command(n)), n));
                life.run(secs(0.25));
                let earlier = life.peer.calls.clone();
                let (epoch, id, _) = earlier.last().expect("the call came");
                assert_eq!(*epoch, life.world.epoch);
                match life.rng.u8(0..8) {
                    // It is never answered in time.
                    0 => life.run(C::config().call_timeout),
                    _ => life.peer_says(C::answer(id, n)),
                }
                for _ in 0..life.rng.u32(1..8) {
                    let strange = C::strange_id(life.rng.u32(0..1000));
                    let id = life.rng.choice(&earlier).map_or(&strange, |(_, id, _)| id);
                    let id = if life.rng.bool() { id } else { &strange };
                    life.peer_says(C::answer(id, WRONG + n));
                    wrong += 1;
                }
            }
            life.run(secs(0.25));
            // An answer that is still under way when the connection breaks, and arrives on a later one.
            let ghost = life.world.call(C::command(7));
            life.run(secs(0.25));
            let (_, id, _) = life.peer.calls.last().cloned().expect("the call came");
            life.wire.latency = secs(5.0)..=secs(30.0);
            life.peer_says(C::answer(&id, WRONG));
            life.wire.latency = Wire::default().latency;
            life.cut(Observation::Reset);
            assert!(matches!(life.world.outcome(ghost), Outcome::Indeterminate));
            life.run_until_online();
        }
        life.run(secs(60.0));
        for (call, n) in calls {
            match life.world.outcome(call) {
                Outcome::Ok(reply) => assert_eq!(C::number(reply), n, "a wrong match"),
                Outcome::Timeout { sent: true } => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(life.world.session.stats().stale_inputs, 3, "the ghosts");
        assert_eq!(C::ignored(&life, strays), wrong, "each is counted");
        wrong
    });
    let all = grouped(wrong.iter().sum::<usize>() as u64);
    report::<C>("F12", &format!("wrong matches 0 of {all}"), wrong.len());
}

/// Two hundred calls in any state of the connection are given up before they are written, before they are answered, or
/// after.
pub(crate) fn given_up<C: Caller>() {
    let cancelled = lives(|seed| {
        let mut life = online::<C>(seed);
        let (mut calls, mut cancelled) = (Vec::new(), 0);
        while cancelled < 200 {
            let options = CallOptions::default().wait_until_online();
            let timeout = up_to(secs(20.0), &mut life);
            if let Ok(call) = life.world.try_call(C::command(1), options.timeout(timeout)) {
                calls.push(call);
            }
            let pause = up_to(Duration::from_millis(200), &mut life);
            life.run(pause);
            let any = life.rng.usize(0..calls.len());
            cancelled += usize::from(life.world.cancel(calls.swap_remove(any)));
            life.peer.answers_calls = life.rng.u8(0..3) > 0;
            if life.rng.u8(0..100) == 0 {
                life.cut(Observation::Reset);
            }
        }
        life.run(secs(60.0));
        assert_eq!(life.world.session.pending_calls(), 0);
        assert_eq!(C::remembered(life.world.session.dialect()), 0);
        cancelled
    });
    let all = grouped(cancelled.iter().sum::<usize>() as u64);
    report::<C>("F31", &format!("nothing left of {all} calls given up"), cancelled.len());
}
