//! The wire of the harness.

use longlink::testing::{Line, Peer, Simulation, Wire};
use longlink::{CallOptions, Config, Frame, NotSent, Observation, Outcome};

use crate::telegraph::Telegraph;
use crate::world::{Telegraphed, secs};

/// Answers everything, with as many events behind each answer.
#[derive(Debug, Default)]
struct Office {
    events: u32,
    heard: Vec<String>,
    hangs_up: bool,
}

impl Peer for Office {
    fn hears(&mut self, frame: Frame, line: &mut Line<'_>) {
        let text = match frame {
            Frame::Text(text) => text.as_str().to_owned(),
            Frame::Ping(payload) => return line.say(Frame::Pong(payload)),
            _ => return,
        };
        let mut words = text.splitn(3, ' ');
        match (words.next(), words.next()) {
            (Some("hello"), _) => line.say(Frame::text("welcome")),
            (_, Some(id)) => line.say(Frame::text(format!("ok {id} done"))),
            _ => {}
        }
        for n in 0..self.events {
            line.say(Frame::text(format!("event a {n}")));
        }
        self.heard.push(text);
        if self.hangs_up {
            line.hang_up(Observation::Eof);
        }
    }
}

type Life = Simulation<Telegraph, Office>;

fn online() -> Life {
    let wire = Wire::default();
    let mut life =
        Simulation::new(Telegraph::polite(), Config::default(), Office::default(), wire, 1);
    life.start();
    life.run_until_online();
    life
}

#[test]
fn frames_keep_their_order_whatever_the_latency() {
    let mut life = online();
    let subscription = life.world.subscribe("a");
    life.peer.events = 100;
    life.run(secs(1.0));
    let expected: Vec<_> = (0..100).map(|n| format!("event {n}")).collect();
    assert_eq!(life.world.heard(subscription), expected);
}

#[test]
fn what_a_stall_holds_back_arrives_in_order_when_it_is_over() {
    let mut life = online();
    let calls: Vec<_> = (0..100).map(|n| life.world.call(format!("{n}"))).collect();
    life.stall(secs(3.0));
    life.run(secs(2.9));
    assert!(life.world.settled.is_empty());
    life.run(secs(1.1));
    assert!(calls.iter().all(|call| *life.world.outcome(*call) == Outcome::Ok("done".into())));
    let heard = &life.peer.heard;
    assert!(heard[1..101].iter().enumerate().all(|(n, text)| text.ends_with(&format!(" {n}"))));
}

#[test]
fn a_transport_from_which_nothing_leaves_takes_so_many_frames() {
    let mut life = online();
    life.wire.buffer = 3;
    life.half_open();
    let before = life.world.sent.len();
    for _ in 0..10 {
        life.world.call("a");
        life.run(secs(0.01));
    }
    assert_eq!(life.world.sent.len() - before, 3);
}

#[test]
fn a_half_open_connection_is_silent_and_the_next_one_works() {
    let mut life = online();
    life.half_open();
    let lost = life.world.call("a");
    life.run(secs(60.0));
    assert_eq!(*life.world.outcome(lost), Outcome::Timeout { sent: true });
    assert!(life.world.epoch > 1);
    let call = life.world.call("b");
    life.run(secs(1.0));
    assert_eq!(*life.world.outcome(call), Outcome::Ok("done".into()));
    assert!(life.peer.heard.iter().all(|text| !text.ends_with(" a")));
}

#[test]
fn a_wire_may_repeat_what_the_peer_says() {
    let mut life = online();
    life.wire.duplicates = 1.0;
    life.world.call("a");
    life.run(secs(1.0));
    assert_eq!(life.world.session.stats().unmatched_replies, 1);
}

#[test]
fn what_an_earlier_connection_owed_arrives_only_where_there_are_ghosts() {
    for ghosts in [false, true] {
        let mut life = online();
        life.wire.ghosts = ghosts;
        life.peer_says(Frame::text("event a 1"));
        life.cut(Observation::Reset);
        life.run(secs(1.0));
        assert_eq!(life.world.session.stats().stale_inputs, u64::from(ghosts));
    }
}

#[test]
fn what_came_while_the_process_was_frozen_is_read_before_the_time_counts() {
    for frozen in [true, false] {
        let mut life = online();
        let call = life.world.call("a");
        if frozen {
            life.freeze(secs(15.0));
        } else {
            life.sleep(secs(15.0));
        }
        assert_eq!(*life.world.outcome(call) == Outcome::Ok("done".into()), frozen);
    }
}

#[test]
fn a_peer_that_hangs_up_is_heard_to_the_end() {
    let mut life = online();
    life.peer.hangs_up = true;
    let call = life.world.call("a");
    life.run(secs(1.0));
    assert_eq!(*life.world.outcome(call), Outcome::Ok("done".into()));
    assert_eq!(life.world.disconnects.len(), 1);
}

#[test]
fn attempts_fail_as_long_as_they_are_refused() {
    let mut life = online();
    life.refuses = Some(Observation::Refused);
    life.cut(Observation::Reset);
    life.run(secs(60.0));
    assert!(life.world.connects.len() > 3);
    let refused = life.world.try_call("a", CallOptions::default());
    assert_eq!(refused, Err(NotSent::Offline));
    life.refuses = None;
    life.run_until_online();
}

#[test]
fn equal_seeds_live_equal_lives() {
    let live = || {
        let mut life = online();
        life.cut(Observation::Reset);
        life.run(secs(100.0));
        (life.world.sent, life.world.connects)
    };
    assert_eq!(live(), live());
}
