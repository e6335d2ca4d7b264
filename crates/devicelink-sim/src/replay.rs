//! A server that says again what another one has said.
//!
//! A [`Replay`] is made from recorded connections: each line has its time since the connection was opened, and who said
//! it. The first client gets the first connection, the next one the second, and after the last one it begins anew.
//! Every credential is accepted.
//!
//! What the recorded client asked is not said, but waited for: a request of the new client is taken for the first
//! recorded one of the same kind and target that has not come yet, and what the server said to that goes to the client
//! with the id that *it* has given. A request that does not come within [`PATIENCE`] after its time is not waited for
//! any longer; what was said to it is passed over, and said when it does come. One that was not recorded has no answer.
//! Heartbeats are answered at once. Whatever needs no id is said as it was recorded, to the byte.
//!
//! ```
//! use std::time::Duration;
//!
//! use devicelink_sim::replay::{Connection, Protocol, Replay};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let first = Connection::new()
//!     .says(Duration::from_millis(20), r#"{"name":"WaterTDS","data":"193.28"}"#)
//!     .drops(Duration::from_secs(5));
//! let replay = Replay::builder(Protocol::Lamarzocco).connection(first).speed(10.0).start().await?;
//! let url = replay.url(); // … connect your client, with any token
//! # assert!(url.ends_with("/messages"));
//! # replay.stop().await?;
//! # Ok(())
//! # }
//! ```

mod app;
mod builder;
mod connection;
mod play;
mod protocol;

pub use self::app::Replay;
pub use self::builder::Builder;
pub use self::connection::Connection;
pub use self::play::PATIENCE;
pub use self::protocol::Protocol;
