//! Subscriptions: wanted means bound, once per connection, and every loss is told.

use longlink::{Config, Input, Observation, Outcome, TooManySubscriptions};

use crate::telegraph::Telegraph;
use crate::world::{Telegraphed, World, secs};

fn confirm(world: &mut World, verb: &str) {
    world.say(&format!("ok {}", world.last_id(verb)));
}

#[test]
fn a_subscription_survives_a_reconnect_with_a_gap_and_a_resync_before_the_first_new_event() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    confirm(&mut world, "sub");
    world.say("event a 1");
    world.lose(Observation::Reset);
    world.reconnect();
    confirm(&mut world, "sub");
    world.say("event a 2");
    assert_eq!(world.heard(subscription), ["event 1", "gap 1", "resynced 2", "event 2"]);
}

#[test]
fn a_confirmation_of_an_old_connection_confirms_nothing_on_the_new_one() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    let old = world.last_id("sub");
    world.lose(Observation::Reset);
    world.reconnect();
    world.say(&format!("ok {old}"));
    assert_eq!(world.heard(subscription), ["gap 1"]);
    assert_eq!(world.session.stats().unmatched_replies, 1);
}

#[test]
fn an_event_that_overtakes_the_confirmation_ends_the_gap_as_well() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    world.lose(Observation::Reset);
    world.reconnect();
    world.say("event a 2");
    confirm(&mut world, "sub");
    assert_eq!(world.heard(subscription), ["gap 1", "resynced 2", "event 2"]);
}

#[test]
fn what_came_on_a_connection_that_the_peer_never_accepted_is_part_of_the_gap() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    world.input(Input::Start);
    let subscription = world.subscribe("a");
    world.open();
    world.say("event a early");
    world.lose(Observation::Reset);
    assert_eq!(world.heard(subscription), ["gap 1"]);
}

#[test]
fn one_outage_is_one_gap_however_many_attempts_fail() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    world.lose(Observation::Reset);
    for _ in 0..5 {
        let attempts = world.connects.len();
        while world.connects.len() == attempts {
            world.advance(secs(1.0));
        }
        world.lose(Observation::Refused);
    }
    world.reconnect();
    confirm(&mut world, "sub");
    assert_eq!(world.heard(subscription), ["gap 1", "resynced 7"]);
}

#[test]
fn who_waits_for_a_peer_that_cannot_be_reached_is_told_once() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    let subscription = world.subscribe("a");
    world.input(Input::Start);
    for _ in 0..5 {
        world.lose(Observation::Refused);
        let attempts = world.connects.len();
        while world.connects.len() == attempts {
            world.advance(secs(1.0));
        }
    }
    assert_eq!(world.heard(subscription), ["gap 1"]);
    world.accept();
    confirm(&mut world, "sub");
    assert_eq!(world.heard(subscription), ["gap 1", "resynced 6"]);
}

#[test]
fn who_subscribes_during_an_outage_that_ends_is_told_of_no_gap() {
    let mut world = World::online();
    let old = world.subscribe("a");
    world.lose(Observation::Reset);
    let new = world.subscribe("a");
    world.reconnect();
    confirm(&mut world, "sub");
    world.say("event a 1");
    assert_eq!(world.heard(old), ["gap 1", "resynced 2", "event 1"]);
    assert_eq!(world.heard(new), ["event 1"]);
}

#[test]
fn equal_topics_share_one_subscription_on_the_wire_until_the_last_one_goes() {
    let mut world = World::online();
    let (first, second) = (world.subscribe("a"), world.subscribe("a"));
    confirm(&mut world, "sub");
    world.say("event a 1");
    world.unsubscribe(first);
    world.say("event a 2");
    assert_eq!(world.heard(first), ["event 1"]);
    assert_eq!(world.heard(second), ["event 1", "event 2"]);
    assert_eq!(world.texts(1), ["hello", "sub 1 a"]);
    world.unsubscribe(second);
    assert_eq!(world.texts(1).last(), Some(&"unsub 2 a"));
}

#[test]
fn what_was_dropped_during_an_outage_is_not_restored() {
    let mut world = World::online();
    let (a, _b) = (world.subscribe("a"), world.subscribe("b"));
    world.lose(Observation::Reset);
    world.unsubscribe(a);
    world.reconnect();
    assert_eq!(world.texts(2), ["hello", "sub 3 b"]);
}

#[test]
fn the_end_waits_for_the_reply_to_the_beginning_and_the_other_way_round() {
    let mut world = World::online();
    let first = world.subscribe("a");
    world.unsubscribe(first);
    assert_eq!(world.texts(1), ["hello", "sub 1 a"], "the reply is awaited first");
    let second = world.subscribe("a");
    world.unsubscribe(second);
    confirm(&mut world, "sub");
    assert_eq!(world.texts(1).last(), Some(&"unsub 2 a"));
    world.subscribe("a");
    assert_eq!(world.texts(1).len(), 3, "the reply is awaited first");
    confirm(&mut world, "unsub");
    assert_eq!(world.texts(1).last(), Some(&"sub 3 a"));
}

#[test]
fn a_subscription_that_went_unanswered_is_ended_before_it_is_made_again() {
    let mut world = World::online();
    world.subscribe("a");
    for _ in 0..11 {
        world.advance(secs(1.0));
        world.say("event nobody 1");
    }
    assert_eq!(world.texts(1), ["hello", "sub 1 a", "unsub 2 a"]);
    confirm(&mut world, "unsub");
    assert_eq!(world.texts(1).last(), Some(&"sub 3 a"));
}

#[test]
fn a_refusal_for_now_is_told_and_tried_again_a_few_times() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    for _ in 0..200 {
        if world.texts(1).last().is_some_and(|text| text.starts_with("sub")) {
            world.say(&format!("err {} retry", world.last_id("sub")));
        }
        world.advance(secs(1.0));
        world.say("event nobody 1");
    }
    let heard = world.heard(subscription);
    assert_eq!(heard[..5], ["refused retry true"; 5]);
    assert_eq!(heard[5..], ["refused retry false", "ended"]);
}

#[test]
fn a_final_refusal_ends_the_subscription() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    world.say(&format!("err {} no", world.last_id("sub")));
    assert_eq!(world.heard(subscription), ["refused no false", "ended"]);
    assert_eq!(world.session.subscriptions(), 0);
    world.lose(Observation::Reset);
    world.reconnect();
    assert_eq!(world.texts(2), ["hello"]);
}

#[test]
fn a_local_topic_needs_no_words_and_has_its_gaps_all_the_same() {
    let mut world = World::online();
    let subscription = world.subscribe("local");
    world.say("event local 1");
    world.lose(Observation::Reset);
    world.reconnect();
    world.say("event local 2");
    assert_eq!(world.heard(subscription), ["event 1", "gap 1", "resynced 2", "event 2"]);
    assert_eq!(world.texts(2), ["hello"]);
}

#[test]
fn an_event_that_nobody_wants_is_counted() {
    let mut world = World::online();
    world.say("event a 1");
    assert_eq!(world.session.stats().unrouted_events, 1);
}

#[test]
fn the_items_of_one_frame_are_all_delivered_in_order() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    world.say("event a 1\nnonsense\nevent a 2\nevent a 3");
    assert_eq!(world.heard(subscription), ["event 1", "event 2", "event 3"]);
    assert_eq!(world.session.stats().malformed, 1);
}

#[test]
fn the_bound_on_subscriptions_is_an_error() {
    let mut config = Config::default();
    config.max_subscriptions = 2;
    let mut world = World::new(Telegraph::polite(), config, 1);
    let first = world.subscribe("a");
    world.subscribe("a");
    assert_eq!(world.try_subscribe("b"), Err(TooManySubscriptions));
    world.unsubscribe(first);
    world.subscribe("b");
}

#[test]
fn ten_thousand_subscriptions_are_restored_each_once() {
    let mut world = World::online();
    for n in 0..10_000 {
        world.subscribe(format!("topic{n}"));
    }
    world.lose(Observation::Reset);
    world.reconnect();
    let mut topics: Vec<_> =
        world.texts(2)[1..].iter().map(|text| text.split(' ').nth(2)).collect();
    topics.sort_unstable();
    topics.dedup();
    assert_eq!((topics.len(), world.texts(2).len()), (10_000, 10_001));
}

#[test]
fn a_long_restore_does_not_hold_calls_up_nor_calls_a_restore() {
    let mut world = World::online();
    for n in 0..100 {
        world.subscribe(n.to_string());
    }
    world.lose(Observation::Reset);
    let options = longlink::CallOptions::default().wait_until_online().timeout(secs(60.0));
    for n in 0..100 {
        world.try_call(n.to_string(), options).unwrap();
    }
    world.reconnect();
    let first: Vec<_> = world.texts(2)[1..21].iter().map(|text| &text[..3]).collect();
    assert_eq!(first.iter().filter(|verb| **verb == "sub").count(), 10);
    assert_eq!(first.iter().filter(|verb| **verb == "cal").count(), 10);
}

#[test]
fn subscribing_and_ending_while_offline_leaves_nothing_behind() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    for _ in 0..1000 {
        let subscription = world.subscribe("a");
        world.unsubscribe(subscription);
    }
    world.input(Input::Start);
    world.accept();
    assert_eq!(world.texts(1), ["hello"]);
    assert_eq!(world.session.subscriptions(), 0);
}

#[test]
fn what_is_lost_while_a_subscription_is_made_again_is_told() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    world.say("event a 1");
    for _ in 0..11 {
        world.advance(secs(1.0));
        world.say("event nobody 1");
    }
    world.say(&format!("ok {}", world.last_id("unsub")));
    // Here the peer has no subscription of ours: what happens now is lost.
    world.say(&format!("ok {}", world.last_id("sub")));
    world.say("event a 3");
    assert_eq!(world.texts(1), ["hello", "sub 1 a", "unsub 2 a", "sub 3 a"]);
    let heard = world.heard(subscription);
    assert!(heard.iter().any(|text| text.starts_with("gap")), "{heard:?}");
}

#[test]
fn what_is_lost_between_an_end_and_a_new_beginning_is_told() {
    let mut world = World::online();
    let first = world.subscribe("a");
    world.say("ok 1");
    world.unsubscribe(first);
    let second = world.subscribe("a");
    world.say("event a 1");
    world.input(Input::Writable { epoch: 1, writable: false });
    world.say("ok 2");
    world.lose(Observation::Reset);
    world.reconnect();
    world.say("event a 2");
    assert_eq!(
        world.heard(second),
        ["gap 1", "resynced 2", "event 2"],
        "not event 1, it is the first's"
    );
}

#[test]
fn a_subscription_cannot_take_the_reply_of_a_call_with_the_same_id() {
    let dialect = Telegraph { stuck_ids: true, ..Telegraph::polite() };
    let mut world = World::new(dialect, Config::default(), 1);
    world.input(Input::Start);
    world.accept();
    let call = world.call("first");
    world.subscribe("a");
    world.say("ok 7 for the first");
    assert_eq!(*world.outcome(call), Outcome::Ok("for the first".into()));
}

#[test]
fn an_end_that_the_peer_refuses_for_now_is_tried_again() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    world.say("ok 1");
    world.unsubscribe(subscription);
    world.say("err 2 retry");
    for _ in 0..60 {
        world.advance(secs(1.0));
        world.say("event nobody 1");
    }
    let ends = world.texts(1).iter().filter(|text| text.starts_with("unsub")).count();
    assert!(ends > 1, "{ends}");
}

#[test]
fn an_end_that_was_refused_for_now_rests_and_then_has_its_whole_time_for_an_answer() {
    let mut world = World::online();
    let first = world.subscribe("a");
    world.say("ok 1");
    world.unsubscribe(first);
    world.say("err 2 retry");
    world.subscribe("a");
    assert_eq!(world.texts(1).last(), Some(&"unsub 2 a"), "whoever comes, it rests");
    while world.texts(1).last() == Some(&"unsub 2 a") {
        world.advance(secs(1.0));
        world.say("event nobody 1");
    }
    for _ in 0..9 {
        world.advance(secs(1.0));
        world.say("event nobody 1");
    }
    assert_eq!(world.texts(1).last(), Some(&"unsub 3 a"));
    world.say("ok 3");
    assert_eq!(world.texts(1).last(), Some(&"sub 4 a"));
}

#[test]
fn who_comes_later_to_a_topic_with_a_current_value_hears_it_first() {
    let mut world = World::online();
    let first = world.subscribe("kept");
    confirm(&mut world, "sub");
    let early = world.subscribe("kept");
    assert!(world.heard(early).is_empty(), "there is none yet");
    world.say("event kept 1");
    world.say("event kept 2");
    let late = world.subscribe("kept");
    world.say("event kept 3");
    assert_eq!(world.heard(first), ["event 1", "event 2", "event 3"]);
    assert_eq!(world.heard(late), ["event 2", "event 3"]);

    let other = world.subscribe("a");
    world.say("event a 1");
    let late = world.subscribe("a");
    assert_eq!((world.heard(other).len(), world.heard(late).len()), (1, 0));
}

#[test]
fn a_value_from_before_a_gap_is_not_the_current_one() {
    let mut world = World::online();
    let first = world.subscribe("kept");
    confirm(&mut world, "sub");
    world.say("event kept 1");
    world.lose(Observation::Reset);
    let during = world.subscribe("kept");
    world.reconnect();
    confirm(&mut world, "sub");
    let after = world.subscribe("kept");
    assert!(world.heard(during).is_empty() && world.heard(after).is_empty());
    world.say("event kept 2");
    assert_eq!(world.heard(first), ["event 1", "gap 1", "resynced 2", "event 2"]);
    assert_eq!(world.heard(after), ["event 2"]);
}

#[test]
fn a_resync_ends_a_topic_and_makes_it_again_with_a_gap_for_all_who_hear_it() {
    let mut world = World::online();
    let (first, second) = (world.subscribe("kept"), world.subscribe("kept"));
    confirm(&mut world, "sub");
    world.say("event kept 1");
    world.resync(first);
    world.pump();
    world.resync(second);
    world.pump();
    confirm(&mut world, "unsub");
    confirm(&mut world, "sub");
    world.say("event kept 2");
    for subscription in [first, second] {
        assert_eq!(world.heard(subscription), ["event 1", "gap 1", "resynced 1", "event 2"]);
    }
    assert_eq!(
        world.texts(1),
        ["hello", "sub 1 kept", "unsub 2 kept", "sub 3 kept"],
        "one resync at a time"
    );
}

#[test]
fn a_resync_without_a_connection_is_left_to_the_next_one() {
    let mut world = World::online();
    let subscription = world.subscribe("kept");
    confirm(&mut world, "sub");
    world.lose(Observation::Reset);
    world.resync(subscription);
    world.pump();
    world.reconnect();
    assert_eq!(world.texts(2), ["hello", "sub 2 kept"]);
}

#[test]
fn topics_of_a_lower_rank_are_restored_and_ended_first() {
    let mut world = World::online();
    for topic in ["last", "a", "last of all", "b"] {
        world.subscribe(topic);
        confirm(&mut world, "sub");
    }
    world.lose(Observation::Reset);
    world.reconnect();
    let restored = ["hello", "sub 5 a", "sub 6 b", "sub 7 last", "sub 8 last of all"];
    assert_eq!(world.texts(2), restored);
    for id in 5..=8 {
        world.say(&format!("ok {id}"));
    }
    world.input(Input::Close);
    assert_eq!(
        world.texts(2)[5..],
        ["unsub 9 a", "unsub 10 b", "unsub 11 last", "unsub 12 last of all"]
    );
}

#[test]
fn an_end_that_went_unanswered_is_said_again_before_a_new_beginning() {
    let mut world = World::online();
    let first = world.subscribe("a");
    confirm(&mut world, "sub");
    world.unsubscribe(first);
    world.subscribe("a");
    world.advance(secs(10.0));
    assert_eq!(world.texts(1), ["hello", "sub 1 a", "unsub 2 a", "unsub 3 a"]);
    confirm(&mut world, "unsub");
    assert_eq!(world.texts(1).last(), Some(&"sub 4 a"));
}

#[test]
fn a_subscription_whose_request_is_too_long_ends_alone() {
    let mut config = Config::default();
    config.max_call_frame = 40;
    let mut world = World::new(Telegraph::polite(), config, 1);
    world.input(Input::Start);
    world.accept();
    let long = world.subscribe("x".repeat(100));
    let short = world.subscribe("a");
    assert_eq!(world.heard(long), ["stopped SubscriptionTooLong", "ended"]);
    assert_eq!(world.texts(1), ["hello", "sub 2 a"]);
    assert!(world.heard(short).is_empty() && world.session.state().is_online());
    assert_eq!(world.session.subscriptions(), 1);
}

#[test]
fn an_end_that_is_refused_for_now_is_not_asked_for_without_end() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    confirm(&mut world, "sub");
    world.unsubscribe(subscription);
    for _ in 0..20 {
        let id = world.last_id("unsub");
        world.say(&format!("err {id} retry"));
        world.say("event nobody 1");
        world.advance(secs(14.0));
    }
    let ends = world.texts(1).iter().filter(|text| text.starts_with("unsub")).count();
    assert_eq!(ends, 6);
    assert_eq!(world.session.subscriptions(), 0);
}
