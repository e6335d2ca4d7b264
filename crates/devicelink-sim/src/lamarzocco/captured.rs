//! The professional machine whose frames were published: a GB5 AV with two groups and firmware 1.2.0, in stand-by.
//!
//! Passwords and the serial number are those of the publication. They are a public sample, and `Debug` hides them.

use lamarzocco_proto::{Frame, MachineConfiguration, Message, SettingsMap};

const SETTINGS: &str = include_str!("captured/settings.json");
const CONFIGURATION: &str = include_str!("captured/machine_configuration.json");

/// The 249 settings.
#[must_use]
pub fn settings() -> SettingsMap {
    message(SETTINGS).and_then(Message::into_settings).unwrap_or_default()
}

/// The configuration; a placeholder stands for the serial number.
///
/// # Panics
///
/// Never: a test reads it.
#[must_use]
pub fn configuration() -> MachineConfiguration {
    message(CONFIGURATION).and_then(Message::into_machine_configuration).expect("a test reads it")
}

fn message(frame: &str) -> Option<Message> {
    Frame::decode(frame).ok()?.into_iter().next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_captured_machine_can_be_read() {
        assert_eq!(settings().len(), 249);
        assert_eq!(configuration().number_of_settings(), Some(249));
    }

    #[test]
    fn the_captured_machine_is_that_of_the_test_data() {
        let testdata = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/lamarzocco/");
        // The repository has it, the published crate does not.
        let Ok(captured) = std::fs::read_to_string(format!("{testdata}settings.json")) else {
            return;
        };
        assert_eq!(SETTINGS, captured);
        let captured =
            std::fs::read_to_string(format!("{testdata}machine_configuration_redacted.json"));
        assert_eq!(CONFIGURATION, captured.unwrap());
    }
}
