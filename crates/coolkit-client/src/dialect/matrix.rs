//! The fault matrix in simulated time.

use std::sync::Arc;

use coolkit_proto::{Device, Reply};
use longlink::{Config, Delivery, Frame, Heartbeat, Probe, Schedule, SubscriptionId};

use super::{Ask, Dialect, Inbound, Order, Topic, tests};

#[path = "../../../longlink/tests/matrix/calls.rs"]
mod calls;
#[path = "../../../longlink/tests/matrix/rows.rs"]
mod rows;

use calls::{Caller, call_rows};
use rows::{Client, Heard, Life, rows, secs};

struct CoolKit;

impl Client for CoolKit {
    const NAME: &'static str = "coolkit";
    const TOPICS: u32 = 20;
    const ON_THE_WIRE: bool = false;
    const GREETS: bool = true;
    type Dialect = Dialect;

    fn dialect() -> Dialect {
        tests::dialect()
    }

    fn config() -> Config {
        tests::config()
    }

    /// As the cloud announces it at the login.
    fn heartbeat() -> Heartbeat {
        Heartbeat::new(secs(130.5), secs(5.0), Probe::Text("ping"), Schedule::Always)
    }

    fn topic(n: u32) -> Topic {
        Topic::Device(device(n).into())
    }

    fn event(n: u32) -> Frame {
        Frame::text(format!(
            r#"{{"action":"update","deviceid":"{}","userAgent":"device","params":{{"switch":"on"}}}}"#,
            device(n)
        ))
    }

    fn read(frame: &Frame) -> Heard {
        let Frame::Text(text) = frame else { return Heard::Other };
        if text.as_str() == "ping" {
            return Heard::Probe(Frame::text("pong"));
        }
        let request = coolkit_proto::Frame::decode(text).expect("JSON");
        let id = request.sequence().expect("a sequence").into_owned();
        let Some(names) = request.get("params").filter(|params| params.is_list()) else {
            return Heard::Greeting(Frame::text(tests::ACCEPTED.replace("SEQ", &id)));
        };
        let n =
            names.items().next().and_then(|name| name.as_str()).and_then(|name| name.parse().ok());
        Heard::Call { id, n: n.expect("a number") }
    }

    fn answer(id: &str, n: u32) -> Frame {
        Frame::text(format!(
            r#"{{"error":0,"deviceid":"{}","n":{n},"sequence":"{id}"}}"#,
            device(0)
        ))
    }
}

impl Caller for CoolKit {
    fn command(n: u32) -> Order {
        let device = Arc::new(Device::new(&device(0), "own key"));
        Order { device, ask: Ask::Query(vec![n.to_string()]) }
    }

    fn number(reply: &Arc<Reply>) -> u32 {
        let n = reply.frame().get("n").and_then(|n| n.as_u64());
        n.and_then(|n| n.try_into().ok()).expect("a number")
    }

    fn strange_id(n: u32) -> String {
        format!("99999{n:08}")
    }

    fn strays() -> Topic {
        Topic::Everything
    }

    fn ignored(life: &Life<Self>, strays: SubscriptionId) -> usize {
        let is_stray = |it: &&_| matches!(it, Delivery::Event(Inbound::Unmatched(_)));
        life.world.deliveries(strays).iter().filter(is_stray).count()
    }

    fn remembered(dialect: &Dialect) -> usize {
        dialect.pending.sent.len()
    }
}

fn device(n: u32) -> String {
    format!("10000000{n:02}")
}

rows!(CoolKit);
call_rows!(CoolKit);
