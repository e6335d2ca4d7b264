//! An app of the CoolKit cloud by hand.

use coolkit_proto::{Device, Frame, FrameCode, Params, Request, Sequence, UserOnline};
use devicelink_sim::coolkit::{Builder, Cloud};
use futures::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Socket, dial, text};

/// The identifier of the device of most tests.
pub(crate) const DEVICE: &str = "babecafe11";

/// A cloud without TLS.
pub(crate) fn plain() -> Builder {
    Cloud::builder().plain()
}

/// The login of version 8 for the account of a cloud.
pub(crate) fn user_online(cloud: &Cloud, millis: u64) -> UserOnline {
    let account = cloud.account();
    let sequence = Sequence::from_millis(millis);
    UserOnline::new(account.at, account.apikey, account.appid, "3BDdpq43", sequence)
}

/// An update of [`DEVICE`] by its owner.
pub(crate) fn update(cloud: &Cloud, params: Params, millis: u64) -> Frame {
    let device = Device::new(DEVICE, cloud.account().apikey);
    Request::update(&device, params, Sequence::from_millis(millis)).frame().clone()
}

/// A query of [`DEVICE`] by its owner.
pub(crate) fn query<const N: usize>(cloud: &Cloud, names: [&str; N], millis: u64) -> Frame {
    let device = Device::new(DEVICE, cloud.account().apikey);
    Request::query(&device, names, Sequence::from_millis(millis)).frame().clone()
}

/// One connection of an app.
pub(crate) struct App(pub(crate) Socket);

impl App {
    /// Connects, and says nothing.
    pub(crate) async fn open(cloud: &Cloud) -> Self {
        let (socket, _) =
            tokio_tungstenite::client_async(cloud.url(), dial(cloud).await.unwrap()).await.unwrap();
        Self(socket)
    }

    /// Connects, and logs in.
    pub(crate) async fn login(cloud: &Cloud) -> Self {
        let mut app = Self::open(cloud).await;
        let answer = app.ask(&user_online(cloud, 1).to_frame()).await;
        assert!(answer.error().is_ok(), "{answer:?}");
        app
    }

    pub(crate) async fn say(&mut self, text: impl Into<String>) {
        self.0.send(Message::text(text.into())).await.unwrap();
    }

    pub(crate) async fn text(&mut self) -> String {
        text(&mut self.0).await
    }

    pub(crate) async fn frame(&mut self) -> Frame {
        Frame::decode(&self.text().await).unwrap()
    }

    /// Sends a frame, and reads the next one.
    pub(crate) async fn ask(&mut self, frame: &Frame) -> Frame {
        self.say(frame.encode()).await;
        self.frame().await
    }

    /// Sends a frame, and reads the code of the next one.
    pub(crate) async fn code(&mut self, frame: &Frame) -> i64 {
        self.ask(frame).await.error().code().map(FrameCode::get).unwrap()
    }

    /// Waits for the end, and sees that there was no close frame.
    pub(crate) async fn is_cut(&mut self) {
        match self.0.next().await {
            Some(Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))) => {}
            other => panic!("{other:?}"),
        }
    }
}
