//! The control server of PlaceOS, as user interfaces and services speak to it, with systems of simulated modules.
//!
//! [`Building`] is the server: the WebSocket at the path of its [`Generation`](placeos_proto::Generation), and
//! `/auth/authority`. It judges credentials, keeps the bindings of each connection, calls functions, sends log lines,
//! and keeps silent where the real one does. A [`Script`] makes it answer otherwise;
//! [`FaultPlan`](crate::FaultPlan) and [`inject`](Building::inject) do to its connections what they do to those of any
//! server here.
//!
//! How far it can be trusted:
//!
//! - The frames of generation 3, their order, ids and silences were observed at the vendor's WebSocket code, with
//!   substitutes for what is below it; so was what the vendor's client needs. Generations 1 and 2 are read from the
//!   servers' code.
//! - Requests are carried out one after the other, in their order; the real server carries them out side by side. So
//!   replies come in order unless a function takes time or a script says otherwise, and two binds of one key in flight
//!   never become two subscriptions.
//! - A function acts as soon as it is called. What it sets is told before its result; the real server promises no order.
//! - Triggers are modules named `_TRIGGER_` here, which have to be there when they are bound. Permissions of zones, the
//!   domain of a credential and its expiry are not simulated: say [`Building::revoke`], or script an error.

mod access;
mod authority;
mod builder;
mod building;
mod clients;
mod conversation;
mod function;
mod heard;
mod inner;
mod module;
mod script;
mod state;
mod systems;

pub use self::access::Role;
pub use self::builder::Builder;
pub use self::building::Building;
pub use self::function::{Call, Failure, Function};
pub use self::heard::{Heard, Open, Said};
pub use self::module::Module;
pub use self::script::{Reply, Script};
