//! What devices report and take: raw JSON, typed views of it, and writers.
//!
//! [`Params`] is what one writes, [`ParamsRef`] what one reads; both keep all members. The views
//! ([`Thermostat`], [`Power`], …) are chosen by the caller, by the model of the device (its *uiid*, from the account's
//! list of devices): one name means different things on different models, and the frame does not say which. Nothing
//! here knows of frames, so the views serve params from anywhere.
//!
//! ```
//! use coolkit_proto::{Json, params::{ParamsRef, Reading, SwitchState}};
//!
//! let json = Json::parse(r#"{"switch":"on","currentTemperature":"22","currentHumidity":"unavailable"}"#)?;
//! let params = ParamsRef::new(json.view().as_object().unwrap());
//! assert_eq!(params.switch("switch"), Some(SwitchState::On));
//! assert_eq!(params.thermostat().temperature(), Some(Reading::Value(22.0)));
//! assert_eq!(params.thermostat().humidity(), Some(Reading::Unavailable));
//! assert_eq!(params.thermostat().targets().count(), 0);
//! # Ok::<(), coolkit_proto::JsonError>(())
//! ```

mod common;
mod energy;
mod light;
mod power;
mod read;
mod sensor;
mod switch;
mod thermostat;
mod timer;
mod view;
mod write;

pub use self::common::{Common, Startup};
pub use self::energy::{DayWidth, EnergyHistory};
pub use self::light::{Bulb, Color, Curtain, Dimmer, Light, Strip, White};
pub use self::power::{Breaker, Power, PowerChannel};
pub use self::read::{Reading, SwitchState, numeric};
pub use self::sensor::{RfBridge, SensorHub, SubDevice, ZigbeeSensor};
pub(crate) use self::switch::outlet_number;
pub use self::switch::{Outlet, Switch, Switches};
pub use self::thermostat::{Bound, DeviceType, SensorType, Target, Thermostat, ThermostatMode};
pub use self::timer::{Timer, TimerType};
pub use self::write::{Params, Setpoint};
use crate::json::{JsonRef, ObjectRef};

/// Params to read: raw members, and the views of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParamsRef<'a>(ObjectRef<'a>);

impl<'a> ParamsRef<'a> {
    /// A view of any object.
    #[must_use]
    pub fn new(params: ObjectRef<'a>) -> Self {
        Self(params)
    }

    /// All members.
    #[must_use]
    pub fn members(self) -> ObjectRef<'a> {
        self.0
    }

    /// A member that is neither missing nor `null`.
    #[must_use]
    pub fn json(self, name: &str) -> Option<JsonRef<'a>> {
        self.0.present(name)
    }

    /// A member as a reading: a number, a number as text, "unavailable", or something else.
    #[must_use]
    pub fn reading(self, name: &str) -> Option<Reading<'a>> {
        self.json(name).map(Reading::read)
    }

    /// A member as a switch.
    #[must_use]
    pub fn switch(self, name: &str) -> Option<SwitchState<'a>> {
        self.json(name).map(SwitchState::read)
    }

    /// A member as text, if it is a string.
    #[must_use]
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.0.text(name)
    }

    /// A member that is a list; anything else, such as the 0 that stands for no timers, is an empty one.
    fn items(self, name: &str) -> impl Iterator<Item = JsonRef<'a>> {
        self.0.get(name).into_iter().flat_map(JsonRef::items)
    }

    /// A member that is an object.
    fn object(self, name: &str) -> Option<ParamsRef<'a>> {
        self.0.get(name)?.as_object().map(ParamsRef)
    }
}
