use std::collections::BTreeSet;
use std::time::Duration;

use devicelink::lamarzocco::longlink;
use devicelink::lamarzocco::proto::settings::keys;
use devicelink::lamarzocco::proto::{Message, Name, Value};
use devicelink::lamarzocco::{BoilerId, Client as Inner, Update};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};

use super::super::event::Event;
use super::{Client, delegate_to_client};

/// An espresso machine.
pub(crate) struct Machine {
    pub(crate) client: Inner,
}

impl Client for Machine {
    fn events(&self) -> BoxStream<'static, Event> {
        let mut boilers = Boilers { client: self.client.clone(), known: BTreeSet::new() };
        self.client.updates().flat_map(move |update| stream::iter(boilers.told(update))).boxed()
    }

    fn stats(&self) -> longlink::Stats {
        self.client.stats().link
    }

    delegate_to_client!();
}

struct Boilers {
    client: Inner,
    /// Those that have reported a temperature: settings speak of boilers that the machine has not.
    known: BTreeSet<BoilerId>,
}

impl Boilers {
    fn told(&mut self, update: Update) -> Vec<Event> {
        match update {
            Update::Message(message) => self.said(&message),
            Update::Malformed(error) => vec![Event::Malformed { error: error.to_string() }],
            Update::Lagged(dropped) => vec![Event::Lagged { dropped }],
            Update::Gap(failure) => vec![Event::Gap { error: failure.seen().to_string() }],
            // The state says so.
            _ => Vec::new(),
        }
    }

    fn said(&mut self, message: &Message) -> Vec<Event> {
        let value = message.value();
        let event = match message.name() {
            Name::SteamBoilerUpdateTemperature => return self.measured(BoilerId::Steam, value),
            Name::CoffeeBoilerUpdateTemperature(number) => {
                return self.measured(BoilerId::Coffee(*number), value);
            }
            Name::SteamBoilerUpdateSetPoint => target(BoilerId::Steam, value.as_f64()),
            Name::CoffeeBoilerUpdateSetPoint(number) => {
                target(BoilerId::Coffee(*number), value.as_f64())
            }
            Name::SteamBoilerEnabled => heated(BoilerId::Steam, value.as_bool()),
            Name::CoffeeBoilerEnabled(number) => heated(BoilerId::Coffee(*number), value.as_bool()),
            Name::BrewingStartedDoseIndex(group) => {
                value.as_str().map(|dose| note(format!("{group} draws {dose}")))
            }
            Name::BrewingStoppedTime(group) => {
                value.as_f64().map(|seconds| note(format!("{group} has drawn for {seconds:.1} s")))
            }
            Name::FlushStoppedTime(group) => value
                .as_f64()
                .map(|seconds| note(format!("{group} has flushed for {seconds:.1} s"))),
            Name::Settings => {
                return self.known.iter().flat_map(|boiler| self.set(*boiler)).collect();
            }
            _ => None,
        };
        event.into_iter().collect()
    }

    fn measured(&mut self, boiler: BoilerId, value: &Value) -> Vec<Event> {
        let Some(celsius) = value.as_f64() else { return Vec::new() };
        let mut events = vec![Event::Temperature { boiler: boiler.to_string(), celsius }];
        if self.known.insert(boiler) {
            events.extend(self.set(boiler));
        }
        events
    }

    /// What the settings say about a boiler.
    fn set(&self, boiler: BoilerId) -> Vec<Event> {
        let (celsius, enabled) = match boiler {
            BoilerId::Coffee(number) => {
                let keys = keys::coffee_boiler(number);
                (keys.target_temperature(), keys.enabled())
            }
            BoilerId::Steam => (keys::STEAM_BOILER_TARGET_TEMPERATURE, keys::STEAM_BOILER_ENABLED),
        };
        let snapshot = self.client.snapshot();
        let Some(settings) = snapshot.settings() else { return Vec::new() };
        let celsius = settings.get(celsius).and_then(|entry| entry.as_f32());
        let enabled = settings.get(enabled).and_then(|entry| entry.as_bool());
        // Single precision shows in six decimals.
        let celsius = celsius.map(|celsius| (f64::from(celsius) * 1000.0).round() / 1000.0);
        target(boiler, celsius).into_iter().chain(heated(boiler, enabled)).collect()
    }
}

fn target(boiler: BoilerId, celsius: Option<f64>) -> Option<Event> {
    celsius.map(|celsius| Event::Target { boiler: boiler.to_string(), celsius })
}

fn heated(boiler: BoilerId, enabled: Option<bool>) -> Option<Event> {
    enabled.map(|enabled| Event::Heated { boiler: boiler.to_string(), enabled })
}

fn note(text: String) -> Event {
    Event::Note { text }
}
