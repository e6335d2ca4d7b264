//! Where to connect, and what to show at the door.
//!
//! ```
//! use placeos_proto::Generation;
//! use placeos_proto::endpoint::{Credential, Placement, Upgrade};
//!
//! let key = Credential::api_key("keyid.f00dfeed")?;
//! let upgrade = Upgrade::new(Generation::G3, key, Placement::Header);
//! assert_eq!(upgrade.path_and_query().expose(), "/api/engine/v2/systems/control");
//! let (name, value) = upgrade.header().unwrap();
//! assert_eq!((name, value.expose()), ("X-API-Key", "keyid.f00dfeed"));
//! # Ok::<(), placeos_proto::endpoint::InvalidCredential>(())
//! ```
//!
//! What a server answers to the upgrade: 101 and no greeting, so that the first message may be ours; 401 to a
//! credential that is unknown or expired, or of another domain than the host; 403 to one that may not write `control`,
//! `systems` or `public`, such as that of a guest; 400 if `fixed_device` is no bool; 426 to what is no upgrade. A
//! credential is looked at only here: that it expires later closes nothing. All of this is read from the server's code.

mod authority;
mod credential;
mod present;
mod upgrade;

pub use self::authority::Authority;
pub use self::credential::{Credential, InvalidCredential};
pub use self::upgrade::{Placement, Upgrade};
