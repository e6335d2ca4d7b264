//! Every known name, once.

use std::num::NonZeroU8;

use super::{Boiler, Family, Group, Kind, Source, UnknownName};

/// Declares [`Name`] from rows of: source, kind, unit, variant, text before the index, text after it, meaning.
macro_rules! names {
    ($( $source:ident $kind:ident $($unit:literal)? : $variant:ident $(($index:ident))? = $prefix:literal $(# $suffix:literal)?, $doc:literal; )*) => {
        /// The name of a message.
        ///
        /// A name with an index carries it: `CoffeeBoiler1Enabled` is [`CoffeeBoilerEnabled`](Name::CoffeeBoilerEnabled)
        /// of boiler 1. Names that are not known are kept in [`Unknown`](Name::Unknown) and written back unchanged.
        ///
        /// ```
        /// use lamarzocco_proto::{Group, Name};
        ///
        /// let name = Name::from("BrewingUpdateGroup2Time");
        /// assert_eq!(name, Name::BrewingUpdateTime(Group::new(2).unwrap()));
        /// assert_eq!(name.unit().unwrap().as_str(), "s");
        /// assert_eq!(name.to_string(), "BrewingUpdateGroup2Time");
        ///
        /// assert!(!Name::from("BrewingUpdateGroup02Time").is_known());
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Name {
            $(
                #[doc = concat!("`", $prefix $(, "<N>", $suffix)?, "`: ", $doc, "\n\n", names!(@source $source))]
                $variant $(($index))?,
            )*
            /// A name that this version of the crate does not know.
            Unknown(UnknownName),
        }

        #[derive(Clone, Copy)]
        enum Id { $( $variant, )* }

        pub(super) const FAMILIES: &[Family] = &[$(
            Family {
                prefix: $prefix,
                suffix: names!(@option $($suffix)?),
                kind: Kind::$kind,
                unit: names!(@option $($unit)?),
                source: Source::$source,
            },
        )*];

        /// The name of a row; the index counts only where the name has one.
        pub(super) fn build(id: usize, index: NonZeroU8) -> Name {
            const BUILD: &[fn(NonZeroU8) -> Name] = &[$( |_index| Name::$variant $(($index::from(_index)))? ),*];
            BUILD[id](index)
        }

        impl Name {
            /// The row of this name.
            pub(super) fn id(&self) -> Option<usize> {
                let id = match self {
                    $( Self::$variant { .. } => Id::$variant, )*
                    Self::Unknown(_) => return None,
                };
                Some(id as usize)
            }

            pub(super) fn index(&self) -> Option<NonZeroU8> {
                match self {
                    $($( Self::$variant(index) => { let index: &$index = index; NonZeroU8::new(index.number()) } )?)*
                    _ => None,
                }
            }
        }
    };
    (@source Frame) => { "Seen in a captured frame of a professional machine." };
    (@source Rest) => { "Captured from the REST list of a professional machine." };
    (@source Cloud) => { "Seen in cloud copies of a professional machine only." };
    (@source Home) => { "Captured from home machines." };
    (@source Client) => { "Known from public client code only." };
    (@option) => { None };
    (@option $some:literal) => { Some($some) };
}

#[rustfmt::skip]
names! {
    // Temperatures and boilers.
    Frame Number "°C": SteamBoilerUpdateTemperature = "SteamBoilerUpdateTemperature", "the temperature now, in °C; 0 while the machine is off.";
    Frame Number "°C": CoffeeBoilerUpdateTemperature(Boiler) = "CoffeeBoiler" # "UpdateTemperature", "the temperature now, in °C; 0 while the machine is off.";
    Rest Number "°C": SteamBoilerUpdateSetPoint = "SteamBoilerUpdateSetPoint", "the temperature to hold, in °C.";
    Rest Number "°C": CoffeeBoilerUpdateSetPoint(Boiler) = "CoffeeBoiler" # "UpdateSetPoint", "the temperature to hold, in °C.";
    Rest Bool: SteamBoilerEnabled = "SteamBoilerEnabled", "whether the boiler is heated.";
    Rest Bool: CoffeeBoilerEnabled(Boiler) = "CoffeeBoiler" # "Enabled", "whether the boiler is heated.";
    Rest Number "°C": SteamBoilerSettingTargetSetPoint = "SteamBoilerSettingTargetSetPoint", "a temperature that was set, in °C; looks like the echo of a command (inferred).";
    Rest Number "°C": CoffeeBoilerSettingTargetSetPoint(Boiler) = "CoffeeBoiler" # "SettingTargetSetPoint", "a temperature that was set, in °C; looks like the echo of a command (inferred).";
    Rest Text: SteamBoilerSettingEnableState = "SteamBoilerSettingEnableState", "for example `BoilerEnabled`; looks like the echo of a command (inferred).";
    Rest Text: CoffeeBoilerSettingEnableState(Boiler) = "CoffeeBoiler" # "SettingEnableState", "for example `BoilerEnabled`; looks like the echo of a command (inferred).";
    Rest Bool: SteamBoilerAutoFillInProgress = "SteamBoilerAutoFillInProgress", "whether the steam boiler is being filled.";
    Rest Number "s": SteamBoilerAutoFillTime = "SteamBoilerAutoFillTime", "how long it was filled, in seconds (unit inferred).";
    Rest Text: SteamBoilerAutoFillStopType = "SteamBoilerAutoFillStopType", "why the filling ended, for example `byBrewingStarting`.";

    // Brewing.
    Rest Number "g": AbrCoffeeMass(Group) = "ABRCoffeeMassGroup" # "", "mass of the ground coffee, in grams.";
    Rest Number "g": AbrPortafilterMass(Group) = "ABRPortafilterMassGroup" # "", "mass of the portafilter, in grams.";
    Rest Text: BrewingStartedDoseIndex(Group) = "BrewingStartedGroup" # "DoseIndex", "the dose of the draw that started, for example `DoseC`.";
    Rest Text: BrewingStoppedDoseIndex(Group) = "BrewingStoppedGroup" # "DoseIndex", "the dose of the draw that stopped.";
    Rest Text: FlushStoppedDoseIndex(Group) = "FlushStoppedGroup" # "DoseIndex", "the dose of the draw that ended early, which counts as a flush (inferred).";
    Rest Text: BrewingStartedStopType(Group) = "BrewingStartedGroup" # "StopType", "what will end the draw, for example `Volumetric`.";
    Rest Text: BrewingStoppedStopType(Group) = "BrewingStoppedGroup" # "StopType", "what was to end the draw.";
    Rest Text: BrewingStoppedStopReason(Group) = "BrewingStoppedGroup" # "StopReason", "what ended the draw, for example `Automatic`.";
    Rest Number "pulses": BrewingStartedVolumeTarget(Group) = "BrewingStartedGroup" # "VolumeTarget", "in pulses of the flow meter.";
    Rest Number "pulses": BrewingStoppedVolumeTarget(Group) = "BrewingStoppedGroup" # "VolumeTarget", "in pulses of the flow meter.";
    Rest Number "s": BrewingStartedTimeTarget(Group) = "BrewingStartedGroup" # "TimeTarget", "in seconds (unit inferred).";
    Rest Number "s": BrewingStoppedTimeTarget(Group) = "BrewingStoppedGroup" # "TimeTarget", "in seconds (unit inferred).";
    Rest Number "ms": BrewingStartedPreWetWetTime(Group) = "BrewingStartedGroup" # "PreWetWetTime", "in **milliseconds** (inferred); the machine configuration has seconds for the same time.";
    Rest Number "ms": BrewingStartedPreWetHoldTime(Group) = "BrewingStartedGroup" # "PreWetHoldTime", "in **milliseconds** (inferred); the machine configuration has seconds for the same time.";
    Rest Number "s": BrewingUpdateTime(Group) = "BrewingUpdateGroup" # "Time", "how long the draw has taken so far, in seconds.";
    Rest Number "s": BrewingStoppedTime(Group) = "BrewingStoppedGroup" # "Time", "how long the draw took, in seconds.";
    Rest Number "s": FlushStoppedTime(Group) = "FlushStoppedGroup" # "Time", "how long the flush took, in seconds.";
    Rest Number "s": BrewingStoppedTimeSinceStart(Group) = "BrewingStoppedGroup" # "TimeSinceStart", "in seconds; larger than `Time`, nobody knows why.";
    Rest Number "pulses": BrewingUpdateVolume(Group) = "BrewingUpdateGroup" # "Volume", "what has flown so far, in pulses of the flow meter.";
    Rest Number "pulses": BrewingStoppedVolume(Group) = "BrewingStoppedGroup" # "Volume", "what has flown, in pulses of the flow meter.";
    Rest Number "pulses": FlushStoppedVolume(Group) = "FlushStoppedGroup" # "Volume", "what has flown, in pulses of the flow meter.";
    Rest Number: BrewingUpdateFlowRate(Group) = "BrewingUpdateGroup" # "FlowRate", "the flow now; the unit is not known.";
    Rest Number: FlushStoppedFlowRate(Group) = "FlushStoppedGroup" # "FlowRate", "the flow; the unit is not known.";
    Rest Bool: BrewingUpdateInPostBrew(Group) = "BrewingUpdateGroup" # "InPostBrew", "whether the draw is in its last part.";
    Rest Bool: BrewingUpdateIsSolenoidOpen(Group) = "BrewingUpdateGroup" # "IsSolenoidOpen", "whether the valve of the group is open.";
    Rest Json: BrewingSnapshot(Group) = "BrewingSnapshotGroup" # "", "all about the draw that ended.";
    Rest Json: FlushSnapshot(Group) = "FlushSnapshotGroup" # "", "all about the flush that ended.";
    Rest Json: DoseSettings(Group) = "Group" # "DoseSettings", "a dose that was set; looks like the echo of a command (inferred).";
    Rest Json "s": SettingPreinfusion(Group) = "SettingPreinfusionGroup" # "", "a **list** of pre-infusion times, in seconds.";
    Rest Json: SettingPreinfusionMode(Group) = "SettingPreinfusionGroup" # "Mode", "how pre-infusion is chosen.";

    // The machine as a whole.
    Rest Json: SettingAutoOnOffConfig = "SettingAutoOnOffConfig", "when the machine turns itself on and off.";
    Rest Bool: SettingAutoOnOffEnabled = "SettingAutoOnOffEnabled", "whether the machine turns itself on and off.";
    Rest Bool: TeaDoseEnabled = "TeaDoseEnabled", "whether doses of hot water are on.";
    Rest Bool: HotWaterInProgress = "HotWaterInProgress", "whether hot water flows.";
    Rest Json "s": TeaDoseSettings = "TeaDoseSettings", "a dose of hot water, in seconds (unit inferred).";
    Rest Text: TeaStartedDoseIndex = "TeaStartedDoseIndex", "the dose of hot water that started.";
    Rest Text: TeaStartedStopType = "TeaStartedStoptype", "what will end it; the wire has a small t in `type`.";
    Rest Number "s": TeaStartedStopTarget = "TeaStartedStopTarget", "in seconds (unit inferred).";
    Rest Text: HotWaterButtonUsed = "HotWaterButtonUsed", "for example `LongPressTeaDose`.";
    Rest Text: HotWaterStopReason = "HotWaterStopReason", "for example `ByButton`.";
    Rest Number "s": HotWaterStopTime = "HotWaterStopTime", "how long hot water flowed, in seconds (unit inferred).";
    Rest Number "µS/cm": WaterConductivity = "WaterConductivity", "in µS/cm (unit inferred).";
    Rest Number "mg/L": WaterTds = "WaterTDS", "dissolved solids in mg/L (unit inferred): 0.64 times the conductivity.";
    Rest Number: WaterHardness = "WaterHardness", "the unit is not known.";
    Rest Number: TotalEnergyConsumption = "TotalEnergyConsumption", "the unit is not known.";
    Rest Bool: CupwarmerStatus = "CupwarmerStatus", "whether the cup warmer is on.";
    Rest Text: UserInitiatedEventType = "UserInitiatedEventType", "for example `G2CleaningCyclePerformed`, with the group inside the text.";
    Rest Json: SystemInfo = "SystemInfo", "the gateway; professional and home machines write different members.";
    Frame Json: Settings = "Settings", "the map of all settings.";
    Frame Json: MachineConfiguration = "MachineConfiguration", "the machine configuration.";

    // Counters and versions, seen in cloud copies only.
    Cloud Number "count": BrewingStoppedCounter(Group) = "BrewingStoppedGroup" # "Counter", "draws of the group.";
    Cloud Number "count": BrewingStoppedDoseACounter(Group) = "BrewingStoppedGroup" # "DoseACounter", "draws of dose A.";
    Cloud Number "count": BrewingStoppedDoseBCounter(Group) = "BrewingStoppedGroup" # "DoseBCounter", "draws of dose B.";
    Cloud Number "count": BrewingStoppedDoseCCounter(Group) = "BrewingStoppedGroup" # "DoseCCounter", "draws of dose C.";
    Cloud Number "count": BrewingStoppedDoseDCounter(Group) = "BrewingStoppedGroup" # "DoseDCounter", "draws of dose D.";
    Cloud Number "count": BrewingStoppedDoseContinuousCounter(Group) = "BrewingStoppedGroup" # "DoseContinuousCounter", "draws without a dose; a dose index says `ContinuousDose` for the same.";
    Cloud Number "count": FlushStoppedCounter(Group) = "FlushStoppedGroup" # "Counter", "flushes of the group.";
    Cloud Number "count": FlushStoppedDoseACounter(Group) = "FlushStoppedGroup" # "DoseACounter", "flushes of dose A.";
    Cloud Number "count": FlushStoppedDoseBCounter(Group) = "FlushStoppedGroup" # "DoseBCounter", "flushes of dose B.";
    Cloud Number "count": FlushStoppedDoseCCounter(Group) = "FlushStoppedGroup" # "DoseCCounter", "flushes of dose C.";
    Cloud Number "count": FlushStoppedDoseDCounter(Group) = "FlushStoppedGroup" # "DoseDCounter", "flushes of dose D.";
    Cloud Number "count": FlushStoppedDoseContinuousCounter(Group) = "FlushStoppedGroup" # "DoseContinuousCounter", "flushes without a dose.";
    Cloud Text: MachineFwVersion = "machineFwVersion", "for example `1.2.0`.";
    Cloud Text: GatewayFwVersion = "gatewayFwVersion", "for example `20231102114141`: text, though it looks like a number.";
    Cloud Text: Presence = "presence", "for example `connected`.";

    // Home machines and Bluetooth.
    Home Bool: BrewingUpdateEv(Group) = "BrewingUpdateGroup" # "Ev", "whether the valve is open; `false` means that the draw has stopped.";
    Home Bool: BrewingUpdateBackflush(Group) = "BrewingUpdateGroup" # "Backflush", "whether the group is being back-flushed.";
    Home Text: MachineMode = "MachineMode", "for example `StandBy`.";
    Home Text: Sleep = "Sleep", "the machine goes to sleep; the value says why, for example `command`.";
    Home Text: WakeUp = "WakeUp", "the machine wakes up; the value says why, for example `manual`.";
    Home Text: TankStatus = "TankStatus", "`full` or `empty`.";
    Client Any: KeepAlive = "KeepAlive", "says that the link lives; its value was never recorded.";
    Home Json: MachineStatistics = "MachineStatistics", "counters of the machine; the unit of its times is not known.";
    Home Json "°C": Boilers = "Boilers", "all boilers, in °C.";
    Home Json "°C": BoilersTargetTemperature = "BoilersTargetTemperature", "the temperatures to hold, in °C; there are two shapes.";
    Client Json "s": PreinfusionSettings = "PreinfusionSettings", "as `preinfusionSettings` of the machine configuration.";
    Home Json: GroupCapabilities = "GroupCapabilities", "as `groupCapabilities` of the machine configuration.";
    Home Json: SteamBoilerHeatingCoeff = "SteamBoilerHeatingCoeff", "coefficients of the heating by temperature.";
    Home Json: CoffeeBoilerHeatingCoeff(Boiler) = "CoffeeBoiler" # "HeatingCoeff", "coefficients of the heating by temperature.";
}
