//! Thermostats: TH10 and TH16 (uiid 15), THR3 (181).

use super::view::views;
use super::{ParamsRef, Reading, SwitchState};
use crate::open_enum::open_enum;

open_enum! {
    /// What a thermostat goes by.
    pub enum DeviceType {
        /// By nothing: it is switched by hand.
        Normal = "normal",
        /// By temperature.
        Temperature = "temperature",
        /// By humidity.
        Humidity = "humidity",
    }

    /// The sensor that is plugged in.
    pub enum SensorType {
        /// Temperature and humidity.
        Dht11 = "DHT11",
        /// Temperature only; the humidity is unavailable.
        Ds18b20 = "DS18B20",
        /// Temperature and humidity.
        Am2301 = "AM2301",
        /// Soil moisture.
        Ms01 = "MS01",
        /// None, or a broken one.
        ErrorType = "errorType",
    }
}

views! {
    /// A thermostat.
    pub struct Thermostat by thermostat {
        /// The temperature in °C. Captured: texts such as `"22"` and `"17.5"`.
        temperature: reading "currentTemperature",
        /// The relative humidity in %. Captured: `"unavailable"` if the sensor does not measure it.
        humidity: reading "currentHumidity",
        /// Whether the automatic is on. Captured.
        main_switch: switch "mainSwitch",
        /// Whether the relay is on. Captured.
        state: switch "switch",
    }
}

/// How a thermostat runs. Known from client code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ThermostatMode {
    /// Switched by hand.
    Manual,
    /// Switched by its targets.
    Automatic,
    /// Its targets are set, but do nothing.
    Paused,
}

/// One side of the range of a thermostat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target<'a> {
    bound: Bound,
    entry: ParamsRef<'a>,
}

/// Which side of the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// What happens above it: `targetHigh`.
    High,
    /// What happens below it: `targetLow`.
    Low,
}

impl<'a> Thermostat<'a> {
    /// What it goes by.
    ///
    /// Member `deviceType`.
    #[must_use]
    pub fn device_type(self) -> Option<DeviceType> {
        self.0.text("deviceType").map(DeviceType::from)
    }

    /// The sensor that is plugged in.
    ///
    /// Member `sensorType`.
    #[must_use]
    pub fn sensor_type(self) -> Option<SensorType> {
        self.0.text("sensorType").map(SensorType::from)
    }

    /// How it runs, if the params say all that it takes to know: a partial update often does not.
    #[must_use]
    pub fn mode(self) -> Option<ThermostatMode> {
        if self.device_type()? == DeviceType::Normal {
            return Some(ThermostatMode::Manual);
        }
        Some(match self.main_switch()?.is_on()? {
            true => ThermostatMode::Automatic,
            false => ThermostatMode::Paused,
        })
    }

    /// The entries of `targets`, in their order, without those that name neither bound.
    pub fn targets(self) -> impl Iterator<Item = Target<'a>> {
        self.0.items("targets").filter_map(|entry| {
            let entry = ParamsRef::new(entry.as_object()?);
            let bound =
                [Bound::High, Bound::Low].into_iter().find(|b| entry.json(b.member()).is_some())?;
            Some(Target { bound, entry })
        })
    }

    /// The target above or below.
    #[must_use]
    pub fn target(self, bound: Bound) -> Option<Target<'a>> {
        self.targets().find(|target| target.bound == bound)
    }
}

impl Bound {
    pub(super) fn member(self) -> &'static str {
        match self {
            Self::High => "targetHigh",
            Self::Low => "targetLow",
        }
    }
}

impl<'a> Target<'a> {
    /// Which side of the range.
    #[must_use]
    pub fn bound(self) -> Bound {
        self.bound
    }

    /// Where, in °C or in %.
    #[must_use]
    pub fn value(self) -> Option<Reading<'a>> {
        self.entry.reading(self.bound.member())
    }

    /// What the relay does there.
    #[must_use]
    pub fn reaction(self) -> Option<SwitchState<'a>> {
        self.entry.object("reaction")?.switch("switch")
    }
}
