//! PlaceOS building automation.

mod connect;
