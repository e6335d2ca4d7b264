//! The three vendors behind one interface, so that each row is written once.

/// The same on each kind of a thing that every vendor has.
macro_rules! each {
    ($on:expr, $it:ident => $do:expr) => {
        match $on {
            Self::CoolKit($it) => $do,
            Self::LaMarzocco($it) => $do,
            Self::PlaceOs($it) => $do,
        }
    };
}

mod client;
mod events;
mod server;

use std::sync::Arc;
use std::time::Duration;

use devicelink::coolkit::{CredentialSource, TlsOptions};
use devicelink_sim::FaultPlan;
use devicelink_sim::wire::Wire;

pub(crate) use self::client::{CallFault, Client};
pub(crate) use self::events::{Events, Seen};
pub(crate) use self::server::{Answer, Server};
use crate::soon;

/// The device, system and module that are talked about.
const DEVICE: &str = "1000abcdef";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vendor {
    CoolKit,
    LaMarzocco,
    PlaceOs,
}

impl Vendor {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CoolKit => "coolkit",
            Self::LaMarzocco => "lamarzocco",
            Self::PlaceOs => "placeos",
        }
    }
}

/// One test for each vendor that is named.
macro_rules! rows {
    ($($row:ident: $($vendor:ident),+;)+) => {
        $(mod $row { $(vendor_test!($vendor $row);)+ })+
    };
}

macro_rules! vendor_test {
    (coolkit $row:ident) => { vendor_test!(coolkit $row CoolKit); };
    (lamarzocco $row:ident) => { vendor_test!(lamarzocco $row LaMarzocco); };
    (placeos $row:ident) => { vendor_test!(placeos $row PlaceOs); };
    ($name:ident $row:ident $vendor:ident) => {
        #[tokio::test]
        async fn $name() {
            super::$row($crate::Vendor::$vendor).await;
        }
    };
}

/// What a client is built with, beside the address and what the server takes.
pub(crate) struct Options {
    pub(crate) connect_timeout: Duration,
    pub(crate) call_timeout: Duration,
    pub(crate) close_timeout: Duration,
    pub(crate) max_calls: usize,
    pub(crate) frame_limit: usize,
    /// The right one unless set.
    pub(crate) credential: Option<String>,
    pub(crate) refresh: Option<Arc<dyn CredentialSource>>,
    /// A pin of the server's certificate unless set.
    pub(crate) tls: Option<TlsOptions>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            call_timeout: Duration::from_secs(10),
            close_timeout: Duration::from_secs(2),
            max_calls: 1 << 14,
            frame_limit: 256 << 10,
            credential: None,
            refresh: None,
            tls: None,
        }
    }
}

/// A server, and a wire that leads to it.
pub(crate) struct Bench {
    pub(crate) vendor: Vendor,
    pub(crate) server: Server,
    pub(crate) wire: Wire,
}

impl Bench {
    pub(crate) async fn new(vendor: Vendor) -> Self {
        Self::with_faults(vendor, FaultPlan::new()).await
    }

    pub(crate) async fn with_faults(vendor: Vendor, faults: FaultPlan) -> Self {
        let server = Server::start(vendor, faults, false).await;
        let wire = Wire::to(server.address()).start().await.expect("a wire");
        Self { vendor, server, wire }
    }

    /// Without TLS, and with a wire that knows frames.
    pub(crate) async fn by_frames(vendor: Vendor) -> Self {
        let server = Server::start(vendor, FaultPlan::new(), true).await;
        let wire = Wire::to(server.address()).by_frames().start().await.expect("a wire");
        Self { vendor, server, wire }
    }

    pub(crate) fn client(&self) -> Client {
        self.client_with(Options::default())
    }

    pub(crate) fn client_with(&self, options: Options) -> Client {
        Client::build(&self.server, &self.wire.url(&self.server.url()), options)
    }

    /// A client that is online, and its events after the first one.
    pub(crate) async fn online(&self) -> (Client, Events) {
        self.online_with(Options::default()).await
    }

    pub(crate) async fn online_with(&self, options: Options) -> (Client, Events) {
        let client = self.client_with(options);
        let mut events = client.events();
        soon(client.online()).await.expect("online");
        self.exchange(&client, &mut events, u64::from(u32::MAX)).await;
        (client, events)
    }

    /// Shows that the client is served: an event with this number arrives, and a call is answered where there are calls.
    pub(crate) async fn exchange(&self, client: &Client, events: &mut Events, number: u64) {
        soon(client.online()).await.expect("online");
        events.is_heard(self, number).await;
        if self.vendor != Vendor::LaMarzocco {
            assert_eq!(soon(client.call(number)).await, Ok(number));
        }
    }
}
