use std::time::Duration;

use devicelink::lamarzocco::longlink;
use devicelink::placeos::proto::BindingKey;
use devicelink::placeos::{Client as Inner, Diagnostic, Update};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::{BoxStream, SelectAll};

use super::super::event::Event;
use super::{Client, delegate_to_client};

/// A PlaceOS server.
pub(crate) struct Server {
    pub(crate) client: Inner,
    pub(crate) bindings: Vec<BindingKey>,
}

impl Client for Server {
    fn events(&self) -> BoxStream<'static, Event> {
        let values = self.bindings.iter().map(|key| {
            let binding = key.to_string();
            let module = self.client.system(key.system()).module(key.module(), key.index());
            let updates = module.bind(key.name());
            updates.filter_map(move |update| std::future::ready(value(&binding, update))).boxed()
        });
        let diagnostics = self.client.diagnostics();
        let others = diagnostics.filter_map(|update| std::future::ready(diagnostic(update)));
        let all: SelectAll<_> = values.chain([others.boxed()]).collect();
        all.boxed()
    }

    fn stats(&self) -> longlink::Stats {
        self.client.stats()
    }

    delegate_to_client!();
}

/// What an update of a binding tells. A gap is the link's, and told once.
fn value(binding: &str, update: Update) -> Option<Event> {
    let binding = binding.to_owned();
    match update {
        Update::Item(value) => Some(Event::Value { binding, value: value.json().to_owned() }),
        Update::Refused { error, retrying } => {
            Some(Event::Refused { binding, error: error.to_string(), retrying })
        }
        Update::Malformed(error) => Some(Event::Malformed { error: error.to_string() }),
        Update::Lagged(dropped) => Some(Event::Lagged { dropped }),
        _ => None,
    }
}

fn diagnostic(update: Update<Diagnostic>) -> Option<Event> {
    match update {
        Update::Item(Diagnostic::Malformed(error)) | Update::Malformed(error) => {
            Some(Event::Malformed { error: error.to_string() })
        }
        Update::Lagged(dropped) => Some(Event::Lagged { dropped }),
        Update::Gap(failure) => Some(Event::Gap { error: failure.seen().to_string() }),
        _ => None,
    }
}
