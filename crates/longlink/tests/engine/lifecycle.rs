//! Attempts, greetings, stops and closes.

use std::time::Duration;

use longlink::{
    Backoff, Config, Failure, Frame, Input, Instant, Observation, RetryAfter, State, StopReason,
};

use crate::telegraph::Telegraph;
use crate::world::{Telegraphed, World, secs};

fn started(config: Config, seed: u64) -> World {
    let mut world = World::new(Telegraph::polite(), config, seed);
    world.input(Input::Start);
    world
}

fn lan() -> Config {
    let mut config = Config::default();
    config.backoff = Backoff::lan();
    config
}

fn stopped(world: &World) -> Option<StopReason> {
    match world.session.state() {
        State::Stopped { reason, .. } => Some(reason),
        _ => None,
    }
}

/// The wait for the next attempt.
fn wait(world: &World) -> Duration {
    match world.session.state() {
        State::Waiting { until, .. } => until.since(world.now),
        other => panic!("not waiting: {other:?}"),
    }
}

/// Lets every attempt fail in this way for a time; gives the number of attempts.
fn refuse_for(world: &mut World, seconds: f64, observation: &Observation) -> usize {
    let end = world.now + secs(seconds);
    while world.now < end {
        match world.session.state() {
            State::Connecting { .. } => world.lose(observation.clone()),
            _ => world.advance(secs(0.1)),
        }
    }
    world.connects.len()
}

#[test]
fn nothing_happens_before_the_start() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    world.advance(secs(1e6));
    assert!(world.connects.is_empty());
    assert!(matches!(world.session.state(), State::Idle));
}

#[test]
fn nothing_but_the_greeting_leaves_before_the_peer_accepts() {
    let mut world = started(Config::default(), 1);
    world.try_subscribe("a").unwrap();
    let options = longlink::CallOptions::default().wait_until_online();
    world.try_call("b", options).unwrap();
    world.open();
    assert_eq!(world.texts(1), ["hello"]);
    world.say("event a 1");
    assert_eq!(world.texts(1), ["hello"], "a first frame that is no acceptance is none");
    world.say("welcome");
    assert_eq!(world.texts(1).len(), 3);
}

#[test]
fn events_before_the_acceptance_are_delivered_with_it() {
    let mut world = started(Config::default(), 1);
    let subscription = world.subscribe("a");
    world.open();
    world.say("event a early");
    assert!(world.heard(subscription).is_empty());
    world.say("welcome");
    assert_eq!(world.heard(subscription), ["event early"]);
}

#[test]
fn an_event_before_the_acceptance_ends_no_gap_and_one_outage_stays_one_gap() {
    let mut world = World::online();
    let subscription = world.subscribe("local");
    world.lose(Observation::Reset);
    for epoch in 2..5 {
        let waited = wait(&world);
        world.advance(waited);
        world.open();
        world.say(&format!("event local of connection {epoch}"));
        assert_eq!(world.heard(subscription), ["gap 1"]);
        world.say("busy");
    }
    world.reconnect();
    assert_eq!(world.heard(subscription), ["gap 1", "resynced 5"]);
}

#[test]
fn connecting_and_greeting_have_their_own_deadlines() {
    let mut world = started(Config::default(), 1);
    world.advance(secs(9.999));
    assert!(matches!(world.session.state(), State::Connecting { .. }));
    world.advance(secs(0.001));
    assert!(matches!(world.session.state(),
        State::Waiting { failure, .. } if *failure.observation() == Observation::ConnectTimeout));
    assert_eq!(world.disconnects.len(), 1, "the attempt is dropped");

    let mut world = started(Config::default(), 1);
    world.advance(secs(9.0));
    world.open();
    world.advance(secs(9.999));
    assert!(matches!(world.session.state(), State::Greeting { .. }));
    world.advance(secs(0.001));
    assert!(matches!(world.session.state(),
        State::Waiting { failure, .. } if *failure.observation() == Observation::GreetingTimeout));
}

#[test]
fn inputs_of_a_connection_that_was_given_up_do_not_count() {
    let mut world = started(Config::default(), 1);
    world.advance(secs(10.0));
    let state = format!("{:?}", world.session.state());
    world.input(Input::Opened { epoch: 1, credential: None });
    world.input(Input::Received { epoch: 1, frame: Frame::text("welcome") });
    world.input(Input::Writable { epoch: 1, writable: true });
    world.input(Input::Lost { epoch: 1, failure: Failure::new(Observation::Eof) });
    assert_eq!(format!("{:?}", world.session.state()), state);
    assert_eq!(world.session.stats().stale_inputs, 4);
}

#[test]
fn the_backoff_starts_over_only_after_a_healthy_time_never_because_a_connection_opened() {
    let mut world = started(lan(), 7);
    let mut longest = Duration::ZERO;
    for _ in 0..12 {
        world.accept();
        world.advance(secs(4.9));
        world.lose(Observation::Eof);
        longest = longest.max(wait(&world));
        world.advance(secs(10.0));
    }
    assert!(longest > secs(2.0), "it grew although each attempt succeeded: {longest:?}");
    world.accept();
    world.advance(secs(5.0));
    world.lose(Observation::Eof);
    assert!(wait(&world) <= secs(0.25), "healthy for 5 s: from the start again");
}

#[test]
fn refused_connections_are_retried_in_the_envelope_of_the_backoff() {
    let mut attempts = Vec::new();
    for seed in 0..200 {
        let mut world = started(Config::default(), seed);
        attempts.push(refuse_for(&mut world, 600.0, &Observation::Refused));
    }
    let (least, most) = (attempts.iter().min().unwrap(), attempts.iter().max().unwrap());
    assert!(*least >= 25 && *most <= 75, "in ten minutes {least} to {most}");
}

#[test]
fn equal_seeds_give_equal_lives_and_different_seeds_different_waits() {
    let life = |seed| {
        let mut world = started(Config::default(), seed);
        refuse_for(&mut world, 300.0, &Observation::Refused);
        world.connects.clone()
    };
    assert_eq!(life(3), life(3));
    assert_ne!(life(3), life(4));
}

#[test]
fn refused_credentials_get_one_refresh_and_one_immediate_retry_and_then_it_stops() {
    let mut world = started(Config::default(), 1);
    let unauthorized = Observation::Http { status: 401, retry_after: None, html: false };
    world.lose(unauthorized.clone());
    assert_eq!(world.connects, [(world.now, false), (world.now, true)]);
    world.lose(unauthorized);
    assert_eq!(stopped(&world), Some(StopReason::Unauthorized));
    world.advance(secs(86_400.0));
    assert_eq!(world.connects.len(), 2, "and stays stopped");
}

#[test]
fn a_refusal_without_another_credential_stops_and_tells_the_refusal() {
    let mut world = started(Config::default(), 1);
    let unauthorized = Observation::Http { status: 401, retry_after: None, html: false };
    world.lose(unauthorized.clone());
    world.lose(Observation::NoCredential);
    assert_eq!(stopped(&world), Some(StopReason::Unauthorized));
    assert!(matches!(world.session.state(),
        State::Stopped { failure, .. } if *failure.observation() == unauthorized));
}

#[test]
fn a_refused_greeting_is_treated_like_a_refused_upgrade() {
    let mut world = started(Config::default(), 1);
    world.open();
    world.say("unauthorized");
    assert_eq!(world.connects.len(), 2);
    world.open();
    world.say("unauthorized");
    assert_eq!(stopped(&world), Some(StopReason::Unauthorized));

    let mut world = started(Config::default(), 1);
    world.open();
    world.say("rejected");
    assert_eq!(stopped(&world), Some(StopReason::Rejected));

    let mut world = started(Config::default(), 1);
    world.open();
    world.say("busy");
    assert!(matches!(world.session.state(), State::Waiting { .. }));
}

#[test]
fn what_a_frame_says_after_a_refusal_does_not_count() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    world.say("event a 1\nbusy\nevent a 2\nwelcome");
    assert!(matches!(world.session.state(), State::Waiting { .. }));
    assert_eq!(world.heard(subscription), ["event 1", "gap 1"]);
}

/// Stays connected for a time.
fn stay(world: &mut World, seconds: u32) {
    for _ in 0..seconds / 10 {
        world.advance(secs(10.0));
        world.say("event nobody 1");
    }
}

#[test]
fn a_token_that_expires_after_a_long_time_gets_a_refresh_of_its_own() {
    let mut world = started(Config::default(), 1);
    for _ in 0..3 {
        world.accept();
        stay(&mut world, 600);
        world.say("unauthorized");
        assert!(matches!(world.session.state(), State::Connecting { .. }));
        assert!(world.connects.last().unwrap().1);
    }
}

#[test]
fn two_programs_that_evict_each_other_from_one_account_do_not_go_on_for_ever() {
    let mut world = started(Config::default(), 1);
    world.accept();
    stay(&mut world, 100);
    world.say("unauthorized");
    world.accept();
    stay(&mut world, 100);
    world.say("unauthorized");
    assert_eq!(stopped(&world), Some(StopReason::Unauthorized));
}

#[test]
fn the_greeting_may_present_the_credential_of_its_connection() {
    let mut world = started(Config::default(), 1);
    for word in ["first", "second"] {
        world.open_with(Some(word.into()));
        let expected = format!("hello 0 {word}");
        assert!(world.sent.last().is_some_and(|sent| sent.text().ends_with(word)), "{expected}");
        world.say("welcome");
        world.lose(Observation::Reset);
        while !matches!(world.session.state(), State::Connecting { .. }) {
            world.advance(secs(1.0));
        }
    }
}

#[test]
fn three_protocol_errors_without_a_healthy_time_between_them_stop_it() {
    for code in [1002, 1003, 1007, 1009] {
        let mut world = started(Config::default(), 1);
        world.accept();
        world.lose(Observation::Violation(code));
        world.reconnect();
        let close = Frame::Close(Some(longlink::CloseFrame::new(code, "")));
        world.input(Input::Received { epoch: world.epoch, frame: close });
        world.reconnect();
        world.lose(Observation::Closed(Some(code)));
        assert_eq!(stopped(&world), Some(StopReason::NotTheProtocol));
    }
}

#[test]
fn retry_after_is_obeyed_never_earlier_and_at_most_an_hour() {
    let refused = |retry_after| Observation::Http { status: 429, retry_after, html: false };
    for (after, least, most) in [
        (RetryAfter::Seconds(120), 120.0, 132.0),
        (RetryAfter::Seconds(1_000_000_000), 3600.0, 3960.0),
        (RetryAfter::Seconds(0), 0.0, 5.5),
        (RetryAfter::At(Duration::from_secs(1_000_000_060)), 60.0, 66.0),
        (RetryAfter::At(Duration::from_secs(5)), 0.0, 5.5),
    ] {
        for seed in 0..50 {
            let mut world = World::new(Telegraph::polite(), Config::default(), seed);
            world.input(Input::WallClock { unix: Duration::from_secs(1_000_000_000) });
            world.input(Input::Start);
            world.lose(refused(Some(after)));
            let wait = wait(&world).as_secs_f64();
            assert!((least..=most).contains(&wait), "{after:?}: {wait}");
        }
    }
}

#[test]
fn retry_after_never_makes_a_wait_shorter_than_the_backoff() {
    for seed in 0..50 {
        let mut world = started(Config::default(), seed);
        world.lose(Observation::Refused);
        world.input(Input::Retry);
        let retry_after = Some(RetryAfter::Seconds(0));
        world.lose(Observation::Http { status: 503, retry_after, html: false });
        assert!(wait(&world) >= Backoff::cloud().floor);
    }
}

#[test]
fn a_page_that_blocks_us_is_retried_slowly_and_an_expired_certificate_at_the_cap() {
    let mut world = started(Config::default(), 1);
    world.lose(Observation::Http { status: 403, retry_after: None, html: true });
    assert!(wait(&world) >= secs(900.0));
    let mut world = started(Config::default(), 1);
    world.lose(Observation::Tls(longlink::TlsFault::Expired));
    assert!(wait(&world) >= secs(30.0));
}

#[test]
fn a_stop_tells_the_subscriptions_and_a_retry_leaves_it() {
    let mut world = started(Config::default(), 1);
    let subscription = world.subscribe("a");
    world.lose(Observation::Tls(longlink::TlsFault::UnknownIssuer));
    assert_eq!(world.heard(subscription), ["stopped Tls(UnknownIssuer)", "ended"]);
    let late = world.subscribe("a");
    assert_eq!(world.heard(late), ["stopped Tls(UnknownIssuer)", "ended"]);
    assert_eq!(world.session.subscriptions(), 0);
    world.input(Input::Retry);
    world.accept();
}

#[test]
fn a_retry_by_the_user_does_not_wait_for_the_backoff() {
    let mut world = started(Config::default(), 1);
    for _ in 0..10 {
        world.lose(Observation::Refused);
        world.input(Input::Retry);
        assert!(matches!(world.session.state(), State::Connecting { .. }));
    }
}

#[test]
fn a_close_ends_subscriptions_politely_then_the_link() {
    let mut world = World::online();
    let subscription = world.subscribe("a");
    world.say(&format!("ok {}", world.last_id("sub")));
    world.input(Input::Close);
    assert_eq!(world.heard(subscription), ["ended"]);
    assert!(world.texts(1).last().unwrap().starts_with("unsub"));
    world.say(&format!("ok {}", world.last_id("unsub")));
    assert_eq!(world.texts(1).last(), Some(&"<close>"));
    world.input(Input::Received { epoch: 1, frame: Frame::Close(None) });
    assert!(matches!(world.session.state(), State::Closed));
    assert_eq!(world.open, None);
    assert_eq!(world.wait, None, "nothing is left to wait for");
}

#[test]
fn a_close_against_a_silent_peer_ends_by_its_deadline() {
    for writable in [true, false] {
        let mut world = World::online();
        for n in 0..10 {
            world.subscribe(n.to_string());
        }
        world.input(Input::Writable { epoch: 1, writable });
        world.input(Input::Close);
        world.advance(secs(1.999));
        assert!(matches!(world.session.state(), State::Closing));
        world.advance(secs(0.001));
        assert!(matches!(world.session.state(), State::Closed));
        assert_eq!((world.open, world.wait), (None, None));
    }
}

#[test]
fn a_close_is_possible_in_every_state_and_final() {
    let mut idle = World::new(Telegraph::polite(), Config::default(), 1);
    idle.input(Input::Close);
    let mut connecting = started(Config::default(), 1);
    connecting.input(Input::Close);
    assert_eq!(connecting.disconnects.len(), 1);
    let mut greeting = started(Config::default(), 1);
    greeting.open();
    greeting.input(Input::Close);
    assert_eq!(greeting.texts(1).last(), Some(&"<close>"));
    let mut waiting = started(Config::default(), 1);
    waiting.lose(Observation::Refused);
    waiting.input(Input::Close);
    let mut stopped = started(Config::default(), 1);
    stopped.lose(Observation::UntrustedHost);
    stopped.input(Input::Close);
    for mut world in [idle, connecting, greeting, waiting, stopped] {
        world.advance(secs(2.0));
        assert!(matches!(world.session.state(), State::Closed));
        assert_eq!(world.wait, None);
        let attempts = world.connects.len();
        world.input(Input::Start);
        world.input(Input::Retry);
        world.input(Input::Close);
        world.advance(secs(1000.0));
        assert_eq!(world.connects.len(), attempts);
        let late = world.subscribe("a");
        assert_eq!(world.heard(late), ["ended"]);
    }
}

#[test]
fn why_there_is_no_connection_is_known_until_there_is_one() {
    let mut world = started(Config::default(), 1);
    world.lose(Observation::Refused);
    world.input(Input::Retry);
    let failure = world.session.last_failure().expect("also while connecting again");
    assert_eq!(*failure.observation(), Observation::Refused);
    world.accept();
    assert!(world.session.last_failure().is_none());
}

#[test]
fn the_dialect_is_told_of_each_loss_of_an_open_connection() {
    let mut world = started(Config::default(), 1);
    world.lose(Observation::Refused);
    assert_eq!(world.session.dialect().lost, 0);
    world.reconnect();
    world.lose(Observation::Eof);
    assert_eq!(world.session.dialect().lost, 1);
}

#[test]
fn the_greeting_may_use_the_wall_clock() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    world.advance(secs(5.0));
    world.input(Input::WallClock { unix: Duration::from_secs(1_000_000_000) });
    world.input(Input::Start);
    world.advance(secs(7.0));
    world.open();
    assert_eq!(world.sent[0].text(), "hello 1000000007");
}

#[test]
fn a_refresh_that_the_network_cut_short_is_asked_for_again() {
    let mut world = started(Config::default(), 1);
    let unauthorized = Observation::Http { status: 401, retry_after: None, html: false };
    world.lose(unauthorized.clone());
    assert!(world.connects[1].1, "a refresh");
    // The token service is down: no other credential was ever presented.
    world.lose(Observation::Http { status: 503, retry_after: None, html: false });
    while world.connects.len() < 3 {
        world.advance(secs(0.1));
    }
    assert!(world.connects[2].1, "the refused credential is not presented again");
}

#[test]
fn a_refresh_that_was_presented_is_not_asked_for_again() {
    let mut world = started(Config::default(), 1);
    world.lose(Observation::Http { status: 401, retry_after: None, html: false });
    world.accept();
    world.lose(Observation::Reset);
    while world.connects.len() < 3 {
        world.advance(secs(0.1));
    }
    assert!(!world.connects[2].1);
    world.lose(Observation::Http { status: 401, retry_after: None, html: false });
    assert!(matches!(world.session.state(), State::Stopped { .. }));
}

#[test]
fn a_close_by_the_user_is_no_failure() {
    let mut world = World::online();
    world.input(Input::Close);
    world.input(Input::Received { epoch: 1, frame: Frame::Close(None) });
    assert!(matches!(world.session.state(), State::Closed));
    assert_eq!(world.session.stats().failures, 0);
}

#[test]
fn a_cap_without_end_does_not_panic() {
    let mut config = Config::default();
    config.backoff.cap = Duration::MAX;
    let mut world = started(config, 1);
    world.lose(Observation::Tls(longlink::TlsFault::Expired));
}

#[test]
fn a_wall_clock_at_its_end_does_not_panic() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    world.input(Input::WallClock { unix: Duration::MAX });
    world.advance(secs(1.0));
    world.input(Input::Start);
    world.open();
}

#[test]
fn what_the_dialect_asks_by_itself_is_sent_after_each_acceptance_when_no_user_wants_to_send() {
    let mut dialect = Telegraph::polite();
    dialect.asks = vec!["news".into(), "weather".into(), "traffic".into()];
    let mut config = Config::default();
    config.max_calls = 3;
    config.call_spacing = secs(1.0);
    let mut world = World::new(dialect, config, 1);
    world.input(Input::Start);
    world.accept();
    // The user comes later, and need not wait for all of it.
    let calls = [world.call("one"), world.call("two")];
    world.advance(secs(4.0));
    assert_eq!(
        world.texts(1),
        [
            "hello",
            "call 1 news/1",
            "call 2 one",
            "call 3 two",
            "call 4 weather/1",
            "call 5 traffic/1"
        ]
    );
    world.say("ok 2 done\nok 3 done\nok 4 rain");
    assert!(calls.iter().all(|call| world.is_settled(*call)));
    assert_eq!(world.settled.len(), 3, "what nobody asked for is settled, too");

    world.lose(Observation::Reset);
    world.reconnect();
    world.lose(Observation::Reset);
    world.reconnect();
    world.advance(secs(9.0));
    let own = ["hello", "call 7 news/3", "call 8 weather/3", "call 9 traffic/3"];
    assert_eq!(world.texts(3), own, "what was left of the last connection is not sent on this one");
    world.advance(secs(4.0));
    assert_eq!(
        world.session.pending_calls(),
        0,
        "it has a deadline like any other, from when it is sent"
    );
}

#[test]
fn a_server_that_accepts_and_drops_sees_no_more_than_the_bound_of_openings_in_ten_minutes() {
    for seed in 0..200 {
        let mut world = started(lan(), seed);
        let end = Instant::ZERO + secs(600.0);
        while world.now < end {
            world.accept();
            world.lose(Observation::Eof);
            assert!(matches!(world.session.state(), State::Waiting { .. }));
            let attempts = world.connects.len();
            while world.connects.len() == attempts {
                world.now = world.wait.expect("an attempt is planned");
                world.input(Input::Elapsed);
            }
        }
        let attempts = world.connects.iter().filter(|(at, _)| *at < end).count();
        assert_eq!(attempts, 25, "seed {seed}");
    }
}

#[test]
fn connections_that_turned_healthy_do_not_count_against_the_bound_of_openings() {
    let mut world = started(lan(), 1);
    for _ in 0..100 {
        world.accept();
        // Healthy after 5 s.
        world.advance(secs(5.0));
        world.lose(Observation::Eof);
        let waited = wait(&world);
        assert!(waited <= secs(0.25), "{waited:?}");
        world.advance(waited);
    }
}

#[test]
fn a_retry_by_the_user_cannot_pass_the_bound_of_openings() {
    let mut config = lan();
    config.max_openings = 3;
    let mut world = started(config, 1);
    for _ in 0..3 {
        world.open();
        world.lose(Observation::GreetingRejected);
        assert_eq!(stopped(&world), Some(StopReason::Rejected));
        world.input(Input::Retry);
    }
    assert_eq!(wait(&world), secs(600.0));
    world.input(Input::Retry);
    assert_eq!(world.connects.len(), 3);
    world.advance(secs(600.0));
    assert_eq!(world.connects.len(), 4);
}

#[test]
fn a_refusal_is_told_in_the_words_of_the_protocol() {
    let refused = Failure::with_source(Observation::GreetingUnauthorized, "406, in its own words");
    assert!(refused.to_string().contains("406, in its own words"), "{refused}");
}

#[test]
fn attempts_are_spaced_also_when_the_user_asks_for_them() {
    let mut config = Config::default();
    config.attempt_spacing = secs(1.0);
    let mut world = started(config, 1);
    for _ in 0..50 {
        world.lose(Observation::Refused);
        world.input(Input::Retry);
        world.advance(secs(0.1));
    }
    assert!(world.connects.windows(2).all(|pair| pair[1].0.since(pair[0].0) >= secs(1.0)));
    assert!((5..=6).contains(&world.connects.len()), "{}", world.connects.len());
}

#[test]
fn no_bound_on_attempts_turns_a_refused_credential_into_a_wait() {
    let mut config = Config::default();
    config.max_openings = 1;
    config.attempt_spacing = secs(1.0);
    let mut world = started(config, 1);
    world.open();
    world.say("unauthorized");
    assert_eq!(world.connects.last(), Some(&(world.now, true)));
    world.lose(Observation::NoCredential);
    assert_eq!(stopped(&world), Some(StopReason::Unauthorized));
}

#[test]
fn a_credential_that_the_user_replaced_has_a_refresh_of_its_own() {
    let mut world = started(Config::default(), 1);
    world.open();
    world.say("unauthorized");
    world.accept();
    world.input(Input::Renewed);
    world.say("unauthorized");
    assert_eq!(world.connects.last().map(|connect| connect.1), Some(true));
    world.open();
    world.say("unauthorized");
    assert_eq!(stopped(&world), Some(StopReason::Unauthorized));
    world.input(Input::Renewed);
    assert!(matches!(world.session.state(), State::Connecting { .. }));
}

#[test]
fn why_there_is_no_other_credential_is_told_if_the_source_says_why() {
    let mut world = started(Config::default(), 1);
    world.open();
    world.say("unauthorized");
    let failure = Failure::with_source(Observation::NoCredential, "the vault is sealed");
    world.input(Input::Lost { epoch: world.epoch, failure });
    let State::Stopped { failure, .. } = world.session.state() else { panic!("it stops") };
    assert!(failure.to_string().contains("the vault is sealed"), "{failure}");
}

#[test]
fn a_dialect_may_see_a_close_code_otherwise() {
    let mut world = World::online();
    world.input(Input::Received { epoch: 1, frame: close(1008) });
    assert_eq!(stopped(&world), Some(StopReason::Forbidden));

    let mut dialect = Telegraph::polite();
    dialect.ignores_close_codes = true;
    let mut world = World::new(dialect, Config::default(), 1);
    world.input(Input::Start);
    world.accept();
    world.input(Input::Received { epoch: 1, frame: close(1008) });
    assert_eq!(stopped(&world), None);
}

fn close(code: u16) -> Frame {
    Frame::Close(Some(longlink::CloseFrame::new(code, "")))
}

#[test]
fn a_refusal_of_the_credential_of_before_does_not_stop_who_has_given_another() {
    let forbidden = || Observation::Http { status: 403, retry_after: None, html: false };
    let mut world = started(Config::default(), 1);
    world.input(Input::Renewed);
    world.lose(forbidden());
    assert!(matches!(world.session.state(), State::Connecting { .. }));
    world.lose(forbidden());
    assert_eq!(stopped(&world), Some(StopReason::Forbidden));
    assert_eq!(world.connects.len(), 2);
}
