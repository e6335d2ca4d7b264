//! The clients of the CoolKit cloud, in one cloud each time. `interop/coolkit/README.md` says what is replaced.

mod legacy;
mod next;
mod ours;

use std::time::{Duration, Instant};

use coolkit_proto::Params;
use devicelink_sim::coolkit::{Builder, Cloud, Dispatch, Reply};
use devicelink_sim::{Answer, Fault, FaultPlan, Script};
use futures::FutureExt;
use serde_json::{Value, json};
use tokio::time::{interval, sleep, timeout};

use crate::cloud::{PACKAGE, SWITCH, builder};
use crate::{BOUND, DETECTION, Row, in_time, npm, observe, secs};

/// This fault on every connection.
fn faults(fault: impl Into<Fault>) -> impl FnOnce(&Cloud) {
    move |cloud| cloud.set_faults(FaultPlan::new().on(.., fault))
}

fn too_many() -> Answer {
    Answer::status(429).header("retry-after", "120")
}

/// The first of these lines, or the end.
async fn first(script: &mut npm::Script, names: &[&str], within: Duration) -> String {
    let begin = Instant::now();
    let told = timeout(within, async {
        loop {
            match script.tells().await {
                Some((name, _)) if !names.contains(&&*name) => {}
                told => break told,
            }
        }
    });
    match told.await {
        Err(_) => format!("nothing within {}", secs(within)),
        Ok(None) => format!("the process ends after {}", secs(begin.elapsed())),
        Ok(Some((name, Value::Null))) => format!("{name} after {}", secs(begin.elapsed())),
        Ok(Some((name, value))) => format!("{name} after {}: {value}", secs(begin.elapsed())),
    }
}

/// Another cloud that the dispatch names.
async fn foreign(cloud: &Cloud) -> Cloud {
    // The client trusts its certificate, as it would that of any host that has one.
    let other = builder().identity(cloud.identity()).start().await.expect("another cloud");
    let domain = other.address().ip().to_string();
    cloud.next_dispatch(Dispatch::Host { domain, port: other.address().port() });
    other
}

/// Whether the token of the account goes to another cloud.
async fn followed(cloud: &Cloud, other: &Cloud, within: Duration) -> String {
    let token = cloud.account().at;
    let heard = timeout(within, other.until_heard(|heard| heard.logins().count() > 0)).await;
    let is_sent =
        heard.is_ok_and(|it| it.logins().any(|login| login.at().as_ref() == Some(&token)));
    assert!(!cloud.seen().requests.is_empty(), "the dispatch was asked");
    format!("the token is {}sent to the host that it names", if is_sent { "" } else { "not " })
}
