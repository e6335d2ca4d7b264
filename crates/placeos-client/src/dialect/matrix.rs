//! The fault matrix in simulated time.

use longlink::{Config, Frame, Heartbeat, SubscriptionId};
use placeos_proto::server::ClientMessage;
use placeos_proto::{Args, BindingKey, Command, Generation, PONG};

use super::{Answer, Dialect, Order, Topic};
use crate::builder::Builder;

#[path = "../../../longlink/tests/matrix/calls.rs"]
mod calls;
#[path = "../../../longlink/tests/matrix/rows.rs"]
mod rows;

use calls::{Caller, call_rows};
use rows::{Client, Heard, Life, rows};

struct PlaceOs;

impl Client for PlaceOs {
    const NAME: &'static str = "placeos";
    const TOPICS: u32 = 20;
    const ON_THE_WIRE: bool = true;
    const GREETS: bool = false;
    type Dialect = Dialect;

    fn dialect() -> Dialect {
        Dialect::new(Generation::G3.wire())
    }

    fn config() -> Config {
        Builder::new("https://example.com".into()).config()
    }

    fn heartbeat() -> Heartbeat {
        Self::config().heartbeat
    }

    fn topic(n: u32) -> Topic {
        Topic::Variable(key(n))
    }

    fn event(n: u32) -> Frame {
        Frame::text(format!(
            r#"{{"id":0,"type":"notify","value":1,"meta":{{"sys":"sys-1","mod":"Display","index":1,"name":"{n}"}}}}"#
        ))
    }

    fn read(frame: &Frame) -> Heard {
        let Frame::Text(text) = frame else { return Heard::Other };
        let request = match ClientMessage::decode(text) {
            Ok(ClientMessage::Ping) => return Heard::Probe(Frame::text(PONG)),
            Ok(ClientMessage::Request(request)) => {
                request.check(Generation::G3).expect("a request")
            }
            Err(error) => panic!("{error}"),
        };
        let id = request.id().to_string();
        let n = request.key().name().parse().expect("a number");
        match request.command() {
            Command::Bind => Heard::Subscribe { id, n },
            Command::Unbind => Heard::Unsubscribe { id, n },
            _ => Heard::Call { id, n },
        }
    }

    fn answer(id: &str, n: u32) -> Frame {
        Frame::text(format!(r#"{{"id":{id},"type":"success","value":{n}}}"#))
    }
}

impl Caller for PlaceOs {
    fn command(n: u32) -> Order {
        Order { command: Command::Exec, key: key(n), args: Some(Args::none()), whole: true }
    }

    fn number(reply: &Answer) -> u32 {
        let Answer::Whole(response) = reply else { panic!("the whole answer is asked for") };
        let value = response.value().and_then(|value| value.as_i64());
        value.and_then(|value| value.try_into().ok()).expect("a number")
    }

    fn strange_id(n: u32) -> String {
        format!("{}", 1_000_000 + n)
    }

    fn strays() -> Topic {
        Topic::Diagnostics
    }

    fn ignored(life: &Life<Self>, _: SubscriptionId) -> usize {
        life.world.session.stats().unmatched_replies as usize
    }

    fn remembered(dialect: &Dialect) -> usize {
        dialect.whole.len()
    }
}

fn key(n: u32) -> BindingKey {
    BindingKey::new("sys-1", "Display", 1, &n.to_string())
}

rows!(PlaceOs);
call_rows!(PlaceOs);
