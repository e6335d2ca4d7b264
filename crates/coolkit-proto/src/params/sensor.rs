//! Sensors, children of bridges, and the bridge for 433 MHz.

use super::Reading;
use super::view::views;

views! {
    /// A sensor hub: uiid 18. Numbers in whole units. Captured.
    pub struct SensorHub by sensor_hub {
        /// Temperature in °C.
        temperature: reading "temperature",
        /// Relative humidity in %.
        humidity: reading "humidity",
        /// A level of light.
        light: reading "light",
        /// A level of noise.
        noise: reading "noise",
        /// A level of dust.
        dust: reading "dusty",
    }

    /// A Zigbee sensor: uiid 1770, 7014, 2026, 3026 and others. Captured.
    pub struct ZigbeeSensor by zigbee_sensor {
        /// Battery in %.
        battery: reading "battery",
        /// Motion: 1 or 0.
        motion: reading "motion",
        /// A contact: 1 is open.
        lock: reading "lock",
        /// Water: 1 or 0.
        water: reading "water",
        /// Smoke: 1 or 0.
        smoke: reading "smoke",
        /// A button: 0 once, 1 twice, 2 long. Tell repeated events by `trig_time`.
        key: reading "key",
        /// When an event happened, in milliseconds. The cloud sends the last event again with the same time.
        trig_time: reading "trigTime",
    }

    /// A child of a Zigbee bridge. Captured.
    pub struct SubDevice by sub_device {
        /// Its own identifier.
        id: text "subDevId",
        /// The bridge.
        parent_id: text "parentid",
        /// The setting for reports of signal strength.
        rssi_setting: json "subDevRssiSetting",
        /// The children, in params of a bridge.
        children: json "subDevices",
    }

    /// The bridge for 433 MHz: uiid 28. Documented.
    pub struct RfBridge by rf_bridge {
        /// What it shall do or did, such as `trigger` or `transmit`.
        cmd: text "cmd",
        /// Which button.
        channel: reading "rfChl",
        /// The buttons that it learned.
        list: json "rfList",
    }
}

impl<'a> ZigbeeSensor<'a> {
    /// Temperature in °C; on the wire hundredths, as text: `"2270"`.
    ///
    /// Member `temperature`.
    #[must_use]
    pub fn temperature(self) -> Option<Reading<'a>> {
        self.0.reading("temperature").map(Reading::hundredths)
    }

    /// Relative humidity in %; on the wire hundredths, as text: `"5760"`.
    ///
    /// Member `humidity`.
    #[must_use]
    pub fn humidity(self) -> Option<Reading<'a>> {
        self.0.reading("humidity").map(Reading::hundredths)
    }
}

impl<'a> SubDevice<'a> {
    /// Signal strength. 127 stands for "not known", and reads as [`Reading::Unavailable`].
    ///
    /// Member `subDevRssi`.
    #[must_use]
    pub fn rssi(self) -> Option<Reading<'a>> {
        self.0.reading("subDevRssi").map(|reading| match reading {
            Reading::Value(127.0) => Reading::Unavailable,
            other => other,
        })
    }
}

impl<'a> RfBridge<'a> {
    /// Buttons that were seen, with the time as text: members `rfTrig0`, `rfTrig1`, …
    pub fn triggers(self) -> impl Iterator<Item = (u32, &'a str)> {
        self.0.members().iter().filter_map(|(name, time)| {
            Some((name.strip_prefix("rfTrig")?.parse().ok()?, time.as_str()?))
        })
    }
}
