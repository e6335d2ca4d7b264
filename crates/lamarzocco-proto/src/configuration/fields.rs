//! The objects inside the machine configuration.
//!
//! Each borrows its object and reads a member when asked, leniently: one that is absent, null or of another type reads
//! as nothing. `raw` has the whole object. Each accessor says where its member was seen; "a professional machine" is one
//! GB5 AV, of which there is a single capture.
//!
//! ```
//! use lamarzocco_proto::{Boiler, MachineConfiguration, wire::DoseIndex};
//!
//! let text = r#"{"groupCapabilities":[{"capabilities":{"boilerId":"CoffeeBoiler1"},"doses":[{"doseIndex":"DoseA","stopTarget":95}]}]}"#;
//! let configuration = MachineConfiguration::from_text(text)?;
//! let group = configuration.group_capabilities().and_then(|groups| groups.first()).unwrap();
//! assert_eq!(group.capabilities().and_then(|build| build.boiler()), Some(Boiler::ONE));
//! assert_eq!(group.dose(&DoseIndex::DoseA).and_then(|dose| dose.stop_target()), Some(95.0));
//! assert!(group.dose(&DoseIndex::DoseB).is_none());
//! # Ok::<(), lamarzocco_proto::Malformed>(())
//! ```

use super::enums::{
    BoardType, BrewingType, DoseIndex, DoseType, Family, GroupType, MachineMode, PreinfusionDose,
    PreinfusionSetting, PreinfusionStyle, SchedulingType, SmartStandByMode,
};
use crate::json::FromJson;
use crate::json::view::{List, seen, view};
use crate::name::{Boiler, Group};

view! {
    /// What the machine is built of.
    pub struct MachineCapability in both {
        /// The model family.
        family: Family = "family",
        /// How many brewing groups.
        groups_number: u32 = "groupsNumber",
        /// How many coffee boilers.
        coffee_boilers_number: u32 = "coffeeBoilersNumber",
        /// How many steam boilers.
        steam_boilers_number: u32 = "steamBoilersNumber",
        /// How many doses of hot water.
        tea_doses_number: u32 = "teaDosesNumber",
        /// Whether there is a cup warmer.
        has_cup_warmer: bool = "hasCupWarmer",
        /// Whether the cup warmer has a button.
        has_cup_warmer_button: bool = "hasCupWarmerButton" in pro,
        /// Whether steam can be dosed.
        has_proportional_steam: bool = "hasProportionalSteam" in pro,
        /// Whether there is a sensor for low water.
        has_low_level_sensor: bool = "hasLowLevelSensor" in pro,
        /// Whether there is Bluetooth.
        has_bluetooth: bool = "hasBluetooth" in pro,
        /// Whether there is a mixing valve (inferred; the wire says value).
        has_mixing_valve: bool = "hasMixingValue" in pro,
        /// Power of a coffee boiler, in watts.
        coffee_boiler_size_watts: u32 = "coffeeBoilerSizeWatts" in pro,
        /// Power of the steam boiler, in watts.
        steam_boiler_size_watts: u32 = "steamBoilerSizeWatts" in pro,
        /// Power of the cup warmer, in watts.
        cup_warmer_heater_size_watts: u32 = "cupWarmerHeaterSizeWatts" in pro,
        /// The mains, in volts.
        machine_voltage_volts: u32 = "machineVoltageVolts" in pro,
        /// The modes that the machine has.
        machine_modes: List<'a, MachineMode> = "machineModes" in home,
        /// How the machine is scheduled.
        scheduling_type: SchedulingType = "schedulingType" in home,
        /// Whether there is a water probe; spelt so on the wire.
        has_water_probe: bool = "hasWhaterProbe" in home,
    }

    /// A brewing group with its doses.
    pub struct GroupCapability in both {
        /// What the group is built of.
        capabilities: GroupBuild<'a> = "capabilities",
        /// The doses; there may be none.
        doses: List<'a, Dose<'a>> = "doses",
        /// How the group brews; may be empty.
        dose_mode: DoseMode<'a> = "doseMode",
    }

    /// What a brewing group is built of.
    pub struct GroupBuild in both {
        /// How the group ends its draws.
        group_type: GroupType = "groupType",
        /// Which group it is.
        group: Group = "groupNumber",
        /// Which boiler feeds it, for example `CoffeeBoiler1`.
        boiler_id: &'a str = "boilerId",
        /// Which coffee boiler feeds it.
        boiler: Boiler = "boilerId",
        /// The temperature of the boiler, in °C. In snapshots only.
        boiler_temperature: f64 = "boilerTemperature",
        /// The temperature of the boiler at the start, in °C. In snapshots only.
        boiler_temperature_at_start: f64 = "boilerTemperatureAtStart" in home,
        /// Whether there is a scale.
        has_scale: bool = "hasScale",
        /// Whether there is a flow meter.
        has_flowmeter: bool = "hasFlowmeter",
        /// Whether there is a valve.
        has_solenoid: bool = "hasSolenoid" in pro,
        /// Whether there is a straight-in portafilter.
        has_straight_in_portafilter: bool = "hasStraightInPortafilter" in pro,
        /// Whether the valve cleans itself.
        has_auto_clean_solenoid: bool = "hasAutoCleanSolenoid" in pro,
        /// Whether the neck is heated.
        has_neck_heater: bool = "hasNeckHeaterExists" in pro,
        /// Whether the ring is heated.
        has_ring_heater: bool = "hasRingHeaterExists" in pro,
        /// How many doses.
        number_of_doses: u32 = "numberOfDoses",
    }

    /// A dose of a group.
    pub struct Dose in both {
        /// The group.
        group: Group = "groupNumber",
        /// Which dose it is.
        dose_index: DoseIndex = "doseIndex",
        /// What it is measured in.
        dose_type: DoseType = "doseType",
        /// How much: pulses of the flow meter, or grams with [`DoseType::Mass`].
        stop_target: f64 = "stopTarget",
    }

    /// How a group brews.
    pub struct DoseMode in both {
        /// The group.
        group: Group = "groupNumber",
        /// What ends a draw.
        brewing_type: BrewingType = "brewingType",
    }

    /// A circuit board. A number of 255 means "not known" (inferred) and reads as nothing.
    pub struct Board in pro {
        /// What board it is.
        board_type: BoardType = "boardType",
    }

    /// A serial number.
    pub struct SerialNumber in pro {
        /// The text, which may be a placeholder.
        value: &'a str = "value",
    }

    /// The firmware of a professional machine.
    pub struct Firmware in pro {
        /// The first number.
        major: u32 = "firmwareMajor",
        /// The second number.
        minor: u32 = "firmwareMinor",
        /// The third number.
        bug_fix: u32 = "firmwareBugFix",
        /// What follows; empty for a release.
        pre_release: &'a str = "preRelease",
    }

    /// A dose of hot water.
    pub struct TeaDose in both {
        /// Which dose it is.
        dose_index: DoseIndex = "doseIndex",
        /// How long, in whole seconds (inferred).
        stop_target: f64 = "stopTarget",
    }

    /// When the machine turns itself on and off.
    pub struct AutoOnOff in pro {
        /// The hour at which it turns itself on.
        on_hours: u32 = "onTimeHours",
        /// The minute at which it turns itself on.
        on_minutes: u32 = "onTimeMinutes",
        /// The hour at which it turns itself off.
        off_hours: u32 = "offTimeHours",
        /// The minute at which it turns itself off.
        off_minutes: u32 = "offTimeMinutes",
        /// The day on which it stays off; what 0 stands for is not known.
        closed_day: u32 = "closedDay",
    }

    /// A boiler of a home machine.
    pub struct BoilerState in home {
        /// For example `SteamBoiler` or `CoffeeBoiler1`.
        id: &'a str = "id",
        /// Whether it is heated.
        is_enabled: bool = "isEnabled",
        /// The temperature to hold, in °C.
        target: f64 = "target",
        /// The temperature now, in °C.
        current: f64 = "current",
    }

    /// How pre-infusion is chosen for a group.
    pub struct PreinfusionStyleOf in both {
        /// The group.
        group: Group = "groupNumber",
        /// How it is chosen.
        preinfusion_style: PreinfusionStyle = "preinfusionStyle",
    }

    /// Pre-infusion times by group.
    pub struct PreinfusionSettings in home {
        /// The kind that is chosen.
        mode: PreinfusionSetting = "mode",
    }

    /// A pre-infusion time.
    pub struct Preinfusion in both {
        /// The kind that the time is for. Where it is there, a dose comes twice: never read by position.
        mode: PreinfusionSetting = "mode" in home,
        /// The group.
        group: Group = "groupNumber",
        /// What it holds for.
        dose_type: PreinfusionDose = "doseType",
        /// Seconds of water.
        wet_time: f64 = "preWetTime",
        /// Seconds of rest.
        hold_time: f64 = "preWetHoldTime",
        /// Whether there is water. In `SettingPreinfusionGroup<N>` only.
        is_wet_time_active: bool = "isPreWetTimeActive" in pro,
        /// Whether there is rest. In `SettingPreinfusionGroup<N>` only.
        is_hold_time_active: bool = "isPreWetHoldTimeActive" in pro,
    }

    /// A recipe.
    pub struct Recipe in home {
        /// Its id.
        id: &'a str = "id",
        /// How it doses.
        dose_mode: &'a str = "dose_mode",
        /// Its doses.
        doses: List<'a, RecipeDose<'a>> = "recipe_doses",
    }

    /// A dose of a recipe.
    pub struct RecipeDose in home {
        /// Its id.
        id: &'a str = "id",
        /// How much.
        target: f64 = "target",
    }

    /// Which dose uses which recipe.
    pub struct RecipeAssignment in home {
        /// The dose.
        dose_index: DoseIndex = "dose_index",
        /// The recipe.
        recipe_id: &'a str = "recipe_id",
        /// The dose of the recipe.
        recipe_dose: &'a str = "recipe_dose",
        /// The group.
        group: Group = "group",
    }

    /// The scale of a home machine.
    pub struct Scale in home {
        /// Whether it is connected.
        connected: bool = "connected",
        /// Its address, never printed by `Debug`.
        address: &'a str = "address",
        /// Its name.
        name: &'a str = "name",
        /// Its charge, in percent (inferred).
        battery: f64 = "battery",
    }

    /// The times of the week.
    pub struct WeeklyScheduling in home {
        /// Whether they are on.
        enabled: bool = "enabled",
        /// Monday.
        monday: DaySchedule<'a> = "monday",
        /// Tuesday.
        tuesday: DaySchedule<'a> = "tuesday",
        /// Wednesday.
        wednesday: DaySchedule<'a> = "wednesday",
        /// Thursday.
        thursday: DaySchedule<'a> = "thursday",
        /// Friday.
        friday: DaySchedule<'a> = "friday",
        /// Saturday.
        saturday: DaySchedule<'a> = "saturday",
        /// Sunday.
        sunday: DaySchedule<'a> = "sunday",
    }

    /// The times of a day.
    pub struct DaySchedule in home {
        /// Whether they are on.
        enabled: bool = "enabled",
        /// The hour at which the machine turns itself on; 24 occurs.
        on_hours: u32 = "h_on",
        /// The minute at which it turns itself on.
        on_minutes: u32 = "m_on",
        /// The hour at which it turns itself off; 24 occurs.
        off_hours: u32 = "h_off",
        /// The minute at which it turns itself off.
        off_minutes: u32 = "m_off",
    }

    /// A time at which the machine wakes up and goes to sleep.
    pub struct WakeUpSleep in home {
        /// Its id.
        id: &'a str = "id",
        /// The days.
        days: List<'a, &'a str> = "days",
        /// Whether the steam boiler wakes up, too.
        steam: bool = "steam",
        /// Whether it is on.
        enabled: bool = "enabled",
        /// Hour and minute without padding: `7:30`, `24:0`.
        time_on: &'a str = "timeOn",
        /// Hour and minute without padding: `7:30`, `24:0`.
        time_off: &'a str = "timeOff",
    }

    /// When a home machine goes to stand-by on its own.
    pub struct SmartStandBy in home {
        /// Whether it does.
        enabled: bool = "enabled",
        /// After how many minutes.
        minutes: u32 = "minutes",
        /// Counted from when.
        mode: SmartStandByMode = "mode",
    }

    /// A firmware of a home machine.
    pub struct FirmwareVersion in home {
        /// What it is for: `machine_firmware` or `gateway_firmware`.
        name: &'a str = "name",
        /// Its version.
        version: &'a str = "fw_version",
    }

    /// A dose of a grinder.
    pub struct GrinderDose in grinder {
        /// Which dose it is.
        dose_index: DoseIndex = "doseIndex",
        /// How much.
        target: f64 = "target",
    }
}

macro_rules! known_numbers {
    ($( $(#[$meta:meta])* $field:ident = $member:literal; )*) => {
        impl Board<'_> {
            $(
                $(#[$meta])*
                #[doc = concat!("\n\nThe member `", $member, "`. ", seen!(pro))]
                #[must_use]
                pub fn $field(self) -> Option<u32> {
                    self.0.get($member).and_then(u32::from_json).filter(|number| *number != 255)
                }
            )*
        }
    };
}

known_numbers! {
    /// The first number of the hardware.
    hardware_major = "hardwareMajor";
    /// The second number of the hardware.
    hardware_minor = "hardwareMinor";
    /// The first number of the firmware.
    firmware_major = "firmwareMajor";
    /// The second number of the firmware.
    firmware_minor = "firmwareMinor";
    /// The third number of the firmware.
    firmware_bug_fix = "firmwareBugFix";
}

impl<'a> PreinfusionSettings<'a> {
    /// The times of a group.
    #[must_use]
    pub fn group(self, group: Group) -> Option<List<'a, Preinfusion<'a>>> {
        self.0.get(&group.to_string()).and_then(FromJson::from_json)
    }

    /// The times of all groups, by the text of the wire.
    pub fn groups(self) -> impl Iterator<Item = (&'a str, List<'a, Preinfusion<'a>>)> {
        self.0.members().filter_map(|(group, times)| Some((group, List::from_json(times)?)))
    }
}

impl<'a> GroupCapability<'a> {
    /// The dose of this index; nothing if the machine has none.
    #[must_use]
    pub fn dose(self, index: &DoseIndex) -> Option<Dose<'a>> {
        self.doses()?.iter().find(|dose| dose.dose_index().as_ref() == Some(index))
    }
}
