//! Lives of a session with the dialect of `lamarzocco-client`, which is private to it.
#![no_main]

use std::sync::Arc;

use devicelink_fuzz::life::{self, Script};
use dialect::{Dialect, Everything};
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "nobody reads what it tells")]
#[path = "../../crates/lamarzocco-client/src/dialect.rs"]
#[rustfmt::skip] // It would look for the tests of it, too.
mod dialect;
#[allow(dead_code, reason = "the dialect does not read what it stores")]
#[path = "../../crates/lamarzocco-client/src/snapshot.rs"]
mod snapshot;

fuzz_target!(|bytes: &[u8]| {
    let store = Arc::<snapshot::Store>::default();
    let dialect = Dialect { store: Arc::clone(&store) };
    let _ = life::live(dialect, &mut Machine, &mut Unstructured::new(bytes));
    assert!(!store.snapshot().is_live(), "what is known is not live after the end");
    assert!(store.snapshot().readings().all(|(_, reading)| !reading.is_live()));
});

struct Machine;

impl Script<Dialect> for Machine {
    fn command(&mut self, _: &mut Unstructured<'_>) -> Result<Option<std::convert::Infallible>> {
        Ok(None)
    }

    fn topic(&mut self, _: &mut Unstructured<'_>) -> Result<Everything> {
        Ok(Everything)
    }

    fn said(&mut self, _: &str, bytes: &mut Unstructured<'_>) -> Result<String> {
        let name = *bytes.choose(&[
            "CoffeeBoiler1UpdateTemperature",
            "SteamBoilerUpdateTemperature",
            "SteamBoilerEnabled",
            "Settings",
            "MachineConfiguration",
        ])?;
        let text = bytes.arbitrary::<&str>()?;
        Ok(match bytes.int_in_range(0..=3)? {
            0 => format!(r#"{{"name":"{name}","type":"string","data":{text:?}}}"#),
            1 => format!(r#"{{"{name}":{text}}}"#),
            2 => r#"{"Settings":{"Settings":[{"Hash":1,"Value":"AAAAAA=="},{"Hash":2}]}}"#.into(),
            _ => text.into(),
        })
    }
}
