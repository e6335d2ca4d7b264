//! Frames that the cloud sends of its own accord.

use super::{Action, Frame, Origin, UserAgent};
use crate::json::JsonRef;
use crate::params::ParamsRef;

/// A frame with an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    frame: Frame,
    action: Action,
}

/// An event by its action, borrowed from the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum EventKind<'a> {
    /// Params of a device.
    Update(Update<'a>),
    /// `sysmsg`: whether a device is connected.
    Connection {
        /// The device.
        device_id: Option<&'a str>,
        /// `None` if the frame does not say it by a bool; then nothing changes.
        online: Option<bool>,
    },
    /// Stored data of a device grew.
    Notify(Notify<'a>),
    /// A Zigbee bridge speaks of its children. Their state comes by `update`.
    SubDevices {
        /// The bridge.
        device_id: Option<&'a str>,
        /// What it says.
        params: Option<JsonRef<'a>>,
    },
    /// An action that this crate has no view of; it is in [`Event::action`].
    Other,
}

/// Params of a device, from itself or from another app.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update<'a>(&'a Frame);

/// A hint that stored data of a device grew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Notify<'a>(&'a Frame);

impl Event {
    pub(super) fn new(frame: Frame, action: Action) -> Self {
        Self { frame, action }
    }

    /// The frame.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The frame, by value.
    #[must_use]
    pub fn into_frame(self) -> Frame {
        self.frame
    }

    /// What it is about.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action.clone()
    }

    /// The device that it is about.
    #[must_use]
    pub fn device_id(&self) -> Option<&str> {
        self.frame.device_id()
    }

    /// The event by its action.
    #[must_use]
    pub fn kind(&self) -> EventKind<'_> {
        let frame = &self.frame;
        match self.action {
            Action::Update => EventKind::Update(Update(frame)),
            Action::Sysmsg => EventKind::Connection {
                device_id: frame.device_id(),
                online: frame.params_json().and_then(|params| params.get("online")?.as_bool()),
            },
            Action::Notify => EventKind::Notify(Notify(frame)),
            Action::ReportSubDevice | Action::SubDevice => {
                EventKind::SubDevices { device_id: frame.device_id(), params: frame.params_json() }
            }
            _ => EventKind::Other,
        }
    }
}

impl<'a> Update<'a> {
    /// The frame.
    #[must_use]
    pub fn frame(self) -> &'a Frame {
        self.0
    }

    /// The device.
    #[must_use]
    pub fn device_id(self) -> Option<&'a str> {
        self.0.device_id()
    }

    /// Whether the device itself reports, by `userAgent` or else by `from`.
    #[must_use]
    pub fn origin(self) -> Origin {
        match self.0.user_agent().or_else(|| self.0.sender()) {
            Some(UserAgent::Device) => Origin::Device,
            _ => Origin::App,
        }
    }

    /// The params, if they are an object.
    #[must_use]
    pub fn params(self) -> Option<ParamsRef<'a>> {
        self.0.params()
    }

    /// The params, whatever they are.
    #[must_use]
    pub fn params_json(self) -> Option<JsonRef<'a>> {
        self.0.params_json()
    }

    /// The model; rarely sent.
    #[must_use]
    pub fn uiid(self) -> Option<u64> {
        self.0.members().get("uiid")?.as_u64()
    }

    /// When the cloud passed it on, in milliseconds; rarely sent.
    #[must_use]
    pub fn proxy_msg_time(self) -> Option<u64> {
        self.0.members().get("proxyMsgTime")?.as_u64()
    }

    /// A device that forwarded updates of apps name.
    #[must_use]
    pub fn temp_rec(self) -> Option<&'a str> {
        self.0.members().text("tempRec")
    }
}

impl<'a> Notify<'a> {
    /// The frame.
    #[must_use]
    pub fn frame(self) -> &'a Frame {
        self.0
    }

    /// `incrementalDataNotify` until now.
    #[must_use]
    pub fn cmd(self) -> Option<&'a str> {
        self.0.members().text("cmd")
    }

    /// From when on, in milliseconds of Unix time.
    #[must_use]
    pub fn start(self) -> Option<u64> {
        self.0.params_json()?.get("start")?.as_u64()
    }

    /// Until when, in milliseconds of Unix time.
    #[must_use]
    pub fn end(self) -> Option<u64> {
        self.0.params_json()?.get("end")?.as_u64()
    }
}
