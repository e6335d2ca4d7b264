#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

/// La Marzocco professional espresso machines: the crate [`lamarzocco_client`], with its wire types in
/// [`proto`](lamarzocco_client::proto).
#[cfg(feature = "lamarzocco")]
#[doc(inline)]
pub use lamarzocco_client as lamarzocco;

/// The CoolKit (eWeLink, Sonoff) cloud: the crate [`coolkit_client`], with its wire types in
/// [`proto`](coolkit_client::proto).
#[cfg(feature = "coolkit")]
#[doc(inline)]
pub use coolkit_client as coolkit;

/// PlaceOS building automation: the crate [`placeos_client`], with its wire types in [`proto`](placeos_client::proto).
#[cfg(feature = "placeos")]
#[doc(inline)]
pub use placeos_client as placeos;
