//! Where to connect: the question over HTTP, its answer, and which answers to trust.

mod host;
mod http;
mod region;
mod reply;
mod request;

pub use self::host::{Endpoint, HostPolicy, UntrustedHost, WhyUntrusted};
pub use self::http::{HttpReply, RedirectError, Redirects};
pub use self::region::{Region, UnknownRegion};
pub use self::reply::{DispatchError, DispatchReply};
pub use self::request::{DispatchRequest, Method};
