//! What is bound is bound again.

use std::time::{Duration, Instant};

use futures::{FutureExt, StreamExt};
use placeos_client::{Binding, State, Update};
use tokio::time::sleep;

use crate::stage::{Stage, runtime};
use crate::storm::{client, module};

/// From the beginning of the attempt that succeeds, when TCP is not there yet, until the last binding has read its value.
/// Each reads of one gap, of its end, and one value: nothing is missing, and nothing is bound twice.
pub(crate) fn time(stage: &mut Stage, count: usize) -> Duration {
    let runtime = runtime();
    let client = client(stage);
    runtime.block_on(async {
        let display = module(&client);
        let mut bindings: Vec<_> = (0..count).map(|at| display.bind(&format!("v{at}"))).collect();
        client.online().await.expect("online");
        for binding in &mut bindings {
            value(binding).await;
        }
        let mut states = client.states();
        stage.restart();
        let mut restored = Box::pin(async {
            for binding in &mut bindings {
                assert!(matches!(binding.next().await, Some(Update::Gap(_))));
                assert!(matches!(binding.next().await, Some(Update::Resynced)));
                value(binding).await;
            }
        });
        let mut begin = Instant::now();
        loop {
            tokio::select! {
                _ = &mut restored => break,
                Some(state) = states.next() => if let State::Connecting { .. } = state {
                    begin = Instant::now();
                },
            }
        }
        let time = begin.elapsed();
        drop(restored);
        sleep(Duration::from_millis(100)).await;
        assert!(bindings.iter_mut().all(|binding| binding.next().now_or_never().is_none()));
        time
    })
}

async fn value(binding: &mut Binding) {
    assert!(matches!(binding.next().await, Some(Update::Item(_))));
}
