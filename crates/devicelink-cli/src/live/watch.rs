use std::pin::pin;

use futures::{Stream, StreamExt};

use super::limits::{Limits, ended};
use super::link::Link;
use super::progress;
use crate::failure::Failure;

/// What an update of a stream was.
pub(crate) enum Seen {
    /// So many lines of what one watches for.
    Lines(u64),
    /// Something about the connection.
    Beside,
    /// The last one.
    Last,
}

/// Shows what comes until the limits say that it is enough or Ctrl-C is pressed, and closes the client.
///
/// # Errors
/// What `show` gives; and if there never was a connection, why.
pub(crate) async fn watch<U>(
    client: &impl Link,
    limits: &Limits,
    updates: impl Stream<Item = U>,
    mut show: impl FnMut(U) -> Result<Seen, Failure>,
) -> Result<(), Failure> {
    let mut updates = pin!(updates);
    let mut end = pin!(ended(limits.seconds));
    let mut left = limits.count;
    let result = loop {
        let update = tokio::select! {
            update = updates.next() => update,
            ended = &mut end => break ended,
            never = progress::show(client) => match never {},
        };
        match update.map_or(Ok(Seen::Last), &mut show) {
            Ok(Seen::Lines(lines)) => left = left.map(|left| left.saturating_sub(lines)),
            Ok(Seen::Beside) => {}
            Ok(Seen::Last) => break Ok(()),
            Err(failure) => break Err(failure),
        }
        if left == Some(0) {
            break Ok(());
        }
    };
    let why = (client.accepted() == 0).then(|| client.last_failure());
    client.close().await;
    match (result, why) {
        (Ok(()), Some(Some(failure))) => Err(failure.into()),
        (Ok(()), Some(None)) => Err(Failure::new("there was no connection in this time")),
        (result, _) => result,
    }
}
