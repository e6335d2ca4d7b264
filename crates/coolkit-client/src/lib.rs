#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod client;
mod command;
mod connector;
mod credentials;
mod device;
mod dialect;
mod error;
mod store;
mod update;

pub use coolkit_proto as proto;
pub use longlink;

pub use builder::Builder;
pub use client::Client;
pub use command::Command;
pub use coolkit_proto::Params;
pub use coolkit_proto::dispatch::Region;
pub use coolkit_proto::params::Setpoint;
pub use coolkit_proto::state::{DeviceState, Layer, Presence};
pub use credentials::Credentials;
pub use device::{Device, Thermostat};
pub use error::{Error, ErrorKind, Rejection};
pub use longlink::net::{
    Ask, CredentialSource, HttpClient, HttpError, HttpResponse, Pin, PinError, RootError, Tap,
    TapEvent, TlsOptions,
};
pub use longlink::{
    Failure, Observation, Secret, State, States, Stats, StopReason, TlsFault, UpgradeFault, Verdict,
};
pub use update::{Update, Updates};
