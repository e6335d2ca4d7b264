#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod address;
mod builder;
mod call;
mod client;
mod connector;
mod dialect;
mod error;
mod module;
mod update;

pub use longlink;
pub use placeos_proto as proto;

pub use builder::Builder;
pub use call::Call;
pub use client::Client;
pub use error::{Error, ErrorKind};
pub use longlink::net::{
    Ask, CredentialSource, Pin, PinError, RootError, Tap, TapEvent, TlsOptions,
};
pub use longlink::{
    Failure, Observation, Secret, State, States, Stats, StopReason, TlsFault, UpgradeFault, Verdict,
};
pub use module::{Module, System};
pub use placeos_proto::endpoint::Placement;
pub use placeos_proto::{
    Args, Command, ErrorClass, ErrorCode, Generation, Level, LogLine, ModuleId, RemoteError,
    Response, Value, ValueError, Wire,
};
pub use update::{Binding, Diagnostic, Diagnostics, Log, Update, Updates};
