//! The CoolKit (eWeLink, Sonoff) cloud.

mod connect;
