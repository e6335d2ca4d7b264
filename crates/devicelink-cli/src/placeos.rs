//! PlaceOS building automation.

pub(crate) mod connect;

pub(crate) use self::connect::Speaks;
