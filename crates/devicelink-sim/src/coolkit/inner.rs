//! What the handle of a cloud and its server share.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use coolkit_proto::Frame;
use coolkit_proto::dispatch::Endpoint;
use hyper::{Request, StatusCode};
use tokio_tungstenite::tungstenite::Message;

use super::builder::Rules;
use super::conversation;
use super::dispatch;
use super::heard::Heard;
use super::state::State;
use crate::server::seen::{Credential, Log};
use crate::server::{self, App, Reaction, http};

/// A cloud without its port.
pub(super) struct Inner {
    pub(super) rules: Rules,
    pub(super) heard: Log<Heard>,
    state: Mutex<State>,
    /// Held from a change to its frames, so that frames come in the order of the changes.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Inner {
    pub(super) fn new(rules: Rules, state: State) -> Self {
        let state = Mutex::new(state);
        Self { rules, heard: Log::new(), state, turn: tokio::sync::Mutex::default() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        server::lock(&self.state)
    }

    /// Changes something, and sends what is said about it to who is logged in.
    pub(super) async fn publish(&self, change: impl FnOnce(&mut State) -> Vec<Frame>) {
        let _turn = self.turn.lock().await;
        let (frames, live) = {
            let mut state = self.state();
            (change(&mut state), state.live.clone())
        };
        let Some(link) = live else { return };
        for frame in frames {
            link.send(Message::text(frame.encode())).await;
        }
    }
}

impl App for Inner {
    fn react(
        self: Arc<Self>,
        request: &Request<Bytes>,
        address: SocketAddr,
    ) -> (Credential, Reaction) {
        let cloud = Arc::clone(&self);
        let mut state = self.state();
        let credential = http::bearer(request, state.account.at.expose());
        let reaction = match request.uri().path() {
            Endpoint::PATH => Reaction::upgrade(|peer| conversation::run(cloud, peer)),
            dispatch::PATH => {
                let scripted = state.dispatches.pop_front();
                Reaction::Respond(dispatch::answer(request, scripted, address))
            }
            _ => Reaction::Respond(http::status(StatusCode::NOT_FOUND)),
        };
        (credential, reaction)
    }
}
