//! What is left of a machine. Alone in its process, because descriptors are counted.

mod common;

use std::time::Duration;

use common::connect;
use devicelink_sim::lamarzocco::Machine;
use devicelink_sim::{Fault, FaultPlan};
use futures::StreamExt;
use tokio::net::TcpStream;
use tokio::runtime::Handle;

/// The open descriptors of this process, where the system tells.
fn descriptors() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count())
}

#[tokio::test]
async fn a_machine_that_was_stopped_or_dropped_leaves_no_task_no_port_and_no_descriptor() {
    // The runtime opens what it needs at the first use.
    drop(TcpStream::connect("127.0.0.1:1").await);
    let (tasks, before) = (Handle::current().metrics().num_alive_tasks(), descriptors());
    for is_stopped in [true, false] {
        let plan = FaultPlan::new()
            .on(1, Fault::Silence)
            .on_request(2, Fault::Silence)
            .after_frames(3, 1, Fault::Silence);
        let machine =
            Machine::builder().faults(plan).tick(Duration::from_millis(1)).start().await.unwrap();
        let address = machine.address();
        let silent = TcpStream::connect(address).await.unwrap();
        machine.until(|seen| seen.open_connections == 1).await;
        tokio::select! {
            _ = connect(&machine) => panic!("the second connection is silent"),
            _ = machine.until(|seen| seen.request_count == 1) => {}
        }
        let third = connect(&machine).await.unwrap();
        let mut fourth = connect(&machine).await.unwrap();
        fourth.next().await.unwrap().unwrap();
        if is_stopped {
            machine.stop().await.unwrap();
        } else {
            drop(machine);
            while Handle::current().metrics().num_alive_tasks() > tasks {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(Handle::current().metrics().num_alive_tasks(), tasks);
        assert!(TcpStream::connect(address).await.is_err());
        drop((silent, third, fourth));
        assert_eq!(descriptors(), before);
    }
}
