//! The CoolKit cloud, as eWeLink and Sonoff apps speak to it, with one account and its devices.
//!
//! [`Cloud`] is the server: the dispatch at `/dispatch/app`, and the WebSocket at `/api/ws`. It takes the login of
//! version 8 (that of version 6 on request), passes commands to simulated devices, and answers as the cloud does. A
//! [`Script`] makes it answer otherwise; [`FaultPlan`](crate::FaultPlan) and [`inject`](Cloud::inject) do to its
//! connections what they do to those of any server here.
//!
//! How far it can be trusted:
//!
//! - The login, commands with their answers, and reports have the members of captured frames.
//! - Codes 400, 406 and 504, the cut of an idle connection and the heartbeat were captured with their times; 403 and
//!   503 are documented.
//! - What is done to two connections of one account is documented: the newest wins.
//! - Devices do what they are told and keep it. They do not measure, and a thermostat does not switch by itself.
//!   Upgrades and sharing are acknowledged, and nothing happens.
//! - That a query is answered like a command for a device that is offline or silent is assumed; the real cloud may
//!   answer from its store. So is an empty sequence in the answer to a request without one.

mod account;
mod builder;
mod cloud;
mod conversation;
mod device;
pub(crate) mod dispatch;
mod heard;
mod inner;
mod script;
mod state;

pub use self::account::Account;
pub use self::builder::Builder;
pub use self::cloud::Cloud;
pub use self::device::Device;
pub use self::dispatch::Dispatch;
pub use self::heard::{Heard, Said};
pub use self::script::{Reply, Script};
