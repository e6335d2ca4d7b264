//! The edge: how a link is opened.
//!
//! A [`Connector`] makes a [`Transport`]; [`WebSocketConnector`] is the one to use. It is made from an [`Endpoint`]: a
//! [`Target`], what certificate is trusted ([`TlsOptions`], [`Pin`]) and how the credential is carried. The same endpoint
//! is an [`HttpClient`] for the REST interface on the same host. [`Tapped`] lets a [`Tap`] see the frames of any connector.
//!
//! ```
//! use longlink::Secret;
//! use longlink::net::{Endpoint, Pin, Target, TlsOptions, WebSocketConnector};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pin: Pin = "0F:4C:7E:8D:0F:4C:7E:8D:0F:4C:7E:8D:0F:4C:7E:8D:0F:4C:7E:8D:0F:4C:7E:8D:0F:4C:7E:8D:0F:4C:7E:8D".parse()?;
//! let endpoint = Endpoint::new(Target::parse("wss://192.168.50.102:8081/messages")?)
//!     .tls(TlsOptions::new().pin(pin))
//!     .bearer(Secret::from("token"));
//! let connector = WebSocketConnector::new(endpoint);
//! # Ok(())
//! # }
//! ```
//!
//! # What is never done
//! Redirects are not followed, credentials are not sent before TLS has verified the peer, and no header, query or body is
//! logged: the events of the target `longlink` are at debug level and hold the host, the port and the outcome.

mod connector;
mod credential;
mod dial;
mod endpoint;
mod h1;
mod http;
mod inspect;
mod pin;
mod renewable;
mod stream;
mod tap;
mod target;
mod tls;
mod upgrade;
mod websocket;

pub use connector::{Ask, Attempt, BoxTransport, Connector, CredentialSource, Opened, Transport};
pub use credential::HeaderError;
pub use endpoint::Endpoint;
pub use http::{DEFAULT_BODY_LIMIT, HttpClient, HttpError, HttpResponse};
pub use inspect::{PeerCertificate, inspect_certificate};
pub use pin::{Pin, PinError};
pub use renewable::Renewable;
pub use tap::{Tap, TapEvent, Tapped};
pub use target::{Plain, Target, UrlError};
pub use tls::{RootError, TlsOptions};
pub use upgrade::Refusal;
pub use websocket::{Limits, WebSocketConnector};
