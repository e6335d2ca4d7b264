//! The fault matrix in simulated time. Rows of calls do not apply: there are none.

use longlink::{Config, Frame, Heartbeat};

use super::{Dialect, Everything};
use crate::builder::Builder;

#[path = "../../../longlink/tests/matrix/rows.rs"]
mod rows;

use rows::{Client, Heard, rows};

struct LaMarzocco;

impl Client for LaMarzocco {
    const NAME: &'static str = "lamarzocco";
    const TOPICS: u32 = 1;
    const ON_THE_WIRE: bool = false;
    const GREETS: bool = false;
    type Dialect = Dialect;

    fn dialect() -> Dialect {
        Dialect { store: Default::default() }
    }

    fn config() -> Config {
        Builder::new("192.0.2.1".into()).config()
    }

    fn heartbeat() -> Heartbeat {
        Self::config().heartbeat
    }

    fn topic(_: u32) -> Everything {
        Everything
    }

    fn event(_: u32) -> Frame {
        Frame::text(
            r#"{"name":"CoffeeBoiler1UpdateTemperature","type":"number","unit":"C°","data":"93.4"}"#,
        )
    }

    fn read(frame: &Frame) -> Heard {
        match frame {
            Frame::Ping(payload) => Heard::Probe(Frame::Pong(payload.clone())),
            _ => Heard::Other,
        }
    }

    fn answer(_: &str, _: u32) -> Frame {
        unreachable!("nothing is asked for")
    }
}

rows!(LaMarzocco);
