//! A client that is gone has left nothing: no memory, no descriptor, no task.
//!
//! The simulators live on a thread of their own, as the memory is counted by thread. What TLS needs is made on one more
//! thread and freed on the client's, 576 bytes each time: a leak smaller than that in each life would not be seen.
#![cfg(all(feature = "coolkit", feature = "lamarzocco", feature = "placeos", target_os = "linux"))]

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Waker};
use std::time::Duration;

use devicelink::{coolkit, lamarzocco, placeos};
use devicelink_sim::coolkit::{Cloud, Device};
use devicelink_sim::lamarzocco::Machine;
use devicelink_sim::placeos::{Building, Module, Script};
use futures::StreamExt;
use placeos_proto::Command;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

/// Lives that are counted, after as many that fill caches.
const LIVES: usize = 50;

/// Descriptors are those of the whole process: one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

const CALLS: usize = 40;

/// Where simulators live, as long as no other test runs.
fn simulators() -> (impl Drop, Runtime) {
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    (alone, runtime.expect("a runtime"))
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").expect("Linux").count()
}

/// Whether a client has left memory or descriptors, once `is_gone` has waited for the server to see it go.
fn assert_leaves_nothing(vendor: &str, live: impl AsyncFn(usize), is_gone: impl Fn()) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let lives = || {
        (0..LIVES).for_each(|at| runtime.block_on(live(at)));
        // What was dropped has ended when the runtime has nothing left to do.
        runtime.block_on(async {
            while runtime.metrics().num_alive_tasks() > 0 {
                tokio::task::yield_now().await;
            }
        });
    };
    lives();
    is_gone();
    let before = descriptors();
    let left = allocation_counter::measure(lives);
    is_gone();
    let more = descriptors().saturating_sub(before);
    println!(
        "F31 {vendor}: {LIVES} lives left {} bytes and {more} descriptors",
        left.bytes_current
    );
    assert!(left.count_total > 1000, "something was counted");
    assert_eq!(more, 0, "descriptors");
    assert!(left.bytes_current < 4096, "{} bytes are left", left.bytes_current);
}

/// Begins all calls and drops every third one; the others wait for an answer that never comes.
fn begin(calls: impl Iterator<Item = Call>) -> Vec<Call> {
    let begun = |(at, mut call): (usize, Call)| {
        let _ = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        (at % 3 > 0).then_some(call)
    };
    calls.enumerate().filter_map(begun).collect()
}

/// A call whose outcome is only told apart.
type Call = Pin<Box<dyn Future<Output = bool>>>;

/// All end, and none well.
async fn assert_unanswered(calls: Vec<Call>) {
    for call in calls {
        assert!(!timeout(PATIENCE, call).await.expect("it settles"));
    }
}

#[test]
fn a_building_is_left_without_a_trace() {
    let (_alone, simulators) = simulators();
    let building = simulators
        .block_on(Building::builder().module("sys-1", Module::display()).start())
        .expect("a building");
    building
        .on_request(|request| (*request.command() == Command::Exec).then(|| Script::new().hold()));
    let pin = building.certificate_sha256();
    let live = async |at: usize| {
        let client = placeos::Client::builder(building.base_url())
            .api_key(building.credential().secret().expose())
            .pin(pin.parse().expect("a pin"))
            .build()
            .expect("a client");
        let display = client.system("sys-1").module("Display", 1);
        let mut binding = display.bind("power");
        timeout(PATIENCE, client.online()).await.expect("in time").expect("online");
        assert!(timeout(PATIENCE, binding.next()).await.expect("in time").is_some());
        let calls = (0..CALLS).map(|_| display.exec("echo", [1]).into_future());
        let calls = begin(calls.map(|call| Box::pin(async { call.await.is_ok() }) as Call));
        if at % 2 == 0 {
            client.close().await;
            assert_unanswered(calls).await;
        }
    };
    assert_leaves_nothing("placeos", live, || {
        simulators.block_on(building.until(|seen| seen.open_connections == 0));
    });
}

#[test]
fn a_cloud_is_left_without_a_trace() {
    let (_alone, simulators) = simulators();
    let device = "1000abcdef";
    let cloud = simulators
        .block_on(Cloud::builder().device(Device::switch(device)).start())
        .expect("a cloud");
    cloud.set_silent(device, true);
    let (account, pin) = (cloud.account(), cloud.certificate_sha256());
    let live = async |at: usize| {
        let credentials = coolkit::Credentials::new(
            account.at.expose(),
            account.apikey.expose(),
            account.appid.expose(),
        );
        let client = coolkit::Client::builder(credentials)
            .dispatch(cloud.dispatch_url())
            .trust_any_host()
            .pin(pin.parse().expect("a pin"))
            .build()
            .expect("a client");
        let device = client.device(device).expect("a device");
        let _updates = device.updates();
        timeout(PATIENCE, client.online()).await.expect("in time").expect("online");
        let calls = (0..CALLS).map(|_| device.switch(true).into_future());
        let calls = begin(calls.map(|call| Box::pin(async { call.await.is_ok() }) as Call));
        if at % 2 == 0 {
            client.close().await;
            assert_unanswered(calls).await;
        }
    };
    assert_leaves_nothing("coolkit", live, || {
        simulators.block_on(cloud.until(|seen| seen.open_connections == 0));
    });
}

#[test]
fn a_machine_is_left_without_a_trace() {
    let (_alone, simulators) = simulators();
    let machine = simulators.block_on(Machine::start()).expect("a machine");
    let pin = machine.certificate_sha256();
    let live = async |at: usize| {
        let client = lamarzocco::Client::builder(machine.url())
            .token(machine.token())
            .pin(pin.parse().expect("a pin"))
            .build()
            .expect("a client");
        let mut updates = client.updates();
        for _ in 0..4 {
            assert!(timeout(PATIENCE, updates.next()).await.expect("in time").is_some());
        }
        if at % 2 == 0 {
            client.close().await;
        }
    };
    assert_leaves_nothing("lamarzocco", live, || {
        simulators.block_on(machine.until(|seen| seen.open_connections == 0));
    });
}
