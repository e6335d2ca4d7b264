//! Where to connect is asked before every attempt.

use std::sync::Arc;

use async_trait::async_trait;
use coolkit_proto::ErrorClass;
use coolkit_proto::dispatch::{self, DispatchError, DispatchReply, HostPolicy};
use longlink::net::{
    Attempt, Connector, CredentialSource, Endpoint, HttpClient, HttpError, Limits, Opened, Plain,
    Renewable, Target, WebSocketConnector,
};
use longlink::{Failure, Observation, Secret};

use crate::credentials;

/// The longest answer of the dispatch; a usual one has 150 bytes.
const MAX_REPLY: usize = 64 * 1024;

/// The path of the vendor's dispatch.
pub(crate) const DISPATCH: &str = "/dispatch/app";

/// Opens the WebSocket: asks for the token and the address, and takes the address only from those who may name one.
pub(crate) struct Cloud {
    pub(crate) route: Route,
    /// The address that was given: of the WebSocket, or of the dispatch. Its TLS holds for both.
    pub(crate) endpoint: Endpoint,
    pub(crate) token: Renewable,
    pub(crate) limits: Limits,
}

/// How the address is found.
pub(crate) enum Route {
    /// It was given.
    Fixed,
    /// The dispatch names it. The documents ask for the token there.
    Dispatch(HostPolicy),
    /// The user's own client asks the dispatch.
    Http(Arc<dyn HttpClient>, HostPolicy),
}

#[async_trait]
impl Connector for Cloud {
    async fn connect(&self, attempt: Attempt) -> Result<Opened, Failure> {
        let token = self.token.credential(attempt.ask).await?;
        if let Some(fault) = credentials::fault(&token) {
            let text = format!("the access token {fault}");
            return Err(Failure::with_source(Observation::NoCredential, text));
        }
        let outcome = self.open(attempt, &token).await;
        self.token.presented(&token, &outcome);
        Ok(outcome?.with_credential(token))
    }
}

impl Cloud {
    async fn open(&self, attempt: Attempt, token: &Secret) -> Result<Opened, Failure> {
        let target = self.target(token).await?;
        let endpoint = self.endpoint.clone().with_target(target);
        WebSocketConnector::new(endpoint).limits(self.limits).connect(attempt).await
    }

    async fn target(&self, token: &Secret) -> Result<Target, Failure> {
        let given = self.endpoint.target();
        match &self.route {
            Route::Fixed => Ok(given.clone()),
            Route::Dispatch(policy) => {
                // The documents ask for the token; whoever may not name a host does not get it, either.
                let endpoint = match policy.check(given.host(), given.port()) {
                    Ok(_) => self.endpoint.clone().bearer(token.clone()),
                    Err(_) => self.endpoint.clone(),
                };
                ask(&endpoint, given.path_and_query(), policy).await
            }
            Route::Http(client, policy) => ask(client.as_ref(), DISPATCH, policy).await,
        }
    }
}

async fn ask(client: &dyn HttpClient, path: &str, policy: &HostPolicy) -> Result<Target, Failure> {
    let response = client.get(path, MAX_REPLY).await.map_err(|error| match error {
        HttpError::Connection(failure) => failure,
        other => Failure::with_source(Observation::GreetingBusy, other),
    })?;
    let reply = DispatchReply::from_bytes(&response.body).map_err(DispatchError::from);
    let reply = reply.and_then(|reply| reply.endpoint(policy));
    let endpoint = match reply {
        Ok(endpoint) if response.is_success() => endpoint,
        // The dispatch's own word, whatever the status.
        Err(error @ DispatchError::Refused { code: Some(_) }) => return Err(refused(error)),
        // Of a proxy, or a page of an overloaded server.
        Err(error) if response.is_success() => return Err(refused(error)),
        _ => return Err(Failure::new(response.refusal())),
    };
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
        // The same login is refused again, and in another region nobody knows the account.
        ErrorClass::Permanent | ErrorClass::RegionRedirect => Observation::GreetingRejected,
        _ => Observation::GreetingBusy,
    }
}

#[cfg(test)]
mod tests {
    use longlink::Verdict;

    use super::*;

    #[test]
    fn only_a_refusal_that_may_pass_is_tried_again() {
        let verdict = |class| of_class(class).verdict();
        assert_eq!(verdict(ErrorClass::Auth), Verdict::Refresh);
        for class in [ErrorClass::Permanent, ErrorClass::RegionRedirect] {
            assert!(matches!(verdict(class), Verdict::Stop(_)), "{class:?}");
        }
        for class in [ErrorClass::Retryable, ErrorClass::DeviceOffline, ErrorClass::Unknown] {
            assert_eq!(verdict(class), Verdict::Retry, "{class:?}");
        }
    }
}
