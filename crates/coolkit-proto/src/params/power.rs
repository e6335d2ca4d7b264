//! Meters.

use super::view::views;
use super::{ParamsRef, Reading};

views! {
    /// A meter with one outlet: uiid 5 and 32. Texts with two decimals from the cloud (an old model sends whole
    /// numbers), numbers in a local network. Captured.
    pub struct Power by power {
        /// Power in watts.
        power: reading "power",
        /// Voltage in volts.
        voltage: reading "voltage",
        /// Current in amperes.
        current: reading "current",
        /// Limits of the alarm `[min, max]` in watts; -1 is off.
        alarm_power: json "alarmPValue",
        /// Limits of the alarm `[min, max]` in volts; -1 is off.
        alarm_voltage: json "alarmVValue",
        /// Limits of the alarm `[min, max]` in amperes; -1 is off.
        alarm_current: json "alarmCValue",
    }

    /// A breaker with a meter: uiid 226. Numbers, in whole units. Captured.
    pub struct Breaker by breaker {
        /// Whether it is on; a bool on this model.
        state: switch "switch",
        /// Current in amperes.
        current: reading "phase_0_c",
        /// Voltage in volts.
        voltage: reading "phase_0_v",
        /// Power in watts.
        power: reading "phase_0_p",
        /// Energy in kilowatt-hours.
        total: reading "totalPower",
    }
}

/// One channel of a meter with more: uiid 126, 130, 190. Known from client code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerChannel<'a> {
    params: ParamsRef<'a>,
    number: u8,
}

impl<'a> ParamsRef<'a> {
    /// One channel of a meter with more, from 0.
    #[must_use]
    pub fn power_channel(self, number: u8) -> PowerChannel<'a> {
        PowerChannel { params: self, number }
    }
}

impl<'a> PowerChannel<'a> {
    /// Current in amperes; hundredths of it in `current_00`.
    #[must_use]
    pub fn current(self) -> Option<Reading<'a>> {
        self.member("current")
    }

    /// Voltage in volts; hundredths of it in `voltage_00`.
    #[must_use]
    pub fn voltage(self) -> Option<Reading<'a>> {
        self.member("voltage")
    }

    /// Active power in watts; hundredths of it in `actPow_00`.
    #[must_use]
    pub fn active_power(self) -> Option<Reading<'a>> {
        self.member("actPow")
    }

    fn member(self, name: &str) -> Option<Reading<'a>> {
        let name = format!("{name}_{:02}", self.number);
        self.params.reading(&name).map(Reading::hundredths)
    }
}
