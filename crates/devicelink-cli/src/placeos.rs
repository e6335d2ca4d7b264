//! PlaceOS building automation.

pub(crate) mod connect;
