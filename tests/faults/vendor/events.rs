use devicelink::coolkit::Failure;
use devicelink::{coolkit, lamarzocco, placeos};
use futures::StreamExt;

use super::Bench;
use crate::soon;

/// The numbered events of [`Server::publish`](super::Server::publish).
pub(crate) enum Events {
    CoolKit(coolkit::Updates),
    LaMarzocco(lamarzocco::Updates),
    PlaceOs(placeos::Binding),
}

/// What stands in a stream.
#[derive(Debug)]
pub(crate) enum Seen {
    Number(u64),
    Lagged(u64),
    Gap(Failure),
    Resynced,
    Stopped(Failure),
    /// Anything else.
    Other,
}

impl Events {
    /// The next one, until the stream ends.
    pub(crate) async fn next(&mut self) -> Option<Seen> {
        Some(match self {
            Self::CoolKit(updates) => match soon(updates.next()).await? {
                coolkit::Update::Event(event) => {
                    let number = |params: coolkit_proto::ParamsRef<'_>| params.json("n")?.as_u64();
                    event.frame().params().and_then(number).map_or(Seen::Other, Seen::Number)
                }
                coolkit::Update::Lagged(count) => Seen::Lagged(count),
                coolkit::Update::Gap(failure) => Seen::Gap(failure),
                coolkit::Update::Resynced => Seen::Resynced,
                coolkit::Update::Stopped(failure) => Seen::Stopped(failure),
                _ => Seen::Other,
            },
            Self::LaMarzocco(updates) => match soon(updates.next()).await? {
                lamarzocco::Update::Message(message) => {
                    let number = message.value().as_f64().filter(|number| *number >= 0.0);
                    number.map_or(Seen::Other, |number| Seen::Number(number as u64))
                }
                lamarzocco::Update::Lagged(count) => Seen::Lagged(count),
                lamarzocco::Update::Gap(failure) => Seen::Gap(failure),
                lamarzocco::Update::Resynced => Seen::Resynced,
                lamarzocco::Update::Stopped(failure) => Seen::Stopped(failure),
                _ => Seen::Other,
            },
            Self::PlaceOs(binding) => match soon(binding.next()).await? {
                placeos::Update::Item(value) => {
                    let number = value.as_i64().and_then(|number| u64::try_from(number).ok());
                    number.map_or(Seen::Other, Seen::Number)
                }
                placeos::Update::Lagged(count) => Seen::Lagged(count),
                placeos::Update::Gap(failure) => Seen::Gap(failure),
                placeos::Update::Resynced => Seen::Resynced,
                placeos::Update::Stopped(failure) => Seen::Stopped(failure),
                _ => Seen::Other,
            },
        })
    }

    /// Reads on to why there is no connection: a gap, or a stop.
    pub(crate) async fn failure(&mut self) -> Failure {
        loop {
            match self.next().await.expect("the stream goes on") {
                Seen::Gap(failure) | Seen::Stopped(failure) => return failure,
                _ => {}
            }
        }
    }

    /// Reads on to why the client has stopped.
    pub(crate) async fn stop(&mut self) -> Failure {
        loop {
            if let Seen::Stopped(failure) = self.next().await.expect("the stop is told") {
                return failure;
            }
        }
    }

    /// Has this number published, and reads on to it.
    pub(crate) async fn is_heard(&mut self, bench: &Bench, number: u64) {
        bench.server.publish(number).await;
        loop {
            match self.next().await.expect("the stream goes on") {
                Seen::Number(heard) if heard == number => return,
                Seen::Stopped(failure) => panic!("{failure}"),
                _ => {}
            }
        }
    }
}
