use clap::Args;

use super::command::Target;
use super::on_off::OnOff;
use crate::failure::Failure;
use crate::output::Output;

/// Switch a device on or off.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink coolkit switch --simulate 1000abcdef on
  devicelink coolkit switch --simulate 10004c4c4c off --outlet 3

The exit code is 0 if the device has acknowledged the command. If nobody knows whether it acted, look at its state with
`devicelink coolkit query`, and switch again: that does no harm twice.")]
pub(crate) struct Switch {
    #[command(flatten)]
    target: Target,
    /// What to switch it to.
    #[arg(value_enum)]
    to: OnOff,
    /// The outlet of a device with several; the first is 0.
    #[arg(long, value_name = "N")]
    outlet: Option<u8>,
}

impl Switch {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let on = self.to.is_on();
        self.target
            .tell(&mut output, |device| match self.outlet {
                Some(outlet) => device.outlet(outlet, on),
                None => device.switch(on),
            })
            .await
    }
}
