use clap::{Args, ValueEnum};
use devicelink::coolkit::proto::params::DeviceType;
use devicelink::coolkit::{Command, Device, Setpoint};

use super::command::Target;
use super::on_off::{OnOff, Reaction, setpoint};
use crate::failure::Failure;
use crate::output::Output;

/// Tell a thermostat (TH10, TH16) when to switch.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink coolkit thermostat --simulate babecafe11 --on-below 21.5
  devicelink coolkit thermostat --simulate babecafe11 --above 60=on --below 50=off --by humidity
  devicelink coolkit thermostat --simulate babecafe11 --manual")]
pub(crate) struct Thermostat {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    mode: Mode,
    /// What --above and --below are.
    #[arg(long, value_enum, default_value_t, conflicts_with_all = ["on_below", "on_above", "manual"])]
    by: By,
}

#[derive(Args)]
#[group(required = true, multiple = true)]
struct Mode {
    /// Heat: on below this temperature in °C, off above it.
    #[arg(long, value_name = "CELSIUS", value_parser = setpoint, allow_negative_numbers = true, conflicts_with_all = ["on_above", "manual", "above", "below"])]
    on_below: Option<Setpoint>,
    /// Cool: on above this temperature in °C, off below it.
    #[arg(long, value_name = "CELSIUS", value_parser = setpoint, allow_negative_numbers = true, conflicts_with_all = ["manual", "above", "below"])]
    on_above: Option<Setpoint>,
    /// What happens above a value: 24=off.
    #[arg(
        long,
        value_name = "VALUE=on|off",
        allow_hyphen_values = true,
        requires = "below",
        conflicts_with = "manual"
    )]
    above: Option<Reaction>,
    /// What happens below a value: 20=on.
    #[arg(
        long,
        value_name = "VALUE=on|off",
        allow_hyphen_values = true,
        requires = "above",
        conflicts_with = "manual"
    )]
    below: Option<Reaction>,
    /// Switch by hand from now on. The relay stays as it is; what is given here is the main switch.
    #[arg(long, value_name = "MAIN_SWITCH", num_args = 0..=1, value_enum, default_missing_value = "off")]
    manual: Option<OnOff>,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum By {
    #[default]
    Temperature,
    Humidity,
}

impl Thermostat {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let Self { target, mode, by } = self;
        target.tell(&mut output, |device| command(device, mode, by)).await
    }
}

fn command(device: &Device, mode: Mode, by: By) -> Command {
    let thermostat = device.thermostat();
    let by = match by {
        By::Temperature => DeviceType::Temperature,
        By::Humidity => DeviceType::Humidity,
    };
    let reaction = |Reaction { at, to }| (at, to.is_on());
    match mode {
        Mode { on_below: Some(celsius), .. } => thermostat.on_below(celsius),
        Mode { on_above: Some(celsius), .. } => thermostat.on_above(celsius),
        Mode { above: Some(above), below: Some(below), .. } => {
            thermostat.automatic(by, reaction(above), reaction(below))
        }
        // One of the group is there.
        Mode { manual, .. } => thermostat.manual(manual.is_some_and(OnOff::is_on)),
    }
}
