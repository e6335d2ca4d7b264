//! The known settings by name, and those that come in numbers by group, boiler and dose.
//!
//! ```
//! use lamarzocco_proto::{Boiler, Group};
//! use lamarzocco_proto::settings::keys::{self, Dose};
//!
//! const DOSE_C: lamarzocco_proto::SettingKey = keys::group(Group::ONE).dose(Dose::C).target_volume();
//! assert_eq!(DOSE_C.hash(), 452_226_719);
//! assert_eq!(keys::coffee_boiler(Boiler::ONE).target_temperature().hash(), 1_502_125_449);
//! ```

use super::hash::{Hasher, SettingKey};
use crate::name::{Boiler, Group};

/// One of the four doses of a group. Indexes 1 to 4 of the settings are the doses A to D (inferred).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dose {
    /// Dose A, index 1.
    A = 1,
    /// Dose B, index 2.
    B = 2,
    /// Dose C, index 3.
    C = 3,
    /// Dose D, index 4.
    D = 4,
}

impl Dose {
    /// All four doses.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// The index in the name of a setting, counted from 1.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The dose of an index from 1 to 4.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::A),
            2 => Some(Self::B),
            3 => Some(Self::C),
            4 => Some(Self::D),
            _ => None,
        }
    }
}

/// The settings of a brewing group.
#[must_use]
pub const fn group(group: Group) -> GroupKeys {
    GroupKeys(Hasher::new().text("groups[").number(group.number()).text("]."))
}

/// The settings of a coffee boiler.
#[must_use]
pub const fn coffee_boiler(boiler: Boiler) -> BoilerKeys {
    BoilerKeys(Hasher::new().text("coffeeBoilers[").number(boiler.number()).text("]."))
}

/// `tea.dosing.time[n]`: how long hot water flows for a dose, in seconds.
#[must_use]
pub const fn tea_dose_time(dose: Dose) -> SettingKey {
    Hasher::new().text("tea.dosing.time[").number(dose.number()).key("]")
}

/// Declares builders of keys that share the beginning of their name.
macro_rules! builders {
    ($( $(#[$meta:meta])* $name:ident { $( $(#[$key_meta:meta])* $key:ident = $text:literal; )* } )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy)]
        pub struct $name(Hasher);

        impl $name {
            $(
                $(#[$key_meta])*
                #[doc = concat!("\n\nThe name ends in `", $text, "`.")]
                #[must_use]
                pub const fn $key(self) -> SettingKey {
                    self.0.key($text)
                }
            )*
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

builders! {
    /// The settings of a brewing group; see [`group`](group()).
    GroupKeys {
        /// A small integer of which nothing is known.
        brewing_mode = "brewingMode";
        /// How many draws the group has made.
        doses = "doses";
        /// Mass of the ground coffee, in grams.
        ground_coffee_mass = "groundCoffeeMass";
        /// Mass of the portafilter, in grams.
        portafilter_mass = "portafilterMass";
        /// A small integer of which nothing is known.
        preinfusion_by_button = "preinfusion.byButton";
        /// Seconds of water in pre-infusion.
        preinfusion_wet_time = "preinfusion.wetTime";
        /// Seconds of rest in pre-infusion.
        preinfusion_hold_time = "preinfusion.holdTime";
    }

    /// The settings of a dose of a group; see [`GroupKeys::dose`].
    DoseKeys {
        /// How much to brew, in pulses of the flow meter.
        target_volume = "targetVolume";
        /// How much to brew, in grams.
        target_mass = "targetMass";
        /// Mass of the brew by mass of the coffee.
        brew_ratio = "brewRatio";
    }

    /// The settings of the button of a dose; see [`GroupKeys::button`].
    ButtonKeys {
        /// Seconds of water in pre-infusion.
        preinfusion_wet_time = "preinfusion.wetTime";
        /// Seconds of rest in pre-infusion.
        preinfusion_hold_time = "preinfusion.holdTime";
    }

    /// The settings of a coffee boiler; see [`coffee_boiler`].
    BoilerKeys {
        /// Whether the boiler is heated.
        enabled = "enabled";
        /// The temperature to hold, in °C.
        target_temperature = "targetTemperature";
        /// An offset to it, in °C.
        target_temperature_offset = "targetTemperatureOffset";
    }
}

impl GroupKeys {
    /// The settings of a dose of this group.
    #[must_use]
    pub const fn dose(self, dose: Dose) -> DoseKeys {
        DoseKeys(self.0.text("dose[").number(dose.number()).text("]."))
    }

    /// The settings of the button of a dose, which are the dose's pre-infusion times.
    #[must_use]
    pub const fn button(self, dose: Dose) -> ButtonKeys {
        ButtonKeys(self.0.text("buttons[").number(dose.number()).text("]."))
    }
}

/// Declares keys of full names.
macro_rules! keys {
    ($( $(#[$meta:meta])* $key:ident = $name:literal; )*) => {$(
        $(#[$meta])*
        #[doc = concat!("\n\nThe name is `", $name, "`.")]
        pub const $key: SettingKey = SettingKey::new($name);
    )*};
}

keys! {
    /// Whether the steam boiler is heated.
    STEAM_BOILER_ENABLED = "steamBoiler.enabled";
    /// The temperature that the steam boiler holds, in °C.
    STEAM_BOILER_TARGET_TEMPERATURE = "steamBoiler.targetTemperature";
    /// Whether doses of hot water are on.
    TEA_DOSING_ENABLED = "tea.dosing.enabled";
    /// How many doses of hot water there were.
    TEA_DOSES = "tea.doses";
    /// Whether the cup warmer is on.
    CUP_WARMER_ENABLED = "cupWarmer.enabled";
    /// All draws of the machine.
    MACHINE_DOSES_TOTAL = "Machine.doses.total";
    /// The name that the owner gave the machine: text.
    MACHINE_NAME = "Machine.name";
    /// The longest draw, in seconds.
    MACHINE_BREWING_TIMEOUT = "Machine.brewing.timeout";
    /// A small integer of which nothing is known.
    MACHINE_CURRENT_MODE = "Machine.currentMode";
    /// Whether the machine turns itself on and off.
    AUTO_ON_OFF_ENABLED = "Machine.autoOnOff.enabled";
    /// The hour at which it turns itself on.
    AUTO_ON_HOURS = "Machine.autoOnOff.onTime.hours";
    /// The minute at which it turns itself on.
    AUTO_ON_MINUTES = "Machine.autoOnOff.onTime.minutes";
    /// The hour at which it turns itself off.
    AUTO_OFF_HOURS = "Machine.autoOnOff.offTime.hours";
    /// The minute at which it turns itself off.
    AUTO_OFF_MINUTES = "Machine.autoOnOff.offTime.minutes";
    /// The day on which it stays off; what 0 stands for is not known.
    AUTO_ON_OFF_CLOSED_DAY = "Machine.autoOnOff.closedDay";
    /// The clock: years since 2000.
    TIME_YEAR = "Machine.time.year";
    /// The clock: the month, where 0 is January.
    TIME_MONTH = "Machine.time.month";
    /// The clock: the day of the month, from 1.
    TIME_DAY_OF_MONTH = "Machine.time.dayOfMonth";
    /// The clock: the day of the week, where 0 is Sunday.
    TIME_DAY_OF_WEEK = "Machine.time.dayOfWeek";
    /// The clock: the hour.
    TIME_HOURS = "Machine.time.hours";
    /// The clock: the minute.
    TIME_MINUTES = "Machine.time.minutes";
    /// How many brewing groups the machine has.
    NUMBER_OF_GROUPS = "Factory.Machine.nGroups";
    /// The serial number: text, never printed by `Debug`.
    SERIAL_NUMBER = "Factory.serialNumber";
}
