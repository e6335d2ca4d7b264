//! A machine: so many measurements as the end of the path says, as soon as it is connected.

use lamarzocco_proto::{Boiler, Frame, Message, Name};

use super::Vendor;
use super::frames::text;
use super::script::Script;

pub(super) struct Machine;

impl Machine {
    pub(super) fn new(events: &str, script: &mut Script) -> Self {
        let measurement = |at: u32| {
            let name = Name::CoffeeBoilerUpdateTemperature(Boiler::ONE);
            text(&Frame::from(Message::measurement(name, 90.0 + f64::from(at) / 10.0)).encode())
        };
        script.events = (0..64).map(measurement).collect();
        script.flood(events.parse().unwrap_or_default(), None);
        Self
    }
}

impl Vendor for Machine {
    fn hear(&mut self, _: &[u8], _: &mut Script) {}
}
