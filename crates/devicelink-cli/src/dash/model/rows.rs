//! The rows of the panels.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::super::event::{self, Counters, State};
use super::{HISTORY, Spec, plain};

#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) spec: Spec,
    pub(crate) state: State,
    pub(crate) since: Timestamp,
    pub(crate) next_attempt: Option<Timestamp>,
    /// The last one, also when it is over.
    pub(crate) error: Option<String>,
    pub(crate) counters: Counters,
}

impl Link {
    pub(super) fn new(spec: Spec, now: Timestamp) -> Self {
        let spec = Spec { name: plain(&spec.name), address: plain(&spec.address), ..spec };
        Self {
            spec,
            state: State::Idle,
            since: now,
            next_attempt: None,
            error: None,
            counters: Counters::default(),
        }
    }

    pub(crate) fn is_online(&self) -> bool {
        self.state == State::Online
    }
}

#[derive(Debug)]
pub(crate) struct Boiler {
    pub(crate) link: usize,
    pub(crate) name: String,
    pub(crate) celsius: Option<f64>,
    pub(crate) target: Option<f64>,
    pub(crate) is_enabled: Option<bool>,
    /// The temperatures of the last minutes, `None` where they were not known.
    pub(crate) history: VecDeque<Option<f64>>,
}

impl Boiler {
    pub(super) fn new(link: usize, name: String) -> Self {
        Self { link, name, celsius: None, target: None, is_enabled: None, history: VecDeque::new() }
    }

    pub(super) fn sample(&mut self, is_live: bool) {
        if self.history.len() == HISTORY {
            self.history.pop_front();
        }
        self.history.push_back(self.celsius.filter(|_| is_live));
    }

    /// What it does, in a word.
    pub(crate) fn word(&self) -> &'static str {
        let (Some(celsius), Some(target)) = (self.celsius, self.target) else { return "" };
        match target - celsius {
            // Machines that are off report 0.
            _ if self.is_enabled == Some(false) || celsius == 0.0 => "off",
            below if below > 1.5 => "heating",
            below if below < -1.5 => "cooling",
            _ => "ready",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) link: usize,
    pub(crate) known: event::Device,
    pub(crate) heard: Timestamp,
}

impl Device {
    pub(crate) fn name(&self) -> &str {
        self.known.name.as_deref().unwrap_or(&self.known.device)
    }

    /// Its switches and readings.
    pub(crate) fn summary(&self) -> String {
        let word = |on: bool| if on { "on" } else { "off" };
        let switches = self.known.switches.iter().map(|switch| match switch.outlet {
            Some(outlet) => format!("{outlet} {}", word(switch.on)),
            None => word(switch.on).to_owned(),
        });
        let readings = self.known.readings.iter();
        let readings = readings.map(|reading| format!("{} {}", reading.value, reading.unit));
        switches.chain(readings).collect::<Vec<_>>().join(", ")
    }
}

#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) link: usize,
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) since: Timestamp,
}

#[derive(Debug)]
pub(crate) enum Value {
    /// None has come yet.
    Unknown,
    /// As JSON.
    Is(String),
    Refused(String),
}

impl Binding {
    pub(super) fn new(link: usize, name: String, now: Timestamp) -> Self {
        Self { link, name, value: Value::Unknown, since: now }
    }
}
