//! PlaceOS building automation.

mod connect;

pub(crate) use self::connect::{API_KEY, Speaks};
