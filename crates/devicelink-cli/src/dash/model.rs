//! What the dashboard knows and shows, without any I/O or clock: it is fed with events and keys.

mod input;
mod log;
mod rows;
mod text;

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(crate) use self::input::{Action, Input, Overlay, Panel};
pub(crate) use self::log::{Entry, Level, Log};
pub(crate) use self::rows::{Binding, Boiler, Device, Link, Value};
pub(crate) use self::text::plain;
use super::event::{Event, State, Status};
use input::View;

/// Rows of a panel that are kept; the other side chooses names and could choose ever new ones.
const MAX_ROWS: usize = 1024;

/// The time that one column of a sparkline stands for.
const SAMPLE_SECONDS: u64 = 2;

/// Columns of a sparkline that are kept.
const HISTORY: usize = 300;

/// A link that shall be shown.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) vendor: Vendor,
    pub(crate) name: String,
    pub(crate) address: String,
    /// What is bound there.
    pub(crate) bindings: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vendor {
    LaMarzocco,
    CoolKit,
    PlaceOs,
}

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) links: Vec<Link>,
    pub(crate) boilers: Vec<Boiler>,
    pub(crate) devices: Vec<Device>,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) log: Log,
    pub(crate) is_coloured: bool,
    view: View,
    zone: TimeZone,
    now: Timestamp,
    /// When the temperatures were last added to the sparklines.
    sampled: Timestamp,
}

impl Model {
    pub(crate) fn new(specs: Vec<Spec>, zone: TimeZone, now: Timestamp) -> Self {
        let bound = |(link, spec): (usize, &Spec)| {
            let bindings = spec.bindings.iter();
            bindings.map(move |name| Binding::new(link, plain(name), now)).collect::<Vec<_>>()
        };
        Self {
            bindings: specs.iter().enumerate().flat_map(bound).collect(),
            links: specs.into_iter().map(|spec| Link::new(spec, now)).collect(),
            boilers: Vec::new(),
            devices: Vec::new(),
            log: Log::default(),
            is_coloured: true,
            view: View::default(),
            zone,
            now,
            sampled: now,
        }
    }

    /// Something happened on the link of this number.
    pub(crate) fn apply(&mut self, link: usize, event: Event, now: Timestamp) {
        self.tick(now);
        match event {
            Event::State(status) => self.status(link, status),
            Event::Counters(counters) => self.links[link].counters = counters,
            Event::Temperature { boiler, celsius } => {
                self.boiler(link, &boiler, |boiler| boiler.celsius = Some(celsius));
            }
            Event::Target { boiler, celsius } => {
                self.boiler(link, &boiler, |boiler| boiler.target = Some(celsius));
            }
            Event::Heated { boiler, enabled } => {
                self.boiler(link, &boiler, |boiler| boiler.is_enabled = Some(enabled));
            }
            Event::Device(known) => self.device(link, known),
            Event::Value { binding, value } => {
                self.bind(link, &binding, Value::Is(plain(&value)));
            }
            Event::Refused { binding, error, retrying } => {
                let what = if retrying { "refused for now" } else { "refused" };
                self.note(link, Level::Bad, &format!("{binding}: {what}: {error}"));
                self.bind(link, &binding, Value::Refused(plain(&error)));
            }
            Event::Note { text } => self.note(link, Level::Note, &text),
            Event::Gap { error } => self.note(link, Level::Warn, &format!("gap: {error}")),
            Event::Lagged { dropped } => {
                self.note(link, Level::Warn, &format!("lagged: {dropped} updates skipped"));
            }
            Event::Malformed { error } => {
                self.note(link, Level::Bad, &format!("malformed: {error}"));
            }
        }
    }

    /// Time goes on.
    pub(crate) fn tick(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
        let samples = self.since(self.sampled).as_secs() / SAMPLE_SECONDS;
        self.sampled += Duration::from_secs(samples * SAMPLE_SECONDS);
        for _ in 0..samples.min(HISTORY as u64) {
            for boiler in &mut self.boilers {
                boiler.sample(self.links[boiler.link].is_online());
            }
        }
    }

    /// How long ago that was.
    pub(crate) fn since(&self, then: Timestamp) -> Duration {
        self.now.duration_since(then).try_into().unwrap_or_default()
    }

    /// How long until then.
    pub(crate) fn until(&self, then: Timestamp) -> Duration {
        then.duration_since(self.now).try_into().unwrap_or_default()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The time of day, where the user is.
    pub(crate) fn clock(&self, time: Timestamp) -> String {
        time.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string()
    }

    fn status(&mut self, at: usize, status: Status) {
        let Status { state, error, next_attempt } = status;
        let link = &mut self.links[at];
        if link.state != state {
            link.since = self.now;
        }
        link.state = state;
        link.next_attempt = next_attempt;
        link.error = error.as_deref().map(plain).or(link.error.take());
        let error = error.unwrap_or_default();
        match state {
            State::Online => self.note(at, Level::Good, "online"),
            State::Waiting => self.note(at, Level::Warn, &format!("waiting: {error}")),
            State::Stopped => self.note(at, Level::Bad, &format!("stopped: {error}")),
            State::Closing | State::Closed => self.note(at, Level::Note, state.word()),
            // They are passed in a moment, again and again.
            State::Idle | State::Connecting | State::Greeting => {}
        }
    }

    fn boiler(&mut self, link: usize, name: &str, change: impl FnOnce(&mut Boiler)) {
        let known = self.boilers.iter().position(|it| it.link == link && it.name == name);
        let at = known.unwrap_or(self.boilers.len());
        if known.is_none() {
            if at == MAX_ROWS {
                return;
            }
            self.boilers.push(Boiler::new(link, name.to_owned()));
        }
        change(&mut self.boilers[at]);
    }

    fn device(&mut self, link: usize, mut known: super::event::Device) {
        known.device = plain(&known.device);
        known.name = known.name.as_deref().map(plain);
        let same = |it: &&mut Device| it.link == link && it.known.device == known.device;
        if let Some(device) = self.devices.iter_mut().find(same) {
            *device = Device { link, known, heard: self.now };
        } else if self.devices.len() < MAX_ROWS {
            self.devices.push(Device { link, known, heard: self.now });
        }
    }

    fn bind(&mut self, link: usize, name: &str, value: Value) {
        let name = plain(name);
        let same = |it: &&mut Binding| it.link == link && it.name == name;
        if let Some(binding) = self.bindings.iter_mut().find(same) {
            binding.value = value;
            binding.since = self.now;
        }
    }

    fn note(&mut self, link: usize, level: Level, text: &str) {
        let entry = Entry { time: self.now, link, level, text: plain(text), count: 1 };
        let is_new = self.log.push(entry);
        if is_new {
            self.view.keep_place_in_log(&self.log);
        }
    }
}

#[cfg(test)]
mod tests;
