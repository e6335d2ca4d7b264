//! The objects and lists that messages carry.

pub mod shapes;

use self::shapes::{
    DoseSettings, HeatingCoefficient, MachineStatistics, PreinfusionModeSetting, Snapshot,
    SystemInfo, TargetTemperatures, TeaDoseSettings,
};
use crate::configuration::fields::{
    AutoOnOff, BoilerState, GroupCapability, Preinfusion, PreinfusionSettings,
};
use crate::json::view::List;
use crate::json::{FromJson, JsonRef};
use crate::name::Name;

/// The value of a message in the shape that its name calls for; see [`Message::payload`](crate::Message::payload).
///
/// All shapes are read leniently, from what captures show; every member may be absent.
///
/// ```
/// use lamarzocco_proto::{Frame, Payload};
///
/// let frame = Frame::decode(r#"{"Boilers":[{"id":"SteamBoiler","isEnabled":true,"target":131,"current":113}]}"#)?;
/// let Some(Ok(message)) = frame.iter().next() else { unreachable!() };
/// let Some(Payload::Boilers(boilers)) = message.payload() else { unreachable!() };
/// assert_eq!(boilers.first().unwrap().target(), Some(131.0));
/// # Ok::<(), lamarzocco_proto::Malformed>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// All about a draw that ended. A home machine may write the flush of a draw that ended early into it.
    BrewingSnapshot(Snapshot<'a>),
    /// All about a flush that ended.
    FlushSnapshot(Snapshot<'a>),
    /// A dose that was set.
    DoseSettings(DoseSettings<'a>),
    /// Pre-infusion times, in seconds.
    SettingPreinfusion(List<'a, Preinfusion<'a>>),
    /// How pre-infusion is chosen.
    SettingPreinfusionMode(PreinfusionModeSetting<'a>),
    /// When the machine turns itself on and off.
    AutoOnOff(AutoOnOff<'a>),
    /// A dose of hot water.
    TeaDoseSettings(TeaDoseSettings<'a>),
    /// The gateway.
    SystemInfo(SystemInfo<'a>),
    /// Counters of the machine.
    MachineStatistics(MachineStatistics<'a>),
    /// All boilers.
    Boilers(List<'a, BoilerState<'a>>),
    /// The temperatures to hold.
    BoilersTargetTemperature(TargetTemperatures<'a>),
    /// Pre-infusion times by group.
    PreinfusionSettings(PreinfusionSettings<'a>),
    /// The brewing groups.
    GroupCapabilities(List<'a, GroupCapability<'a>>),
    /// Coefficients of the heating.
    HeatingCoefficients(List<'a, HeatingCoefficient<'a>>),
}

impl<'a> Payload<'a> {
    pub(crate) fn of(name: &Name, json: JsonRef<'a>) -> Option<Self> {
        fn read<'a, T: FromJson<'a>>(
            json: JsonRef<'a>,
            payload: fn(T) -> Payload<'a>,
        ) -> Option<Payload<'a>> {
            T::from_json(json).map(payload)
        }
        match name {
            Name::BrewingSnapshot(_) => read(json, Self::BrewingSnapshot),
            Name::FlushSnapshot(_) => read(json, Self::FlushSnapshot),
            Name::DoseSettings(_) => read(json, Self::DoseSettings),
            Name::SettingPreinfusion(_) => read(json, Self::SettingPreinfusion),
            Name::SettingPreinfusionMode(_) => read(json, Self::SettingPreinfusionMode),
            Name::SettingAutoOnOffConfig => read(json, Self::AutoOnOff),
            Name::TeaDoseSettings => read(json, Self::TeaDoseSettings),
            Name::SystemInfo => read(json, Self::SystemInfo),
            Name::MachineStatistics => read(json, Self::MachineStatistics),
            Name::Boilers => read(json, Self::Boilers),
            Name::BoilersTargetTemperature => read(json, Self::BoilersTargetTemperature),
            Name::PreinfusionSettings => read(json, Self::PreinfusionSettings),
            Name::GroupCapabilities => read(json, Self::GroupCapabilities),
            Name::SteamBoilerHeatingCoeff | Name::CoffeeBoilerHeatingCoeff(_) => {
                read(json, Self::HeatingCoefficients)
            }
            _ => None,
        }
    }
}
