//! Switches and sockets, with one outlet and with more.

use super::common::Startup;
use super::view::views;
use super::{ParamsRef, SwitchState};
use crate::json::JsonRef;
use crate::params::numeric;

views! {
    /// A switch or socket with one outlet: uiid 1, 6, 14, 24 and others. `startup` and `pulse` are in
    /// [`Common`](super::Common).
    pub struct Switch by single_switch {
        /// Whether it is on. Captured.
        state: switch "switch",
    }

    /// Switches with outlets that have numbers: uiid 2, 3, 4, 7, 8, 9, 29 and others.
    ///
    /// Wi-Fi devices report four outlets even if they have fewer relays; others report what they have.
    pub struct Switches by switches {}
}

/// One entry of `switches`, `configure` or `pulses`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlet<'a> {
    number: u8,
    entry: ParamsRef<'a>,
}

impl<'a> Switches<'a> {
    /// The entries of `switches`, in their order, without those whose number cannot be read.
    pub fn outlets(self) -> impl Iterator<Item = Outlet<'a>> {
        self.entries("switches")
    }

    /// The outlet with this number, from 0. Of repeated entries, the last one.
    #[must_use]
    pub fn outlet(self, number: u8) -> Option<Outlet<'a>> {
        self.outlets().filter(|outlet| outlet.number == number).last()
    }

    /// The entries of `configure`, which have [`Outlet::startup`].
    pub fn startups(self) -> impl Iterator<Item = Outlet<'a>> {
        self.entries("configure")
    }

    /// The entries of `pulses`, which have [`Outlet::pulse`] and [`Outlet::pulse_width`].
    pub fn pulses(self) -> impl Iterator<Item = Outlet<'a>> {
        self.entries("pulses")
    }

    fn entries(self, name: &str) -> impl Iterator<Item = Outlet<'a>> {
        self.0.items(name).filter_map(|entry| {
            let entry = ParamsRef::new(entry.as_object()?);
            Some(Outlet { number: outlet_number(entry.json("outlet")?)?, entry })
        })
    }
}

impl<'a> Outlet<'a> {
    /// Its number, from 0.
    #[must_use]
    pub fn number(self) -> u8 {
        self.number
    }

    /// All members of the entry.
    #[must_use]
    pub fn params(self) -> ParamsRef<'a> {
        self.entry
    }

    /// Whether it is on.
    #[must_use]
    pub fn state(self) -> Option<SwitchState<'a>> {
        self.entry.switch("switch")
    }

    /// What it does when the power comes back.
    #[must_use]
    pub fn startup(self) -> Option<Startup> {
        self.entry.text("startup").map(Startup::from)
    }

    /// Whether it switches back by itself.
    #[must_use]
    pub fn pulse(self) -> Option<SwitchState<'a>> {
        self.entry.switch("pulse")
    }

    /// After how long, in milliseconds. Captured as `width`, documented as `pulseWidth`.
    #[must_use]
    pub fn pulse_width(self) -> Option<f64> {
        self.entry.json("width").or_else(|| self.entry.json("pulseWidth")).and_then(numeric)
    }
}

/// The number of an outlet: a whole number from 0 to 255.
pub(crate) fn outlet_number(json: JsonRef<'_>) -> Option<u8> {
    let number = numeric(json)?;
    (number.fract() == 0.0 && (0.0..=255.0).contains(&number)).then_some(number as u8)
}
