//! Our client, which is called as the script `peer.mjs` is, and tells what it tells.

use devicelink::placeos::{Binding, Client, Module};
use futures::StreamExt;
use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use serde_json::{Value, json};

use crate::placeos::{Call, KEY};

pub(crate) struct Ours {
    address: String,
    client: Option<Client>,
    bindings: Vec<Binding>,
    told: UnboundedSender<(String, Value)>,
    lines: UnboundedReceiver<(String, Value)>,
}

impl Ours {
    pub(crate) fn new(address: String) -> Self {
        let (told, lines) = mpsc::unbounded();
        Self { address, client: None, bindings: Vec::new(), told, lines }
    }

    pub(crate) fn call(&mut self, call: Call) {
        match call {
            Call::Setup => self.tell()("ready", Value::Null),
            Call::Connect => {
                self.connect();
                self.bind("power");
            }
            Call::Exec { first, count } => (first..first + count).for_each(|n| self.exec(n)),
            Call::Bind { count } => (0..count).for_each(|n| self.bind(&format!("v{n}"))),
            Call::Unbind => self.bindings.truncate(1),
        }
    }

    /// Cancel safe.
    pub(crate) async fn tells(&mut self) -> Option<(String, Value)> {
        self.lines.next().await
    }

    fn connect(&mut self) {
        let client = Client::builder(&*self.address).api_key(KEY).allow_plain();
        let client = client.build().expect("a client");
        let (mut states, tell) = (client.states(), self.tell());
        tokio::spawn(async move {
            let mut was_online = false;
            while let Some(state) = states.next().await {
                if state.is_online() != was_online {
                    was_online = state.is_online();
                    tell("online", json!(was_online));
                }
            }
        });
        self.client = Some(client);
    }

    fn exec(&self, n: usize) {
        let (call, tell) = (self.display().exec("echo", [n]), self.tell());
        tokio::spawn(async move {
            let end = match call.await {
                Ok(value) if value.json() == format!("[{n}]") => "answered".to_owned(),
                Ok(_) => "another answer".to_owned(),
                Err(error) => error.to_string(),
            };
            tell("settled", json!(end));
        });
    }

    fn bind(&mut self, name: &str) {
        self.bindings.push(self.display().bind(name));
    }

    fn display(&self) -> Module {
        self.client.as_ref().expect("connected").system("sys-1").module("Display", 1)
    }

    fn tell(&self) -> impl Fn(&str, Value) + Send + use<> {
        let told = self.told.clone();
        move |name, value| drop(told.unbounded_send((name.to_owned(), value)))
    }
}
