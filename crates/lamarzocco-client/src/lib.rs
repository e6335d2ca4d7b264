#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod address;
mod builder;
mod client;
mod dialect;
mod error;
mod rest;
mod snapshot;
mod stats;
mod update;

pub use lamarzocco_proto as proto;
pub use longlink;

pub use address::target;
pub use builder::Builder;
pub use client::Client;
pub use error::{Error, ErrorKind};
pub use longlink::net::{
    Ask, CredentialSource, PeerCertificate, Pin, PinError, RootError, Tap, TapEvent, Target,
    TlsOptions, inspect_certificate,
};
pub use longlink::{
    Failure, Observation, Secret, State, States, StopReason, TlsFault, UpgradeFault, Verdict,
};
pub use snapshot::{BoilerId, Reading, Snapshot};
pub use stats::Stats;
pub use update::{Update, Updates};
