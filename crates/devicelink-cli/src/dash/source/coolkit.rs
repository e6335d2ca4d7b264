use std::time::Duration;

use devicelink::coolkit::proto::params::{self, ParamsRef};
use devicelink::coolkit::{Client as Inner, DeviceState, Presence, Update};
use devicelink::lamarzocco::longlink;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use serde::Deserialize;

use super::super::event::{Device, Event, Reading, Switch};
use super::{Client, delegate_to_client};

/// An account at the cloud.
pub(crate) struct Account {
    pub(crate) client: Inner,
    /// The devices that the user has named.
    pub(crate) devices: Vec<Named>,
}

/// A device that the user has named.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) kind: Kind,
}

/// What a device is, where its params do not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    #[default]
    Any,
    /// It reports hundredths.
    ZigbeeSensor,
}

impl Client for Account {
    fn events(&self) -> BoxStream<'static, Event> {
        let source = Self { client: self.client.clone(), devices: self.devices.clone() };
        let named = self.devices.iter().map(|named| self.device(&named.id));
        let named: Vec<_> = named.collect();
        let later = self.client.updates();
        stream::iter(named)
            .chain(later.flat_map(move |update| stream::iter(source.told(update))))
            .boxed()
    }

    fn stats(&self) -> longlink::Stats {
        self.client.stats()
    }

    delegate_to_client!();
}

impl Account {
    fn told(&self, update: Update) -> Vec<Event> {
        match update {
            Update::Event(event) => self.device_of(event.device_id()),
            Update::Reply(reply) => self.device_of(reply.frame().device_id()),
            Update::Malformed(error) => vec![Event::Malformed { error: error.to_string() }],
            Update::Lagged(dropped) => self.and_all(Event::Lagged { dropped }),
            Update::Gap(failure) => self.and_all(Event::Gap { error: failure.seen().to_string() }),
            // The state says so.
            _ => Vec::new(),
        }
    }

    fn device_of(&self, id: Option<&str>) -> Vec<Event> {
        id.map(|id| self.device(id)).into_iter().collect()
    }

    /// An event after which all devices are told anew.
    fn and_all(&self, event: Event) -> Vec<Event> {
        let mut events = vec![event];
        events.extend(self.client.devices().keys().map(|id| self.device(id)));
        events
    }

    fn device(&self, id: &str) -> Event {
        let named = self.devices.iter().find(|named| named.id == id);
        let name = named.and_then(|named| named.name.clone());
        let kind = named.map(|named| named.kind).unwrap_or_default();
        let state = self.client.devices().get(id).cloned().unwrap_or_default();
        Event::Device(known(id, name, kind, &state))
    }
}

/// The params that are shown.
const SHOWN: [&str; 10] = [
    "switch",
    "switches",
    "currentTemperature",
    "currentHumidity",
    "power",
    "voltage",
    "current",
    "temperature",
    "humidity",
    "battery",
];

fn known(id: &str, name: Option<String>, kind: Kind, state: &DeviceState) -> Device {
    let current = state.current();
    Device {
        device: id.to_owned(),
        name,
        online: state.presence().map(|presence| presence == Presence::Online),
        stale: state.is_stale_presence() || SHOWN.iter().any(|name| state.is_stale_member(name)),
        switches: switches(current.view()),
        readings: readings(current.view(), kind),
    }
}

fn switches(params: ParamsRef<'_>) -> Vec<Switch> {
    let single = params.switch("switch").and_then(|state| state.is_on());
    let outlets = params.switches().outlets().filter_map(|outlet| {
        let on = outlet.state()?.is_on()?;
        Some(Switch { outlet: Some(outlet.number()), on })
    });
    single.map(|on| Switch { outlet: None, on }).into_iter().chain(outlets).collect()
}

/// The readings whose meaning is known.
fn readings(params: ParamsRef<'_>, kind: Kind) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut add = |name, reading: Option<params::Reading<'_>>, unit| {
        let value = reading.and_then(|reading| reading.value());
        readings.extend(value.map(|value| Reading { name, value, unit }));
    };
    let thermostat = params.thermostat();
    add("temperature", thermostat.temperature(), "°C");
    add("humidity", thermostat.humidity(), "%");
    let meter = params.power();
    add("power", meter.power(), "W");
    add("voltage", meter.voltage(), "V");
    add("current", meter.current(), "A");
    if kind == Kind::ZigbeeSensor {
        let sensor = params.zigbee_sensor();
        add("temperature", sensor.temperature(), "°C");
        add("humidity", sensor.humidity(), "%");
        add("battery", sensor.battery(), "% battery");
    }
    readings
}

#[cfg(test)]
mod tests {
    use devicelink::coolkit::Params;

    use super::*;

    fn device(params: &Params, kind: Kind) -> Device {
        let mut state = DeviceState::new();
        state.report(params.view());
        known("1000abcdef", None, kind, &state)
    }

    fn summary(device: &Device) -> Vec<(&'static str, f64, &'static str)> {
        device.readings.iter().map(|it| (it.name, it.value, it.unit)).collect()
    }

    #[test]
    fn readings_have_units_and_what_is_unavailable_is_left_out() {
        let params = Params::switch(true)
            .with("currentTemperature", "17.5")
            .with("currentHumidity", "unavailable")
            .with("power", "68.79");
        let device = device(&params, Kind::Any);
        assert_eq!(device.switches, [Switch { outlet: None, on: true }]);
        assert_eq!(summary(&device), [("temperature", 17.5, "°C"), ("power", 68.79, "W")]);
    }

    #[test]
    fn hundredths_are_read_only_of_a_device_that_is_said_to_report_them() {
        let params = Params::new().with("temperature", "2270").with("battery", 90);
        assert!(device(&params, Kind::Any).readings.is_empty());
        let sensor = device(&params, Kind::ZigbeeSensor);
        assert_eq!(summary(&sensor), [("temperature", 22.7, "°C"), ("battery", 90.0, "% battery")]);
    }

    #[test]
    fn each_channel_is_a_switch() {
        let device = device(&Params::outlets([(0, false), (3, true)]), Kind::Any);
        let switch = |outlet, on| Switch { outlet: Some(outlet), on };
        assert_eq!(device.switches, [switch(0, false), switch(3, true)]);
    }

    #[test]
    fn what_is_shown_is_stale_after_a_lost_connection_until_it_is_reported_again() {
        let mut state = DeviceState::new();
        let is_stale = |state: &DeviceState| known("1000abcdef", None, Kind::Any, state).stale;
        state.report(Params::switch(true).with("rssi", -60).view());
        assert!(!is_stale(&state));
        state.disconnected();
        assert!(is_stale(&state));
        state.report(Params::switch(true).view());
        assert!(!is_stale(&state), "the signal is not shown");
    }
}
