//! The engine in simulated time: the guarantees, the table, and random lives.

mod calls;
mod heartbeat;
mod lifecycle;
mod random;
mod simulation;
mod subscriptions;
mod table;
mod telegraph;
mod world;
