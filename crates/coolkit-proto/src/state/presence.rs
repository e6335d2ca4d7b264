//! What says that a device is online, and what does not.

use crate::code::FrameCode;
use crate::frame::{Action, Event, EventKind, Origin, Reply, Update};

/// Whether a device is connected to the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    /// It is.
    Online,
    /// It is not.
    Offline,
}

/// What an event says about its device.
///
/// `sysmsg` decides, if it says it by a bool. A device's own `update` implies that it is online, unless all it holds is
/// `subDevRssi`, which bridges send for dead children, too. An update that was passed on from another app says nothing.
#[must_use]
pub fn presence_of_event(event: &Event) -> Option<Presence> {
    match event.kind() {
        EventKind::Connection { online, .. } => online.map(|online| match online {
            true => Presence::Online,
            false => Presence::Offline,
        }),
        EventKind::Update(update) => {
            let is_evidence = update.origin() == Origin::Device && !is_only_rssi(update);
            is_evidence.then_some(Presence::Online)
        }
        _ => None,
    }
}

/// What the answer to a request says about its device.
///
/// An acknowledged `update` means that the device answered; 503 that it is offline. 504, 411, a deadline that passed
/// and the answer to a `query`, which the cloud may take from its store, say nothing.
#[must_use]
pub fn presence_of_reply(to: &Action, reply: &Reply) -> Option<Presence> {
    match reply.frame().error().code()? {
        FrameCode::OK if *to == Action::Update => Some(Presence::Online),
        FrameCode::DEVICE_OFFLINE => Some(Presence::Offline),
        _ => None,
    }
}

fn is_only_rssi(update: Update<'_>) -> bool {
    let mut names =
        update.params().into_iter().flat_map(|params| params.members()).map(|(name, _)| name);
    names.next() == Some("subDevRssi") && names.all(|name| name == "subDevRssi")
}
