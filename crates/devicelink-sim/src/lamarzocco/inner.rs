//! What the handle of a machine and its server share.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use hyper::{Request, StatusCode};
use lamarzocco_proto::{Frame, Message};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite;

use super::builder::Topic;
use super::rest;
use super::state::State;
use crate::server::seen::Credential;
use crate::server::sockets::Sockets;
use crate::server::{App, Reaction, http, lock};

/// A machine without its port.
pub(super) struct Inner {
    state: Mutex<State>,
    access: Mutex<Access>,
    greeting: Vec<Topic>,
    pub(super) speed: f64,
}

pub(super) struct Access {
    pub(super) token: String,
    pub(super) is_activated: bool,
}

impl Inner {
    pub(super) fn new(state: State, access: Access, greeting: Vec<Topic>, speed: f64) -> Self {
        Self { state: Mutex::new(state), access: Mutex::new(access), greeting, speed }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(super) fn access(&self) -> MutexGuard<'_, Access> {
        lock(&self.access)
    }

    /// Lets the time of the machine pass, for ever.
    pub(super) async fn tick(
        self: Arc<Self>,
        period: Duration,
        sockets: Arc<Sockets>,
    ) -> Infallible {
        if period.is_zero() {
            return std::future::pending().await;
        }
        let mut interval = tokio::time::interval_at(Instant::now() + period, period);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            // Not the time that has passed: every run of the same seed has the same readings.
            for frame in self.make(|state| state.advance(period.mul_f64(self.speed))) {
                sockets.offer(&frame);
            }
        }
    }

    /// Makes messages, keeps them for the REST list, and encodes them.
    pub(super) fn make(
        &self,
        make: impl FnOnce(&mut State) -> Vec<Message>,
    ) -> Vec<tungstenite::Message> {
        let mut state = self.state();
        let messages = make(&mut state);
        messages.iter().for_each(|message| state.record(message));
        drop(state);
        messages
            .into_iter()
            .map(|message| tungstenite::Message::text(Frame::from(message).encode()))
            .collect()
    }
}

impl App for Inner {
    fn react(self: Arc<Self>, request: &Request<Bytes>, _: SocketAddr) -> (Credential, Reaction) {
        let access = self.access();
        let credential = http::bearer(request, &access.token);
        let reaction = if !access.is_activated {
            Reaction::Respond(http::status(StatusCode::FORBIDDEN))
        } else if credential != Credential::Accepted {
            Reaction::Respond(http::status(StatusCode::UNAUTHORIZED))
        } else if request.uri().path() == "/messages" {
            // It does not listen.
            Reaction::upgrade(|_| std::future::ready(()))
        } else {
            Reaction::Respond(rest::answer(request, &self.state()))
        };
        (credential, reaction)
    }

    fn greeting(&self) -> Vec<tungstenite::Message> {
        let state = self.state();
        let messages = self.greeting.iter().flat_map(|topic| match topic {
            Topic::Temperatures => state.temperatures(),
            Topic::Settings => vec![Message::settings(state.settings().clone())],
            Topic::Configuration => {
                vec![Message::machine_configuration(state.configuration().clone())]
            }
        });
        messages.map(|message| tungstenite::Message::text(Frame::from(message).encode())).collect()
    }
}
