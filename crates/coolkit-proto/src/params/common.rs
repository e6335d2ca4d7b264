//! What nearly every device reports.

use super::view::views;
use crate::open_enum::open_enum;
use crate::secret::Secret;

open_enum! {
    /// What a device does when its power comes back.
    pub enum Startup {
        /// It switches on.
        On = "on",
        /// It stays off.
        Off = "off",
        /// It goes on as before.
        Stay = "stay",
    }
}

views! {
    /// Members that are the same on all models.
    pub struct Common by common {
        /// The strength of the Wi-Fi signal in dBm. Captured as a number, documented as text.
        rssi: reading "rssi",
        /// The version of the firmware, such as `2.0.4`. Captured.
        firmware: text "fwVersion",
        /// Comes alone after a device restarted: the light of its own. Captured.
        led: switch "sledOnline",
        /// Whether the device switches back by itself. Documented.
        pulse: switch "pulse",
        /// After how long, in milliseconds, 500 to 3600000. Documented.
        pulse_width: reading "pulseWidth",
        /// Which kind of sender was behind a change; 8 and `"7"` were captured.
        control_type: reading "controlType",
        /// For how many seconds an app asks for reports of power; forwarded to others, too. Documented.
        ui_active: reading "uiActive",
        /// When an event happened, in milliseconds. It repeats when the cloud sends the last event again, so tell
        /// repeated button events by it. Captured.
        trig_time: reading "trigTime",
    }
}

impl Common<'_> {
    /// What the device does when its power comes back.
    ///
    /// Member `startup`.
    #[must_use]
    pub fn startup(self) -> Option<Startup> {
        self.0.text("startup").map(Startup::from)
    }

    /// The address of the device in the Wi-Fi.
    ///
    /// Member `staMac`.
    #[must_use]
    pub fn mac(self) -> Option<Secret> {
        self.0.text("staMac").map(Secret::from)
    }

    /// The name of the Wi-Fi.
    ///
    /// Member `ssid`.
    #[must_use]
    pub fn ssid(self) -> Option<Secret> {
        self.0.text("ssid").map(Secret::from)
    }

    /// The address of the access point, also seen as six decimal numbers with colons.
    ///
    /// Member `bssid`.
    #[must_use]
    pub fn bssid(self) -> Option<Secret> {
        self.0.text("bssid").map(Secret::from)
    }
}
