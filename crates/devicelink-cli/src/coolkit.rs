//! The CoolKit (eWeLink, Sonoff) cloud.

mod connect;

pub(crate) use self::connect::{APIKEY, APPID, AT};
