//! Simulated time for whoever writes a [`Dialect`](crate::Dialect) (feature `testing`).
//!
//! - [`World`] is a [`Session`](crate::Session) whose network and clock are played by the test: it keeps what the session
//!   wrote, settled and delivered, with times, and panics if the session breaks a promise that holds for every protocol.
//! - [`Simulation`] adds a [`Peer`] at the other end of a [`Wire`] that is slow, stalls, repeats, goes half open or breaks.
//!
//! Both are pure: no sockets, no threads, no clock. A day takes milliseconds, and equal seeds live equal lives.
//!
//! ```
//! use std::time::Duration;
//! use longlink::testing::{Line, Peer, Simulation, Wire};
//! use longlink::{Config, Context, Dialect, Encoded, Frame, Signals};
//!
//! /// A peer that is only listened to.
//! #[derive(Debug)]
//! struct Listener;
//!
//! impl Dialect for Listener {
//!     type Command = std::convert::Infallible;
//!     type Reply = ();
//!     type Error = ();
//!     type Event = String;
//!     type Topic = ();
//!     type Id = u64;
//!
//!     fn encode(&mut self, command: Self::Command, _: &mut Context<'_>) -> Encoded<u64> {
//!         match command {}
//!     }
//!
//!     fn receive(&mut self, frame: Frame, _: &mut Context<'_>, signals: &mut Signals<Self>) {
//!         let Frame::Text(text) = frame else { return signals.malformed() };
//!         signals.event((), text.as_str().to_owned());
//!     }
//! }
//!
//! /// Says one thing, and answers pings.
//! #[derive(Debug)]
//! struct Device;
//!
//! impl Peer for Device {
//!     fn opened(&mut self, line: &mut Line<'_>) {
//!         line.say(Frame::text("hello"));
//!     }
//!
//!     fn hears(&mut self, frame: Frame, line: &mut Line<'_>) {
//!         if let Frame::Ping(payload) = frame {
//!             line.say(Frame::Pong(payload));
//!         }
//!     }
//! }
//!
//! let mut simulation = Simulation::new(Listener, Config::default(), Device, Wire::default(), 42);
//! let subscription = simulation.world.subscribe(());
//! simulation.start();
//! simulation.run(Duration::from_secs(3600));
//! assert_eq!(simulation.world.deliveries(subscription).len(), 1);
//!
//! simulation.half_open();
//! simulation.run(Duration::from_secs(25));
//! assert_eq!(simulation.world.disconnects.len(), 1, "15 s until a ping, 5 s for its answer, and up to 5 s to come back");
//! ```

mod line;
mod simulation;
mod stream;
mod world;

pub use line::{Line, Peer};
pub use simulation::{Simulation, Wire};
pub use world::{Sent, World};
