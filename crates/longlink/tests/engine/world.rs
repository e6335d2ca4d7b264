//! A session in simulated time, and what came out of it.

use std::time::Duration;

use longlink::{Config, Delivery, Input, SubscriptionId, testing};

use crate::telegraph::Telegraph;

pub(crate) use longlink::testing::Sent;

pub(crate) type World = testing::World<Telegraph>;

pub(crate) fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// The harness, in the words of the telegraph.
pub(crate) trait Telegraphed {
    /// A session with a greeting, started and accepted.
    fn online() -> Self;
    fn accept(&mut self);
    /// Waits for the next attempt and lets it succeed.
    fn reconnect(&mut self);
    /// What a subscription got, its end included.
    fn heard(&self, subscription: SubscriptionId) -> Vec<String>;
    /// The texts written on a connection; the greeting without its time.
    fn texts(&self, epoch: u64) -> Vec<&str>;
    /// The id in the last text written that begins with these words.
    fn last_id(&self, verb: &str) -> u64;
}

impl Telegraphed for World {
    fn online() -> Self {
        let mut world = Self::new(Telegraph::polite(), Config::default(), 1);
        world.input(Input::Start);
        world.accept();
        world
    }

    fn accept(&mut self) {
        self.open();
        self.say("welcome");
        assert!(self.session.state().is_online());
    }

    fn reconnect(&mut self) {
        self.wait_for_attempt();
        self.accept();
    }

    fn heard(&self, subscription: SubscriptionId) -> Vec<String> {
        let ended = self.ended.contains(&subscription).then(|| "ended".to_owned());
        self.deliveries(subscription).iter().map(show).chain(ended).collect()
    }

    fn texts(&self, epoch: u64) -> Vec<&str> {
        let texts = self.sent.iter().filter(|sent| sent.epoch == epoch).map(Sent::text);
        texts.map(|text| if text.starts_with("hello") { "hello" } else { text }).collect()
    }

    fn last_id(&self, verb: &str) -> u64 {
        let text = self.sent.iter().rev().map(Sent::text).find(|text| text.starts_with(verb));
        let id = text.and_then(|text| text.split(' ').nth(1)?.parse().ok());
        id.unwrap_or_else(|| panic!("nothing like {verb:?} was written"))
    }
}

pub(crate) fn show(delivery: &Delivery<String, String>) -> String {
    match delivery {
        Delivery::Event(event) => format!("event {event}"),
        Delivery::Gap { epoch, .. } => format!("gap {epoch}"),
        Delivery::Resynced { epoch } => format!("resynced {epoch}"),
        Delivery::Refused { error, retrying } => format!("refused {error} {retrying}"),
        Delivery::Stopped(failure) => format!("stopped {:?}", failure.observation()),
        other => format!("{other:?}"),
    }
}
