//! What a frame is about, and who wrote it.

use crate::open_enum::open_enum;

open_enum! {
    /// The member `action`. The set is open.
    pub enum Action {
        /// The login of an app, the first frame on a socket.
        UserOnline = "userOnline",
        /// Params: from an app to a device, from a device, or from another app.
        Update = "update",
        /// Asks for params.
        Query = "query",
        /// Says whether a device is connected.
        Sysmsg = "sysmsg",
        /// Says that stored data of a device grew.
        Notify = "notify",
        /// A Zigbee bridge speaks of its children; their state comes by `update`.
        ReportSubDevice = "reportSubDevice",
        /// As `reportSubDevice`.
        SubDevice = "subDevice",
        /// Sends a firmware to a device.
        Upgrade = "upgrade",
        /// Shares a device with another account.
        Share = "share",
        /// Changes what is shared.
        UpdateShare = "updateShare",
        /// Ends sharing.
        CancelShare = "cancelShare",
        /// The login of a device.
        Register = "register",
        /// A device asks for the time.
        Date = "date",
        /// A second shape of the answer to `ping`.
        Pong = "pong",
    }

    /// Who wrote a frame: the members `userAgent` and `from`. The set is open.
    pub enum UserAgent {
        /// An app, a voice service or a scene.
        App = "app",
        /// A device.
        Device = "device",
        /// The cloud.
        Server = "server",
        /// The desktop app.
        PcEwelink = "pc_ewelink",
    }
}

/// Where an `update` came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// The device itself.
    Device,
    /// Another app, a voice service or a scene sent it, and the cloud passed it on. It is no evidence that the device
    /// is online.
    App,
}
