//! The shapes of the objects that messages carry.
//!
//! Each borrows its object and reads a member when asked, leniently: one that is absent, null or of another type reads
//! as nothing. `raw` has the whole object. Each accessor says where its member was seen; what is said to be captured from
//! a professional machine stood in the list of last measurements that its REST interface answers, not in a live frame.
//!
//! ```
//! use lamarzocco_proto::{Frame, Payload, wire::StopReason};
//!
//! let frame = Frame::decode(r#"{"BrewingSnapshotGroup1":{"brewingInfo":{"stopReason":"Automatic","time":15.6}}}"#)?;
//! let message = frame.messages()[0].as_ref().map_err(Clone::clone)?;
//! let Some(Payload::BrewingSnapshot(snapshot)) = message.payload() else { unreachable!() };
//! let draw = snapshot.brewing().unwrap();
//! assert_eq!((draw.time(), draw.stop_reason()), (Some(15.6), Some(StopReason::Automatic)));
//! # Ok::<(), lamarzocco_proto::Malformed>(())
//! ```

use crate::configuration::enums::{DoseIndex, PreinfusionStyle, StopReason, StopType};
use crate::configuration::fields::{Dose, DoseMode, GroupBuild};
use crate::json::view::{Entries, List, Scalar, view};
use crate::json::{FromJson, JsonRef};
use crate::name::Group;

view! {
    /// All about a draw or a flush that ended.
    pub struct Snapshot in both {
        /// The group.
        group_configuration: SnapshotGroup<'a> = "groupConfiguration",
        /// The water.
        water: Water<'a> = "waterProperties",
        /// The draw.
        brewing: Draw<'a> = "brewingInfo",
        /// The flush.
        flush: Draw<'a> = "flushInfo",
    }

    /// The group of a snapshot.
    pub struct SnapshotGroup in both {
        /// Which group it is.
        group: Group = "groupNumber",
        /// What it is built of, and the temperature of its boiler.
        capabilities: GroupBuild<'a> = "capabilities",
        /// The dose.
        dose: Dose<'a> = "dose",
        /// How the group brews; may be empty.
        dose_mode: DoseMode<'a> = "doseMode",
    }

    /// The water of a snapshot.
    pub struct Water in pro {
        /// In µS/cm (unit inferred).
        conductivity: f64 = "conductivity",
        /// The unit is not known.
        hardness: f64 = "hardness",
    }

    /// A draw or a flush.
    pub struct Draw in both {
        /// The target of brewing by ratio; the unit is not known.
        abr_target: f64 = "abrTarget" in pro,
        /// Mass of the ground coffee, in grams.
        coffee_mass: f64 = "abrCoffeeMass" in pro,
        /// Mass of the portafilter, in grams.
        portafilter_mass: f64 = "abrPortafilterMass" in pro,
        /// The dose.
        dose_index: DoseIndex = "doseIndex",
        /// Mass in the cup, in grams (inferred).
        mass: f64 = "mass" in pro,
        /// What ended it.
        stop_reason: StopReason = "stopReason",
        /// What was to end it.
        stop_type: StopType = "stopType",
        /// How long it took, in seconds.
        time: f64 = "time",
        /// What has flown, in pulses of the flow meter.
        volume: f64 = "volume",
    }

    /// A dose that was set.
    pub struct DoseSettings in pro {
        /// For example `Pulses`.
        group_mode: &'a str = "groupMode",
        /// The dose.
        dose: DoseSetting<'a> = "dose",
    }

    /// The dose of [`DoseSettings`].
    pub struct DoseSetting in pro {
        /// Which dose it is.
        button: DoseIndex = "button",
        /// Pulses of the flow meter; the only capture has the text `number`, apparently a placeholder.
        target_pulses: Scalar<'a> = "targetPulses",
    }

    /// How pre-infusion is chosen for a group.
    pub struct PreinfusionModeSetting in pro {
        /// The group.
        group: Group = "groupNumber",
        /// How it is chosen.
        preinfusion_style: PreinfusionStyle = "preinfusionStyle",
    }

    /// A dose of hot water.
    pub struct TeaDoseSettings in pro {
        /// Which dose it is.
        dose_index: DoseIndex = "doseIndex",
        /// How long, in seconds (unit inferred).
        stop_target: f64 = "stopTarget",
    }

    /// The gateway. Professional and home machines write different members.
    pub struct SystemInfo in both {
        /// The network interfaces.
        network_interfaces: List<'a, NetworkInterface<'a>> = "network_interfaces",
        /// Memory, as texts such as `8.3M`.
        memory_info: Sizes<'a> = "memory_info" in pro,
        /// Storage, as texts such as `8.3M`.
        filesystem: Sizes<'a> = "filesystem" in pro,
        /// For example `1 day, 17:24`.
        uptime: &'a str = "uptime" in pro,
        /// The operating system.
        os_version: &'a str = "os_version" in pro,
        /// Hardware addresses by interface, never printed by `Debug`.
        mac_addr: Entries<'a, &'a str> = "mac_addr" in pro,
        /// Memory by region.
        system_ram: List<'a, Ram<'a>> = "system_ram" in home,
        /// The processor.
        cpu: JsonRef<'a> = "cpu" in home,
        /// Open connections.
        connections: JsonRef<'a> = "connections" in home,
        /// Seconds since the start.
        up_time: f64 = "up_time" in home,
        /// The time of the gateway.
        current_time: JsonRef<'a> = "curr_time" in home,
        /// Why it started.
        boot_reason: JsonRef<'a> = "boot_reason" in home,
        /// How often it started.
        boot_count: u32 = "boot_count" in home,
        /// The time zone.
        timezone: &'a str = "timezone" in home,
        /// Storage.
        fs: Storage<'a> = "fs" in home,
    }

    /// A network interface.
    pub struct NetworkInterface in both {
        /// Its name.
        name: &'a str = "name",
        /// Its network address, never printed by `Debug`.
        address: &'a str = "address",
        /// Its hardware address, never printed by `Debug`.
        mac: &'a str = "mac" in home,
        /// How it is protected.
        auth: JsonRef<'a> = "auth" in home,
        /// The radio channel.
        channel: u32 = "channel" in home,
        /// The strength of the signal, in dBm (inferred).
        rssi: f64 = "rssi" in home,
    }

    /// Sizes as texts such as `8.3M`.
    pub struct Sizes in pro {
        /// Where the storage is mounted.
        dir: &'a str = "dir",
        /// What is left.
        available: &'a str = "available",
        /// What is in use.
        used: &'a str = "used",
        /// All of it.
        total: &'a str = "total",
    }

    /// A region of memory.
    pub struct Ram in home {
        /// Its name.
        name: &'a str = "name",
        /// Free bytes (unit inferred).
        free: f64 = "free",
        /// Used bytes (unit inferred).
        allocated: f64 = "allocated",
    }

    /// The storage of a home machine.
    pub struct Storage in home {
        /// All bytes (unit inferred).
        total: f64 = "total",
        /// Used bytes (unit inferred).
        used: f64 = "used",
        /// The files.
        files: List<'a, File<'a>> = "files",
    }

    /// A file of a home machine.
    pub struct File in home {
        /// Its path.
        path: &'a str = "path",
        /// Its size in bytes (unit inferred).
        size: f64 = "size",
    }

    /// Counters of the machine. The units of the times are not known.
    pub struct MachineStatistics in home {
        /// The groups.
        groups: List<'a, GroupStatistics<'a>> = "groups",
        /// All draws.
        total_doses: f64 = "tot_doses",
        /// How long each boiler was heated: objects with one member each.
        boilers: List<'a, Entries<'a, f64>> = "boilers",
        /// Hot water.
        tea: TeaStatistics<'a> = "tea",
        /// How long the pump ran.
        pump_on_time: f64 = "pump_ontime",
        /// How long the machine was on.
        machine_on_time: f64 = "machine_ontime",
        /// How long it was filled.
        refill_on_time: f64 = "refill_ontime",
        /// Litres of water (unit inferred).
        liters: f64 = "count_liter",
    }

    /// Counters of a group.
    pub struct GroupStatistics in home {
        /// Draws by dose: objects with one member each.
        doses: List<'a, Entries<'a, f64>> = "doses",
        /// Cleaning cycles.
        clean: f64 = "clean",
        /// How often the valve opened.
        valve_activations: f64 = "ev_activations",
        /// How long the valve was open.
        valve_on_time: f64 = "ev_ontime",
    }

    /// Counters of hot water.
    pub struct TeaStatistics in home {
        /// How often.
        count: f64 = "count",
        /// How often the valve opened.
        valve_activations: f64 = "ev_activation",
        /// How long the valve was open.
        valve_on_time: f64 = "ev_ontime",
    }

    /// A coefficient of the heating.
    pub struct HeatingCoefficient in home {
        /// In °C (unit inferred).
        temperature: f64 = "temperature",
        /// The coefficient; spelt so on the wire.
        coefficient: f64 = "coefficent",
    }
}

/// The temperatures to hold by boiler, in °C.
///
/// Reads an object by boiler, as captured, and a list of objects with `id` and `value`, as older clients expect it.
#[derive(Clone, Copy, PartialEq)]
pub struct TargetTemperatures<'a>(JsonRef<'a>);

impl<'a> TargetTemperatures<'a> {
    /// The boilers with their temperatures, in the order of the wire.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, f64)> {
        let by_name =
            self.0.members().filter_map(|(boiler, value)| Some((boiler, value.as_f64()?)));
        let listed = self
            .0
            .items()
            .filter_map(|item| Some((item.get("id")?.as_str()?, item.get("value")?.as_f64()?)));
        by_name.chain(listed)
    }

    /// The temperature of a boiler, for example `SteamBoiler` or the text of a [`Boiler`](crate::Boiler).
    #[must_use]
    pub fn get(self, boiler: &str) -> Option<f64> {
        self.iter().find(|(id, _)| *id == boiler).map(|(_, temperature)| temperature)
    }

    /// The object or list as it is.
    #[must_use]
    pub fn raw(self) -> JsonRef<'a> {
        self.0
    }
}

impl<'a> FromJson<'a> for TargetTemperatures<'a> {
    fn from_json(json: JsonRef<'a>) -> Option<Self> {
        (json.is_object() || json.is_array()).then_some(Self(json))
    }
}

impl std::fmt::Debug for TargetTemperatures<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.iter().collect::<Vec<_>>().fmt(f)
    }
}
