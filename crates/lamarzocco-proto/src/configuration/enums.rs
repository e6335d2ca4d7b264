//! The choices of the machine configuration and of messages.

use crate::open_enum::open_enum;

open_enum! {
    /// Whether the machine brews or rests.
    pub enum MachineMode {
        /// On. Seen in captures of home machines.
        BrewingMode = "BrewingMode",
        /// In stand-by. Seen in a captured frame of a professional machine.
        StandBy = "StandBy",
        /// Known from the cloud only.
        EcoMode = "EcoMode",
    }

    /// The model family.
    pub enum Family {
        /// Seen in a captured frame of a professional machine.
        Gb5 = "GB5",
        /// Seen in captures of home machines.
        Gs3Av = "GS3AV",
        /// Seen in captures of home machines.
        Linea = "LINEA",
        /// Seen in captures of home machines.
        Micra = "MICRA",
        /// A grinder, seen in captures.
        Picog = "PICOG",
    }

    /// How a group ends its draws.
    pub enum GroupType {
        /// By a flow meter. Seen in a captured frame of a professional machine.
        Av = "AV_Group",
        /// By hand or time. Seen in captures of home machines.
        Ep = "EP_Group",
    }

    /// A dose of a group, as messages and the configuration write it.
    pub enum DoseIndex {
        /// Dose A.
        DoseA = "DoseA",
        /// Dose B.
        DoseB = "DoseB",
        /// Dose C.
        DoseC = "DoseC",
        /// Dose D.
        DoseD = "DoseD",
        /// A draw without a dose.
        ContinuousDose = "ContinuousDose",
        /// A draw without a dose, in another spelling.
        Continuous = "Continuous",
    }

    /// What a dose is measured in.
    pub enum DoseType {
        /// Pulses of the flow meter. Seen in a captured frame of a professional machine.
        Pulses = "PulsesType",
        /// Grams. Seen in captures of home machines.
        Mass = "MassType",
        /// Known from the cloud only.
        BrewRatio = "BrewRatioType",
        /// Known from the cloud only.
        Profile = "ProfileType",
        /// Known from the cloud only.
        Manual = "ManualType",
        /// Known from the cloud only.
        Time = "TimeType",
        /// Known from the cloud only.
        Revolutions = "RevType",
    }

    /// How a group brews.
    pub enum BrewingType {
        /// By pulses of the flow meter. Seen in a captured frame of a professional machine.
        Pulses = "PulsesType",
        /// By hand. Seen in captures.
        Manual = "ManualType",
        /// By time. Seen in captures.
        Time = "Time",
    }

    /// What a pre-infusion time holds for.
    pub enum PreinfusionDose {
        /// For the whole group.
        ByGroup = "ByGroup",
        /// For dose A.
        DoseA = "DoseA",
        /// For dose B.
        DoseB = "DoseB",
        /// For dose C.
        DoseC = "DoseC",
        /// For dose D.
        DoseD = "DoseD",
        /// For draws without a dose.
        Continuous = "Continuous",
    }

    /// A way to choose pre-infusion that the machine offers.
    pub enum PreinfusionMode {
        /// One time for the group. Seen in a captured frame of a professional machine.
        ByGroup = "ByGroup",
        /// A time for each dose. Seen in a captured frame of a professional machine.
        ByDoseType = "ByDoseType",
    }

    /// How pre-infusion is chosen for a group.
    pub enum PreinfusionStyle {
        /// Off. Seen in a captured frame of a professional machine.
        None = "None",
        /// A time for each dose. Seen in captures.
        ByDoseType = "PreinfusionByDoseType",
    }

    /// The kind of pre-infusion of a home machine. `TypeA` once broke a client that had a closed list.
    pub enum PreinfusionSetting {
        /// Off.
        Disabled = "Disabled",
        /// On.
        Enabled = "Enabled",
        /// With the pump.
        TypeA = "TypeA",
        /// With line pressure.
        TypeB = "TypeB",
    }

    /// A circuit board.
    pub enum BoardType {
        /// Seen in a captured frame of a professional machine.
        Gb5Button = "GB5ButtonBoard",
        /// Seen in a captured frame of a professional machine.
        Universal24V = "UniversalBoard24V",
        /// Seen in a captured frame of a professional machine.
        CdrWaterProbePosition2 = "CDRWaterProbePosition2",
        /// Seen in a captured frame of a professional machine.
        Cortex5 = "Cortex5Board",
    }

    /// What ended a draw or hot water.
    pub enum StopReason {
        /// The target was reached.
        Automatic = "Automatic",
        /// Somebody ended it.
        Manual = "Manual",
        /// Somebody ended it with a button.
        ByButton = "ByButton",
    }

    /// What is to end a draw, hot water or a filling.
    pub enum StopType {
        /// A volume.
        Volumetric = "Volumetric",
        /// A volume, in another spelling.
        Volume = "Volume",
        /// Nothing but a hand.
        Continuous = "Continuous",
        /// A time.
        ByTime = "StopByTime",
        /// The start of a draw.
        ByBrewingStarting = "byBrewingStarting",
    }

    /// How a home machine is scheduled.
    pub enum SchedulingType {
        /// One time for each day of the week.
        Weekly = "weeklyScheduling",
        /// A list of times.
        SmartWakeUpSleep = "smartWakeUpSleep",
    }

    /// From when a home machine counts the time until stand-by.
    pub enum SmartStandByMode {
        /// From the last draw.
        LastBrewing = "LastBrewing",
        /// From power-on.
        PowerOn = "PowerOn",
    }
}
