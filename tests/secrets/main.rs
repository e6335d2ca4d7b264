//! No credential and no secret of a device stands in a log, an error or any `Debug` output.
#![cfg(all(feature = "coolkit", feature = "lamarzocco", feature = "placeos"))]

mod coolkit;
mod lamarzocco;
mod log;
mod placeos;
