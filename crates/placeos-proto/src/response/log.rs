//! Log lines of modules.

use crate::id::Id;
use crate::key::{BindingKey, ModuleId};
use crate::level::Level;

/// A log line of a module that is watched by `debug`.
///
/// Route it by [`module`](Self::module), then by [`id`](Self::id), which is that of the *first* debug request for the
/// module on this connection. What it says comes from a driver, and may be anything: take it as untrusted text that may
/// hold secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine {
    /// The id of the first debug request; absent in [`Generation::G1`](crate::Generation::G1).
    pub id: Option<Id>,
    /// The target of that request, the module by its id; absent in [`Generation::G1`](crate::Generation::G1).
    pub key: Option<BindingKey>,
    /// The module.
    pub module: Option<ModuleId>,
    /// The class of the driver, in [`Generation::G1`](crate::Generation::G1) only.
    pub class_name: Option<Box<str>>,
    /// How much it matters.
    pub level: Option<Level>,
    /// What it says.
    pub message: Option<Box<str>>,
}
