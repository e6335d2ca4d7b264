//! The protocol as the link engine sees it: the machine talks, we listen.

use std::convert::Infallible;
use std::sync::Arc;

use lamarzocco_proto::{Frame, Malformed, Message};
use longlink::{Context, Encoded, Greeting, Signals};

use crate::snapshot::Store;

#[cfg(test)]
mod matrix;

/// No command is documented, so there is none: nothing but control frames is ever sent.
#[derive(Debug)]
pub(crate) struct Dialect {
    pub(crate) store: Arc<Store>,
}

/// Everything the machine sends is one topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Everything;

#[derive(Clone, Debug)]
pub(crate) enum Event {
    Message(Arc<Message>),
    Malformed(Arc<Malformed>),
}

impl longlink::Dialect for Dialect {
    type Command = Infallible;
    type Reply = Infallible;
    type Error = Infallible;
    type Event = Event;
    type Topic = Everything;
    type Id = Infallible;

    fn greet(&mut self, _: &mut Context<'_>) -> Greeting {
        self.store.connected();
        Greeting::none()
    }

    fn encode(&mut self, command: Infallible, _: &mut Context<'_>) -> Encoded<Infallible> {
        match command {}
    }

    fn receive(
        &mut self,
        frame: longlink::Frame,
        cx: &mut Context<'_>,
        signals: &mut Signals<Self>,
    ) {
        let decoded = match &frame {
            longlink::Frame::Text(text) => Frame::decode(text),
            longlink::Frame::Binary(bytes) => Frame::from_bytes(bytes),
            _ => return,
        };
        let items = match decoded {
            Ok(frame) => frame.into_iter(),
            Err(malformed) => return report(malformed, signals),
        };
        for item in items {
            match item {
                Ok(message) => {
                    let message = Arc::new(message);
                    self.store.message(&message, cx.unix());
                    signals.event(Everything, Event::Message(message));
                }
                Err(malformed) => {
                    self.store.malformed(&malformed);
                    report(malformed, signals);
                }
            }
        }
    }

    fn lost(&mut self) {
        self.store.lost();
    }
}

fn report(malformed: Malformed, signals: &mut Signals<Dialect>) {
    signals.malformed();
    signals.event(Everything, Event::Malformed(Arc::new(malformed)));
}
