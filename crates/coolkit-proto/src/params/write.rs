//! Params to send. Every writer takes the type that the device expects, and converts nothing silently.

use super::ParamsRef;
use super::common::Startup;
use super::thermostat::{Bound, DeviceType};
use crate::json::{Json, Object, ObjectRef};

/// Params to send.
///
/// ```
/// use coolkit_proto::Params;
///
/// assert_eq!(Params::switch(true).encode(), r#"{"switch":"on"}"#);
/// assert_eq!(Params::outlet(1, false).encode(), r#"{"switches":[{"outlet":1,"switch":"off"}]}"#);
/// // Whatever has no writer is written by hand; the type of the value is the type on the wire.
/// assert_eq!(Params::new().with("colorR", 255_u8).encode(), r#"{"colorR":255}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Params(Object);

/// The temperature or humidity of a thermostat's target, as text, which firmware insists on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setpoint(String);

impl Params {
    /// No params.
    #[must_use]
    pub const fn new() -> Self {
        Self(Object::new())
    }

    /// One outlet on or off.
    #[must_use]
    pub fn switch(on: bool) -> Self {
        Self::new().with("switch", on_off(on))
    }

    /// A breaker (uiid 226) on or off: it takes a bool.
    #[must_use]
    pub fn breaker(on: bool) -> Self {
        Self::new().with("switch", on)
    }

    /// One outlet of several, from 0.
    #[must_use]
    pub fn outlet(number: u8, on: bool) -> Self {
        Self::outlets([(number, on)])
    }

    /// Outlets by number, from 0.
    #[must_use]
    pub fn outlets(outlets: impl IntoIterator<Item = (u8, bool)>) -> Self {
        let entry = |(number, on)| Object::new().with("outlet", number).with("switch", on_off(on));
        Self::new().with("switches", outlets.into_iter().map(entry).collect::<Vec<_>>())
    }

    /// What the device does when its power comes back.
    #[must_use]
    pub fn startup(startup: Startup) -> Self {
        Self::new().with("startup", startup)
    }

    /// Whether the device switches back by itself, and after how many milliseconds, held to 500 to 3600000.
    #[must_use]
    pub fn pulse(on: bool, millis: u32) -> Self {
        let width = millis.clamp(500, 3_600_000);
        Self::new().with("pulse", on_off(on)).with("pulseWidth", width)
    }

    /// A thermostat switched by hand. `main_switch` is not the relay; add [`switch`](Self::switch) to switch that.
    ///
    /// ```
    /// use coolkit_proto::Params;
    ///
    /// let on = Params::switch(true).and(Params::manual(true));
    /// assert_eq!(on.encode(), r#"{"switch":"on","deviceType":"normal","mainSwitch":"on"}"#);
    /// ```
    #[must_use]
    pub fn manual(main_switch: bool) -> Self {
        Self::new().with("deviceType", DeviceType::Normal).with("mainSwitch", on_off(main_switch))
    }

    /// A thermostat that switches by temperature or humidity: what its relay does above one target and below another.
    #[must_use]
    pub fn automatic(by: DeviceType, above: (Setpoint, bool), below: (Setpoint, bool)) -> Self {
        let target = |bound: Bound, (Setpoint(value), on): (Setpoint, bool)| {
            let reaction = Object::new().with("switch", on_off(on));
            Object::new().with(bound.member(), value).with("reaction", reaction)
        };
        Self::new()
            .with("deviceType", by)
            .with("mainSwitch", "on")
            .with("targets", vec![target(Bound::High, above), target(Bound::Low, below)])
    }

    /// A thermostat that heats: on below this temperature in °C, off above it.
    #[must_use]
    pub fn on_below(temperature: impl Into<Setpoint>) -> Self {
        let at = temperature.into();
        Self::automatic(DeviceType::Temperature, (at.clone(), false), (at, true))
    }

    /// A thermostat that cools: on above this temperature in °C, off below it.
    #[must_use]
    pub fn on_above(temperature: impl Into<Setpoint>) -> Self {
        let at = temperature.into();
        Self::automatic(DeviceType::Temperature, (at.clone(), true), (at, false))
    }

    /// A dimmer of uiid 36, in %, held to 10 to 100.
    #[must_use]
    pub fn bright(percent: u8) -> Self {
        Self::new().with("bright", percent.clamp(10, 100))
    }

    /// A dimmer of uiid 44, in %, held to 100.
    #[must_use]
    pub fn brightness(percent: u8) -> Self {
        Self::new().with("brightness", percent.min(100))
    }

    /// The channels of a lamp of uiid 22: cold, warm, red, green, blue. Texts on the wire.
    #[must_use]
    pub fn bulb(channels: [u8; 5]) -> Self {
        let name = |(at, level): (usize, u8)| (format!("channel{at}"), level.to_string());
        Self(channels.into_iter().enumerate().map(name).collect())
    }

    /// White light of a lamp with types of light: brightness in %, and colour temperature from 0 to 255.
    #[must_use]
    pub fn white(brightness: u8, temperature: u8) -> Self {
        let white = Object::new().with("br", brightness.min(100)).with("ct", temperature);
        Self::new().with("ltype", "white").with("white", white)
    }

    /// Coloured light of a lamp with types of light: red, green and blue, and brightness in %.
    #[must_use]
    pub fn color([red, green, blue]: [u8; 3], brightness: u8) -> Self {
        let color = Object::new()
            .with("r", red)
            .with("g", green)
            .with("b", blue)
            .with("br", brightness.min(100));
        Self::new().with("ltype", "color").with("color", color)
    }

    /// A curtain, closed by so many %, held to 100.
    #[must_use]
    pub fn close_to(percent: u8) -> Self {
        Self::new().with("setclose", percent.min(100))
    }

    /// Stops a curtain.
    #[must_use]
    pub fn pause() -> Self {
        Self::new().with("switch", "pause")
    }

    /// Asks for reports of power for so many seconds; 60 is what apps send. The vendor blocks clients that do this
    /// all the time.
    #[must_use]
    pub fn ui_active(seconds: u16) -> Self {
        Self::new().with("uiActive", seconds)
    }

    /// The params with one more member, or another value of one.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Json>) -> Self {
        Self(self.0.with(name, value))
    }

    /// These params and others; of the same member, the other's.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "params are made on the spot")]
    pub fn and(self, other: Self) -> Self {
        Self(self.members().iter().chain(other.members()).collect())
    }

    /// The same, to read.
    #[must_use]
    pub fn view(&self) -> ParamsRef<'_> {
        ParamsRef::new(self.members())
    }

    /// All members.
    #[must_use]
    pub fn members(&self) -> ObjectRef<'_> {
        self.0.view()
    }

    /// The params as compact JSON.
    #[must_use]
    pub fn encode(&self) -> String {
        self.0.encode()
    }
}

impl Setpoint {
    /// A number with a fraction; `None` if it is not finite.
    ///
    /// ```
    /// use coolkit_proto::params::Setpoint;
    ///
    /// assert_eq!(Setpoint::new(21.5).unwrap().as_str(), "21.5");
    /// assert_eq!(Setpoint::from(28).as_str(), "28");
    /// assert_eq!(Setpoint::new(f64::NAN), None);
    /// ```
    #[must_use]
    pub fn new(number: f64) -> Option<Self> {
        // No exponent, and no fraction where there is none.
        number.is_finite().then(|| Self(format!("{number}")))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<i32> for Setpoint {
    fn from(number: i32) -> Self {
        Self(number.to_string())
    }
}

impl From<Object> for Params {
    fn from(members: Object) -> Self {
        Self(members)
    }
}

impl From<Params> for Object {
    fn from(params: Params) -> Self {
        params.0
    }
}

impl From<Params> for Json {
    fn from(params: Params) -> Self {
        params.0.into()
    }
}

pub(crate) fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
