//! What a machine is and how it is set up.

pub(crate) mod enums;
pub mod fields;

use std::fmt;

use self::enums::{Family, MachineMode, PreinfusionMode, PreinfusionStyle};
use self::fields::{
    AutoOnOff, Board, BoilerState, Firmware, FirmwareVersion, GrinderDose, GroupCapability,
    MachineCapability, PreinfusionSettings, PreinfusionStyleOf, Recipe, RecipeAssignment, Scale,
    SerialNumber, SmartStandBy, TeaDose, WakeUpSleep, WeeklyScheduling,
};
use crate::error::{Malformed, Reason};
use crate::json::view::{Entries, List, seen};
use crate::json::{FromJson, Json, JsonRef, syntax};

/// The machine configuration: the union of what professional machines, home machines and the Pico grinder send.
///
/// The object is kept whole, in the order of the wire. The accessors read one member each, leniently: one that is
/// absent, null or of another type reads as nothing, and costs no other member. Whole numbers and fractions are
/// interchangeable; `true` and `false` may come as text. What has no accessor is in [`raw`](Self::raw).
///
/// `Debug` leaves out serial numbers and addresses. `Display` writes the object as compact JSON.
///
/// ```
/// use lamarzocco_proto::{Group, MachineConfiguration, wire::MachineMode};
///
/// let configuration = MachineConfiguration::from_text(r#"{"machineMode":"StandBy","abrCoffeeMass":{"Group1":17}}"#)?;
/// assert_eq!(configuration.machine_mode(), Some(MachineMode::StandBy));
/// assert_eq!(configuration.coffee_mass().unwrap().get(Group::ONE.to_string()), Some(17.0));
/// assert!(configuration.tea_doses().is_none());
/// # Ok::<(), lamarzocco_proto::Malformed>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct MachineConfiguration(Json);

impl MachineConfiguration {
    /// Reads the text of the object.
    ///
    /// # Errors
    ///
    /// If the text is not one JSON object.
    pub fn from_text(text: &str) -> Result<Self, Malformed> {
        let json = Json::parse(text).map_err(|error| syntax::malformed(&error, text))?;
        Self::from_json(json).map_err(|error| error.at(Some(0)))
    }

    /// Takes an object that was read already.
    ///
    /// # Errors
    ///
    /// If it is not an object.
    pub fn from_json(json: Json) -> Result<Self, Malformed> {
        if json.root().is_object() {
            Ok(Self(json))
        } else {
            Err(Malformed::new(Reason::ConfigurationNotAnObject))
        }
    }

    /// Takes a value that is known to be an object.
    pub(crate) fn new(json: Json) -> Self {
        Self(json)
    }

    /// Reads the answer of the REST interface to `/config`: the object itself, or an object whose only member `data`
    /// holds it.
    ///
    /// # Errors
    ///
    /// If the text is not one JSON object, or its `data` is none.
    pub fn from_rest(text: &str) -> Result<Self, Malformed> {
        let outer = Self::from_text(text)?;
        let mut members = outer.raw().members();
        match (members.next(), members.next()) {
            (Some(("data", data)), None) => match data.as_str() {
                Some(text) => Self::from_text(text),
                None => Self::from_json(data.to_json()),
            },
            _ => Ok(outer),
        }
    }

    /// The whole object, with the members that have no accessor here.
    #[must_use]
    pub fn raw(&self) -> JsonRef<'_> {
        self.0.root()
    }

    /// The same configuration with another value for one of its members, which is added if it is not there.
    ///
    /// ```
    /// use lamarzocco_proto::{MachineConfiguration, wire::MachineMode};
    ///
    /// let before = MachineConfiguration::from_text(r#"{"machineMode":"StandBy","version":"v1"}"#)?;
    /// let after = before.with("machineMode", &MachineMode::BrewingMode.as_str().into());
    /// assert_eq!(after.to_string(), r#"{"machineMode":"BrewingMode","version":"v1"}"#);
    /// # Ok::<(), lamarzocco_proto::Malformed>(())
    /// ```
    #[must_use]
    pub fn with(&self, member: &str, value: &serde_json::Value) -> Self {
        Self(self.0.with_member(member, Json::from(value).root()))
    }

    fn read<'a, T: FromJson<'a>>(&'a self, member: &str) -> Option<T> {
        self.raw().get(member).and_then(T::from_json)
    }
}

macro_rules! members {
    (in $seen:ident: $( $(#[$meta:meta])* $field:ident: $type:ty = $member:literal $(in $own:ident)?; )*) => {
        impl MachineConfiguration {
            $(
                $(#[$meta])*
                #[doc = concat!("\n\nThe member `", $member, "`. ", seen!($seen $($own)?))]
                #[must_use]
                pub fn $field(&self) -> Option<$type> {
                    self.read($member)
                }
            )*
        }
    };
}

members! {
    in pro:
    /// The variant of the family, for example `AV`.
    sub_family: &str = "subFamily";
    /// What the machine is built of; one item in all captures.
    machine_capabilities: List<'_, MachineCapability<'_>> = "machineCapabilities" in both;
    /// The brewing groups with their doses. Read all of them: machines have up to four.
    group_capabilities: List<'_, GroupCapability<'_>> = "groupCapabilities" in both;
    /// The circuit boards.
    boards: List<'_, Board<'_>> = "boardDescriptor";
    /// The serial numbers: a list, which may be empty or hold a placeholder.
    serial_numbers: List<'_, SerialNumber<'_>> = "serialNumber";
    /// The firmware of a professional machine: a list.
    machine_firmware: List<'_, Firmware<'_>> = "machineFirmwareVersion";
    /// How many settings the machine has; compare with [`SettingsMap::len`](crate::SettingsMap::len).
    number_of_settings: u32 = "numberOfSettings";
    /// Whether the machine brews or rests.
    machine_mode: MachineMode = "machineMode" in both;
    /// Whether the cup warmer is on.
    cup_warmer_enabled: bool = "cupwarmerEnabled";
    /// The doses of hot water by dose; there may be fewer than four.
    tea_doses: Entries<'_, TeaDose<'_>> = "teaDoses" in both;
    /// Whether doses of hot water are on.
    tea_doses_enabled: bool = "teaDosesEnabled";
    /// When the machine turns itself on and off.
    auto_on_off: AutoOnOff<'_> = "autoOnOffConfig";
    /// Whether it does.
    auto_on_off_enabled: bool = "autoOnOffEnabled";
    /// Mass of the ground coffee by group, in grams.
    coffee_mass: Entries<'_, f64> = "abrCoffeeMass";
    /// Mass of the portafilter by group, in grams.
    portafilter_mass: Entries<'_, f64> = "abrPortafilterMass";
    /// Empty in the only capture.
    av_mode_brewing_pressure: Entries<'_, JsonRef<'_>> = "avModeBrewingPressure";
    /// The temperatures to hold by boiler, in °C.
    boiler_target_temperature: Entries<'_, f64> = "boilerTargetTemperature" in both;
    /// The ways to choose pre-infusion that the machine offers.
    preinfusion_modes_available: List<'_, PreinfusionMode> = "preinfusionModesAvailable" in both;
    /// How pre-infusion is chosen, by group.
    preinfusion_mode: Entries<'_, PreinfusionStyleOf<'_>> = "preinfusionMode" in both;
    /// Pre-infusion times; empty in the only capture of a professional machine.
    preinfusion_settings: PreinfusionSettings<'_> = "preinfusionSettings" in both;
    /// Whether the machine has read its configuration.
    is_loaded: bool = "isLoaded";
}

impl MachineConfiguration {
    /// How pre-infusion is chosen for a group.
    #[must_use]
    pub fn preinfusion_style(&self, group: crate::Group) -> Option<PreinfusionStyle> {
        self.preinfusion_mode()?.get(group.to_string())?.preinfusion_style()
    }
}

members! {
    in home:
    /// The version of the format, for example `v1`.
    version: &str = "version";
    /// The boilers with their temperatures.
    boilers: List<'_, BoilerState<'_>> = "boilers";
    /// The serial number of a home machine.
    machine_sn: &str = "machine_sn";
    /// The hardware of a home machine.
    machine_hw: &str = "machine_hw";
    /// Whether the machine is connected to the mains.
    is_plumbed_in: bool = "isPlumbedIn";
    /// Whether back-flushing is on.
    is_back_flush_enabled: bool = "isBackFlushEnabled";
    /// Whether there is water in the tank.
    tank_status: bool = "tankStatus";
    /// Time until stand-by; the unit is not known.
    stand_by_time: u32 = "standByTime";
    /// Always empty; has nothing to do with the map of all settings.
    settings: List<'_, JsonRef<'_>> = "settings";
    /// Recipes.
    recipes: List<'_, Recipe<'_>> = "recipes";
    /// Which dose uses which recipe.
    recipe_assignment: List<'_, RecipeAssignment<'_>> = "recipeAssignment";
    /// The scale.
    scale: Scale<'_> = "scale";
    /// The times of the week.
    weekly_scheduling: WeeklyScheduling<'_> = "weeklySchedulingConfig";
    /// Times at which the machine wakes up and goes to sleep.
    wake_up_sleep_entries: List<'_, WakeUpSleep<'_>> = "wakeUpSleepEntries";
    /// When the machine goes to stand-by on its own.
    smart_stand_by: SmartStandBy<'_> = "smartStandBy";
    /// The clock, local and without zone; it may say anything.
    clock: &str = "clock";
    /// The firmware of a home machine and its gateway.
    firmware_versions: List<'_, FirmwareVersion<'_>> = "firmwareVersions";
}

members! {
    in grinder:
    /// The model family of a grinder; machines have it in [`machine_capabilities`](Self::machine_capabilities).
    family: Family = "family";
    /// The serial number of a grinder.
    grinder_sn: &str = "machineSn";
    /// The hardware of a grinder.
    grinder_hw: &str = "machineHw";
    /// Whether the light is on, or how bright it is.
    barista_led: JsonRef<'_> = "baristaLed";
    /// Whether the bell is open.
    bell_opened: bool = "bellOpened";
    /// The dose of the grinder that is chosen.
    selected_dose: JsonRef<'_> = "selectedDose";
    /// The doses of the grinder.
    grinder_doses: List<'_, GrinderDose<'_>> = "doses";
}

impl fmt::Display for MachineConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for MachineConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MachineConfiguration").field(&self.0).finish()
    }
}
