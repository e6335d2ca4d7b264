//! Where to connect is asked before every attempt.

use std::sync::Arc;

use async_trait::async_trait;
use coolkit_proto::ErrorClass;
use coolkit_proto::dispatch::{self, DispatchError, DispatchReply, HostPolicy};
use longlink::net::{
    Attempt, Connector, Endpoint, HttpClient, HttpError, Limits, Opened, Plain, Target, TlsOptions,
    WebSocketConnector,
};
use longlink::{Failure, Observation, Secret};

use crate::credentials::Tokens;

/// The longest answer of the dispatch; a usual one has 150 bytes.
const MAX_REPLY: usize = 64 * 1024;

/// The path of the vendor's dispatch.
const DISPATCH: &str = "/dispatch/app";

/// Opens the WebSocket: asks for the token and the address, and takes the address only from those who may name one.
pub(crate) struct Cloud {
    pub(crate) route: Route,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) tls: TlsOptions,
    pub(crate) limits: Limits,
}

/// How the address is found.
pub(crate) enum Route {
    /// It was given.
    Fixed(Target),
    /// The dispatch at this address names it. The documents ask for the token there.
    Dispatch { endpoint: Endpoint, policy: HostPolicy },
    /// The user's own client asks the dispatch.
    Http { client: Arc<dyn HttpClient>, policy: HostPolicy },
}

#[async_trait]
impl Connector for Cloud {
    async fn connect(&self, attempt: Attempt) -> Result<Opened, Failure> {
        let token = self.tokens.token(attempt.ask).await?;
        let target = self.route.target(&token).await?;
        let endpoint = Endpoint::new(target).tls(self.tls.clone());
        let connector = WebSocketConnector::new(endpoint).limits(self.limits);
        Ok(connector.connect(attempt).await?.with_credential(token))
    }
}

impl Route {
    async fn target(&self, token: &Secret) -> Result<Target, Failure> {
        match self {
            Self::Fixed(target) => Ok(target.clone()),
            Self::Dispatch { endpoint, policy } => {
                let path = endpoint.target().path();
                ask(&endpoint.clone().bearer(token.clone()), path, policy).await
            }
            Self::Http { client, policy } => ask(client.as_ref(), DISPATCH, policy).await,
        }
    }
}

async fn ask(client: &dyn HttpClient, path: &str, policy: &HostPolicy) -> Result<Target, Failure> {
    let response = client.get(path, MAX_REPLY).await.map_err(|error| match error {
        HttpError::Connection(failure) => failure,
        other => Failure::with_source(Observation::GreetingBusy, other),
    })?;
    let reply = DispatchReply::from_bytes(&response.body);
    let is_its_own_word = reply.as_ref().is_ok_and(|reply| reply.error().is_some());
    if !response.is_success() && !is_its_own_word {
        // Of a proxy, or a page of an overloaded server.
        let (status, retry_after, html) = (response.status, None, false);
        return Err(Failure::new(Observation::Http { status, retry_after, html }));
    }
    let endpoint = reply
        .map_err(DispatchError::from)
        .and_then(|reply| reply.endpoint(policy))
        .map_err(refused)?;
    tracing::debug!(target: "coolkit", host = endpoint.host(), port = endpoint.port(), "dispatched");
    target(&endpoint).map_err(|error| Failure::with_source(Observation::UntrustedHost, error))
}

fn target(endpoint: &dispatch::Endpoint) -> Result<Target, longlink::net::UrlError> {
    let path = dispatch::Endpoint::PATH;
    match endpoint.is_plain() {
        true => Target::ws(endpoint.host(), endpoint.port(), path, Plain::LocalOnly),
        false => Target::wss(endpoint.host(), endpoint.port(), path),
    }
}

/// What a refusal of the dispatch means for the link.
fn refused(error: DispatchError) -> Failure {
    let observation = match &error {
        DispatchError::UntrustedHost(_) => Observation::UntrustedHost,
        _ => of_class(error.class()),
    };
    Failure::with_source(observation, error)
}

/// What a refusal of this class means for the link.
pub(crate) fn of_class(class: ErrorClass) -> Observation {
    match class {
        ErrorClass::Auth => Observation::GreetingUnauthorized,
        ErrorClass::Permanent => Observation::GreetingRejected,
        _ => Observation::GreetingBusy,
    }
}
