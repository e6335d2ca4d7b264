//! A panel at a door, which speaks to a PlaceOS server by hand.

use devicelink_sim::placeos::{Builder, Building, Module};
use futures::SinkExt;
use placeos_proto::endpoint::{Credential, Placement, Upgrade};
use placeos_proto::{Args, BindingKey, Generation, Id, ModuleId, Request, Value};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Socket, dial, text};

/// A building without TLS that has the display.
pub(crate) fn plain() -> Builder {
    Building::builder().plain().module("sys-1", Module::display())
}

/// A started one.
pub(crate) async fn building() -> Building {
    plain().start().await.unwrap()
}

/// A key of the display.
pub(crate) fn key(name: &str) -> BindingKey {
    BindingKey::new("sys-1", "Display", 1, name)
}

pub(crate) fn bind(id: i64, name: &str) -> Request {
    Request::bind(Id::from(id), key(name))
}

pub(crate) fn unbind(id: i64, name: &str) -> Request {
    Request::unbind(Id::from(id), key(name))
}

/// A call of a function of the display.
pub(crate) fn exec(id: i64, function: &str, args: &str) -> Request {
    let args = Value::parse(args).unwrap();
    Request::exec(Id::from(id), key(function), Args::new(&args).unwrap())
}

pub(crate) fn debug(id: i64) -> Request {
    Request::debug(Id::from(id), "sys-1", &ModuleId::from("mod-d1"), 1)
}

pub(crate) fn ignore(id: i64) -> Request {
    Request::ignore(Id::from(id), "sys-1", &ModuleId::from("mod-d1"), 1)
}

/// The answer to a [`bind`].
pub(crate) fn bound(id: i64, name: &str) -> String {
    format!(r#"{{"id":{id},"type":"success","meta":{}}}"#, meta(name))
}

/// A notify of the third generation.
pub(crate) fn notify(id: i64, name: &str, value: &str) -> String {
    format!(r#"{{"id":{id},"type":"notify","value":{value},"meta":{}}}"#, meta(name))
}

/// The answer to an [`exec`] in the third generation.
pub(crate) fn result(id: i64, function: &str, value: &str) -> String {
    format!(
        r#"{{"id":{id},"type":"success","value":{value},"meta":{},"code":200}}"#,
        meta(function)
    )
}

/// The answer to all other requests.
pub(crate) fn done(id: i64) -> String {
    format!(r#"{{"id":{id},"type":"success"}}"#)
}

fn meta(name: &str) -> String {
    format!(r#"{{"sys":"sys-1","mod":"Display","index":1,"name":"{name}"}}"#)
}

/// One connection of a panel.
pub(crate) struct Panel(pub(crate) Socket);

impl Panel {
    /// Connects with the building's own credential to one of the third generation.
    pub(crate) async fn open(building: &Building) -> Self {
        Self::show(building, Generation::G3, building.credential()).await.unwrap()
    }

    /// Connects with a credential in a header.
    pub(crate) async fn show(
        building: &Building,
        generation: Generation,
        credential: Credential,
    ) -> Result<Self, Error> {
        Self::upgrade(building, &Upgrade::new(generation, credential, Placement::Header)).await
    }

    pub(crate) async fn upgrade(building: &Building, upgrade: &Upgrade) -> Result<Self, Error> {
        let origin = building.base_url().replacen("http", "ws", 1);
        let target = upgrade.path_and_query();
        let mut request = format!("{origin}{}", target.expose()).into_client_request()?;
        if let Some((name, value)) = upgrade.header() {
            let value = HeaderValue::from_str(value.expose()).unwrap();
            request.headers_mut().insert(name, value);
        }
        let stream = dial(building).await?;
        Ok(Self(tokio_tungstenite::client_async(request, stream).await?.0))
    }

    pub(crate) async fn say(&mut self, text: impl Into<String>) {
        self.0.send(Message::text(text.into())).await.unwrap();
    }

    pub(crate) async fn text(&mut self) -> String {
        text(&mut self.0).await
    }

    /// Sends a request, and reads the next frame.
    pub(crate) async fn ask(&mut self, request: &Request) -> String {
        self.say(request.encode()).await;
        self.text().await
    }

    /// Sees that nothing is sent before the answer to a ping.
    pub(crate) async fn hears_nothing(&mut self) {
        self.say("ping").await;
        assert_eq!(self.text().await, "pong");
    }
}
