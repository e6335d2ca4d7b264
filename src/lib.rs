#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

/// La Marzocco professional espresso machines: the crate [`lamarzocco_client`], with its wire types in
/// [`proto`](lamarzocco_client::proto).
#[cfg(feature = "lamarzocco")]
#[doc(inline)]
pub use lamarzocco_client as lamarzocco;
