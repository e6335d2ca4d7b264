//! Liveness: a dead peer is noticed in bounded time, a living one is never given up.

use longlink::{Config, Frame, Heartbeat, Input, Observation, Probe, Schedule, State};

use crate::telegraph::Telegraph;
use crate::world::{Sent, Telegraphed, World, secs};

/// Interval 15 s, timeout 5 s: the default.
const BOUND: f64 = 20.0;

fn probes(world: &World) -> Vec<&Sent> {
    world.sent.iter().filter(|sent| matches!(sent.text(), "<ping>" | "beat")).collect()
}

fn is_given_up(world: &World) -> bool {
    matches!(
        world.session.state(),
        State::Waiting { failure, .. } if *failure.observation() == Observation::Silent
    )
}

#[test]
fn a_silent_peer_is_noticed_within_interval_and_timeout() {
    let mut world = World::online();
    world.advance(secs(BOUND - 0.001));
    assert!(world.session.state().is_online());
    world.advance(secs(0.001));
    assert!(is_given_up(&world));
}

#[test]
fn a_silent_peer_is_noticed_as_fast_while_we_are_sending() {
    let mut world = World::online();
    for n in 0..400 {
        world.call(n.to_string());
        world.advance(secs(0.05));
    }
    assert!(is_given_up(&world));
}

#[test]
fn a_silent_peer_is_noticed_when_the_transport_takes_no_frame_either() {
    let mut world = World::online();
    world.input(Input::Writable { epoch: 1, writable: false });
    world.advance(secs(BOUND));
    assert!(is_given_up(&world));
    assert!(probes(&world).is_empty());
}

#[test]
fn any_frame_is_a_sign_of_life_also_without_pongs() {
    let mut world = World::online();
    let frames = [
        Frame::text("event nobody 1"),
        Frame::text("not of this protocol"),
        Frame::Binary(bytes::Bytes::from_static(b"\0")),
        Frame::Ping(bytes::Bytes::new()),
        Frame::Pong(bytes::Bytes::new()),
    ];
    for n in 0..8640 {
        world.advance(secs(10.0));
        let frame = frames[n % frames.len()].clone();
        world.input(Input::Received { epoch: 1, frame });
        assert!(world.session.state().is_online(), "after {n} frames");
    }
    assert!(probes(&world).is_empty(), "a peer that talks need not be asked");
}

#[test]
fn a_frame_in_the_last_moment_keeps_the_link() {
    let mut world = World::online();
    for _ in 0..1000 {
        world.advance(secs(BOUND - 0.001));
        world.input(Input::Received { epoch: 1, frame: Frame::Pong(bytes::Bytes::new()) });
        assert!(world.session.state().is_online());
    }
    assert_eq!(probes(&world).len(), 1000, "one probe each time");
}

#[test]
fn the_peer_may_set_the_heartbeat_of_its_connection() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    world.input(Input::Start);
    world.open();
    world.say("welcome beat=2000");
    for _ in 0..10 {
        world.advance(secs(1.0));
        world.say("event nobody 1");
    }
    let at: Vec<_> =
        probes(&world).iter().map(|sent| (sent.at.elapsed_since_start(), sent.text())).collect();
    let expected: Vec<_> = (1..=5).map(|n| (secs(2.0 * f64::from(n)), "beat")).collect();
    assert_eq!(at, expected, "sent although messages flow");
    world.lose(Observation::Reset);
    world.reconnect();
    let before = probes(&world).len();
    world.advance(secs(14.9));
    assert_eq!(probes(&world).len(), before, "the next connection begins with the default");
}

#[test]
fn after_a_suspend_there_is_one_probe_and_no_instant_kill() {
    for asleep in [30.0, 8.0 * 3600.0, 30.0 * 86_400.0] {
        for before in [1.0, 14.0, 16.0] {
            let mut world = World::online();
            world.advance(secs(before));
            let already = probes(&world).len();
            world.sleep(secs(asleep));
            assert!(world.session.state().is_online(), "asleep {asleep} s after {before} s");
            assert_eq!(probes(&world).len() - already, 1, "one probe, not those that were missed");
            world.advance(secs(4.9));
            assert!(world.session.state().is_online());
            world.advance(secs(0.1));
            assert!(is_given_up(&world), "the probe has its deadline");
        }
    }
}

#[test]
fn the_probe_after_a_suspend_is_not_followed_by_the_one_that_was_planned() {
    let mut config = Config::default();
    config.heartbeat = Heartbeat::new(secs(15.0), secs(5.0), Probe::Text("beat"), Schedule::Always);
    let mut world = World::new(Telegraph::default(), config, 1);
    world.input(Input::Start);
    world.open();
    // The answer to the first probe is missing, and the second one is due half a second after the suspend.
    world.advance(secs(16.0));
    world.sleep(secs(13.5));
    world.say("event nobody 1");
    world.advance(secs(14.9));
    assert_eq!(probes(&world).len(), 2);
    world.advance(secs(0.1));
    assert_eq!(probes(&world).len(), 3);
}

#[test]
fn a_wall_clock_that_jumps_changes_nothing() {
    let mut world = World::online();
    for hours in [0_u64, 1, 3] {
        world.input(Input::WallClock { unix: std::time::Duration::from_secs(hours * 3600) });
        world.advance(secs(1.0));
    }
    world.advance(secs(BOUND - 3.0));
    assert!(is_given_up(&world));
}

#[test]
fn a_probe_that_cannot_be_written_is_not_piled_up() {
    let mut config = Config::default();
    config.heartbeat =
        Heartbeat::new(secs(1.0), secs(100.0), Probe::Text("beat"), Schedule::Always);
    let mut world = World::new(Telegraph::default(), config, 1);
    world.input(Input::Start);
    world.open();
    world.input(Input::Writable { epoch: 1, writable: false });
    world.advance(secs(50.0));
    world.input(Input::Writable { epoch: 1, writable: true });
    assert_eq!(probes(&world).len(), 1);
}

#[test]
fn a_probe_does_not_put_off_the_deadline_of_the_one_before() {
    let mut config = Config::default();
    config.heartbeat = Heartbeat::new(secs(1.0), secs(5.0), Probe::Text("beat"), Schedule::Always);
    let mut world = World::new(Telegraph::default(), config, 1);
    world.input(Input::Start);
    world.open();
    world.advance(secs(5.999));
    assert!(world.session.state().is_online());
    world.advance(secs(0.001));
    assert!(is_given_up(&world));
}

#[test]
fn a_flood_before_the_pong_is_no_silence() {
    let mut world = World::online();
    world.advance(secs(16.0));
    for _ in 0..100_000 {
        world.say("event nobody 1");
    }
    world.advance(secs(14.9));
    assert!(world.session.state().is_online());
}

#[test]
fn a_peer_that_answers_pings_and_says_nothing_is_given_up_only_if_messages_are_expected() {
    let mut config = Config::default();
    config.message_timeout = Some(secs(60.0));
    for (config, expected) in [(Config::default(), false), (config, true)] {
        let mut world = World::new(Telegraph::polite(), config, 1);
        world.input(Input::Start);
        world.accept();
        for _ in 0..59 {
            world.advance(secs(1.0));
            world.input(Input::Received { epoch: 1, frame: Frame::Pong(bytes::Bytes::new()) });
        }
        assert!(world.session.state().is_online());
        world.say("event nobody 1");
        for _ in 0..60 {
            world.input(Input::Received { epoch: 1, frame: Frame::Pong(bytes::Bytes::new()) });
            world.advance(secs(1.0));
        }
        assert_eq!(is_given_up(&world), expected);
    }
}

#[test]
fn messages_that_were_missed_in_a_suspend_are_not_the_peers_fault() {
    let mut config = Config::default();
    config.message_timeout = Some(secs(60.0));
    let mut world = World::new(Telegraph::polite(), config, 1);
    world.input(Input::Start);
    world.accept();
    world.sleep(secs(3600.0));
    for _ in 0..60 {
        assert!(world.session.state().is_online());
        world.input(Input::Received { epoch: 1, frame: Frame::Pong(bytes::Bytes::new()) });
        world.advance(secs(1.0));
    }
    assert!(is_given_up(&world));
}

#[test]
fn probes_do_not_pile_up_while_the_peer_keeps_setting_the_heartbeat() {
    let mut world = World::online();
    world.input(Input::Writable { epoch: 1, writable: false });
    for _ in 0..1000 {
        world.say("welcome beat=10");
        world.advance(secs(0.02));
    }
    world.input(Input::Writable { epoch: 1, writable: true });
    let probes = world.sent.iter().filter(|sent| sent.text() == "beat").count();
    assert!(probes <= 2, "{probes}");
}

#[test]
fn a_heartbeat_that_begins_at_once_probes_when_the_connection_is_accepted() {
    let mut world = World::new(Telegraph::polite(), Config::default(), 1);
    world.input(Input::Start);
    world.open();
    world.say("welcome now=60000");
    assert_eq!(world.texts(1), ["hello", "beat"]);
    world.advance(secs(1.0));
    assert!(is_given_up(&world), "the first probe has its deadline, too");

    world.reconnect();
    world.say("welcome now=60000");
    assert_eq!(world.texts(2), ["hello"], "only the acceptance begins it");
}
