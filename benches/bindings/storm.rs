//! Connecting and binding.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use placeos_client::{Binding, Client, Module, Update};
use placeos_proto::{BindingKey, Generation, Id, Incoming, Kind, Request, classify};
use tokio::net::TcpStream;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::clock::{Cost, cost};
use crate::stage::{Stage, runtime};

type Bind = fn(&Stage, usize) -> Cost;

pub(crate) const WAYS: [(&str, Bind); 2] = [("raw loop", raw), ("ours", ours)];

/// Until each binding has read its value.
fn ours(stage: &Stage, count: usize) -> Cost {
    let runtime = runtime();
    let mut bindings: Vec<Binding> = Vec::new();
    cost(&mut || {
        let client = client(stage);
        runtime.block_on(async {
            client.online().await.expect("online");
            let display = module(&client);
            bindings = (0..count).map(|at| display.bind(&format!("v{at}"))).collect();
            for binding in &mut bindings {
                assert!(matches!(binding.next().await, Some(Update::Item(_))));
            }
        });
    })
}

/// All requests are written, then all answers and values are read.
fn raw(stage: &Stage, count: usize) -> Cost {
    let runtime = runtime();
    let mut kept = None;
    cost(&mut || {
        kept = Some(runtime.block_on(async {
            let tcp = TcpStream::connect(&stage.address).await.expect("a connection");
            let config =
                WebSocketConfig::default().read_buffer_size(16 * 1024).write_buffer_size(16 * 1024);
            let url = format!("ws://{}/control", stage.address);
            let upgraded = client_async_with_config(url, tcp, Some(config)).await;
            let (mut sink, mut stream) = upgraded.expect("an upgrade").0.split();
            let write = async {
                for at in 0..count {
                    let key = BindingKey::new("sys-1234", "Display", 1, &format!("v{at}"));
                    let id = Id::from(i64::try_from(at).expect("a number") + 1);
                    let bind = Message::text(Request::bind(id, key).encode());
                    sink.feed(bind).await.expect("open");
                }
                sink.flush().await.expect("open");
            };
            let read = async {
                let mut values = Vec::with_capacity(count);
                while values.len() < count {
                    let message = stream.next().await.expect("open").expect("a message");
                    let text = message.to_text().expect("a text");
                    let Incoming::Response(response) = classify(text, Generation::G3) else {
                        panic!("{text}");
                    };
                    if response.kind() == Kind::Notify {
                        values.push((response.key(), response.value()));
                    }
                }
                values
            };
            tokio::join!(write, read)
        }));
    })
}

pub(crate) fn client(stage: &Stage) -> Client {
    let builder = Client::builder(format!("http://{}", stage.address)).api_key("id.secret");
    builder.connect_timeout(Duration::from_secs(2)).build().expect("a client")
}

pub(crate) fn module(client: &Client) -> Module {
    client.system("sys-1234").module("Display", 1)
}
