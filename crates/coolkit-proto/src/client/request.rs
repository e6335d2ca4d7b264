//! Commands and queries.

use crate::frame::{Action, Frame, UserAgent};
use crate::json::{Json, Object};
use crate::params::Params;
use crate::secret::Secret;
use crate::sequence::Sequence;

/// A device, with the key of the account that **owns** it, which commands carry.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    id: Box<str>,
    owner: Secret,
}

/// A frame that asks for an answer, and what that answer will be known by.
///
/// ```
/// use coolkit_proto::{Device, Params, Request, Sequence};
///
/// let device = Device::new("babecafe11", "ea017bb3");
/// let request = Request::update(&device, Params::switch(true), Sequence::from_millis(1_519_293_442_952));
/// assert_eq!(
///     request.encode(),
///     r#"{"action":"update","apikey":"ea017bb3","deviceid":"babecafe11","params":{"switch":"on"},"sequence":"1519293442952","userAgent":"app"}"#,
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    frame: Frame,
    action: Action,
    sequence: Sequence,
}

/// The texts of a usual command, and how many names and values it has. A larger one takes more memory as it grows.
const USUAL_BYTES: usize = 192;
const USUAL_NODES: usize = 16;

impl Device {
    /// A device by its identifier and its owner's apikey.
    #[must_use]
    pub fn new(id: &str, owner_apikey: impl Into<Secret>) -> Self {
        Self { id: id.into(), owner: owner_apikey.into() }
    }

    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its owner's apikey.
    #[must_use]
    pub fn owner_apikey(&self) -> &Secret {
        &self.owner
    }
}

impl Request {
    /// Sets params of a device.
    #[must_use]
    pub fn update(device: &Device, params: Params, sequence: Sequence) -> Self {
        Self::new(Action::Update, device, params.into(), sequence)
    }

    /// Asks for params by name; for all of them, if none is named. The cloud may answer from what it stored.
    #[must_use]
    pub fn query<'a>(
        device: &Device,
        names: impl IntoIterator<Item = &'a str>,
        sequence: Sequence,
    ) -> Self {
        Self::new(Action::Query, device, Json::list(names), sequence)
    }

    /// Sends a firmware: `params` are `{model, version, binList: [{downloadUrl, digest, name}]}`. The device may
    /// disconnect instead of answering. Documented.
    #[must_use]
    pub fn upgrade(device: &Device, params: Object, sequence: Sequence) -> Self {
        Self::new(Action::Upgrade, device, params.into(), sequence).with("ts", 0_u8)
    }

    /// Shares a device, changes that or ends it, by [`Action::Share`], [`Action::UpdateShare`] or
    /// [`Action::CancelShare`]: `params` are `{uid, deviceName, userName, permit, note, shareTime, sender_appid}`. The
    /// answer waits for a human, has a `result`, and is 504 if nobody answers. Documented.
    #[must_use]
    pub fn share(
        action: Action,
        device: &Device,
        user: &Secret,
        params: Object,
        sequence: Sequence,
    ) -> Self {
        Self::new(action, device, params.into(), sequence).with("selfApikey", user.expose())
    }

    /// Any action on a device.
    #[must_use]
    pub fn new(action: Action, device: &Device, params: Json, sequence: Sequence) -> Self {
        let frame = Frame::new(
            Object::with_capacity(USUAL_BYTES, USUAL_NODES)
                .with("action", action.as_str())
                .with("apikey", device.owner.expose())
                .with("deviceid", device.id())
                .with("params", params)
                .with("sequence", sequence.as_str())
                .with("userAgent", UserAgent::App),
        );
        Self { frame, action, sequence }
    }

    /// The request in the name of the user who is logged in. A device that another account shares needs it; for the
    /// user's own devices nothing is added.
    #[must_use]
    pub fn on_behalf_of(self, user: &Secret) -> Self {
        if self.frame.members().text("apikey") == Some(user.expose()) {
            return self;
        }
        self.with("selfApikey", user.expose())
    }

    /// The request with one more member of the frame. `sequence`, `deviceid` and `action` stay as they are, because
    /// the answer is known by them.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        if !matches!(name, "sequence" | "deviceid" | "action") {
            self.frame = self.frame.with(name, value);
        }
        self
    }

    /// The text to send, secrets included.
    #[must_use]
    pub fn encode(&self) -> String {
        self.frame.encode()
    }

    /// The frame.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// What it asks.
    #[must_use]
    pub fn action(&self) -> &Action {
        &self.action
    }

    /// The key of the answer.
    #[must_use]
    pub fn sequence(&self) -> &Sequence {
        &self.sequence
    }

    /// The device.
    #[must_use]
    pub fn device_id(&self) -> Option<&str> {
        self.frame.device_id()
    }
}
