//! PlaceOS: calls, and events over many bindings, over one, and to many readers of one.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use placeos_client::{Binding, Client, Module, Update};
use placeos_proto::{Args, BindingKey, Generation, Id, Incoming, Kind, Request, classify};
use tokio::runtime::Runtime;

use crate::group::{Group, Way};
use crate::raw::{Raw, Voice};
use crate::stage::{Stage, runtime};
use crate::work::{Tally, callers, reader};

const PATH: &str = "/api/engine/v2/systems/control";
const SYSTEM: &str = "sys-1234";
const MODULE: &str = "Display";
const FUNCTION: &str = "switch_to";
/// With them a request has about 100 bytes.
const ARGS: (&str, bool) = ("HDMI", true);

/// Calls with so many in flight: all of them are answered at once, in random order.
pub(crate) fn calls(stage: &Stage, in_flight: usize) -> Group {
    let count = if in_flight == 1 { 2_000 } else { 30_000 };
    let (runtime, mut raw) = raw(stage);
    runtime.block_on(async {
        raw.ask([exec("hold", &(in_flight, in_flight)).encode()], 1).await;
        raw.begin(in_flight).await;
    });
    let of_raw = Way::new("raw loop", count, move || runtime.block_on(raw.calls(count)));
    let ours = call("ours", stage, in_flight, in_flight, count);
    group(&format!("calls, {in_flight} in flight"), vec![of_raw, ours])
}

/// Calls with more and more pending, ten of which are answered at a time, in random order.
pub(crate) fn pending(stage: &Stage) -> Group {
    let way = |pending: usize| call(&format!("{pending} pending"), stage, pending, 10, 10_000);
    group("calls, pending", [10, 100, 1_000, 10_000, 100_000].map(way).into())
}

/// Events that take turns over so many bindings, each of which has one reader.
pub(crate) fn events(stage: &Stage, bindings: usize, count: u64) -> Group {
    let (runtime, mut raw) = raw(stage);
    let bind = |at| Request::bind(Id::from(1), key(&variable(at))).encode();
    runtime.block_on(raw.ask((0..bindings).map(bind), 2));
    let order = exec("flood", &[count]).encode();
    let of_raw = Way::new("raw loop", count, move || {
        runtime.block_on(raw.flood(order.clone(), count));
    });
    let (runtime, module) = module(stage);
    let streams = (0..bindings).map(|at| module.bind(&variable(at))).collect();
    let ours = flood("ours", runtime, module, streams, (count, 1));
    group(&format!("events, {bindings} bound"), vec![of_raw, ours])
}

/// Events of one binding with more and more readers.
pub(crate) fn readers(stage: &Stage) -> Group {
    let way = |(readers, count): (u64, u64)| {
        let (runtime, module) = module(stage);
        let streams = (0..readers).map(|_| module.bind("v0")).collect();
        let plural = if readers == 1 { "" } else { "s" };
        flood(&format!("{readers} reader{plural}"), runtime, module, streams, (count, readers))
    };
    group("events, readers", [(1, 100_000), (10, 50_000), (1_000, 2_000)].map(way).into())
}

/// Events of one binding with several readers, without and with one more that never reads.
pub(crate) fn stalled(stage: &Stage) -> Group {
    const READERS: usize = 16;
    const COUNT: u64 = 50_000;
    let way = |name: &str, stalled: usize| {
        let (runtime, module) = module(stage);
        let mut streams: Vec<_> = (0..READERS + stalled).map(|_| module.bind("v0")).collect();
        let stalled = streams.split_off(READERS);
        let mut way = flood(name, runtime, module, streams, (COUNT, READERS as u64));
        way.run = Box::new(move || {
            black_box(&stalled);
            (way.run)();
        });
        way
    };
    let ways = vec![way("16 readers", 0), way("16 readers beside one that stalls", 1)];
    group("events, a stalled reader", ways)
}

fn group(name: &str, ways: Vec<Way>) -> Group {
    Group { runs: 1, ..Group::new(format!("PlaceOS: {name}"), ways) }
}

fn call(name: &str, stage: &Stage, in_flight: usize, batch: usize, count: u64) -> Way {
    let (runtime, module) = module(stage);
    runtime.block_on(async { module.exec("hold", (in_flight, batch)).await.expect("an answer") });
    let tally = callers(&runtime, in_flight, move || {
        let call = module.exec(FUNCTION, ARGS);
        async { drop(black_box(call.await.expect("an answer"))) }
    });
    Way::new(name, count, move || runtime.block_on(tally.more(count)))
}

/// Each event is read once for each stream of its binding; `streams` are of one binding each, or all of one.
fn flood(
    name: &str,
    runtime: Runtime,
    module: Module,
    streams: Vec<Binding>,
    (count, each): (u64, u64),
) -> Way {
    let readers = streams.len() as u64;
    let tally = Arc::<Tally>::default();
    for stream in streams {
        reader(&runtime, &tally, stream, |update| match black_box(update) {
            Update::Item(_) => true,
            update => panic!("{update:?}"),
        });
    }
    // The value that each variable has.
    runtime.block_on(tally.more(readers));
    Way::new(name, count, move || {
        let flood = async { drop(module.exec("flood", [count]).await.expect("an answer")) };
        runtime.block_on(async { tokio::join!(tally.more(count * each), flood) })
    })
}

/// Of a client that is online.
fn module(stage: &Stage) -> (Runtime, Module) {
    let client = Client::builder(format!("http://{}", stage.address))
        .api_key("id.secret")
        .exec_timeout(Duration::from_secs(3600))
        .max_requests(1 << 20)
        .build()
        .expect("a client");
    let runtime = runtime();
    runtime.block_on(client.online()).expect("a connection");
    (runtime, client.system(SYSTEM).module(MODULE, 1))
}

fn raw(stage: &Stage) -> (Runtime, Raw<Says>) {
    let says = Says { id: 0, key: key(FUNCTION) };
    let runtime = runtime();
    let raw = runtime.block_on(Raw::connect(&stage.address, PATH, says));
    (runtime, raw)
}

fn key(name: &str) -> BindingKey {
    BindingKey::new(SYSTEM, MODULE, 1, name)
}

fn variable(at: usize) -> String {
    format!("v{at}")
}

fn exec(function: &str, args: &impl serde::Serialize) -> Request {
    Request::exec(Id::from(1), key(function), Args::new(args).expect("arguments"))
}

/// Takes from each answer its id and its value, from each event its key and its value.
struct Says {
    id: i64,
    key: BindingKey,
}

impl Voice for Says {
    fn request(&mut self) -> String {
        self.id += 1;
        let args = Args::new(&ARGS).expect("arguments");
        Request::exec(Id::from(self.id), self.key.clone(), args).encode()
    }

    fn hear(&mut self, text: &str) {
        let Incoming::Response(response) = classify(text, Generation::G3) else {
            panic!("{text}");
        };
        match response.kind() {
            Kind::Notify => drop(black_box((response.key(), response.value()))),
            Kind::Success => drop(black_box((response.reply_to(), response.value()))),
            _ => panic!("{text}"),
        }
    }
}
