//! A draw of coffee as a list of messages with their times.

use std::time::Duration;

use lamarzocco_proto::settings::keys::Dose;
use lamarzocco_proto::{Group, Json, Message, Name};
use serde_json::{Value, json};

/// The time between two updates, as a captured machine has it.
const UPDATE: f64 = 1.07;
/// The captured `TimeSinceStart` is so much more than `Time`; nobody knows why.
const SINCE_START: f64 = 2.9;

/// A draw that has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Draw {
    /// Where.
    pub group: Group,
    /// Which dose was asked for.
    pub dose: Dose,
    /// How long it took by the machine's clock, which may run faster than ours.
    pub time: Duration,
    /// How much water flowed, in pulses of the flow meter.
    pub volume: f64,
}

/// A draw could not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrewError {
    /// The machine is in stand-by.
    #[error("the machine is in stand-by")]
    StandBy,
    /// The configuration has no such group.
    #[error("the machine has no such group")]
    NoSuchGroup,
    /// The configuration has no such dose of the group.
    #[error("the group has no such dose")]
    NoSuchDose,
    /// The group is brewing.
    #[error("the group is brewing")]
    Busy,
}

/// All that decides about a draw before it starts.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) group: Group,
    pub(super) dose: Dose,
    /// In pulses.
    pub(super) target: f64,
    /// Seconds of water and of rest before the draw proper.
    pub(super) preinfusion: (f64, f64),
    /// The longest draw in seconds.
    pub(super) timeout: f64,
    /// In pulses per second; the unit on the wire is not known.
    pub(super) flow: f64,
    /// After how many seconds somebody stops it, which makes it a flush.
    pub(super) stopped_after: Option<f64>,
    pub(super) coffee_mass: f64,
    pub(super) portafilter_mass: f64,
    /// Everything of the snapshot that the draw does not change.
    pub(super) snapshot: Value,
}

/// Messages that are sent together.
#[derive(Debug)]
pub(super) struct Step {
    /// Since the start of the draw.
    pub(super) at: Duration,
    pub(super) messages: Vec<Message>,
}

impl Plan {
    pub(super) fn draw(&self) -> Draw {
        let Self { group, dose, .. } = *self;
        Draw {
            group,
            dose,
            time: Duration::from_secs_f64(self.end()),
            volume: self.volume(self.end()),
        }
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        let updates =
            (1..).map(|count| f64::from(count) * UPDATE).take_while(|at| *at < self.end());
        let mut steps = vec![self.started()];
        steps.extend(updates.map(|at| self.update(at)));
        steps.push(if self.stopped_after.is_some() { self.flushed() } else { self.stopped() });
        steps
    }

    fn started(&self) -> Step {
        let (group, (wet, hold)) = (self.group, self.preinfusion);
        let messages = vec![
            Message::of_text(Name::BrewingStartedDoseIndex(group), &self.dose_index()),
            Message::of_text(Name::BrewingStartedStopType(group), "Volumetric"),
            Message::measurement(Name::BrewingStartedVolumeTarget(group), self.target),
            Message::measurement(Name::BrewingStartedTimeTarget(group), self.timeout),
            // These are in milliseconds.
            Message::measurement(Name::BrewingStartedPreWetWetTime(group), wet * 1000.0),
            Message::measurement(Name::BrewingStartedPreWetHoldTime(group), hold * 1000.0),
        ];
        Step { at: Duration::ZERO, messages }
    }

    fn update(&self, at: f64) -> Step {
        let group = self.group;
        let is_open = self.is_open(at);
        let messages = vec![
            Message::measurement(Name::BrewingUpdateTime(group), tenth(at)),
            Message::measurement(Name::BrewingUpdateVolume(group), self.volume(at)),
            Message::measurement(
                Name::BrewingUpdateFlowRate(group),
                if is_open { tenth(self.flow) } else { 0.0 },
            ),
            Message::flag(Name::BrewingUpdateInPostBrew(group), false),
            Message::flag(Name::BrewingUpdateIsSolenoidOpen(group), is_open),
        ];
        Step { at: Duration::from_secs_f64(at), messages }
    }

    fn stopped(&self) -> Step {
        let (group, end) = (self.group, self.end());
        let info = json!({
            "abrTarget": 0, "abrCoffeeMass": self.coffee_mass, "abrPortafilterMass": self.portafilter_mass,
            "doseIndex": self.dose_index(), "mass": 0, "stopReason": "Automatic", "stopType": "Volumetric",
            "time": tenth(end), "volume": self.volume(end),
        });
        let messages = vec![
            Message::measurement(Name::BrewingUpdateFlowRate(group), 0.0),
            Message::flag(Name::BrewingUpdateInPostBrew(group), true),
            Message::flag(Name::BrewingUpdateIsSolenoidOpen(group), false),
            Message::of_text(Name::BrewingStoppedDoseIndex(group), &self.dose_index()),
            Message::of_text(Name::BrewingStoppedStopType(group), "Volumetric"),
            Message::of_text(Name::BrewingStoppedStopReason(group), "Automatic"),
            Message::measurement(Name::BrewingStoppedVolumeTarget(group), self.target),
            Message::measurement(Name::BrewingStoppedTimeTarget(group), self.timeout),
            Message::measurement(Name::BrewingStoppedTime(group), tenth(end)),
            Message::measurement(
                Name::BrewingStoppedTimeSinceStart(group),
                tenth(end + SINCE_START),
            ),
            Message::measurement(Name::BrewingStoppedVolume(group), self.volume(end)),
            Message::json(Name::BrewingSnapshot(group), self.snapshot_with("brewingInfo", info)),
        ];
        Step { at: Duration::from_secs_f64(end), messages }
    }

    fn flushed(&self) -> Step {
        let (group, end) = (self.group, self.end());
        let info = json!({
            "doseIndex": self.dose_index(), "mass": 0, "time": tenth(end), "volume": self.volume(end),
        });
        let messages = vec![
            Message::flag(Name::BrewingUpdateIsSolenoidOpen(group), false),
            Message::of_text(Name::FlushStoppedDoseIndex(group), &self.dose_index()),
            Message::measurement(Name::FlushStoppedTime(group), tenth(end)),
            Message::measurement(Name::FlushStoppedVolume(group), self.volume(end)),
            Message::measurement(Name::FlushStoppedFlowRate(group), 0.0),
            Message::json(Name::FlushSnapshot(group), self.snapshot_with("flushInfo", info)),
        ];
        Step { at: Duration::from_secs_f64(end), messages }
    }

    fn snapshot_with(&self, member: &str, info: Value) -> Json {
        let mut snapshot = self.snapshot.clone();
        snapshot[member] = info;
        Json::from(&snapshot)
    }

    /// When the draw ends, in seconds.
    fn end(&self) -> f64 {
        let (wet, hold) = self.preinfusion;
        let flowing = self.target / self.flow;
        let full = if flowing > wet { flowing + hold } else { flowing };
        full.min(self.timeout).min(self.stopped_after.unwrap_or(f64::INFINITY))
    }

    /// What has flown after so many seconds, in whole pulses.
    fn volume(&self, at: f64) -> f64 {
        let (wet, hold) = self.preinfusion;
        let flowing = if at < wet { at } else { (at - hold).max(wet) };
        (self.flow * flowing).round().min(self.target)
    }

    fn is_open(&self, at: f64) -> bool {
        let (wet, hold) = self.preinfusion;
        at < wet || at >= wet + hold
    }

    fn dose_index(&self) -> String {
        format!("Dose{:?}", self.dose)
    }
}

fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use lamarzocco_proto::Value;

    use super::*;

    fn plan() -> Plan {
        Plan {
            group: Group::ONE,
            dose: Dose::C,
            target: 551.0,
            preinfusion: (0.0, 0.0),
            timeout: 120.0,
            flow: 37.5,
            stopped_after: None,
            coffee_mass: 17.0,
            portafilter_mass: 568.5,
            snapshot: json!({ "waterProperties": { "conductivity": 302 } }),
        }
    }

    fn numbers(plan: &Plan, name: &Name) -> Vec<f64> {
        let messages = plan.steps().into_iter().flat_map(|step| step.messages);
        messages
            .filter_map(|message| match message.value() {
                Value::Number(number) if message.name() == name => Some(*number),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_draw_ends_when_the_target_has_flown() {
        assert_eq!(plan().draw().volume, 551.0);
        assert_eq!(numbers(&plan(), &Name::BrewingStoppedVolume(Group::ONE)), [551.0]);
        assert_eq!(numbers(&plan(), &Name::BrewingStoppedTime(Group::ONE)), [14.7]);
        let volumes = numbers(&plan(), &Name::BrewingUpdateVolume(Group::ONE));
        assert_eq!(volumes.len(), 13);
        assert!(volumes.is_sorted() && volumes[0] == 40.0);
    }

    #[test]
    fn pre_infusion_holds_the_volume_and_makes_the_draw_longer() {
        let plan = Plan { preinfusion: (2.0, 3.0), ..plan() };
        assert_eq!(plan.draw().time.as_secs(), 17);
        let volumes = numbers(&plan, &Name::BrewingUpdateVolume(Group::ONE));
        assert_eq!(volumes[1..4], [75.0, 75.0, 75.0]);
        assert_eq!(numbers(&plan, &Name::BrewingStartedPreWetHoldTime(Group::ONE)), [3000.0]);
    }

    #[test]
    fn a_draw_never_takes_longer_than_the_machine_allows() {
        let plan = Plan { timeout: 5.0, ..plan() };
        assert_eq!(plan.draw().time, Duration::from_secs(5));
        assert_eq!(plan.draw().volume, 188.0);
    }

    #[test]
    fn a_draw_that_is_stopped_early_ends_as_a_flush() {
        let plan = Plan { stopped_after: Some(9.3), ..plan() };
        assert_eq!(numbers(&plan, &Name::FlushStoppedTime(Group::ONE)), [9.3]);
        assert!(numbers(&plan, &Name::BrewingStoppedTime(Group::ONE)).is_empty());
    }
}
