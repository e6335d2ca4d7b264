//! CoolKit: commands, and events of a device.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use coolkit_client::{Client, Credentials, Device, Update};
use coolkit_proto::{
    Awaited, Incoming, Json, Object, Params, Pending, Request, Secret, Sequence, UserOnline,
    classify,
};
use tokio::runtime::Runtime;

use crate::group::{Group, Way};
use crate::raw::{Raw, Voice};
use crate::stage::{Stage, runtime};
use crate::work::{Tally, callers, reader};

const PATH: &str = "/api/ws";
const DEVICE: &str = "babecafe11";
const USER: &str = "ea017bb3-892a-4ce0-8cd6-a4ad5e1b5843";

/// Commands with so many in flight: all of them are answered at once, in random order.
pub(crate) fn calls(stage: &Stage, in_flight: usize) -> Group {
    let count = if in_flight == 1 { 2_000 } else { 30_000 };
    let (runtime, mut raw) = raw(stage);
    let hold_back = raw.voice().order(hold(in_flight));
    runtime.block_on(async {
        raw.ask([hold_back], 1).await;
        raw.begin(in_flight).await;
    });
    let of_raw = Way::new("raw loop", count, move || runtime.block_on(raw.calls(count)));
    let (runtime, device) = device(stage);
    runtime.block_on(async { device.update(hold(in_flight)).await.expect("an answer") });
    let tally = callers(&runtime, in_flight, move || {
        let command = device.switch(true);
        async { drop(black_box(command.await.expect("an answer"))) }
    });
    let of_ours = Way::new("ours", count, move || runtime.block_on(tally.more(count)));
    group(&format!("calls, {in_flight} in flight"), vec![of_raw, of_ours])
}

/// Events of one device, with one reader.
pub(crate) fn events(stage: &Stage, count: u64) -> Group {
    let (runtime, mut raw) = raw(stage);
    let of_raw = Way::new("raw loop", count, move || {
        let order = raw.voice().order(flood(count));
        runtime.block_on(raw.flood(order, count));
    });
    let (runtime, device) = device(stage);
    let tally = Arc::<Tally>::default();
    reader(&runtime, &tally, device.updates(), |update| match black_box(update) {
        Update::Event(_) => true,
        Update::Reply(_) => false,
        update => panic!("{update:?}"),
    });
    let of_ours = Way::new("ours", count, move || {
        let flood = async { drop(device.update(flood(count)).await.expect("an answer")) };
        runtime.block_on(async { tokio::join!(tally.more(count), flood) })
    });
    group("events", vec![of_raw, of_ours])
}

fn group(name: &str, ways: Vec<Way>) -> Group {
    Group { runs: 1, ..Group::new(format!("CoolKit: {name}"), ways) }
}

/// What the server is to do, as params.
fn hold(in_flight: usize) -> Params {
    let both = Json::list([in_flight as u64, in_flight as u64]);
    Params::from(Object::default().with("hold", both))
}

fn flood(count: u64) -> Params {
    Params::from(Object::default().with("flood", count))
}

/// Of a client that is online.
fn device(stage: &Stage) -> (Runtime, Device) {
    let client = Client::builder(Credentials::new("token", USER, "appid"))
        .endpoint(format!("ws://{}{PATH}", stage.address))
        .command_spacing(Duration::ZERO)
        .max_commands(1 << 16)
        .build()
        .expect("a client");
    let runtime = runtime();
    runtime.block_on(client.online()).expect("a connection");
    (runtime, client.device(DEVICE).expect("a device"))
}

fn raw(stage: &Stage) -> (Runtime, Raw<Says>) {
    let says = Says { millis: 1_519_293_433_136, device: coolkit_proto::Device::new(DEVICE, USER) };
    let runtime = runtime();
    let raw = runtime.block_on(async {
        let mut raw = Raw::connect(&stage.address, PATH, says).await;
        let secret = |text: &str| Secret::from(text);
        let sequence = Sequence::from_millis(1);
        let login =
            UserOnline::new(secret("token"), secret(USER), secret("appid"), "nonce", sequence);
        raw.ask([login.to_frame().encode()], 1).await;
        raw
    });
    (runtime, raw)
}

struct Says {
    millis: u64,
    device: coolkit_proto::Device,
}

impl Says {
    fn order(&mut self, params: Params) -> String {
        self.millis += 1;
        let sequence = Sequence::from_millis(self.millis);
        let request = Request::update(&self.device, params, sequence);
        request.on_behalf_of(&Secret::from(USER)).encode()
    }
}

impl Voice for Says {
    fn request(&mut self) -> String {
        self.order(Params::switch(true))
    }

    fn hear(&mut self, text: &str) {
        match black_box(classify(text, &All)) {
            Incoming::Event(_) | Incoming::Reply(_) => {}
            incoming => panic!("{incoming:?}"),
        }
    }
}

/// Takes every answer for one to this device.
struct All;

impl Pending for All {
    fn handshake(&self) -> Option<&str> {
        None
    }

    fn request(&self, _: &str) -> Option<Awaited<'_>> {
        Some(Awaited { device_id: Some(DEVICE) })
    }
}
