//! Credentials that are refused, and sources of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use devicelink::coolkit::{Ask, CredentialSource, Failure, Observation, Secret, State, StopReason};
use devicelink_sim::{Answer, FaultPlan};

use crate::*;

rows! {
    f23_a_refused_credential_is_tried_twice_and_no_more: coolkit, lamarzocco, placeos;
    f23_a_source_that_hangs_has_the_deadline_of_the_attempt: coolkit, lamarzocco, placeos;
}

/// Gives another credential each time when the last was refused, or hangs then.
struct Source {
    is_hanging: bool,
    asked: AtomicU64,
}

#[async_trait]
impl CredentialSource for Source {
    async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
        if ask == Ask::Current {
            return Ok(Secret::from("first.1"));
        }
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        if self.is_hanging {
            std::future::pending::<()>().await;
        }
        Ok(Secret::from(format!("other.{asked}")))
    }
}

fn refused(bench: &Bench, is_hanging: bool) -> (Client, Arc<Source>) {
    let source = Arc::new(Source { is_hanging, asked: AtomicU64::new(0) });
    let options = Options {
        connect_timeout: Duration::from_millis(500),
        credential: Some("first.1".to_owned()),
        refresh: Some(Arc::clone(&source) as Arc<dyn CredentialSource>),
        ..Options::default()
    };
    (bench.client_with(options), source)
}

async fn f23_a_refused_credential_is_tried_twice_and_no_more(vendor: Vendor) {
    let bench = Bench::with_faults(vendor, FaultPlan::new().on(.., Answer::status(401))).await;
    let (client, source) = refused(&bench, false);
    client.events().stop().await;
    let state = client.state();
    assert!(matches!(state, State::Stopped { reason: StopReason::Unauthorized, .. }), "{state:?}");
    let attempts = bench.server.seen().request_count;
    assert_eq!((attempts, source.asked.load(Ordering::Relaxed)), (2, 1));
    report("F23", vendor, format!("{attempts} attempts, 1 refresh, then stopped"));
}

async fn f23_a_source_that_hangs_has_the_deadline_of_the_attempt(vendor: Vendor) {
    let bench = Bench::with_faults(vendor, FaultPlan::new().on(1, Answer::status(401))).await;
    let (client, source) = refused(&bench, true);
    let since = Instant::now();
    let failure = client.events().failure().await;
    assert_eq!(*failure.observation(), Observation::ConnectTimeout);
    assert_eq!((bench.server.seen().request_count, source.asked.load(Ordering::Relaxed)), (1, 1));
    report(
        "F23",
        vendor,
        format!("a refresh that hangs is given up after {} (deadline 0.50 s)", seconds(since)),
    );
}
