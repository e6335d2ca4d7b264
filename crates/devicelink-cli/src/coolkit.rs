//! The CoolKit (eWeLink, Sonoff) cloud.

pub(crate) mod connect;
