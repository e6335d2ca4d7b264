//! PlaceOS building automation.

mod connect;

pub(crate) use self::connect::Speaks;
