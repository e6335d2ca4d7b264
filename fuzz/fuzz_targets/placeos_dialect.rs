//! Lives of a session with the dialect of `placeos-client`, which is private to it.
#![no_main]

use devicelink_fuzz::life::{self, Script};
use dialect::{Dialect, Order, Topic};
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use placeos_proto::{Args, BindingKey, Command, Generation, ModuleId};

#[allow(dead_code, reason = "nobody reads what it tells")]
#[path = "../../crates/placeos-client/src/dialect.rs"]
#[rustfmt::skip] // It would look for the tests of it, too.
mod dialect;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    let generations = [Generation::G1, Generation::G2, Generation::G3];
    let Ok(generation) = bytes.choose(&generations) else { return };
    let _ = life::live(Dialect::new(generation.wire()), &mut Building, &mut bytes);
});

struct Building;

const MODULES: [&str; 2] = ["mod-1", "mod-2"];

impl Script<Dialect> for Building {
    fn command(&mut self, bytes: &mut Unstructured<'_>) -> Result<Option<Order>> {
        let args = bytes.arbitrary::<bool>()?.then(Args::none);
        Ok(Some(Order {
            command: Command::Exec,
            key: key(bytes)?,
            args,
            whole: bytes.arbitrary()?,
        }))
    }

    fn topic(&mut self, bytes: &mut Unstructured<'_>) -> Result<Topic> {
        Ok(match bytes.int_in_range(0..=3)? {
            0 => Topic::Diagnostics,
            1 => Topic::log("sys", &ModuleId::from(*bytes.choose(&MODULES)?), 1),
            _ => Topic::Variable(key(bytes)?),
        })
    }

    fn said(&mut self, asked: &str, bytes: &mut Unstructured<'_>) -> Result<String> {
        // A request begins with its id.
        let id = asked.strip_prefix("{\"id\":").and_then(|rest| rest.split(',').next());
        let id = id.unwrap_or("0");
        let module = *bytes.choose(&MODULES)?;
        let key = key(bytes)?;
        let meta = format!(
            r#"{{"sys":"{}","mod":"{}","index":{},"name":"{}"}}"#,
            key.system(),
            key.module(),
            key.index(),
            key.name()
        );
        Ok(match bytes.int_in_range(0..=8)? {
            0 | 1 => format!(r#"{{"id":{id},"type":"success","mod_id":"{module}"}}"#),
            2 => format!(
                r#"{{"id":{id},"type":"error","error_code":{},"msg":"no"}}"#,
                bytes.int_in_range(0..=8)?
            ),
            3 => format!(r#"{{"id":{id},"type":"notify","value":"1","meta":{meta}}}"#),
            4 => format!(r#"{{"id":{id},"type":"notify","value":"1"}}"#),
            5 => format!(
                r#"{{"id":{id},"type":"debug","mod":"{module}","level":"info","msg":"m","meta":{meta}}}"#
            ),
            6 => format!(r#"{{"type":"debug","mod":"{module}","level":"info","msg":"m"}}"#),
            7 => "pong".into(),
            _ => bytes.arbitrary::<&str>()?.into(),
        })
    }
}

fn key(bytes: &mut Unstructured<'_>) -> Result<BindingKey> {
    Ok(BindingKey::new("sys", "Display", 1, bytes.choose(&["power", "input", "debug"])?))
}
