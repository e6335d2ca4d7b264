//! What the cloud sends: frames for simulators and tests.
//!
//! Each function gives the frame as it was captured or documented; [`Frame::with`] adds what a test wants.
//!
//! ```
//! use coolkit_proto::{server, classify, Incoming, PendingRequests, Secret, Sequence};
//!
//! let login = Sequence::from_millis(1_519_293_433_136);
//! let reply = server::accepted(login.as_str(), &Secret::from("apikey"), Some(145));
//! let mut pending = PendingRequests::new();
//! pending.begin_handshake(&login);
//! let Incoming::Handshake(handshake) = classify(&reply.encode(), &pending) else { panic!() };
//! assert!(handshake.is_accepted());
//! ```

use crate::code::FrameCode;
use crate::frame::{Action, Frame, UserAgent};
use crate::json::{Json, Object};
use crate::params::Params;
use crate::secret::Secret;

/// The login is accepted, with the interval of the heartbeat in seconds; `None` turns it off. Captured.
#[must_use]
pub fn accepted(sequence: &str, apikey: &Secret, heartbeat: Option<u32>) -> Frame {
    let config = match heartbeat {
        Some(seconds) => Object::new().with("hb", 1_u8).with("hbInterval", seconds),
        None => Object::new().with("hb", 0_u8),
    };
    Frame::new(
        Object::new()
            .with("error", FrameCode::OK)
            .with("apikey", apikey.expose())
            .with("config", config)
            .with("sequence", sequence),
    )
}

/// The login is refused: 406 for a bad token, 400 for a frame without appid or of version 6. Captured.
#[must_use]
pub fn refused(sequence: &str, apikey: &Secret, code: FrameCode, reason: &str) -> Frame {
    Frame::new(
        Object::new()
            .with("error", code)
            .with("reason", reason)
            .with("apikey", apikey.expose())
            .with("sequence", sequence)
            .with("actionName", Action::UserOnline),
    )
}

/// An answer without any identifier: 406 for a command before the login, 529 for too much of anything. Captured.
#[must_use]
pub fn bare(sequence: &str, code: FrameCode) -> Frame {
    Frame::new(Object::new().with("error", code).with("sequence", sequence))
}

/// The answer to a command. Captured.
#[must_use]
pub fn reply(sequence: &str, device_id: &str, apikey: &Secret, code: FrameCode) -> Frame {
    Frame::new(
        Object::new()
            .with("error", code)
            .with("deviceid", device_id)
            .with("apikey", apikey.expose())
            .with("sequence", sequence),
    )
}

/// The answer to a query. It has no action. Captured.
#[must_use]
pub fn query_reply(sequence: &str, device_id: &str, apikey: &Secret, params: Params) -> Frame {
    reply(sequence, device_id, apikey, FrameCode::OK).with("params", params)
}

/// A device reports. Captured.
#[must_use]
pub fn device_update(device_id: &str, apikey: &Secret, params: Params) -> Frame {
    Frame::new(
        Object::new()
            .with("action", Action::Update)
            .with("deviceid", device_id)
            .with("apikey", apikey.expose())
            .with("userAgent", UserAgent::Device)
            .with("ts", 0_u8)
            .with("params", params)
            .with("from", UserAgent::Device),
    )
}

/// The cloud passes on what another app sent, with the sequence of that app. Captured.
#[must_use]
pub fn forwarded_update(sequence: &str, device_id: &str, apikey: &Secret, params: Params) -> Frame {
    Frame::new(
        Object::new()
            .with("action", Action::Update)
            .with("deviceid", device_id)
            .with("apikey", apikey.expose())
            .with("userAgent", UserAgent::App)
            .with("sequence", sequence)
            .with("ts", 0_u8)
            .with("params", params)
            .with("from", UserAgent::App)
            .with("tempRec", ""),
    )
}

/// Whether a device is connected. Captured.
#[must_use]
pub fn sysmsg(device_id: &str, apikey: &Secret, online: bool) -> Frame {
    Frame::new(
        Object::new()
            .with("action", Action::Sysmsg)
            .with("deviceid", device_id)
            .with("apikey", apikey.expose())
            .with("ts", 0_u8)
            .with("params", Object::new().with("online", online)),
    )
}

/// Stored data of a device grew, from one time in milliseconds to another. Captured.
#[must_use]
pub fn notify(sequence: &str, device_id: &str, apikey: &Secret, start: u64, end: u64) -> Frame {
    Frame::new(
        Object::new()
            .with("action", Action::Notify)
            .with("userAgent", UserAgent::Server)
            .with("deviceid", device_id)
            .with("apikey", apikey.expose())
            .with("sequence", sequence)
            .with("cmd", "incrementalDataNotify")
            .with("params", Object::new().with("start", start).with("end", end)),
    )
}

/// A Zigbee bridge speaks of its children. Known from client code.
#[must_use]
pub fn report_sub_device(device_id: &str, apikey: &Secret, params: Json) -> Frame {
    Frame::new(
        Object::new()
            .with("action", Action::ReportSubDevice)
            .with("deviceid", device_id)
            .with("apikey", apikey.expose())
            .with("userAgent", UserAgent::Device)
            .with("params", params),
    )
}
