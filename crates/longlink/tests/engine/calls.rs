//! Calls: at most once, settled always, never mixed up.

use std::time::Duration;

use longlink::{
    CallOptions, Config, Failure, Input, Instant, NotSent, Observation, Outcome, Output, StopReason,
};

use crate::telegraph::Telegraph;
use crate::world::{Telegraphed, World, secs};

#[test]
fn a_call_gets_the_reply_that_carries_its_id() {
    let mut world = World::online();
    let (a, b) = (world.call("a"), world.call("b"));
    let id = world.last_id("call");
    world.say(&format!("ok {id} for b"));
    world.say(&format!("err {} for a", id - 1));
    assert_eq!(*world.outcome(a), Outcome::Remote("for a".into()));
    assert_eq!(*world.outcome(b), Outcome::Ok("for b".into()));
}

#[test]
fn a_call_is_written_once_and_never_again_after_a_reconnect() {
    let mut world = World::online();
    let call = world.call("open the door");
    world.lose(Observation::Reset);
    assert_eq!(*world.outcome(call), Outcome::Indeterminate);
    for _ in 0..5 {
        world.reconnect();
        world.lose(Observation::Reset);
    }
    let written = world.sent.iter().filter(|sent| sent.text().contains("door")).count();
    assert_eq!(written, 1);
}

#[test]
fn a_call_that_waits_for_its_turn_when_the_link_is_lost_was_not_sent() {
    let mut world = World::online();
    world.input(Input::Writable { epoch: world.epoch, writable: false });
    let call = world.call("open the door");
    world.lose(Observation::Reset);
    assert_eq!(*world.outcome(call), Outcome::NotSent(NotSent::Lost));
    world.reconnect();
    assert!(!world.sent.iter().any(|sent| sent.text().contains("door")));
}

#[test]
fn calls_of_a_lost_connection_are_settled_in_the_order_in_which_they_were_made() {
    let mut world = World::online();
    let calls: Vec<_> = (0..20).map(|n| world.call(n.to_string())).collect();
    let failure = Failure::new(Observation::Reset);
    world.session.handle(Input::Lost { epoch: 1, failure }, world.now);
    let mut settled = Vec::new();
    loop {
        match world.session.poll(world.now) {
            Output::Settled { call, .. } => settled.push(call),
            Output::Wait(_) => break,
            _ => {}
        }
    }
    assert_eq!(settled, calls);
}

#[test]
fn a_reply_of_an_old_connection_settles_nothing_of_the_new_one() {
    let mut world = World::online();
    world.call("old");
    let old = world.last_id("call");
    world.lose(Observation::Reset);
    world.reconnect();
    let new = world.call("new");
    world.say(&format!("ok {old} for the old one"));
    assert!(!world.is_settled(new));
    assert_eq!(world.session.stats().unmatched_replies, 1);
}

#[test]
fn a_second_reply_is_counted_and_ignored() {
    let mut world = World::online();
    let call = world.call("a");
    let id = world.last_id("call");
    world.say(&format!("ok {id} first"));
    world.say(&format!("err {id} second"));
    assert_eq!(*world.outcome(call), Outcome::Ok("first".into()));
    assert_eq!(world.session.stats().unmatched_replies, 1);
}

#[test]
fn a_lost_reply_ends_as_a_timeout_that_says_sent_and_frees_the_slot() {
    let mut world = World::online();
    let call = world.call_with("a", CallOptions::default().timeout(secs(3.0)));
    world.advance(secs(2.9));
    assert!(!world.is_settled(call));
    world.advance(secs(0.1));
    assert_eq!(*world.outcome(call), Outcome::Timeout { sent: true });
    assert_eq!(world.session.pending_calls(), 0);
    let id = world.last_id("call");
    world.say(&format!("ok {id} late"));
    assert_eq!(*world.outcome(call), Outcome::Timeout { sent: true });
    assert_eq!(world.session.stats().unmatched_replies, 1, "nothing waits for it any more");
}

#[test]
fn a_settled_call_leaves_no_timer_behind() {
    let mut world = World::online();
    let before = world.wait;
    world.call_with("a", CallOptions::default().timeout(secs(3.0)));
    assert_ne!(world.wait, before);
    world.say(&format!("ok {} done", world.last_id("call")));
    assert_eq!(world.wait, before);
}

#[test]
fn a_call_while_offline_fails_at_once_unless_it_wants_to_wait() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    let refused = world.try_call("a", CallOptions::default());
    assert_eq!(refused, Err(NotSent::Offline));
    let waiting = world.call_with("b", CallOptions::default().wait_until_online());
    world.input(Input::Start);
    world.accept();
    assert_eq!(world.texts(1), ["hello", "call 1 b"]);
    world.say("ok 1 done");
    assert_eq!(*world.outcome(waiting), Outcome::Ok("done".into()));
}

#[test]
fn a_call_settles_by_its_deadline_in_every_state() {
    let wait = CallOptions::default().timeout(secs(4.0)).wait_until_online();
    let fresh = || World::new(Telegraph::polite(), Config::default(), 1);
    let idle = fresh();
    let mut connecting = fresh();
    connecting.input(Input::Start);
    let mut greeting = fresh();
    greeting.input(Input::Start);
    greeting.open();
    let mut waiting = fresh();
    waiting.input(Input::Start);
    waiting.lose(Observation::Refused);
    let mut half_open = World::online();
    half_open.input(Input::Writable { epoch: 1, writable: false });
    for mut world in [idle, connecting, greeting, waiting, half_open] {
        let state = world.session.state();
        let call = world.call_with("a", wait);
        world.advance(secs(4.0));
        assert_eq!(*world.outcome(call), Outcome::Timeout { sent: false }, "{state:?}");
    }
}

#[test]
fn calls_that_wait_for_the_link_survive_failed_attempts() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    world.input(Input::Start);
    let options = CallOptions::default().timeout(secs(600.0)).wait_until_online();
    let call = world.call_with("patient", options);
    for _ in 0..4 {
        world.lose(Observation::Refused);
        while world.connects.len() == world.session.stats().failures as usize {
            world.advance(secs(1.0));
        }
    }
    world.accept();
    let id = world.last_id("call");
    world.say(&format!("ok {id} at last"));
    assert_eq!(*world.outcome(call), Outcome::Ok("at last".into()));
}

#[test]
fn a_call_that_waits_for_the_link_survives_a_refused_greeting() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    world.input(Input::Start);
    let options = CallOptions::default().timeout(secs(600.0)).wait_until_online();
    let call = world.call_with("patient", options);
    world.open();
    world.say("busy");
    assert!(!world.is_settled(call));
    world.reconnect();
    assert_eq!(world.texts(2), ["hello", "call 1 patient"]);
}

#[test]
fn the_bound_on_calls_is_an_immediate_error_and_nothing_grows() {
    let mut config = Config::default();
    config.max_calls = 3;
    let mut world = World::new(Telegraph::polite(), config, 1);
    world.input(Input::Start);
    world.accept();
    for n in 0..3 {
        world.call(n.to_string());
    }
    for _ in 0..10 {
        let refused = world.try_call("x", CallOptions::default());
        assert_eq!(refused, Err(NotSent::Full));
    }
    assert_eq!(world.session.pending_calls(), 3);
    world.say("ok 1 done");
    world.call("there is room again");
}

#[test]
fn a_cancelled_call_that_was_not_written_never_is() {
    let mut world = World::online();
    world.input(Input::Writable { epoch: 1, writable: false });
    let call = world.call("open the door");
    assert!(world.cancel(call));
    assert!(!world.cancel(call), "there is nothing left to give up");
    world.input(Input::Writable { epoch: 1, writable: true });
    assert_eq!(world.texts(1), ["hello"]);
    assert_eq!(world.session.pending_calls(), 0);
}

#[test]
fn the_late_reply_of_a_cancelled_call_reaches_nobody() {
    let mut world = World::online();
    let cancelled = world.call("a");
    let id = world.last_id("call");
    assert!(world.cancel(cancelled));
    let other = world.call("b");
    world.say(&format!("ok {id} late"));
    assert!(!world.is_settled(other));
    assert_eq!(world.session.stats().unmatched_replies, 1);
}

#[test]
fn ten_thousand_replies_in_reverse_order_all_find_their_call() {
    let mut world = World::online();
    let calls: Vec<_> = (0..10_000).map(|n| world.call(n.to_string())).collect();
    let last = world.last_id("call");
    for (n, _) in calls.iter().enumerate().rev() {
        let id = last - (calls.len() - 1 - n) as u64;
        world.say(&format!("ok {id} {n}"));
    }
    for (n, call) in calls.iter().enumerate() {
        assert_eq!(*world.outcome(*call), Outcome::Ok(n.to_string()));
    }
}

#[test]
fn a_dialect_that_repeats_an_id_cannot_mix_two_calls_up() {
    let dialect = Telegraph { stuck_ids: true, ..Telegraph::polite() };
    let mut world = World::new(dialect, Config::default(), 1);
    world.input(Input::Start);
    world.accept();
    let (first, second) = (world.call("first"), world.call("second"));
    assert_eq!(*world.outcome(second), Outcome::NotSent(NotSent::DuplicateId));
    world.say("ok 7 for the first");
    assert_eq!(*world.outcome(first), Outcome::Ok("for the first".into()));
}

#[test]
fn a_stop_settles_what_waits_and_refuses_what_comes() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    world.input(Input::Start);
    let call = world.call_with("a", CallOptions::default().wait_until_online());
    world.lose(Observation::UntrustedHost);
    let stopped = NotSent::Stopped(StopReason::UntrustedHost);
    assert_eq!(*world.outcome(call), Outcome::NotSent(stopped));
    let refused = world.try_call("b", CallOptions::default());
    assert_eq!(refused, Err(stopped));
}

#[test]
fn a_close_settles_every_call_at_once() {
    let mut world = World::online();
    let written = world.call("written");
    world.input(Input::Writable { epoch: 1, writable: false });
    let queued = world.call("queued");
    world.input(Input::Close);
    assert_eq!(*world.outcome(written), Outcome::Indeterminate);
    assert_eq!(*world.outcome(queued), Outcome::Closed);
    let refused = world.try_call("c", CallOptions::default());
    assert_eq!(refused, Err(NotSent::Closed));
}

#[test]
fn a_call_that_is_overdue_is_not_written() {
    let mut world = World::online();
    world.input(Input::Writable { epoch: 1, writable: false });
    let call = world.call_with("open the door", CallOptions::default().timeout(secs(1.0)));
    world.now += secs(3600.0);
    world.input(Input::Writable { epoch: 1, writable: true });
    world.input(Input::Elapsed);
    assert_eq!(*world.outcome(call), Outcome::Timeout { sent: false });
    assert!(!world.texts(1).iter().any(|text| text.contains("door")));
}

#[test]
fn a_call_that_has_no_time_is_not_written() {
    let mut world = World::online();
    let call = world.call_with("open the door", CallOptions::default().timeout(Duration::ZERO));
    assert_eq!(*world.outcome(call), Outcome::Timeout { sent: false });
    assert_eq!(world.texts(1), ["hello"]);
}

#[test]
fn calls_that_come_and_go_between_two_polls_leave_nothing_behind() {
    let mut world = World::online();
    for _ in 0..100_000 {
        let call = world.try_call("x", CallOptions::default()).unwrap();
        world.cancel(call);
    }
    let mut outputs = 0;
    while !matches!(world.session.poll(world.now), Output::Wait(_)) {
        outputs += 1;
    }
    assert_eq!(outputs, 0);
}

#[test]
fn a_call_too_long_for_the_transport_ends_alone() {
    let mut config = Config::default();
    config.max_call_frame = 100;
    let mut world = World::new(Telegraph::polite(), config, 1);
    world.input(Input::Start);
    world.accept();
    let longest = "x".repeat(100 - "call 1 ".len());
    let call = world.call(longest);
    assert_eq!(world.texts(1).last().map(|text| text.len()), Some(100));
    world.say("ok 1 done");
    assert!(world.is_settled(call));
    let (long, short) = (world.call("x".repeat(100)), world.call("short"));
    assert_eq!(*world.outcome(long), Outcome::NotSent(NotSent::TooLong));
    assert_eq!(world.session.dialect().open.len(), 1, "it is not waited for");
    world.say(&format!("ok {} done", world.last_id("call")));
    assert_eq!(*world.outcome(short), Outcome::Ok("done".into()));
}

#[test]
fn calls_keep_their_distance_and_nothing_else_waits_for_them() {
    let mut config = Config::default();
    config.call_spacing = secs(0.1);
    let mut world = World::new(Telegraph::polite(), config, 1);
    world.input(Input::Start);
    world.accept();
    for n in 0..5 {
        world.call(n.to_string());
    }
    world.subscribe("a");
    assert_eq!(world.texts(1).last(), Some(&"sub 2 a"), "a subscription is no call");
    world.advance(secs(1.0));
    let calls = world.sent.iter().filter(|sent| sent.text().starts_with("call"));
    let at: Vec<_> = calls.map(|sent| sent.at.elapsed_since_start()).collect();
    assert_eq!(at, [0.0, 0.1, 0.2, 0.3, 0.4].map(secs));
}

#[test]
fn a_pause_between_calls_wakes_nobody_if_none_waits_for_it() {
    let mut config = Config::default();
    config.call_spacing = secs(1.0);
    let mut world = World::new(Telegraph::polite(), config, 1);
    world.input(Input::Start);
    world.accept();
    world.call("a");
    world.say("ok 1 done");
    assert!(world.wait.is_none_or(|wait| wait.since(world.now) > secs(1.0)), "{:?}", world.wait);
}

#[test]
fn the_dialect_is_told_when_a_request_is_no_longer_waited_for() {
    let mut world = World::online();
    let open = |world: &World| world.session.dialect().open.len();
    let answered = world.call("answered");
    world.say(&format!("ok {} done", world.last_id("call")));
    assert!(world.is_settled(answered));
    assert_eq!(open(&world), 0);
    world.call_with("late", CallOptions::default().timeout(secs(1.0)));
    let cancelled = world.call("given up");
    world.cancel(cancelled);
    assert_eq!(open(&world), 1);
    world.advance(secs(1.0));
    assert_eq!(open(&world), 0);
    world.call("lost");
    world.lose(Observation::Reset);
    assert_eq!(open(&world), 0);
}

#[test]
fn a_command_may_have_a_time_before_which_it_does_not_leave() {
    let dialect = Telegraph { slow_until: Instant::ZERO + secs(2.0), ..Telegraph::polite() };
    let mut world = World::new(dialect, Config::default(), 1);
    world.input(Input::Start);
    world.accept();
    for text in ["fast", "slow", "behind it"] {
        world.call(text);
    }
    world.advance(secs(1.9));
    assert_eq!(world.texts(1), ["hello", "call 1 fast"]);
    world.advance(secs(0.1));
    assert_eq!(world.texts(1)[2..], ["call 2 slow", "call 3 behind it"]);
}

#[test]
fn a_command_behind_one_that_is_too_long_waits_for_its_own_time() {
    let mut config = Config::default();
    config.max_call_frame = 40;
    let slow_until = Instant::ZERO + secs(60.0);
    let mut world = World::new(Telegraph { slow_until, ..Telegraph::default() }, config, 1);
    world.input(Input::Start);
    world.open();
    let options = CallOptions::default().timeout(secs(100.0));
    for text in ["x".repeat(100), "slow".into()] {
        world.try_call(text, options).expect("room");
    }
    world.pump();
    assert!(world.sent.is_empty(), "{:?}", world.sent);
}

#[test]
fn of_the_dialects_own_commands_one_that_is_too_long_is_left_out() {
    let mut config = Config::default();
    config.max_call_frame = 40;
    let asks = vec!["x".repeat(100), "a".into(), "b".into()];
    let mut world = World::new(Telegraph { asks, ..Telegraph::default() }, config, 1);
    world.input(Input::Start);
    world.open();
    assert_eq!(world.texts(1), ["call 2 a/1", "call 3 b/1"]);
}
