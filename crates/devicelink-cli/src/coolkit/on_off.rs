use std::str::FromStr;

use clap::ValueEnum;
use devicelink::coolkit::Setpoint;

/// The two states of a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OnOff {
    On,
    Off,
}

impl OnOff {
    pub(super) fn is_on(self) -> bool {
        self == Self::On
    }
}

/// A temperature or a humidity, and what happens on one side of it: `21.5=on`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reaction {
    pub(super) at: Setpoint,
    pub(super) to: OnOff,
}

impl FromStr for Reaction {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (at, to) = text.split_once('=').ok_or("write VALUE=on or VALUE=off")?;
        Ok(Self { at: setpoint(at)?, to: OnOff::from_str(to, false)? })
    }
}

/// Reads a temperature or a humidity.
pub(super) fn setpoint(text: &str) -> Result<Setpoint, String> {
    let number = text.parse().ok().and_then(Setpoint::new);
    number.ok_or_else(|| format!("{text:?} is no finite number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_is_a_number_and_a_state() {
        let at = |number| Setpoint::new(number).unwrap();
        assert_eq!("21.5=on".parse(), Ok(Reaction { at: at(21.5), to: OnOff::On }));
        assert_eq!("-3=off".parse(), Ok(Reaction { at: at(-3.0), to: OnOff::Off }));
        let error = |text: &str| text.parse::<Reaction>().unwrap_err();
        assert_eq!(error("21.5"), "write VALUE=on or VALUE=off");
        assert_eq!(error("warm=on"), "\"warm\" is no finite number");
        assert_eq!(error("inf=on"), "\"inf\" is no finite number");
        assert_eq!(error("1=up"), "invalid variant: up");
    }
}
